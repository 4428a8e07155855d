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

// The offset in front of a line of a dump: "00000010: " or "0010  ", with six digits and more also "000010 ". What follows
// it is left in `line`.
std::optional<std::size_t> take_offset(std::string_view& line) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(blanks)));
    std::size_t n = 0, offset = 0;
    while (n < line.size() && digit(line[n]) >= 0 && n < 16) offset = offset << 4 | static_cast<std::size_t>(digit(line[n++]));
    const bool colon = line.substr(n).starts_with(':');
    if (n < 4 || (!colon && !line.substr(n).starts_with(n < 6 ? "  " : " ") && n != line.size())) return std::nullopt;
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
    const bool only_one =
        lines.size() == 1 && lines.front().find(": ") == std::string_view::npos && lines.front().find("  ") == std::string_view::npos;
    if (only_one) return std::nullopt;  // what looks like an offset may be bytes
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

// What stands between the braces of a C array, without its comments; Wireshark and xxd -i write some.
std::optional<std::string> bytes_of_array(std::string_view text) {
    std::string inside;
    for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
        const auto close = text.find('}', open);
        if (close == text.npos) return std::nullopt;
        inside += text.substr(open + 1, close - open - 1);
        inside += ' ';
    }
    for (auto from = inside.find("/*"); from != inside.npos; from = inside.find("/*")) {
        const auto to = inside.find("*/", from);
        if (to == inside.npos) return std::nullopt;
        inside.erase(from, to + 2 - from);
    }
    if (inside.find("0x") == inside.npos && inside.find("0X") == inside.npos) return std::nullopt;
    return bytes_of_words(inside);
}

// The character behind a backslash; what it takes of `text` is removed. Null if no language knows it.
std::optional<char> take_escape(std::string_view& text) {
    constexpr std::string_view names = "abtnvfr";
    const char c = text.empty() ? 0 : text.front();
    if (c == 'x') {
        if (text.size() < 3 || digit(text[1]) < 0 || digit(text[2]) < 0) return std::nullopt;
        const auto value = static_cast<char>(digit(text[1]) << 4 | digit(text[2]));
        return text.remove_prefix(3), value;
    }
    if (c >= '0' && c <= '7') {
        int value = 0;
        for (int i = 0; i < 3 && !text.empty() && text.front() >= '0' && text.front() <= '7'; ++i, text.remove_prefix(1))
            value = value << 3 | (text.front() - '0');
        return static_cast<char>(value);
    }
    const auto named = names.find(c);
    if (named == names.npos && c != '\\' && c != '"' && c != '\'') return std::nullopt;
    text.remove_prefix(1);
    return named == names.npos ? c : static_cast<char>('\a' + static_cast<int>(named));
}

// Literals of C, Python and the like, with escapes: "\x00\x13" "kwire", b'\x00'. Between them only blanks and \ may stand.
std::optional<std::string> bytes_of_literals(std::string_view text) {
    if (text.find('\\') == text.npos) return std::nullopt;
    std::string out;
    bool any = false;
    while (!text.empty()) {
        const char quote = text.front();
        text.remove_prefix(1);
        if (blanks.find(quote) != blanks.npos || quote == '\\' || (quote == 'b' && !text.empty() && (text.front() == '"' || text.front() == '\'')))
            continue;
        if (quote != '"' && quote != '\'') return std::nullopt;
        for (; !text.empty() && text.front() != quote; any = true) {
            const char c = text.front();
            text.remove_prefix(1);
            const auto value = c == '\\' ? take_escape(text) : std::optional(c);
            if (!value) return std::nullopt;
            out += *value;
        }
        if (text.empty()) return std::nullopt;
        text.remove_prefix(1);
    }
    return any ? std::optional(std::move(out)) : std::nullopt;
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
    if (auto literals = bytes_of_literals(text)) return literals;
    if (auto words = bytes_of_words(text)) return words;
    return bytes_of_array(text);
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
