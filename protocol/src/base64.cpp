// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/base64.hpp>

#include <cstdint>

namespace kwire::inline v0 {
namespace {
constexpr std::string_view digits_of(base64_alphabet alphabet) {
    return alphabet == base64_alphabet::url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                                            : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}
}  // namespace

void append_base64(std::string& out, bytes data, base64_alphabet alphabet) {
    const auto digits = digits_of(alphabet);
    for (std::size_t i = 0; i < data.size(); i += 3) {
        const std::size_t n = std::min<std::size_t>(3, data.size() - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? std::to_integer<std::uint32_t>(data[i + k]) : 0);
        for (std::size_t k = 0; k <= n; ++k) out += digits[group >> (18 - 6 * k) & 63];
        if (alphabet == base64_alphabet::standard) out.append(3 - n, '=');
    }
}

std::optional<std::string> decode_base64(std::string_view text, base64_alphabet alphabet) {
    if (alphabet == base64_alphabet::standard) {
        if (text.size() % 4 != 0) return std::nullopt;
        for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    }
    if (text.size() % 4 == 1) return std::nullopt;
    const auto digits = digits_of(alphabet);
    std::string out;
    std::uint32_t group = 0;
    int bits = 0;
    for (const char c : text) {
        const auto digit = digits.find(c);
        if (digit == digits.npos) return std::nullopt;
        group = group << 6 | static_cast<std::uint32_t>(digit);
        if (bits += 6; bits >= 8) out += static_cast<char>(group >> (bits -= 8) & 255);
    }
    if (group & ((1u << bits) - 1)) return std::nullopt;  // bits that belong to no byte
    return out;
}
}  // namespace kwire
