// SPDX-License-Identifier: Apache-2.0
// The send path of a producer: lanes into requests, answers into outcomes.
#include "producer_core.hpp"

#include <algorithm>

namespace kwire::inline v0 {
// Keeps the memory of batches while a socket may read it, whatever became of their request.
struct producer_core::write_hold {
    write_hold(std::shared_ptr<producer_core> p, std::vector<produce_batch*> b) : core(std::move(p)), batches(std::move(b)) {
        for (auto* one : batches) ++one->writes;
    }
    write_hold(const write_hold&) = delete;
    write_hold& operator=(const write_hold&) = delete;
    ~write_hold() {
        for (auto* one : batches) core->released(*one);
    }
    std::shared_ptr<producer_core> core;
    std::vector<produce_batch*> batches;
};

void producer_core::released(produce_batch& b) {
    if (--b.writes == 0 && b.gone) accumulator_.give_back(b);
}

void producer_core::use(lane& l) {
    if (std::exchange(l.in_use, true)) return;
    in_use_.push_back(&l);
}

// What happens within may call it again, by an answer that is there at once: then it begins anew, not within itself.
void producer_core::pump() {
    if (pumping_) {
        again_ = true;
        return;
    }
    if (!started_ && !closed_) start();  // else nobody would take it off the client's list of users again
    pumping_ = true;
    do {
        again_ = false;
        if (!closed_) pump_once(core_->now());
    } while (again_);
    pumping_ = false;
}

void producer_core::pump_once(clock::time_point now) {
    const auto told = accumulator_.take_news();
    for (const auto& name : told.topics) core_->want(name);
    if (told.room) tell_waiters();
    if (now >= next_expiry_) expire(now);
    auto next = clock::time_point::max();
    for (bool sent = true; sent;) {
        std::erase_if(in_use_, [now](lane* l) { return l->in_use = !l->empty() || l->not_before() > now, !l->in_use; });
        take_identities();
        ++requests_;
        for (auto* l : in_use_)
            if (auto* b = l->next_again(); b && wanted(*l, b->writer.size(), now)) fill(*l, *b);
        std::vector<produce_batch*> fresh;
        next = accumulator_.take(now, fresh, [&](lane& l, std::size_t size) {
            if (l.next_again() || !wanted(l, size, now)) return false;
            l.request = requests_;
            links_[l.leader].bytes += size;
            return true;
        });
        for (auto* b : fresh) {
            lane& l = static_cast<lane&>(*b->lane);
            l.push(*b);
            use(l);
            next_expiry_ = std::min(next_expiry_, b->deadline);
            fill(l, *b);
        }
        sent = send_filled(now);
    }
    if (next_expiry_ == clock::time_point::max()) next_expiry_ = accumulator_.next_deadline();
    next = std::min(next, next_expiry_);
    for (const auto* l : in_use_)
        if (l->not_before() > now) next = std::min(next, l->not_before());
    for (auto& [broker, k] : links_) {
        if (k.throttled_until > now) next = std::min(next, k.throttled_until);
        if (!k.wanted || k.connecting || k.way) continue;
        if (k.not_before > now) {
            next = std::min(next, k.not_before);
            continue;
        }
        k.wanted = false;
        k.connecting = true;
        core_->env().spawn(connect(shared_from_this(), broker));
    }
    if (std::exchange(identity_wanted_, false)) ask_identity();
    arm(next);
}

// A lane with nothing under way is given its producer id when it has something to send: in wanted().
void producer_core::take_identities() {
    for (auto* l : in_use_) {
        if (l->empty() || !l->wants_identity()) continue;
        if (const auto who = identity_for(*l)) apply(*l, l->take(*who));
    }
}

// Under what the lane may go on; nothing if that has to be asked for first.
std::optional<producer_identity> producer_core::identity_for(const lane& l) {
    if (!how_.idempotent) return producer_identity();
    if (auto raised = l.next_epoch()) return raised;
    if (identity_.generation > l.generation()) return identity_;
    identity_wanted_ = true;
    return std::nullopt;
}

// Can a batch of this lane go into a request now? If not, sees to what is missing. (May run under the accumulator's lock.)
bool producer_core::wanted(lane& l, std::size_t size, clock::time_point now) {
    if (l.leader < 0) return false;
    link& k = links_[l.leader];
    if (!k.way || !k.way->ready()) {
        k.way.reset();
        k.wanted = true;
        return false;
    }
    if (l.renewing() && l.empty()) {
        if (const auto who = identity_for(l)) l.take(*who);
    }
    if (l.request == requests_ || k.in_flight >= how_.window || now < k.throttled_until) return false;
    if (k.bytes > 0 && k.bytes + size > options_.max_request_size) return false;
    return l.may_send(how_, l.leader, now);
}

void producer_core::fill(lane& l, produce_batch& b) {
    link& k = links_[l.leader];
    if (l.request != requests_) k.bytes += b.writer.size();
    l.request = requests_;
    l.departs(b, how_, l.leader);
    k.next.push_back(&b);
}

bool producer_core::send_filled(clock::time_point now) {
    bool any = false;
    for (auto& [broker, k] : links_) {
        if (k.next.empty()) continue;
        any = true;
        send(broker, k, now);
    }
    return any;
}

void producer_core::send(std::int32_t broker, link& k, clock::time_point now) {
    const auto f = std::make_shared<flight>(flight{broker, k.way, {}, std::exchange(k.next, {}), {}});
    for (const auto* b : f->batches) f->topic_ids.push_back(static_cast<const lane&>(*b->lane).home.id);
    k.bytes = 0;
    ++k.in_flight;
    auto r = encode(*f);
    if (!r) return ended(f, std::move(r).error(), sent::never);
    f->name = r->name;
    count_sent(*f, now);
    r->answered = options_.acks != acks::none;
    r->keeps = std::make_shared<write_hold>(shared_from_this(), f->batches);
    f->way->send(*std::move(r), now + core_->options().request_timeout, [self = shared_from_this(), f](result<answer> got, sent reached) {
        self->ended(f, std::move(got), reached);
        self->pump();
    });
}

void producer_core::count_sent(const flight& f, clock::time_point now) {
    client_meters& m = core_->meters();
    for (const auto* b : f.batches) {
        const auto records = static_cast<std::uint64_t>(b->writer.count());
        if (b->attempts > 1) {
            m.records_retried.add(records);
            continue;
        }
        m.records_sent.add(records);
        m.batches.add();
        m.batch_bytes.add(b->writer.wire().size());
        m.record_queue_time.add(std::max(now - b->opened, clock::duration(0)), now);
    }
}

result<request> producer_core::encode(const flight& f) {
    produce_request m;
    m.acks = static_cast<std::int16_t>(options_.acks);
    m.timeout_ms = static_cast<std::int32_t>(core_->options().request_timeout.count());
    bool ids = true;
    for (const auto* b : f.batches) {
        const auto& home = static_cast<const lane&>(*b->lane).home;
        const auto same = [&](const produce_request::topic& t) { return t.name == home.name; };
        auto at = std::ranges::find_if(m.topic_data, same);
        if (at == m.topic_data.end()) {
            ids = ids && !home.id.is_zero();
            m.topic_data.emplace_back();
            at = m.topic_data.end() - 1;
            at->name = home.name;
            at->topic_id = home.id;
        }
        at->partition_data.push_back({b->lane->partition(), records{b->writer.wire()}, {}});
    }
    auto r = f.way->prepare(m, ids ? produce_request::last_version : std::int16_t{12});  // from 13 on by topic id only
    if (r && r->name.version < 3)
        return error(client_errc::version_not_supported, f.way->describe(r->name) + ": record batches need version 3 (Kafka 0.11)");
    return r;
}

void producer_core::ended(const std::shared_ptr<flight>& f, result<answer> got, sent reached) {
    --links_[f->broker].in_flight;
    if (!got) {
        for (auto* b : f->batches) fail(*b, got.error(), reached);
    } else if (options_.acks == acks::none) {
        for (auto* b : f->batches) apply(static_cast<lane&>(*b->lane), b->lane->acked(*b, -1, -1));
    } else {
        read_answer(*f, *got);
    }
    tell_waiters();
}

void producer_core::read_answer(flight& f, const answer& got) {
    produce_response whole;
    const auto read = f.way->read(whole, got);
    links_[f.broker].throttled_until = f.way->throttled_until();  // also for the connection that may follow this one
    if (read) core_->meters().produce_throttle_time.add(std::chrono::milliseconds(std::max(whole.throttle_time_ms, 0)), core_->now());
    for (std::size_t i = 0; i < f.batches.size(); ++i) {
        auto* const b = f.batches[i];
        const auto& home = static_cast<const lane&>(*b->lane).home;
        const produce_response::partition* told = nullptr;
        for (const auto& t : whole.responses) {
            const bool this_topic = got.api_version >= 13 ? t.topic_id == f.topic_ids[i] : t.name == home.name;
            for (const auto& p : t.partition_responses)
                if (this_topic && p.index == b->lane->partition()) told = &p;
        }
        if (told) read_partition(f, *b, *told, whole);
        else if (!read) fail(*b, error(read.error()).within(f.way->describe(f.name)), sent::perhaps);
        else fail(*b, error(client_errc::unexpected_answer, f.way->describe(f.name) + ": the answer says nothing of this partition"), sent::perhaps);
    }
}

void producer_core::read_partition(flight& f, produce_batch& b, const produce_response::partition& told, const produce_response& whole) {
    lane& l = static_cast<lane&>(*b.lane);
    if (told.error_code == errc::none) return apply(l, l.acked(b, told.base_offset, told.log_append_time_ms));
    std::string what = f.way->describe(f.name);
    if (told.error_message && !told.error_message->empty()) what.append(": ").append(*told.error_message);
    for (const auto& r : told.record_errors) {
        if (!r.batch_index_error_message) continue;
        what += ": record " + std::to_string(r.batch_index) + ": ";
        what += *r.batch_index_error_message;
        break;
    }
    const auto& hint = told.current_leader;  // KIP-951
    std::optional<broker_address> where;
    for (const auto& e : whole.node_endpoints)
        if (e.node_id == hint.leader_id) where = {e.node_id, {std::string(e.host), static_cast<std::uint16_t>(e.port)}};
    fail(b, error(told.error_code, std::move(what)), sent::perhaps);
    if (hint.leader_id >= 0 && core_->hint(l.home.name, l.partition(), {hint.leader_id, hint.leader_epoch}, std::move(where))) {
        l.leader = hint.leader_id;
        l.hurry();
    }
}

void producer_core::fail(produce_batch& b, error why, sent reached) {
    lane& l = static_cast<lane&>(*b.lane);
    const auto now = core_->now();
    auto n = l.failed(b, why, reached, how_, now, core_->env().random());
    if (n.retried && core_->watch())
        core_->watch()->produce_retried(l.topic(), l.partition(), why, std::max(clock::duration(0), l.not_before() - now));
    apply(l, std::move(n));
}

void producer_core::apply(lane& l, send_lane::news n) {
    for (auto* b : n.settled) {
        const auto records = static_cast<std::uint64_t>(b->writer.count());
        (b->state->why() ? core_->meters().records_failed : core_->meters().records_acknowledged).add(records);
        if (told_) {
            const auto* why = b->state->why();
            told_({l.topic(), l.partition(), b->writer.count(), why ? -1 : b->state->offset_of(0), why});
        }
        accumulator_.settled(*b);
        std::exchange(b->state, nullptr)->release();
    }
    for (auto* b : n.gone) {
        b->gone = true;
        if (b->writes == 0) accumulator_.give_back(*b);
    }
    if (n.refresh_metadata && !closed_) core_->suspect();
    if (n.renewed_for && core_->watch()) core_->watch()->producer_id_renewed(l.topic(), l.partition(), *n.renewed_for);
}

std::optional<error> producer_core::idle_because(const lane& l) const {
    const auto* topic = core_->metadata().topic(l.topic());
    if (l.leader < 0 && core_->metadata().last_failure()) return *core_->metadata().last_failure();
    if (l.leader < 0 && topic && topic->why != errc::none) return error(topic->why);
    if (l.leader < 0) return error(errc::leader_not_available);
    const auto k = links_.find(l.leader);
    if (k != links_.end() && !k->second.way && k->second.why) return k->second.why;
    if (l.renewing() && no_identity_) return no_identity_;
    return std::nullopt;
}

void producer_core::expire(clock::time_point now) {
    std::vector<produce_batch*> never_sent;
    accumulator_.take_overdue(now, never_sent);
    for (auto* b : never_sent) {
        b->lane->push(*b);
        use(static_cast<lane&>(*b->lane));
    }
    next_expiry_ = clock::time_point::max();
    for (auto* l : in_use_) {
        const auto because = idle_because(*l);
        apply(*l, l->expire(now, how_, because ? &*because : nullptr));
        next_expiry_ = std::min(next_expiry_, l->next_deadline());
    }
    next_expiry_ = std::min(next_expiry_, accumulator_.next_deadline());
    tell_waiters();
}
}  // namespace kwire
