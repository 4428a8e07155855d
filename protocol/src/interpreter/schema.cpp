// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include <kwire/protocol/schema.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
std::string type_of(const row& r, std::int16_t version, bool flexible) {
    std::string text = wire_type(r.type, r.nullable.contains(version), flexible && r.compact);
    if (r.type == kind::array) text += " of ", text += wire_type(r.element, false, flexible);
    return text;
}

struct describer {
    std::int16_t version, flexible_since;
    bool every_version;
    std::vector<schema_line>& lines;

    void all(const shape& s, const std::string& path, std::uint16_t depth) {
        const auto newest = version;
        for (const row& r : s.rows) {
            if (!every_version && !r.present.contains(version)) continue;
            version = std::min(newest, r.present.last);
            one(s, r, path, depth);
            version = newest;
        }
    }
    void one(const shape& s, const row& r, const std::string& path, std::uint16_t depth) {
        std::string here = path;
        if (!here.empty()) here += '.';
        here += snake_case(r.name);
        schema_line line{here, depth, type_of(r, version, version >= flexible_since), {}, &r};
        const void* unset = s.member(r, s.unset);
        if (r.type != kind::structure || !interpreter::present(r, unset)) interpreter::value_to_json(r, unset, version, line.default_value);
        lines.push_back(std::move(line));
        if (!r.inner) return;
        if (r.type == kind::array) here += "[]";
        all(*r.inner, here, static_cast<std::uint16_t>(depth + 1));
    }
};

std::vector<schema_line> lines_of(const shape& s, std::int16_t version, std::int16_t flexible_since, bool every_version = false) {
    std::vector<schema_line> lines;
    describer{version, flexible_since, every_version, lines}.all(s, {}, 0);
    return lines;
}
}  // namespace

result<std::vector<schema_line>> describe(const shape& s, std::int16_t version) {
    if (auto known = interpreter::version_known(s, version); !known) return std::move(known).error();
    return lines_of(s, version, s.flexible_since);
}

std::vector<schema_line> describe(const shape& s) { return lines_of(s, s.last, s.flexible_since, true); }

result<std::vector<schema_change>> differences(const shape& s, std::int16_t from, std::int16_t to) {
    for (const auto version : {from, to})
        if (auto known = interpreter::version_known(s, version); !known) return std::move(known).error();
    const auto before = lines_of(s, from, never_flexible), after = lines_of(s, to, never_flexible);
    std::vector<schema_change> changes;
    for (const auto& line : before)
        if (std::ranges::find(after, line.path, &schema_line::path) == after.end()) changes.push_back({'-', line, {}});
    for (const auto& line : after) {
        const auto old = std::ranges::find(before, line.path, &schema_line::path);
        if (old == before.end()) changes.push_back({'+', line, {}});
        else if (old->type != line.type) changes.push_back({'~', line, old->type});
    }
    return changes;
}
}  // namespace kwire
