// SPDX-License-Identifier: Apache-2.0
// Which partition a key belongs to, as other clients reckon: records of one key stay together whoever sends them.
//
// Each takes the key's bytes and the number of partitions of the topic, at least 1. An empty key has a hash too; what a
// client does without a key is its partitioner's affair.
// Source: Utils.murmur2 of Apache Kafka; rdcrc32.c and rd_fnv1a of librdkafka; NewHashPartitioner of Sarama.
#pragma once

#include <kwire/protocol/bytes.hpp>

#include <cstdint>

namespace kwire::inline v0 {
/// MurmurHash2 with Kafka's seed.
std::uint32_t murmur2(bytes key) noexcept;
/// FNV-1a of 32 bits.
std::uint32_t fnv1a(bytes key) noexcept;

/// Java's default, librdkafka's murmur2 and murmur2_random.
std::int32_t murmur2_partition(bytes key, std::int32_t partitions) noexcept;
/// librdkafka's consistent and consistent_random: CRC-32.
std::int32_t crc32_partition(bytes key, std::int32_t partitions) noexcept;
/// Sarama's hash partitioner, librdkafka's fnv1a and fnv1a_random.
std::int32_t fnv1a_partition(bytes key, std::int32_t partitions) noexcept;
}  // namespace kwire
