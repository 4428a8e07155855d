// SPDX-License-Identifier: Apache-2.0
#include "property_values.hpp"

#include <algorithm>
#include <charconv>

namespace kwire::inline v0::property_values {
error wrong_value(const property& p, std::string_view value, std::string_view why) {
    std::string text(p.name);
    text += ": '";
    text += value;
    text += "' is not allowed";
    if (!why.empty()) text += ", ", text += why;
    text += ": expected ";
    text += allowed_values(p);
    return error(client_errc::invalid_configuration, std::move(text));
}

result<std::int64_t> read_number(const property& p, std::string_view value, std::int64_t unit) {
    std::int64_t number = 0;
    const auto end = value.data() + value.size();
    const auto [stop, why] = std::from_chars(value.data(), end, number);
    if (why == std::errc::result_out_of_range) return wrong_value(p, value, "it is out of range");
    if (why != std::errc() || stop != end) return wrong_value(p, value, "it is not a whole number without unit");
    if (number > std::numeric_limits<std::int64_t>::max() / unit || number < std::numeric_limits<std::int64_t>::min() / unit)
        return wrong_value(p, value, "it is out of range");
    number *= unit;
    if (number < p.least || number > p.most) return wrong_value(p, value, "it is out of range");
    return number;
}

bool same_word(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::vector<std::string> split_list(std::string_view value) {
    std::vector<std::string> parts;
    while (!value.empty()) {
        const auto comma = value.find(',');
        const auto part = value.substr(0, comma);
        value = comma == value.npos ? std::string_view() : value.substr(comma + 1);
        const auto first = part.find_first_not_of(" \t"), last = part.find_last_not_of(" \t");
        if (first != part.npos) parts.emplace_back(part.substr(first, last - first + 1));
    }
    return parts;
}

std::string print(const std::vector<std::string>& value) {
    std::string text;
    for (const auto& part : value) {
        if (!text.empty()) text += ',';
        text += part;
    }
    return text;
}
}  // namespace kwire
