// SPDX-License-Identifier: Apache-2.0
// A secret that is easy to find again, in whatever form it was printed.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace kwire::support {
constexpr std::string_view canary = "canary-sEcReT-7391";

namespace detail {
inline std::string base64(const std::string& text) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0, count = 0;
    for (const char c : text) {
        bits = (bits << 8 | static_cast<unsigned char>(c)) & 0xffff;
        for (count += 8; count >= 6; count -= 6) out += digits[bits >> (count - 6) & 63];
    }
    return out;  // what does not fill a digit is left out
}
inline std::string hex(std::string_view text, std::string_view digits, std::string_view between) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (!out.empty()) out += between;
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}
}  // namespace detail

/// As text, in base64 at each of three places, in hex of both cases with and without blanks, in UTF-16 of both orders.
/// A part of eight bytes stands for the whole, so that what was cut or broken into lines is found as well.
inline std::vector<std::string> forms_of(std::string_view secret) {
    const std::string part(secret.substr(0, 8));
    std::vector<std::string> all{part};
    for (std::size_t before = 0; before < 3; ++before) {
        const auto whole = detail::base64(std::string(before, '\0') + part);
        all.push_back(whole.substr((before * 8 + 5) / 6));
    }
    for (const std::string_view digits : {"0123456789abcdef", "0123456789ABCDEF"})
        for (const std::string_view between : {"", " "}) all.push_back(detail::hex(part, digits, between));
    std::string little, big;
    for (const char c : part) little += c, little += '\0', big += '\0', big += c;
    all.push_back(little), all.push_back(big);
    return all;
}

/// Fails if `text` holds the secret in any of these forms.
inline void expect_without(std::string_view secret, const std::string& text, const std::string& where = "") {
    for (const auto& form : forms_of(secret)) EXPECT_EQ(text.find(form), text.npos) << where << " holds the secret as \"" << form << "\":\n" << text;
}
}  // namespace kwire::support
