// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include <charconv>
#include <limits>

namespace kwire::tool {
namespace {
constexpr std::int64_t most_offset = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t number = 0;
    const auto end = text.data() + text.size();
    const auto [stop, why] = std::from_chars(text.data(), end, number);
    if (why != std::errc() || stop != end) return std::nullopt;
    return number;
}
}  // namespace

error expected(std::string_view what, std::string_view given) {
    std::string text = "expected ";
    text += what;
    text += ", not '";
    text += given;
    text += '\'';
    return error(client_errc::invalid_argument, std::move(text));
}

result<std::int64_t> read_number(std::string_view text, std::int64_t least, std::int64_t most) {
    const auto number = whole(text);
    if (number && *number >= least && *number <= most) return *number;
    std::string range = "a whole number, " + std::to_string(least);
    range += most == most_offset ? " or more" : " to " + std::to_string(most);
    return expected(range, text);
}

result<std::chrono::milliseconds> read_duration(std::string_view text, bool bare_seconds) {
    struct {
        std::string_view name;
        std::int64_t ms;
    } constexpr units[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
    const auto digits = text.find_first_not_of("0123456789");
    const auto unit = digits == text.npos ? std::string_view(bare_seconds ? "s" : "") : text.substr(digits);
    const auto number = whole(text.substr(0, digits));
    for (const auto& u : units)
        if (number && u.name == unit && *number <= 1'000'000'000'000 / u.ms) return std::chrono::milliseconds(*number * u.ms);
    return expected(
        bare_seconds ? "a whole number of seconds, or one with its unit (500ms, 2s, 1m, 1h)" : "a duration with its unit (500ms, 2s, 1m, 1h)", text);
}

result<void> read_offset(settings& s, std::string_view text) {
    using kind = start_offset::kind;
    if (text == "beginning") return s.from = {kind::beginning, 0}, result<void>();
    if (text == "end") return s.from = {kind::end, 0}, result<void>();
    if (text == "stored") return error(client_errc::invalid_argument, "'stored' is an offset of a consumer group, and this version has no groups");
    const bool from_time = text.starts_with("s@"), until_time = text.starts_with("e@");
    const auto number = whole(from_time || until_time ? text.substr(2) : text);
    if (!number || ((from_time || until_time) && *number < 0))
        return expected("beginning, end, an offset, -N (N before the end), s@MS or e@MS (milliseconds since 1970)", text);
    if (until_time) s.until = *number;
    else if (from_time) s.from = {kind::timestamp, *number};
    else if (text.starts_with('-')) s.from = {kind::before_end, -*number};
    else s.from = {kind::absolute, *number};
    return {};
}

result<record_header> read_header(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == 0 || text.empty()) return expected("NAME=VALUE, or NAME for a header without value", text);
    record_header h{std::string(text.substr(0, equals)), std::nullopt};
    if (equals != text.npos) h.value = text.substr(equals + 1);
    return h;
}

result<color_mode> read_color(std::string_view text) {
    if (text == "auto") return color_mode::automatic;
    if (text == "always") return color_mode::always;
    if (text == "never") return color_mode::never;
    return expected("auto, always or never", text);
}
}  // namespace kwire::tool
