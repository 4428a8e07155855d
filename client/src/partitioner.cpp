// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/partitioner.hpp>

#include <kwire/protocol/partition_hash.hpp>

namespace kwire::inline v0 {
namespace {
bool hashes(partitioner_kind kind, const std::optional<bytes>& key) {
    switch (kind) {
        case partitioner_kind::murmur2:
        case partitioner_kind::consistent:
        case partitioner_kind::fnv1a: return true;
        case partitioner_kind::murmur2_random:
        case partitioner_kind::fnv1a_random: return key.has_value();
        case partitioner_kind::consistent_random: return key && !key->empty();
        case partitioner_kind::random:
        case partitioner_kind::round_robin:
        case partitioner_kind::manual: return false;
    }
    return false;
}
}  // namespace

// xorshift64*: quick, and good enough to spread records.
std::uint64_t partitioner::random() noexcept {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 2685821657736338717u;
}

std::int32_t partitioner::any(std::int32_t count, std::span<const std::int32_t> led) noexcept {
    const auto among = led.empty() ? static_cast<std::uint64_t>(count) : led.size();
    const auto n = kind_ == partitioner_kind::round_robin ? next_++ % among : (random() >> 32) * among >> 32;
    return led.empty() ? static_cast<std::int32_t>(n) : led[n];
}

std::int32_t partitioner::choose(const std::optional<bytes>& key, std::int32_t count, std::span<const std::int32_t> led) {
    if (kind_ == partitioner_kind::manual) return -1;
    if (!hashes(kind_, key)) return any(count, led);
    const bytes k = key.value_or(bytes());
    switch (kind_) {
        case partitioner_kind::consistent:
        case partitioner_kind::consistent_random: return crc32_partition(k, count);
        case partitioner_kind::fnv1a:
        case partitioner_kind::fnv1a_random: return fnv1a_partition(k, count);
        default: return murmur2_partition(k, count);
    }
}
}  // namespace kwire
