// SPDX-License-Identifier: Apache-2.0
// One partition as a consumer reads it: where it stands, what to ask next, and what an answer means.
//
// Three offsets, never out of order: what the application has been given ends at position(); what has been fetched ahead
// ends at fetch_offset(); end_offset() is where the broker says that there is no more for now. The rule of the house: the
// position passes an offset only if its record was delivered, the log does not have it (compaction), or the isolation level
// hides it; everything else that makes it move is an event. What cannot be read stops the partition; only seek() goes on.
//
// seek() and the like begin a new generation: what was asked or fetched before counts for nothing. A new leader begins a new
// turn: what the old one was asked is not waited for any more, what was fetched from it stays good. No I/O, no clock: the time and random numbers are passed in. Not thread-safe.
// Source: FetchRequest.json, FetchResponse.json; KIP-320 (epochs, truncation), KIP-595 (DivergingEpoch), KIP-951
// (CurrentLeader), KIP-74 (sizes), auto.offset.reset.
#pragma once

#include <kwire/client/offset_spec.hpp>
#include <kwire/client/options.hpp>
#include <kwire/net/backoff.hpp>
#include <kwire/protocol/messages/fetch.hpp>

#include <optional>
#include <string>

namespace kwire::inline v0 {
/// What a partition has to say besides its records.
struct partition_event {
    enum class kind {
        failing,  // what it needs fails again and again; it is being tried on
        moved,    // it goes on at `to` instead of `from`: what lies between was neither delivered nor can it be
        stopped,  // it does not go on until seek(); what lies from `from` up to `to` could not be read, where they are known
    };
    kind what;
    error why;
    std::int64_t from = -1, to = -1;
};

struct fetch_partition_options {
    kwire::isolation_level isolation_level = kwire::isolation_level::read_uncommitted;
    offset_reset auto_offset_reset = offset_reset::latest;
    backoff_options retry{std::chrono::milliseconds(100), std::chrono::milliseconds(1'000)};
    std::size_t first_fetch_bytes = 64 * 1024;            // a small first fetch is answered sooner
    std::size_t max_partition_fetch_bytes = 1024 * 1024;  // but for a batch that is larger
    std::size_t fetch_max_bytes = 50 * 1024 * 1024;       // as far as a larger batch may take it
    int fetched_ahead = 1;                                // answers that lie ready, and still the next is asked for
};
fetch_partition_options partition_options(const consumer_options& o, const client_options& common);

/// What the batches of an answer are, seen from their headers alone.
struct fetched_range {
    std::int64_t next_offset = -1;   // behind the last whole batch; -1: there is no whole batch
    std::int32_t leader_epoch = -1;  // of the last whole batch; -1: unknown
    std::size_t cut_batch_size = 0;  // what the batch that was cut off at the end measures whole; 0: none, or not known
    std::size_t largest_batch = 0;   // of the whole ones
    bool crowded_out = false;        // it is empty, and other partitions may have taken its place in the answer
    bool broken = false;             // behind that comes what is no batch: who reads it will see
};

class fetch_partition {
  public:
    enum class phase { looking_up, reading, stopped };

    struct question {
        std::uint32_t generation = 0, turn = 0;
        std::int64_t fetch_offset = 0;
        std::int32_t current_leader_epoch = -1, last_fetched_epoch = -1;
        std::size_t partition_max_bytes = 0;
        bool may_wait = false;  // at the end of the log as far as known: no use in being answered at once
    };
    struct lookup {
        std::uint32_t turn = 0;
        offset_spec what;
        std::int32_t current_leader_epoch = -1;
    };
    /// What follows from an answer.
    struct outcome {
        bool deliver = false;      // its records are the next ones
        bool reached_end = false;  // and behind them (or where it stood) is the end, which was not told before
        bool refresh_metadata = false;
        std::optional<partition_event> event;
    };

    fetch_partition(std::string topic, std::int32_t partition, offset_spec from, fetch_partition_options options);

    const std::string& topic() const noexcept { return topic_; }
    std::int32_t partition() const noexcept { return partition_; }
    phase state() const noexcept { return phase_; }
    bool paused() const noexcept { return paused_; }
    std::uint32_t generation() const noexcept { return generation_; }
    /// The first offset not yet delivered; -1 while it is not known.
    std::int64_t position() const noexcept { return position_; }
    std::int64_t fetch_offset() const noexcept { return fetch_offset_; }
    std::int64_t high_watermark() const noexcept { return high_watermark_; }  // -1: not known
    std::int64_t log_start_offset() const noexcept { return log_start_offset_; }
    /// Where reading ends for now: the high watermark, or the last stable offset with read_committed; -1: not known.
    std::int64_t end_offset() const noexcept;
    std::int32_t leader_id() const noexcept { return leader_id_; }
    std::int32_t leader_epoch() const noexcept { return leader_epoch_; }
    /// Why it stopped.
    const error* why_stopped() const noexcept { return stopped_ ? &*stopped_ : nullptr; }

    /// What metadata says. An older epoch than the one known changes nothing; id -1: there is none at the moment. A new
    /// leader is asked at once. A topic id other than before means another topic of the same name: its log is another one.
    outcome leader(std::int32_t id, std::int32_t epoch, uuid topic_id);
    uuid topic_id() const noexcept { return topic_id_; }

    // Looking up where to begin.
    /// What to ask ListOffsets for, if it is time to.
    std::optional<lookup> wants_lookup(clock::time_point now) const;
    void looking_up() noexcept { asked_ = true; }
    /// `at_end`: nothing lies behind `offset` now.
    outcome looked_up(std::uint32_t turn, std::int64_t offset, bool at_end);
    outcome lookup_failed(std::uint32_t turn, const error& why, clock::time_point now, std::uint64_t random);

    // Fetching.
    bool wants_fetch(clock::time_point now) const noexcept;
    /// When it wants something again that it does not want now for the time's sake; max() if time does not matter.
    clock::time_point not_before() const noexcept;
    /// `usual_bytes`: how much to ask of one partition of this broker.
    question ask(std::size_t usual_bytes) const noexcept;
    void asked() noexcept { asked_ = true; }
    outcome answered(const question& q, const fetch_response::partition& p, const fetched_range& got, clock::time_point now, std::uint64_t random);
    /// The whole request came to nothing.
    outcome fetch_failed(const question& q, const error& why, clock::time_point now, std::uint64_t random);

    // Reading what was fetched.
    /// The application has begun with one of the answers that lay ready.
    void taken(std::uint32_t generation) noexcept;
    /// It was handed all that is visible before `next_offset`; `epoch` is that of the batch before it.
    void delivered(std::uint32_t generation, std::int64_t next_offset, std::int32_t epoch) noexcept;
    /// What lies from `from` up to `to` cannot be read, so the position is `from`, also if it was beyond. It is fetched once more; the second time the partition stops.
    /// `for_good`: another copy will not be better (a batch over the limit, a codec that is not there).
    outcome unreadable(std::uint32_t generation, std::int64_t from, std::int64_t to, error why, bool for_good);

    /// Others need the room of what was fetched ahead: it is let go of, and fetched again. False if there is nothing to fetch.
    bool fetch_again() noexcept;

    // What the application wants.
    void seek(offset_spec to) noexcept;
    void pause() noexcept { paused_ = true; }
    void resume() noexcept { paused_ = false; }

  private:
    void renew(std::int64_t from) noexcept;
    error here(error why) const;
    outcome reset_or_stop(error why);
    outcome out_of_range(const question& q, clock::time_point now, std::uint64_t random);
    outcome diverged(const fetch_response::epoch_end_offset& agrees);
    outcome took(const question& q, const fetch_response::partition& p, const fetched_range& got, clock::time_point now, std::uint64_t random);
    outcome try_again(const error& why, clock::time_point now, std::uint64_t random);
    outcome stop(error why, std::int64_t from = -1, std::int64_t to = -1);
    void take_sizes(const question& q, const fetch_response::partition& p, const fetched_range& got) noexcept;
    bool newly_at_end() noexcept;

    const std::string topic_;
    const std::int32_t partition_;
    const fetch_partition_options options_;
    phase phase_ = phase::looking_up;
    offset_spec start_;                     // what is looked up
    std::optional<partition_event> reset_;  // told when the lookup has the new place
    std::optional<error> stopped_;
    std::uint32_t generation_ = 0, turn_ = 0;
    std::int64_t position_ = -1, fetch_offset_ = -1;
    std::int32_t position_epoch_ = -1, fetched_epoch_ = -1;  // of the batch before each
    std::int64_t high_watermark_ = -1, last_stable_offset_ = -1, log_start_offset_ = -1, told_end_ = -1;
    std::int32_t leader_id_ = -1, leader_epoch_ = -1;
    uuid topic_id_;
    std::size_t larger_bytes_ = 0;  // because of a batch that did not fit
    std::int64_t unreadable_ = -1;  // the offset that was refetched because it could not be read
    backoff backoff_;
    std::error_code told_failing_;
    int ready_ = 0;  // answers that the application has not begun with
    bool asked_ = false, paused_ = false, first_ = true, check_epoch_ = true;
    bool broken_ = false;  // what was fetched last ends in what is no batch: no use in asking for more
};
}  // namespace kwire
