// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/partition_hash.hpp>

#include <kwire/protocol/crc32c.hpp>

namespace kwire::inline v0 {
std::uint32_t murmur2(bytes key) noexcept {
    constexpr std::uint32_t seed = 0x9747b28c, m = 0x5bd1e995;
    const auto at = [&](std::size_t i) { return std::to_integer<std::uint32_t>(key[i]); };
    std::uint32_t h = seed ^ static_cast<std::uint32_t>(key.size());
    std::size_t i = 0;
    for (; i + 4 <= key.size(); i += 4) {
        std::uint32_t k = (at(i) | at(i + 1) << 8 | at(i + 2) << 16 | at(i + 3) << 24) * m;
        k ^= k >> 24;
        h = (h * m) ^ (k * m);
    }
    if (i < key.size()) {
        for (std::size_t j = key.size(); j-- > i;) h ^= at(j) << (8 * (j - i));
        h *= m;
    }
    h ^= h >> 13;
    h *= m;
    return h ^ h >> 15;
}

std::uint32_t fnv1a(bytes key) noexcept {
    std::uint32_t h = 0x811c9dc5;
    for (const std::byte b : key) h = (h ^ std::to_integer<std::uint32_t>(b)) * 0x01000193;
    return h;
}

std::int32_t murmur2_partition(bytes key, std::int32_t partitions) noexcept {
    return static_cast<std::int32_t>(murmur2(key) & 0x7fffffff) % partitions;  // the sign is cut off, not turned
}

std::int32_t crc32_partition(bytes key, std::int32_t partitions) noexcept {
    return static_cast<std::int32_t>(crc32(key) % static_cast<std::uint32_t>(partitions));
}

std::int32_t fnv1a_partition(bytes key, std::int32_t partitions) noexcept {
    const std::uint32_t h = fnv1a(key);  // read as a signed number, of which the absolute value counts
    return static_cast<std::int32_t>((h > INT32_MAX ? 0 - h : h) % static_cast<std::uint32_t>(partitions));
}
}  // namespace kwire
