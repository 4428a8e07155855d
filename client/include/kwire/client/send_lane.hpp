// SPDX-License-Identifier: Apache-2.0
// One partition's batches on their way to its leader: in order, numbered, each with a true end.
//
// A pure class: it is told what was sent, what was answered and the time, and says what may go next and what became of
// each batch. The batches that are not settled stand in a queue, oldest first. Those in flight are a run at its front when
// all is well. When one fails and can be sent again, the lane waits until nothing is in flight any more, and then sends
// from the front again: order holds whatever happens.
//
// Numbers (idempotence): a batch gets its sequence when it is first sent, and keeps it and all its bytes in each further
// attempt. Where broker and lane cannot agree any more, the lane goes on with a producer id that it never used before,
// alone: other partitions keep theirs. Before that, nothing may be in flight; batches that were perhaps written under the
// old id are not sent under the new one (outcome unknown: an earlier attempt may still lie in a broker's queue), nor are
// those that a later batch has overtaken. Without idempotence one batch is in flight at a time; with it, until the broker
// is known to have an entry for the producer id: without one it takes a batch of any number, so that the second of two
// could come before the first. That is so at the beginning, and after the broker may have forgotten (it does so after
// producer.id.expiration.ms).
// Source: KIP-98, KIP-360; Sender.java for what Java does (it resets all partitions by a new epoch).
#pragma once

#include <kwire/client/delivery.hpp>
#include <kwire/client/produce_verdict.hpp>
#include <kwire/net/backoff.hpp>
#include <kwire/protocol/batch_writer.hpp>

#include <deque>
#include <vector>

namespace kwire::inline v0 {
class send_lane;

/// A batch from its first record to its end. The accumulator fills it; afterwards it belongs to the strand.
struct produce_batch {
    batch_writer writer;
    delivery_state* state = nullptr;
    send_lane* lane = nullptr;
    clock::time_point opened{}, deadline{};
    std::uint64_t round = 0;   // of flush(): what was there before it
    std::size_t charged = 0;   // bytes of the budget
    std::int32_t handles = 0;  // given out, while it is open
    bool ready = false;        // closed, and compressed where that is wanted
    bool compressing = false;  // by a thread that appended, to whom its memory belongs meanwhile
    bool given_back = false;   // before that was done
    bool urgent = false;       // does not linger

    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = -1;
    std::int32_t base_sequence = -1;             // -1: not numbered yet
    bool sealed = false;                         // header and checksum stand
    bool flying = false;                         // in a request that has not ended
    bool settled = false;                        // its state was told; if it is flying, it stays in the lane until that ends
    bool perhaps = false;                        // an attempt may have written it
    bool overtaken = false;                      // a later batch was acknowledged
    bool gone = false;                           // left its lane
    int attempts = 0, renewals = 0, writes = 0;  // writes: sockets that still hold its memory
    std::optional<error> why;                    // the last attempt
};

struct producer_identity {
    std::int64_t id = -1;
    std::int16_t epoch = -1;
    std::int64_t generation = 0;  // counts the ids that were asked for; 0: none yet
};

class send_lane {
  public:
    struct options {
        kwire::acks acks = kwire::acks::all;
        bool idempotent = true;
        int window = 5;  // batches in flight; 1 without idempotence
        backoff_options retry{std::chrono::milliseconds(100), std::chrono::milliseconds(1'000)};
        int most_renewals = 3;  // of one batch
    };
    /// What the lane has to say after news: batches that came to their end (in their order), and what is to be done.
    struct news {
        std::vector<produce_batch*> settled;  // their state was told what became of them
        std::vector<produce_batch*> gone;     // left the lane: their memory can be used again when no socket holds it
        bool refresh_metadata = false;
        bool retried = false;              // the batch that failed will be sent again
        std::optional<error> renewed_for;  // why a new producer id is needed, once each time
    };

    send_lane(std::string topic, std::int32_t partition, bool idempotent) : topic_(std::move(topic)), partition_(partition), renew_(idempotent) {}

    const std::string& topic() const noexcept { return topic_; }
    std::int32_t partition() const noexcept { return partition_; }
    bool empty() const noexcept { return queue_.empty(); }
    int flying() const noexcept { return flying_; }

    /// May a batch go to `leader` now? next_again() first, if there is one; else a new one.
    bool may_send(const options& o, std::int32_t leader, clock::time_point now) const noexcept;
    /// The batch that is to be sent again before any new one; null if there is none.
    produce_batch* next_again() const noexcept;
    /// A new batch, which is at the end of the queue now.
    void push(produce_batch& b) { queue_.push_back(&b); }
    /// `b` goes into a request to `leader`: gives it a number and seals it, if it has none.
    void departs(produce_batch& b, const options& o, std::int32_t leader);

    /// Acknowledged. -1: the broker did not tell where.
    news acked(produce_batch& b, std::int64_t base_offset, std::int64_t log_append_time);
    news failed(produce_batch& b, error why, sent reached, const options& o, clock::time_point now, std::uint64_t random);
    /// Ends what is overdue; `idle_because` says why nothing could be sent, if something is known.
    news expire(clock::time_point now, const options& o, const error* idle_because);
    /// Ends everything, whatever it waits for. What is flying leaves when its request ends.
    news abandon(const error& why);
    /// The earliest deadline of what is not settled; time_point::max() if nothing waits.
    clock::time_point next_deadline() const noexcept;
    /// When what failed may go again; in the past if nothing holds the lane up.
    clock::time_point not_before() const noexcept { return not_before_; }
    /// A leader was found: there is nothing to wait for.
    void hurry() noexcept { not_before_ = {}; }

    /// Needs a producer id of a generation above its own, and can take it now.
    bool wants_identity() const noexcept { return renew_ && flying_ == 0 && !held(); }
    bool renewing() const noexcept { return renew_; }
    std::int64_t generation() const noexcept { return identity_.generation; }
    /// Its own id in the next epoch, if that is all it needs: the broker then refuses what is still on its way under the old
    /// one, which under another id it would take behind what was sent later (KIP-360).
    std::optional<producer_identity> next_epoch() const noexcept;
    /// Under the new id what is left is numbered from 0; what may not be sent again ends here.
    news take(const producer_identity& who);
    /// The partition is another one now (its topic was made anew): numbers of the old one must not reach it.
    void topic_replaced();

  private:
    static constexpr clock::duration forgetful_after = std::chrono::seconds(1);

    bool held() const noexcept;
    std::size_t first_waiting() const noexcept;
    void settle(produce_batch& b, error why, news& n);
    void leave(produce_batch& b, news& n);
    void give_up(produce_batch& b, error why, news& n);
    void close_gap(const produce_batch& b, const error& why, news& n);
    void need_identity(error why, news& n);
    error story(const produce_batch& b, error why) const;

    std::string topic_;
    std::int32_t partition_;
    std::deque<produce_batch*> queue_;
    producer_identity identity_;
    std::int32_t next_sequence_ = 0;
    std::int32_t sent_to_ = -1;
    int flying_ = 0, failures_ = 0;
    bool renew_ = false;
    bool epoch_will_do_ = false;  // to renew
    bool proven_ = false;         // the broker has an entry for our producer id
    clock::time_point not_before_{}, last_opened_{};
};
}  // namespace kwire
