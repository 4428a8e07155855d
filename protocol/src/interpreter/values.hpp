// SPDX-License-Identifier: Apache-2.0
// What the walks over rows share: reaching members by kind, and comparing a field with its default.
#pragma once

#include <kwire/protocol/error.hpp>
#include <kwire/protocol/shape.hpp>

#include <optional>

namespace kwire::inline v0 {
namespace interpreter {
template <class T> const T& as(const void* p) { return *static_cast<const T*>(p); }
template <class T> T& as(void* p) { return *static_cast<T*>(p); }

/// A string, bytes or records member as bytes; null where the member is a std::optional without a value.
inline std::optional<bytes> content_of(kind k, bool optional, const void* member) {
    switch (k) {
        case kind::string:
            if (!optional) return as_bytes(as<std::string_view>(member));
            if (const auto& s = as<std::optional<std::string_view>>(member)) return as_bytes(*s);
            return std::nullopt;
        case kind::records:
            if (!optional) return as<records>(member).data;
            if (const auto& r = as<std::optional<records>>(member)) return r->data;
            return std::nullopt;
        default:
            if (!optional) return as<bytes>(member);
            return as<std::optional<bytes>>(member);
    }
}

/// False where the field is null.
inline bool present(const row& r, const void* member) {
    if (!r.optional) return true;
    return r.items ? r.items->present(member) : content_of(r.type, true, member).has_value();
}

/// The structure in a member of kind::structure that is present.
inline const void* structure_in(const row& r, const void* member) { return r.optional ? r.items->look(member).first : member; }

/// Appends one value as Kafka's JSON.
void value_to_json(const row& r, const void* member, std::int16_t version, std::string& out);
/// Fails with client_errc::version_not_supported where the message does not have this version.
result<void> version_known(const shape& s, std::int16_t version);
/// Does the field have the value that a new object has?
bool is_default(const shape& s, const row& r, const void* object);
}  // namespace interpreter
}  // namespace kwire
