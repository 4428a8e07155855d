// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/send_lane.hpp>

#include <algorithm>

namespace kwire::inline v0 {
std::size_t send_lane::first_waiting() const noexcept {
    std::size_t i = 0;
    while (i < queue_.size() && queue_[i]->flying) ++i;
    return i;
}

bool send_lane::may_send(const options& o, std::int32_t leader, clock::time_point now) const noexcept {
    if (leader < 0 || renew_ || now < not_before_) return false;
    const bool several = proven_ || o.acks == acks::none;
    if (flying_ >= (several ? o.window : 1)) return false;
    if (flying_ > 0 && sent_to_ != leader) return false;  // what the old leader has comes first
    return first_waiting() == static_cast<std::size_t>(flying_);
}

produce_batch* send_lane::next_again() const noexcept {
    const auto i = first_waiting();
    return i < queue_.size() ? queue_[i] : nullptr;
}

void send_lane::departs(produce_batch& b, const options& o, std::int32_t leader) {
    if (flying_ == 0 && b.opened - last_opened_ > forgetful_after) proven_ = false;
    last_opened_ = std::max(last_opened_, b.opened);
    if (o.idempotent && identity_.id >= 0 && b.base_sequence < 0) {
        b.producer_id = identity_.id;
        b.producer_epoch = identity_.epoch;
        b.base_sequence = next_sequence_;
        next_sequence_ = sequence_after(next_sequence_, b.writer.count());
        b.sealed = false;
    }
    if (!b.sealed) {
        batch_identity who;
        who.producer_id = b.producer_id;
        who.producer_epoch = b.producer_epoch;
        who.base_sequence = b.base_sequence;
        b.writer.seal(who);
        b.sealed = true;
    }
    b.flying = true;
    ++b.attempts;
    ++flying_;
    sent_to_ = leader;
}

send_lane::news send_lane::acked(produce_batch& b, std::int64_t base_offset, std::int64_t log_append_time) {
    news n;
    b.flying = false;
    --flying_;
    failures_ = 0;
    proven_ = proven_ || (b.base_sequence >= 0 && b.producer_id == identity_.id);
    for (auto* older : queue_) {
        if (older == &b) break;
        older->overtaken = true;
    }
    if (!b.settled) {
        b.settled = true;
        b.state->succeed(base_offset, log_append_time);
        n.settled.push_back(&b);
    }
    leave(b, n);
    return n;
}

send_lane::news send_lane::failed(produce_batch& b, error why, sent reached, const options& o, clock::time_point now, std::uint64_t random) {
    const bool numbered = b.base_sequence >= 0;
    const auto v = after_failure(why.code(), reached, o.acks, numbered, queue_.front() == &b);
    if (v.next == produce_next::acked) return acked(b, -1, -1);
    news n;
    n.refresh_metadata = v.refresh_metadata;
    b.flying = false;
    --flying_;
    b.perhaps |= v.perhaps;
    if (b.settled) {  // its deadline was over before
        close_gap(b, why, n);
        leave(b, n);
    } else if (v.next == produce_next::retry) {
        n.retried = true;
        if (now >= not_before_) not_before_ = now + backoff_after(++failures_, o.retry, random);
        b.why = std::move(why);
    } else if (v.next == produce_next::renew && b.renewals++ < o.most_renewals) {
        n.retried = true;
        b.why = why;
        need_identity(std::move(why), n);
    } else {
        give_up(b, std::move(why), n);
    }
    return n;
}

send_lane::news send_lane::expire(clock::time_point now, const options& o, const error* idle_because) {
    news n;
    for (auto* b : std::deque(queue_)) {
        if (b->settled || b->deadline > now) continue;
        error why = client_errc::timed_out;
        if (b->flying) {
            b->perhaps = true;
            why = error(client_errc::timed_out, "no answer before delivery.timeout.ms was over");
            settle(*b, std::move(why), n);
            continue;
        }
        std::string what = "given up after delivery.timeout.ms, ";
        what += b->attempts == 0 ? std::string("never sent") : std::to_string(b->attempts) + (b->attempts == 1 ? " attempt" : " attempts");
        if (b->why) why = *b->why;
        else if (idle_because) why = *idle_because;
        else if (o.idempotent && renew_) what += ", no producer id";
        give_up(*b, std::move(why.within(what)), n);
    }
    return n;
}

send_lane::news send_lane::abandon(const error& why) {
    news n;
    for (auto* b : std::deque(queue_)) {
        if (b->settled) continue;
        b->perhaps |= b->flying;
        settle(*b, why, n);
        if (!b->flying) leave(*b, n);
    }
    return n;
}

clock::time_point send_lane::next_deadline() const noexcept {
    auto next = clock::time_point::max();
    for (const auto* b : queue_)
        if (!b->settled) next = std::min(next, b->deadline);
    return next;
}

send_lane::news send_lane::take(const producer_identity& who) {
    news n;
    identity_ = who;
    next_sequence_ = 0;
    renew_ = proven_ = epoch_will_do_ = false;
    for (auto* b : std::deque(queue_)) {
        const bool numbered = std::exchange(b->base_sequence, -1) >= 0;
        b->producer_id = who.id;
        b->producer_epoch = who.epoch;
        b->sealed = false;
        if (!b->overtaken && !(numbered && b->perhaps)) continue;
        error why = client_errc::cancelled;
        if (b->why) why = *b->why;
        why.within(b->perhaps ? "not sent again, because the broker would not recognise it" : "not sent again, because a later batch was written");
        give_up(*b, std::move(why), n);
    }
    return n;
}

void send_lane::topic_replaced() {
    if (next_sequence_ > 0 || !queue_.empty()) renew_ = renew_ || identity_.id >= 0;
}

bool send_lane::held() const noexcept {
    return std::ranges::any_of(queue_, [](const auto* b) { return b->writes > 0; });
}

void send_lane::settle(produce_batch& b, error why, news& n) {
    b.settled = true;
    b.state->fail(story(b, std::move(why)));
    n.settled.push_back(&b);
}

void send_lane::leave(produce_batch& b, news& n) {
    std::erase(queue_, &b);
    n.gone.push_back(&b);
}

void send_lane::give_up(produce_batch& b, error why, news& n) {
    close_gap(b, why, n);
    settle(b, std::move(why), n);
    leave(b, n);
}

// A batch that is not sent again leaves a gap in the numbers if it was never written; unless none was given after it: then
// they go to the next one. If it was perhaps written, the broker will tell, by taking what follows or refusing it.
void send_lane::close_gap(const produce_batch& b, const error& why, news& n) {
    if (b.base_sequence < 0 || b.perhaps) return;
    if (sequence_after(b.base_sequence, b.writer.count()) == next_sequence_) next_sequence_ = b.base_sequence;
    else need_identity(why, n);
}

void send_lane::need_identity(error why, news& n) {
    if (renew_) return;
    renew_ = true;
    const bool id_is_gone = why == errc::unknown_producer_id || why == errc::invalid_producer_epoch || why == errc::producer_fenced;
    epoch_will_do_ = !id_is_gone && identity_.id >= 0 && identity_.epoch < INT16_MAX;
    n.renewed_for = std::move(why);
}

std::optional<producer_identity> send_lane::next_epoch() const noexcept {
    if (!renew_ || !epoch_will_do_) return std::nullopt;
    return producer_identity{identity_.id, static_cast<std::int16_t>(identity_.epoch + 1), identity_.generation};
}

error send_lane::story(const produce_batch& b, error why) const {
    std::string what = "failed to send to ";
    what += topic_;
    what += ": partition ";
    what += std::to_string(partition_);
    if (b.perhaps) what += ": it is not known whether it was written";
    why.within(what);
    why.perhaps_done(b.perhaps);
    return why;
}
}  // namespace kwire
