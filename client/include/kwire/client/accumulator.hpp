// SPDX-License-Identifier: Apache-2.0
// Where records wait to be sent: appended by any thread, taken in batches by the strand.
//
// One mutex, held for the time it takes to lay a record down in its partition's open batch; nothing else crosses threads
// on the way out. Whoever fills a batch up compresses it, outside the lock; it may end meanwhile (its deadline passes, the
// producer is closed), but its memory is not used again before that is done. Memory is one budget: every batch from its first
// record until its memory is free again, and idle memory that is kept for the next ones. When it is spent, append() says
// buffer_full, and open batches stop to linger until there is room.
// The time is asked through a function, once for each batch; records bring theirs.
#pragma once

#include <kwire/client/delivery.hpp>
#include <kwire/client/metadata_view.hpp>
#include <kwire/client/partitioner.hpp>
#include <kwire/client/producer_record.hpp>
#include <kwire/client/send_lane.hpp>
#include <kwire/protocol/compression.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace kwire::inline v0 {
class accumulator {
  public:
    struct topic_state;
    /// One partition: what is being filled, and what the strand has taken.
    struct lane final : send_lane {
        lane(topic_state& t, std::int32_t partition, bool idempotent);
        topic_state& home;
        // of the strand
        std::int32_t leader = -1;
        std::uint64_t request = 0;  // the last that a batch of this lane went into
        bool in_use = false;        // in the list of those with batches under way, or in a pause
        // of the lock
        produce_batch* open = nullptr;
        std::deque<produce_batch*> closed;  // oldest first
        bool busy = false;                  // in the list of those that have batches here
    };
    struct topic_state {
        explicit topic_state(std::string n) : name(std::move(n)) {}
        const std::string name;
        uuid id;                                   // of the strand
        std::vector<std::unique_ptr<lane>> lanes;  // one for each partition; grows under the lock
        std::vector<std::int32_t> led;             // partitions that have a leader, if not all have
        std::int32_t partitions = 0;               // 0: not known yet
        std::optional<error> why;                  // why it cannot be written to
        bool asked = false;                        // the strand was told that it is wanted
    };
    /// How soon, and who sees to it.
    enum class haste : std::uint8_t {
        linger,  // with what comes within linger.ms
        now,     // at once
        mine,    // at once; the caller, who is on the strand, sends it himself and needs no wake
    };

    /// What those who append have to say to the strand.
    struct news {
        std::vector<std::string> topics;  // that records were appended for and nothing is known of yet; each is named once
        bool room = false;                // memory is free again, of a batch that ended while it was being compressed
    };

    /// `wake` is called without the lock, by whoever appended, when nothing else would make the strand look in time;
    /// `compressing`, by whoever is about to compress a batch: for tests.
    accumulator(const producer_options& o, std::function<clock::time_point()> now, std::function<void()> wake, std::uint64_t seed,
                std::function<void()> compressing = {});
    ~accumulator();
    accumulator(const accumulator&) = delete;
    accumulator& operator=(const accumulator&) = delete;

    /// Any thread. `ms`: the time of a record that brings none. Errors: buffer_full (no room now, or the topic's partitions
    /// are not known yet), unknown_topic_or_partition (the topic has no such partition, as far as is known), too_large,
    /// invalid_argument, closed, and what the brokers say of the topic.
    /// `latest`: when its outcome is due, if that is sooner than delivery_timeout from now, because it has waited already.
    result<handle> append(const producer_record& r, std::int64_t ms, haste how = haste::linger, clock::time_point latest = clock::time_point::max());
    /// Any thread: is there anything known of it?
    bool knows(std::string_view topic_name) const;

    /// The rest is the strand's. Partitions may only be added. True if the topic has another id than before.
    bool update(const topic_metadata& now);
    void refuse(std::string_view topic_name, error why);
    /// Nobody looks for it any more, if it is not known: the next record that is appended for it has it looked for again.
    void forget(std::string_view topic_name);
    std::vector<topic_state*> topics() const;
    news take_news();

