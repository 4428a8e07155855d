// SPDX-License-Identifier: Apache-2.0
// Which partition a record goes to, if it does not say so itself.
//
// Keys go where other clients' keys go: murmur2 as in Java, CRC-32 as in librdkafka, FNV-1a as in Sarama. Records without
// a key (but for kinds that hash it all the same) go to a partition that has a leader, while there is one.
// Source: DefaultPartitioner (BuiltInPartitioner.java); rdkafka_msg.c; partitioner.go of Sarama.
#pragma once

#include <kwire/client/options.hpp>
#include <kwire/protocol/bytes.hpp>

namespace kwire::inline v0 {
class partitioner {
  public:
    partitioner(partitioner_kind kind, std::uint64_t seed) : kind_(kind), state_(seed | 1) {}
    /// Of `count` partitions, those in `led` have a leader. -1: none can be chosen, because the kind is manual.
    std::int32_t choose(const std::optional<bytes>& key, std::int32_t count, std::span<const std::int32_t> led);

  private:
    std::uint64_t random() noexcept;
    std::int32_t any(std::int32_t count, std::span<const std::int32_t> led) noexcept;

    partitioner_kind kind_;
    std::uint64_t state_, next_ = 0;
};
}  // namespace kwire
