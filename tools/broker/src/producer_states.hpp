// SPDX-License-Identifier: Apache-2.0
// What a partition remembers of idempotent producers, to tell repeated batches from lost ones.
//
// Per producer id: its epoch and its last five batches. A batch that is one of those is a duplicate and gets the offset that
// it got before; any other must begin right behind the last one. A producer that is not known may begin anywhere (its
// state may have expired), a new epoch of one that is known begins at 0, and an older epoch is fenced.
// Source: KIP-98, KIP-360; ProducerAppendInfo.java and ProducerStateManager.java of Apache Kafka.
#pragma once

#include "batch.hpp"
#include "partition_log.hpp"

#include <deque>
#include <map>
#include <optional>

namespace kwire::inline v0 {
class producer_states {
  public:
    struct verdict {
        errc code = errc::none;
        std::optional<std::int64_t> duplicate_of;  // the base offset that it got
        std::string what;
    };
    verdict judge(const batch_header& h) const;
    void appended(const batch_header& h, std::int64_t base_offset);
    /// The log was truncated at `offset`: back to what its batches that are left say.
    void truncate(std::int64_t offset, const std::deque<partition_log::entry>& left);
    /// As if producer.id.expiration.ms were over for all of them.
    void forget() { producers_.clear(); }

  private:
    static constexpr std::size_t batches_kept = 5;  // max.in.flight.requests.per.connection of an idempotent producer
    static constexpr std::size_t producers_kept = 10'000;
    struct batch {
        std::int32_t first, last;
        std::int64_t base_offset;
    };
    struct producer {
        std::int16_t epoch = -1;
        std::uint64_t used = 0;
        std::deque<batch> batches;
    };
    std::map<std::int64_t, producer> producers_;
    std::uint64_t appends_ = 0;
};
}  // namespace kwire
