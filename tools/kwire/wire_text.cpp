// SPDX-License-Identifier: Apache-2.0
#include "wire_text.hpp"

#include <kwire/protocol/base64.hpp>

#include <algorithm>
#include <vector>

namespace kwire::tool {
namespace {
constexpr std::string_view blanks = " \t\r\n\f\v";

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}
bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return digit(c) >= 0; });
}
void append_bytes(std::string_view digits, std::string& out) {
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) out += static_cast<char>(digit(digits[i]) << 4 | digit(digits[i + 1]));
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.find_first_not_of(blanks) != line.npos) lines.push_back(line);
    }
    return lines;
}

// The offset in front of a line of a dump: "00000010: " or "0010  ". What follows it is left in `line`.
std::optional<std::size_t> take_offset(std::string_view& line) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(blanks)));
    std::size_t n = 0, offset = 0;
    while (n < line.size() && digit(line[n]) >= 0 && n < 16) offset = offset << 4 | static_cast<std::size_t>(digit(line[n++]));
    const bool colon = line.substr(n).starts_with(':');
    if (n < 4 || (!colon && !line.substr(n).starts_with("  ") && n != line.size())) return std::nullopt;
    line.remove_prefix(n + (colon ? 1 : 0));
    return offset;
}

// The bytes of one line of a dump, up to the column of characters.
void append_dump_line(std::string_view line, std::string& out) {
    constexpr std::size_t most = 16;
    std::string digits;
    while (digits.size() < 2 * most) {
        const auto gap = std::min(line.size(), line.find_first_not_of(' '));
        const bool middle = digits.size() == most;  // hexdump -C and Wireshark leave room in the middle
        if (!digits.empty() && (gap > 2 || (gap == 2 && !middle))) break;
        line.remove_prefix(gap);
        const auto word = line.substr(0, line.find(' '));
        if (!all_digits(word) || word.size() % 2 != 0) break;
        digits += word;
        line.remove_prefix(word.size());
    }
    append_bytes(digits, out);
}

std::optional<std::string> bytes_of_dump(const std::vector<std::string_view>& lines) {
    std::string out;
    for (auto line : lines) {
        const auto offset = take_offset(line);
        if (!offset || *offset != out.size()) return std::nullopt;
        append_dump_line(line, out);
    }
    return out;
}

// Words of hex, each with its own 0x, or digits in any groups.
std::optional<std::string> bytes_of_words(std::string_view text) {
    constexpr std::string_view between = " \t\r\n\f\v,;:-{}[]()\"'_";
    std::string digits;
    while (!text.empty()) {
        const auto skip = text.find_first_not_of(between);
        if (skip == text.npos) break;
        text.remove_prefix(skip);
        const bool marked = text.starts_with("0x") || text.starts_with("0X") || text.starts_with("\\x");
        if (marked) text.remove_prefix(2);
        const auto word = text.substr(0, std::min(text.find_first_of(between), text.find('\\')));
        if (!all_digits(word)) return std::nullopt;
        if (marked && word.size() % 2 != 0) digits += '0';
        digits += word;
        text.remove_prefix(word.size());
    }
    if (digits.size() % 2 != 0) return std::nullopt;
    std::string out;
    append_bytes(digits, out);
    return out;
}

std::optional<std::string> bytes_of_base64(std::string_view text) {
    std::string dense;
    for (const char c : text)
        if (blanks.find(c) == blanks.npos) dense += c;
    if (dense.size() < 4) return std::nullopt;
    auto out = decode_base64(dense, base64_alphabet::standard);
    if (!out) out = decode_base64(dense, base64_alphabet::url);
    return out;
}
}  // namespace

std::optional<std::string> bytes_of_hex(std::string_view text) {
    const auto lines = lines_of(text);
    if (!lines.empty())
        if (auto dump = bytes_of_dump(lines); dump && !dump->empty()) return dump;
    return bytes_of_words(text);
}

std::string bytes_in(std::string_view content) {
    if (auto hex = bytes_of_hex(content)) return *std::move(hex);
    if (auto base64 = bytes_of_base64(content)) return *std::move(base64);
    return std::string(content);
}

std::string hex_of(bytes data) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * data.size());
    for (const auto b : data) out += digits[std::to_integer<std::size_t>(b) >> 4], out += digits[std::to_integer<std::size_t>(b) & 15];
    return out;
}
}  // namespace kwire::tool
