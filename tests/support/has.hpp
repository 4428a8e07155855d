// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace kwire::support {
inline bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }
}  // namespace kwire::support
