// SPDX-License-Identifier: Apache-2.0
// Bytes out of whatever people have at hand: hex in any usual spelling, base64, or the bytes themselves.
#pragma once

#include <kwire/protocol/bytes.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace kwire::tool {
/// Bytes of hex: with or without blanks, 0x00, \x00, {0x00, 0x01}, 00:01, the dumps of xxd, hexdump -C, od -A x -t x1 and
/// Wireshark, C arrays (Wireshark, xxd -i) and string literals with escapes ("\x00kwire", b'\x00').
/// Null if `text` is anything else. Empty text is no bytes.
std::optional<std::string> bytes_of_hex(std::string_view text);
/// Hex, else base64 (either alphabet), else `content` as it is.
std::string bytes_in(std::string_view content);
/// Lower case, without blanks.
std::string hex_of(bytes data);
}  // namespace kwire::tool
