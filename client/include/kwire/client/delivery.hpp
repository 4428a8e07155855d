// SPDX-License-Identifier: Apache-2.0
// What became of a record that was sent: it was written, it was not, or nobody will ever know.
//
// A batch is answered as a whole, so its records share one state and a record's handle is that state and an index. The
// error of a failed delivery tells the two kinds of failure apart: outcome_of(). An unknown outcome is reported only where
// a request was handed to the socket and no answer settled the matter before the deadline.
#pragma once

#include <kwire/net/environment.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

namespace kwire::inline v0 {
enum class delivery_outcome : std::uint8_t {
    acked,        // it is in the log, as often as acks asked for
    not_written,  // it is not in the log and never will be
    unknown,      // it may be in the log, once; or, without idempotence, more than once
};
std::string_view to_string(delivery_outcome o) noexcept;

struct delivery {
    std::int32_t partition = -1;
    std::int64_t offset = -1;     // -1: not told (acks 0, or a broker that knows the batch only as a repeated one)
    std::int64_t timestamp = -1;  // ms since 1970: the record's, or the broker's where the topic has LogAppendTime
};

/// Of a delivery's result.
inline delivery_outcome outcome_of(const error& why) noexcept {
    return why.perhaps_done() ? delivery_outcome::unknown : delivery_outcome::not_written;
}
inline delivery_outcome outcome_of(const result<delivery>& d) noexcept { return d ? delivery_outcome::acked : outcome_of(d.error()); }

/// A whole batch, for the callback that is told of each.
struct batch_delivery {
    std::string_view topic;
    std::int32_t partition = -1;
    std::int32_t count = 0;         // records in it
    std::int64_t base_offset = -1;  // of its first record
    const error* why = nullptr;     // null: acked
    delivery_outcome outcome() const noexcept { return why ? outcome_of(*why) : delivery_outcome::acked; }
};

class event;

/// What the records of one batch share. Counted: by their handles, and by the producer until it is answered. While the
/// batch is open, handles are counted by the accumulator under its lock; the count starts high and is put right when the
/// batch is closed, so that handing one out costs no atomic operation.
class delivery_state {
  public:
    explicit delivery_state(std::int32_t partition) : partition_(partition) {}
    delivery_state(const delivery_state&) = delete;
    delivery_state& operator=(const delivery_state&) = delete;

    void closed(std::int32_t handles) noexcept { owners_.fetch_add(handles + 1 - still_open, std::memory_order_relaxed); }
    void release() noexcept {
        if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }
    void share() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }

    /// On the strand, once.
    void succeed(std::int64_t base_offset, std::int64_t log_append_time);
    void fail(error why);
    bool done() const noexcept { return done_.load(std::memory_order_acquire); }
    std::int32_t partition() const noexcept { return partition_; }
    /// Once done().
    const error* why() const noexcept { return why_ ? &*why_ : nullptr; }
    std::int64_t offset_of(std::int32_t index) const noexcept { return base_offset_ < 0 ? -1 : base_offset_ + index; }
    std::int64_t log_append_time() const noexcept { return log_append_time_; }

    /// Who waits for it, on the strand.
    std::vector<event*> waiters;

  private:
    static constexpr std::int64_t still_open = std::int64_t{1} << 40;
    ~delivery_state() = default;
    void settle();

    std::atomic<std::int64_t> owners_{still_open};
    std::atomic<bool> done_{false};
    std::int32_t partition_;
    std::int64_t base_offset_ = -1, log_append_time_ = -1;
    std::optional<error> why_;
};

/// A record under way. Cheap; may be dropped at any time, which changes nothing for the record. Any thread may ask.
class handle {
  public:
    handle() = default;
    /// Takes over one count of `s`.
    handle(delivery_state* s, std::int32_t index, std::int64_t timestamp) noexcept : state_(s), index_(index), timestamp_(timestamp) {}
    handle(handle&& other) noexcept : state_(std::exchange(other.state_, nullptr)), index_(other.index_), timestamp_(other.timestamp_) {}
    handle& operator=(handle&& other) noexcept {
        if (this == &other) return *this;
        if (state_) state_->release();
        state_ = std::exchange(other.state_, nullptr);
        index_ = other.index_;
        timestamp_ = other.timestamp_;
        return *this;
    }
    ~handle() {
        if (state_) state_->release();
    }

    explicit operator bool() const noexcept { return state_ != nullptr; }
    bool done() const noexcept { return state_->done(); }
    /// Once done(): where the record is, or why it is not known to be there.
    result<delivery> get() const;
    /// Known at once.
    std::int32_t partition() const noexcept { return state_->partition(); }
    delivery_state* state() const noexcept { return state_; }

  private:
    delivery_state* state_ = nullptr;
    std::int32_t index_ = 0;
    std::int64_t timestamp_ = -1;
};
}  // namespace kwire
