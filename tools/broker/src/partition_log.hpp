// SPDX-License-Identifier: Apache-2.0
// One partition's log: whole record batches in a row, in memory, bounded.
//
// Batches lie in chunks that never move, so an answer can be written from where the records lie; who reads holds the
// chunk. A read never spans two chunks, so it may end before the log does. Retention drops whole batches from the front
// and keeps at least one; the budget of all logs drops the oldest batches of all, whichever log they lie in. The epochs
// are those of Kafka's leader epoch cache.
// Source: KIP-74 (limits of a read), KIP-101 (leader epochs).
#pragma once

#include "log_budget.hpp"

#include <kwire/protocol/bytes.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace kwire::inline v0 {
class partition_log {
  public:
    struct entry {
        std::int64_t base_offset = 0, last_offset = 0, max_timestamp = -1;
        std::int32_t leader_epoch = 0;
        std::uint64_t position = 0;    // bytes ever appended before it
        std::uint64_t number = 0;      // in the budget
        std::size_t size = 0, at = 0;  // `at` in its chunk
        std::shared_ptr<buffer> chunk;
        bytes data() const { return bytes(*chunk).subspan(at, size); }
    };
    struct slice {
        bytes data;  // whole batches; empty if none was to be had
        std::shared_ptr<const buffer> keeps;
    };
    struct epoch_end {
        std::int32_t epoch = -1;
        std::int64_t end_offset = -1;
    };

    partition_log(std::size_t retention_bytes, std::shared_ptr<log_budget> budget) : retention_(retention_bytes), budget_(std::move(budget)) {}
    partition_log(const partition_log&) = delete;
    partition_log& operator=(const partition_log&) = delete;
    ~partition_log();

    /// Appends one batch that has been judged, with its offset, leader epoch and youngest timestamp filled in; returns the offset.
    std::int64_t append(bytes batch, std::int64_t max_timestamp, std::int32_t leader_epoch);
    /// From the batch that holds `offset` on: as many as fit into `most` bytes, the first in any case if `first_anyway`.
    slice read(std::int64_t offset, std::size_t most, bool first_anyway) const;
    /// Bytes from the batch that holds `offset` to the end.
    std::uint64_t bytes_from(std::int64_t offset) const;
    /// The batch that holds `offset`, or the first one behind it; null behind the end.
    const entry* find(std::int64_t offset) const;

    std::int64_t start() const noexcept { return start_; }
    std::int64_t end() const noexcept { return end_; }
    const std::deque<entry>& entries() const noexcept { return entries_; }
    /// The last epoch that is not above `epoch`, and where it ends (the log's end for `current`).
    epoch_end end_of_epoch(std::int32_t epoch, std::int32_t current) const;

    void delete_before(std::int64_t offset);
    void truncate(std::int64_t offset);
    /// The oldest batch is gone. There must be one.
    void drop_front();

  private:
    struct epoch_start {
        std::int32_t epoch;
        std::int64_t offset;
    };
    std::byte* room(std::size_t size);
    std::uint64_t first_number() const noexcept { return entries_.empty() ? 0 : entries_.front().number; }

    std::size_t retention_;
    std::shared_ptr<log_budget> budget_;
    std::deque<entry> entries_;
    std::vector<epoch_start> epochs_;
    std::shared_ptr<buffer> chunk_;  // the one that is being filled
    std::size_t used_ = 0;
    std::uint64_t appended_ = 0;
    std::int64_t start_ = 0, end_ = 0;
};
}  // namespace kwire
