// SPDX-License-Identifier: Apache-2.0
#include "base64.hpp"

#include <cstdint>

namespace kwire::inline v0 {
namespace {
constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

std::string to_base64(bytes data) {
    std::string text;
    text.reserve((data.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < data.size(); i += 3) {
        const auto at = [&](std::size_t k) { return i + k < data.size() ? std::to_integer<std::uint32_t>(data[i + k]) : 0u; };
        const std::uint32_t three = at(0) << 16 | at(1) << 8 | at(2);
        text += digits[three >> 18];
        text += digits[three >> 12 & 63];
        text += i + 1 < data.size() ? digits[three >> 6 & 63] : '=';
        text += i + 2 < data.size() ? digits[three & 63] : '=';
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string data;
    data.reserve(text.size() / 4 * 3);
    std::size_t padding = 0;
    while (padding < 2 && text.size() > padding && text[text.size() - 1 - padding] == '=') ++padding;
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const std::size_t left = i + 4 == text.size() ? padding : 0;
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const auto value = k < 4 - left ? digits.find(text[i + k]) : 0;
            if (value == digits.npos) return std::nullopt;
            three = three << 6 | static_cast<std::uint32_t>(value);
        }
        if ((left == 1 && (three & 0xff)) || (left == 2 && (three & 0xffff))) return std::nullopt;  // bits that belong to no byte
        for (std::size_t k = 0; k < 3 - left; ++k) data += static_cast<char>(three >> (16 - 8 * k) & 0xff);
    }
    return data;
}
}  // namespace kwire
