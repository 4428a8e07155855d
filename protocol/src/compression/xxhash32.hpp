// SPDX-License-Identifier: Apache-2.0
// XXH32 with seed 0, the checksum of lz4 frames.
// Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
#pragma once

#include "compression/coder.hpp"

#include <bit>

namespace kwire::inline v0::compression {
inline std::uint32_t xxhash32(bytes in) noexcept {
    constexpr std::uint32_t p1 = 0x9e3779b1, p2 = 0x85ebca77, p3 = 0xc2b2ae3d, p4 = 0x27d4eb2f, p5 = 0x165667b1;
    const std::byte* p = in.data();
    std::size_t n = in.size();
    std::uint32_t hash = p5;
    if (n >= 16) {
        std::uint32_t lanes[4] = {p1 + p2, p2, 0, 0 - p1};
        for (; n >= 16; p += 16, n -= 16) {
            for (std::size_t i = 0; i < 4; ++i) lanes[i] = std::rotl(lanes[i] + load_little32(p + 4 * i) * p2, 13) * p1;
        }
        hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
    }
    hash += static_cast<std::uint32_t>(in.size());
    for (; n >= 4; p += 4, n -= 4) hash = std::rotl(hash + load_little32(p) * p3, 17) * p4;
    for (; n > 0; ++p, --n) hash = std::rotl(hash + std::to_integer<std::uint32_t>(*p) * p5, 11) * p1;
    hash = (hash ^ hash >> 15) * p2;
    hash = (hash ^ hash >> 13) * p3;
    return hash ^ hash >> 16;
}
}  // namespace kwire