    /// Goes through the lanes that have batches. Where one is ready (full, or its time has come), `wanted(lane, bytes)` says
    /// whether it is taken now. Returns when the next open batch's time will have come.
    template <class Wanted> clock::time_point take(clock::time_point now, std::vector<produce_batch*>& out, Wanted wanted);
    /// Batches that end before they were ever sent: overdue ones, wherever they stand in their lane (a record that waited for
    /// room is due sooner than one that came before it and did not), or all.
    void take_overdue(clock::time_point now, std::vector<produce_batch*>& out);
    clock::time_point next_deadline() const;

    /// Its outcome is known (its round is one batch shorter), its memory is free (it can be used again). In any order.
    void settled(produce_batch& b);
    void give_back(produce_batch& b);

    /// Closes what is open, and names the round of all batches that exist now.
    std::uint64_t begin_flush();
    /// All batches of that round and those before it are settled.
    bool flushed(std::uint64_t round) const;
    /// No more records: append() fails with client_errc::closed.
    void close();

    std::size_t memory_used() const;  // of the budget, idle memory not counted
    std::size_t unsettled() const;    // batches

  private:
    struct coder {
        compressor with;
        buffer spare;
    };
    struct name_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
    };

    topic_state* find(std::string_view name) const { return last_ && last_->name == name ? last_ : look_up(name); }
    topic_state* look_up(std::string_view name) const;
    topic_state& make_topic(std::string_view name);
    lane* choose(topic_state& t, const producer_record& r);
    static error no_partition(const topic_state& t, const producer_record& r);
    bool lay_down(lane& l, const producer_record& r, std::int64_t ms);
    error unknown_topic(topic_state& t, std::unique_lock<std::mutex>& lock);
    result<void> fits(const topic_state& t, const producer_record& r) const;
    void end_idle_until(std::size_t more);
    produce_batch* open_batch(lane& l, std::size_t least);
    bool charge(produce_batch& b, std::size_t all);
    std::size_t rounded(std::size_t least) const noexcept;
    produce_batch* close_open(lane& l);
    bool close_full(lane& l, produce_batch*& to_compress);
    bool compress(produce_batch& b);
    void keep_idle(produce_batch& b);
    void list(lane& l);
    bool due(const lane& l, clock::time_point now, clock::time_point& next) const noexcept;

    const producer_options options_;
    const std::function<clock::time_point()> now_;
    const std::function<void()> wake_, before_compressing_;
    const bool compressing_;

    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::unique_ptr<topic_state>, name_hash, std::equal_to<>> topics_;
    std::vector<topic_state*> in_order_;
    news news_;
    topic_state* last_ = nullptr;  // of the last record
    partitioner partitioner_;
    std::vector<lane*> busy_;
    std::size_t from_ = 0;  // which of them is offered first
    std::vector<std::unique_ptr<produce_batch>> all_;
    std::vector<produce_batch*> idle_;
    std::size_t used_ = 0, idle_bytes_ = 0;
    std::deque<std::size_t> rounds_{0};  // unsettled batches of each, from first_round_ on
    std::uint64_t first_round_ = 0;
    std::vector<std::unique_ptr<coder>> coders_;
    clock::time_point looks_at_ = clock::time_point::max();
    bool woken_ = false, pressed_ = false, closed_ = false;
};

template <class Wanted> clock::time_point accumulator::take(clock::time_point now, std::vector<produce_batch*>& out, Wanted wanted) {
    std::vector<produce_batch*> late;
    auto next = clock::time_point::max();
    {
        std::lock_guard lock(mutex_);
        woken_ = false;
        const std::size_t n = busy_.size();
        for (std::size_t i = 0; i < n; ++i) {
            lane& l = *busy_[(from_ + i) % n];
            if (!l.closed.empty()) {
                produce_batch* const oldest = l.closed.front();
                if (!oldest->ready || !wanted(l, oldest->writer.size())) continue;
                l.closed.pop_front();
                out.push_back(oldest);
            } else if (l.open && due(l, now, next) && wanted(l, l.open->writer.size())) {
                produce_batch* const b = close_open(l);
                l.closed.pop_back();
                out.push_back(b);
                if (!b->ready) late.push_back(b);
            }
        }
        if (n > 0) from_ = (from_ + 1) % n;
        std::erase_if(busy_, [](lane* l) { return l->busy = l->open || !l->closed.empty(), !l->busy; });
        looks_at_ = next;
    }
    for (auto* b : late) compress(*b);
    return next;
}
}  // namespace kwire
