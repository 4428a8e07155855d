// SPDX-License-Identifier: Apache-2.0
// Where each field of a record batch stands, and of the messages that came before it.
//
// The first 17 bytes agree in all three formats: an offset, a length, (a leader epoch or a checksum,) then the magic that
// tells them apart.
// Source: KIP-98 (magic 2), KIP-32 and KIP-31 (magic 1: timestamps, relative offsets), KIP-534 (delete horizon).
#pragma once

#include <cstddef>
#include <cstdint>

namespace kwire::inline v0 {
/// Byte offsets in a batch of magic 2.
namespace batch_layout {
inline constexpr std::size_t base_offset = 0, length = 8, partition_leader_epoch = 12, magic = 16, crc = 17, attributes = 21, last_offset_delta = 23,
                             base_timestamp = 27, max_timestamp = 35, producer_id = 43, producer_epoch = 51, base_sequence = 53, count = 57,
                             records = 61;
/// What `length` does not count: itself and the base offset.
inline constexpr std::size_t before_length = 12;
}  // namespace batch_layout

/// Byte offsets in a message of magic 0 or 1, which is a set of messages itself when it is compressed.
namespace message_layout {
inline constexpr std::size_t offset = 0, size = 8, crc = 12, magic = 16, attributes = 17, timestamp = 18;
inline constexpr std::size_t key_length_v0 = 18, key_length_v1 = 26;
}  // namespace message_layout

/// Bits of a batch's attributes; the lowest three bits are the codec.
namespace batch_attributes {
inline constexpr std::int16_t codec = 7, log_append_time = 1 << 3, transactional = 1 << 4, control = 1 << 5, delete_horizon = 1 << 6;
}  // namespace batch_attributes

/// The sequence number `delta` records after `base`; sequence numbers go from 2147483647 to 0. -1 (none) stays -1.
constexpr std::int32_t sequence_after(std::int32_t base, std::int32_t delta) noexcept {
    if (base == -1) return -1;
    return static_cast<std::int32_t>((static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(delta)) & 0x7fffffff);
}
}  // namespace kwire
