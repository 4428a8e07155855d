// SPDX-License-Identifier: Apache-2.0
// Base64 as Kafka prints it: + and / with padding for bytes, - and _ without padding for uuids.
// Source: RFC 4648, sections 4 and 5.
#pragma once

#include <kwire/protocol/bytes.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace kwire::inline v0 {
enum class base64_alphabet { standard, url };

/// Appends `data` to `out`: padded in the standard alphabet, without padding in the url one.
void append_base64(std::string& out, bytes data, base64_alphabet alphabet);
/// The bytes; null unless `text` is exactly what append_base64 writes for some.
std::optional<std::string> decode_base64(std::string_view text, base64_alphabet alphabet);
}  // namespace kwire
