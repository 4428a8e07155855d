// SPDX-License-Identifier: Apache-2.0
// Which records of a fetched `records` field an application may see, and where to fetch next.
//
// Left out are records below the offset that was asked for (a batch comes whole), control records, and with
// read_committed those of aborted transactions: the broker names each by producer and first offset, and from there on
// that producer's transactional batches are hidden until its abort marker comes by.
// Source: KIP-98 (isolation level, aborted transactions); CompletedFetch of Apache Kafka.
#pragma once

#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/compression.hpp>
#include <kwire/protocol/error.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <cstdint>
#include <vector>

namespace kwire::inline v0 {
/// What a control record says; a batch has one.
enum class control_record_type : std::int16_t {
    unknown = -1,  // newer than this list
    abort = 0,
    commit = 1,
    leader_change = 2,
    snapshot_header = 3,
    snapshot_footer = 4,
    kraft_version = 5,
    kraft_voters = 6,
};
/// Reads the type from a control record's key. Nothing if that is null or too short.
std::optional<control_record_type> control_type(const record_view& r) noexcept;

/// A transaction that was aborted, as a Fetch answer names it.
struct aborted_transaction {
    std::int64_t producer_id = 0;
    std::int64_t first_offset = 0;
};

/// Follows aborted transactions over the batches of one partition, in the order of their offsets.
class aborted_transactions {
  public:
    aborted_transactions() = default;
    /// In any order, as Fetch answers have it.
    explicit aborted_transactions(std::vector<aborted_transaction> all);
    /// True if the records of `batch`, the next one, belong to an aborted transaction. A marker needs expanding if it is
    /// compressed, hence the rest.
    result<bool> hides(const batch_view& batch, decompressor& expander, buffer& room);

  private:
    std::vector<aborted_transaction> ahead_;  // the one that begins last first
    std::vector<std::int64_t> open_;          // producers whose transaction is being left out
};

/// Walks a records field batch by batch; those without anything to see are passed.
class visible_batches {
  public:
    /// read_uncommitted.
    visible_batches(bytes records, std::int64_t fetch_offset, bool check_crcs = true) noexcept
        : batches_(records, check_crcs), next_offset_(fetch_offset) {}
    /// read_committed.
    visible_batches(bytes records, std::int64_t fetch_offset, std::vector<aborted_transaction> aborted, bool check_crcs = true)
        : batches_(records, check_crcs), next_offset_(fetch_offset), committed_only_(true), aborted_(std::move(aborted)) {}

    /// The records of the next batch that has some to see, perhaps none of them after all; false at the end. Views are
    /// good until `room` is used again. The call says that the batch before has been dealt with: next_offset() passes it.
    /// After an error the batch at fault is not passed, and the same error comes again; but after buffer_full, when the
    /// expander was refused its room, the next call tries that batch once more.
    result<bool> next(decompressor& expander, buffer& room, record_reader& out);
    /// The batch that next() came to last, also if it ended with an error that concerns its records.
    const batch_view& batch() const noexcept { return batch_; }
    /// Where to go on, once all records that next() gave out have been dealt with up to the current batch, and after
    /// the last batch once next() said false. Never lower than the offset that was asked for.
    std::int64_t next_offset() const noexcept { return next_offset_; }
    std::size_t trailing_bytes() const noexcept { return batches_.trailing_bytes(); }

  private:
    record_batches batches_;
    batch_view batch_;
    std::int64_t next_offset_;
    bool committed_only_ = false, in_batch_ = false, again_ = false;
    aborted_transactions aborted_;
    std::optional<error> fault_;
};
}  // namespace kwire
