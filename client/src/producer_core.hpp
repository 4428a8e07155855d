// SPDX-License-Identifier: Apache-2.0
// The producer itself: what producer.hpp and blocking.hpp are two forms of.
//
// Callers append to the accumulator, from any thread. Everything else happens on the client's strand, in pump(): it looks
// at all lanes that have something, fills at most one request for each broker, with at most one batch of each lane, and
// repeats that while a broker's window is open. It is called when something has changed: a batch became full or due, an
// answer came, a connection was made, leaders moved. No coroutine runs for a record or a request; there is one for the
// timer, one for each connection that is being made, one while a producer id is asked for.
#pragma once

#include <kwire/client/accumulator.hpp>
#include <kwire/client/core.hpp>
#include <kwire/protocol/messages/produce.hpp>

#include <atomic>
#include <deque>
#include <map>

namespace kwire::inline v0 {
using delivery_callback = std::function<void(const batch_delivery&)>;

class producer_core final : public core_user, public std::enable_shared_from_this<producer_core> {
  public:
    /// `options` have passed check().
    static std::shared_ptr<producer_core> make(std::shared_ptr<client_core> core, producer_options options, delivery_callback told);
    ~producer_core();

    /// Any thread.
    result<handle> append(const producer_record& r, accumulator::haste how, clock::time_point latest = clock::time_point::max()) {
        return accumulator_.append(r, wall_ms(), how, latest);
    }
    /// Any thread. Counts one who has to wait before his record can be appended: while there are some, those who come
    /// later wait as well, so that records keep their order.
    class in_line {
      public:
        explicit in_line(producer_core& p) : core_(p) { ++core_.waiting_; }
        in_line(const in_line&) = delete;
        in_line& operator=(const in_line&) = delete;
        ~in_line() { --core_.waiting_; }

      private:
        producer_core& core_;
    };
    /// Any thread, for who can wait: says buffer_full also while others wait.
    result<handle> append_in_turn(const producer_record& r) {
        if (waiting_.load(std::memory_order_relaxed) > 0) return client_errc::buffer_full;
        return append(r, accumulator::haste::linger);
    }
    const std::shared_ptr<client_core>& core() const noexcept { return core_; }
    const producer_options& options() const noexcept { return options_; }
    clock::time_point latest() const { return core_->now() + options_.delivery_timeout; }
    std::size_t memory_used() const { return accumulator_.memory_used(); }

    // On the strand.
    void pump();
    /// Until there is room, and the topic is known. The record's memory must live that long.
    static task<result<handle>> enqueue(std::shared_ptr<producer_core> self, producer_record r, clock::time_point deadline);
    static task<result<delivery>> wait_for(std::shared_ptr<producer_core> self, handle h);
    static task<result<void>> flush(std::shared_ptr<producer_core> self, clock::time_point deadline);
    static task<result<void>> close(std::shared_ptr<producer_core> self, clock::time_point deadline);
    /// At once: what is not written yet ends with `why`.
    void finish(const error& why);
    bool closed() const noexcept { return closed_; }
    /// Begins a flush, and whether one has ended: for who drives the loop himself.
    std::uint64_t begin_flush();
    bool flushed(std::uint64_t round) const { return closed_ || accumulator_.flushed(round); }

    void metadata_changed() override;
    void topic_forgotten(const std::string& name) override { accumulator_.forget(name); }
    void client_closed() override;

  private:
    using lane = accumulator::lane;
    struct waiter;
    struct place;
    /// One broker.
    struct link {
        std::shared_ptr<connection> way;
        std::optional<error> why;        // the last attempt to connect
        clock::time_point not_before{};  // of the next attempt
        clock::time_point throttled_until{};
        int in_flight = 0;  // requests
        bool connecting = false, wanted = false;
        std::vector<produce_batch*> next;  // the request that is being filled
        std::size_t bytes = 0;             // in it
    };
    /// A request from here to its end.
    struct flight {
        std::int32_t broker = -1;
        std::shared_ptr<connection> way;
        request_name name;
        std::vector<produce_batch*> batches;
        std::vector<uuid> topic_ids;  // of the batches' topics as they were then: a topic can be made anew meanwhile
    };
    struct write_hold;

    producer_core(std::shared_ptr<client_core> core, producer_options options, delivery_callback told);
    std::int64_t wall_ms() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(core_->env().coarse_wall_now().time_since_epoch()).count();
    }
    void wake();
    void start();
    static task<void> watch_time(std::shared_ptr<producer_core> self);
    static task<void> connect(std::shared_ptr<producer_core> self, std::int32_t broker);
    static task<void> get_identity(std::shared_ptr<producer_core> self);
    static task<result<void>> learn_topic(std::shared_ptr<producer_core> self, std::string name, clock::time_point deadline);
    static task<void> wait_for_news(std::shared_ptr<producer_core> self, clock::time_point deadline);

    void pump_once(clock::time_point now);
    void arm(clock::time_point when);
    void due_by(clock::time_point when);
    void take_identities();
    std::optional<producer_identity> identity_for(const lane& l);
    void ask_identity();
    bool wanted(lane& l, std::size_t size, clock::time_point now);
    void fill(lane& l, produce_batch& b);
    bool send_filled(clock::time_point now);
    void send(std::int32_t broker, link& k, clock::time_point now);
    void count_sent(const flight& f, clock::time_point now);
    result<request> encode(const flight& f);
    void use(lane& l);

    void ended(const std::shared_ptr<flight>& f, result<answer> got, sent reached);
    void read_answer(flight& f, const answer& got);
    void read_partition(flight& f, produce_batch& b, const produce_response::partition& told, const produce_response& whole);
    void fail(produce_batch& b, error why, sent reached);
    void apply(lane& l, send_lane::news n);
    void released(produce_batch& b);
    void expire(clock::time_point now);
    std::optional<error> idle_because(const lane& l) const;
    void learn(const topic_metadata& t);
    void tell_waiters();

    const std::shared_ptr<client_core> core_;
    const producer_options options_;
    const delivery_callback told_;
    accumulator accumulator_;
    send_lane::options how_;
    std::unique_ptr<timer> timer_;
    clock::time_point armed_ = clock::time_point::max();
    clock::time_point next_expiry_ = clock::time_point::max();  // no later than any deadline that the strand knows of
    event retry_identity_;
    producer_identity identity_;
    std::optional<error> no_identity_;  // the last attempt to get one
    std::map<std::int32_t, link> links_;
    std::vector<lane*> in_use_;  // with batches under way, or in a pause, for whose end the timer is set
    std::vector<waiter*> waiters_;
    std::map<std::string, std::deque<place*>, std::less<>> lines_;  // by topic: who waits to append, first come first
    std::atomic<int> waiting_{0};
    std::uint64_t requests_ = 0;
    bool started_ = false, closed_ = false, pumping_ = false, again_ = false;
    bool asking_identity_ = false, identity_wanted_ = false;
};
}  // namespace kwire
