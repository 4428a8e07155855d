// SPDX-License-Identifier: Apache-2.0
// How a partition is written, wherever one is named.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kwire::inline v0 {
/// "orders[2]"
inline std::string place_of(std::string_view topic, std::int32_t partition) {
    std::string text(topic);
    text += "[" + std::to_string(partition) + "]";
    return text;
}
}  // namespace kwire
