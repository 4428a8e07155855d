// SPDX-License-Identifier: Apache-2.0
// What a consumer hands out: records as views, and what keeps alive what they view into.
//
// A batch is as the producer made it: its records lie in the answer that brought them, or, if it was compressed, where it
// was expanded. Both count against fetch_buffer_memory until the last batch or record that views into them is gone: copy
// what is kept for long.
#pragma once

#include <kwire/protocol/error.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace kwire::inline v0 {
struct consumed_partition;
class consumer_stream;

struct topic_partition {
    std::string topic;
    std::int32_t partition = 0;
};

/// One record, with where it comes from. Its views live as long as it, or any copy of it.
struct consumer_record : record_view {
    std::string_view topic;
    std::int32_t partition = 0;
    std::shared_ptr<const void> keeps;
};

/// The visible records of one record batch, in order; perhaps none.
class consumed_batch {
  public:
    consumed_batch() = default;

    std::string_view topic() const noexcept { return topic_; }
    std::int32_t partition() const noexcept { return partition_; }
    /// Where the partition goes on behind this batch.
    std::int64_t next_offset() const noexcept { return next_offset_; }
    /// -1: not known.
    std::int64_t high_watermark() const noexcept { return high_watermark_; }
    std::int32_t leader_epoch() const noexcept { return leader_epoch_; }
    /// The batch as it lies in the answer: its codec, checksum, producer and kind of timestamps. Lives as long as keeps();
    /// an end_of_partition() has none.
    const batch_view& header() const noexcept { return header_; }
    /// Not a batch but news: everything before next_offset() was handed out, and that is the end of the partition for now.
    bool end_of_partition() const noexcept { return end_; }

    /// Calls `visit(const record_view&)` for each record: the quickest way. A record that cannot be read ends it with
    /// its error; the consumer then knows too, and has not passed that record.
    template <class Visit> result<void> for_each(Visit&& visit) const {
        record_reader records = records_;
        std::int64_t next = -1;
        auto whole = records.for_each([&](const record_view& r) {
            next = r.offset + 1;
            visit(r);
        });
        if (!whole) report(whole.error(), next);
        return whole;
    }

    class iterator;
    /// `for (const record_view& r : batch)`. A record that cannot be read ends the loop; next_batch() then returns its error.
    iterator begin() const;
    std::default_sentinel_t end() const noexcept { return {}; }
    /// What the views of its records need; hold it to keep them longer than the batch.
    const std::shared_ptr<const void>& keeps() const noexcept { return keeps_; }

  private:
    friend consumer_stream;
    void report(const error& why, std::int64_t at) const;

    std::shared_ptr<const void> keeps_;
    batch_view header_;
    record_reader records_;
    std::string_view topic_;
    std::int64_t next_offset_ = -1, high_watermark_ = -1, from_ = -1;
    std::int32_t partition_ = -1, leader_epoch_ = -1;
    std::uint32_t seeks_ = 0, generation_ = 0;
    bool end_ = false;
    std::shared_ptr<consumed_partition> of_;
};

class consumed_batch::iterator {
  public:
    using value_type = record_view;
    using difference_type = std::ptrdiff_t;
    explicit iterator(const consumed_batch& of) : of_(&of), records_(of.records_) { ++*this; }
    const record_view& operator*() const noexcept { return record_; }
    const record_view* operator->() const noexcept { return &record_; }
    iterator& operator++() {
        const std::int64_t before = more_ ? record_.offset + 1 : -1;
        more_ = records_.next(record_);
        if (!more_) [[unlikely]]
            finish(before);
        return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& i, std::default_sentinel_t) noexcept { return !i.more_; }

  private:
    void finish(std::int64_t at) const {
        if (auto whole = records_.status(); !whole) of_->report(whole.error(), at);
    }
    const consumed_batch* of_;
    record_reader records_;
    record_view record_;
    bool more_ = false;
};
inline consumed_batch::iterator consumed_batch::begin() const { return iterator(*this); }

/// Something went wrong with a partition, or it does not go on where it was expected to.
struct consumer_error {
    std::string topic;
    std::int32_t partition = -1;
    error why;
    bool stopped = false;    // it reads no further until seek()
    std::int64_t from = -1;  // what lies from here …
    std::int64_t to = -1;    // … up to here was not delivered (or if smaller: comes again); -1: nothing was passed
};
}  // namespace kwire
