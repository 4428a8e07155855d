// SPDX-License-Identifier: Apache-2.0
#include "redact.hpp"

#include <algorithm>
#include <optional>

namespace kwire::tool {
namespace {
constexpr std::string_view redacted = "<redacted>";

bool holds_text(const row& r, std::string_view name) { return r.name == name && r.type == kind::string; }
bool has_configs(const shape& s) {
    const auto has = [&](std::string_view name) { return std::ranges::any_of(s.rows, [&](const row& r) { return holds_text(r, name); }); };
    return has("Name") && has("Value");
}
std::string_view text_in(const row& r, const void* member) {
    if (!r.optional) return *static_cast<const std::string_view*>(member);
    return static_cast<const std::optional<std::string_view>*>(member)->value_or(std::string_view());
}
void replace(const row& r, void* member) {
    if (!r.optional) *static_cast<std::string_view*>(member) = redacted;
    else if (auto& value = *static_cast<std::optional<std::string_view>*>(member)) value = redacted;
}
}  // namespace

bool sensitive_config(std::string_view name) {
    for (const std::string_view part : {"password", "secret", "jaas", "token", "credential", "private", "master.key", "keystore.key",
                                        "keystore.certificate", "truststore.certificates"})
        if (name.find(part) != name.npos) return true;
    return false;
}

void hide_configs(const shape& s, void* object) {
    std::string_view name;
    for (const row& r : s.rows) {
        void* const member = s.member(r, object);
        if (holds_text(r, "Name")) name = text_in(r, member);
        if (holds_text(r, "Value") && sensitive_config(name)) replace(r, member);
        if (!r.inner) continue;
        if (!r.items) {
            hide_configs(*r.inner, member);
            continue;
        }
        const auto elements = r.items->look(member);
        if (!elements.present) continue;
        for (std::size_t i = 0; i < elements.count; ++i) hide_configs(*r.inner, elements.first + i * r.items->stride);
    }
}

bool may_hold_secrets(const shape& s) {
    return has_configs(s) || std::ranges::any_of(s.rows, [](const row& r) { return r.secret || (r.inner && may_hold_secrets(*r.inner)); });
}
}  // namespace kwire::tool
