// SPDX-License-Identifier: Apache-2.0
// Base64 as RFC 4648, section 4, in both directions; reading takes nothing that writing would not have made.
#pragma once

#include <kwire/protocol/bytes.hpp>

#include <optional>
#include <string>

namespace kwire::inline v0 {
std::string to_base64(bytes data);
std::optional<std::string> from_base64(std::string_view text);
}  // namespace kwire
