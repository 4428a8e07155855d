// SPDX-License-Identifier: Apache-2.0
// "Did you mean …?": the known name that looks most like one that is not known.
#pragma once

#include <span>
#include <string_view>

namespace kwire::inline v0 {
/// How many characters must be inserted, removed, replaced or swapped with their neighbour to make `b` of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The name closest to `to`, the first of several; empty if not even half of it would stay.
std::string_view nearest(std::string_view to, std::span<const std::string_view> names);
}  // namespace kwire
