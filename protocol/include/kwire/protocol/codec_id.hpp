// SPDX-License-Identifier: Apache-2.0
// The five ways in which the records of a batch can be compressed, by the numbers that the wire uses.
//
// Source: the lowest three bits of a record batch's attributes; KIP-110 for zstd.
#pragma once

#include <cstdint>

namespace kwire::inline v0 {
enum class codec : std::uint8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };
}  // namespace kwire
