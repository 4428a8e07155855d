// SPDX-License-Identifier: Apache-2.0
#include "wire_name.hpp"

#include "values.hpp"

#include <kwire/client/nearest.hpp>

#include <vector>

namespace kwire::tool {
namespace {
error unknown(std::string_view what, std::string_view name, const std::vector<std::string_view>& names) {
    std::string text = "there is no ";
    text += what, text += " '", text += name, text += '\'';
    const auto close = nearest(name, names);
    if (!close.empty()) text += ", did you mean ", text += close, text += '?';
    return error(client_errc::invalid_argument, std::move(text));
}
}  // namespace

result<const api*> read_api(std::string_view key_or_name) {
    const auto key = read_number(key_or_name, 0, INT16_MAX);
    if (const api* found = key ? find_api(static_cast<std::int16_t>(*key)) : find_api(key_or_name)) return found;
    std::vector<std::string_view> names;
    for (const api& a : apis()) names.push_back(a.name);
    return unknown("API", key_or_name, names);
}

result<wire_name> read_wire_name(std::string_view key_or_name, std::string_view version, std::string_view kind, versions_known which) {
    wire_name name{};
    if (kind == "data") {
        name.kind = message_kind::data;
        name.inner = find_data_message(key_or_name);
        std::vector<std::string_view> names;
        for (const data_message& d : data_messages()) names.push_back(d.name);
        if (!name.inner) return unknown("structure", key_or_name, names);
    } else if (kind == "request" || kind == "response") {
        name.kind = kind == "request" ? message_kind::request : message_kind::response;
        auto found = read_api(key_or_name);
        if (!found) return std::move(found).error();
        name.of = *found;
    } else {
        return expected("request, response or data", kind);
    }
    const shape& s = name.layout();
    auto number = read_number(version, s.first, which == versions_known::only ? s.last : INT16_MAX);
    if (!number) return std::move(number).error().within(std::string("version of ").append(s.name));
    name.version = static_cast<std::int16_t>(*number);
    return name;
}
}  // namespace kwire::tool
