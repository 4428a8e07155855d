// SPDX-License-Identifier: Apache-2.0
#include "no_effect.hpp"

#include <kwire/protocol/apis.hpp>

#include <algorithm>
#include <initializer_list>

namespace kwire::tool {
namespace {
using few_rows = std::initializer_list<const option*>;

/// The first of these that was given, as it was given; empty if none was.
std::string_view given_of(const arguments& a, few_rows rows) {
    const auto found = std::ranges::find_if(a.given, [&](const auto& g) { return std::ranges::find(rows, g.what) != rows.end(); });
    return found == a.given.end() ? std::string_view() : found->spelled;
}

std::string text_of_conflict(std::string_view given, std::string_view with) {
    if (given.empty()) return {};
    return std::string(given).append(" would have no effect with ").append(with);
}

bool heeds(const verb& v, const property& p) {
    switch (p.group) {
        case property_group::client: return true;
        case property_group::producer: return v.run == run_produce;
        case property_group::consumer: break;
    }
    return v.run == run_consume || (v.run == run_offsets && p.name == "isolation.level");
}

std::string idle_property(const verb& v, const arguments& a) {
    for (const auto& given : a.given) {
        if (given.what != &rows::property) continue;
        const auto name = given.value.substr(0, given.value.find('='));
        const auto* p = property_of(name);
        if (!p || heeds(v, *p)) continue;
        std::string text = given.spelled;
        text += " ", text += name, text += " would have no effect: it is for ";
        return text += p->group == property_group::producer ? "producers" : "consumers";
    }
    return {};
}
}  // namespace

std::string without_effect(const verb& v, const arguments& a, const settings& s) {
    using namespace rows;
    std::string text;
    if (v.run == run_consume && s.json)
        text = text_of_conflict(given_of(a, {&format, &print_key, &print_delimiter, &print_offset}), given_of(a, {&json}));
    if (v.run == run_produce && !s.rest.empty() && !s.lines)
        text = text_of_conflict(given_of(a, {&key_delimiter, &delimiter}), "a file that is one record; -l makes its lines records");
    if (v.run == run_schema && s.rest.size() == 1 && find_data_message(s.rest.front()))
        text = text_of_conflict(given_of(a, {&api_version, &diff, &response}), s.rest.front() + ", which is shown in all its versions");
    return text.empty() ? idle_property(v, a) : text;
}
}  // namespace kwire::tool
