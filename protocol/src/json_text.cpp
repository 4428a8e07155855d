// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/json_text.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace kwire::inline v0 {
namespace {
// The bytes of the UTF-8 character at the front of `text`; 0 if there is none.
std::size_t utf8_size(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0}; };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
    const std::uint8_t b = byte(0);
    if (b < 0x80) return 1;
    if (b >= 0xc2 && b < 0xe0) return tail(1) ? 2 : 0;
    if ((b & 0xf0) == 0xe0) {
        const bool overlong = b == 0xe0 && byte(1) < 0xa0, surrogate = b == 0xed && byte(1) >= 0xa0;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (b >= 0xf0 && b < 0xf5) {
        const bool overlong = b == 0xf0 && byte(1) < 0x90, beyond = b == 0xf4 && byte(1) >= 0x90;
        return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

void append_escaped(std::string& out, char c) {
    static constexpr std::string_view hex = "0123456789ABCDEF";
    switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            out += "\\u00";
            out += hex[static_cast<std::uint8_t>(c) >> 4];
            out += hex[static_cast<std::uint8_t>(c) & 15];
    }
}
}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const std::size_t size = utf8_size(text);
        const char c = text.front();
        if (size == 0) out += "\xef\xbf\xbd";
        else if (size == 1 && (c == '"' || c == '\\' || static_cast<std::uint8_t>(c) < 0x20)) append_escaped(out, c);
        else out += text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    out += '"';
}

void append_json_double(std::string& out, double value) {
    if (std::isnan(value)) return void(out += "\"NaN\"");
    if (std::isinf(value)) return void(out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    if (std::signbit(value)) out += '-';
    value = std::fabs(value);
    if (value == 0) return void(out += "0.0");
    if (value == std::numeric_limits<double>::denorm_min()) return void(out += "4.9E-324");  // Java wants two digits
    std::array<char, 32> text;                                                               // d.ddde±xx
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
    const std::string_view shortest(text.data(), static_cast<std::size_t>(end - text.data()));
    const auto e = shortest.find('e');
    std::string digits(1, shortest[0]);
    if (e > 2) digits += shortest.substr(2, e - 2);
    int exponent = 0;
    std::from_chars(shortest.data() + e + (shortest[e + 1] == '+' ? 2 : 1), end, exponent);
    if (exponent < -3 || exponent >= 7) {
        out += digits[0];
        out += '.';
        out += digits.size() > 1 ? std::string_view(digits).substr(1) : std::string_view("0");
        out += 'E';
        out += std::to_string(exponent);
    } else if (exponent < 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-exponent - 1), '0');
        out += digits;
    } else {
        const auto whole = static_cast<std::size_t>(exponent) + 1;
        if (digits.size() < whole + 1) digits.append(whole + 1 - digits.size(), '0');
        out += digits.substr(0, whole);
        out += '.';
        out += digits.substr(whole);
    }
}
}  // namespace kwire
