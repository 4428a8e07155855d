// SPDX-License-Identifier: Apache-2.0
// What to do instead of setting a property that Java's client or librdkafka has and kwire has not.
#pragma once

#include <string_view>

namespace kwire::inline v0 {
/// "a send is tried again until delivery.timeout.ms is over"; empty for a name that nobody knows.
std::string_view instead_of(std::string_view name) noexcept;
}  // namespace kwire
