// SPDX-License-Identifier: Apache-2.0
// Text of a peer's, made fit for an error: what does not print is a question mark, what is long is cut.
#pragma once

#include <string>
#include <string_view>

namespace kwire::inline v0 {
inline std::string printable(std::string_view text, std::size_t most = 300) {
    std::string out;
    for (const char c : text.substr(0, most)) out += c >= 0x20 && c < 0x7f ? c : '?';
    if (text.size() > most) out += "...";
    return out;
}
}  // namespace kwire
