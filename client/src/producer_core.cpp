// SPDX-License-Identifier: Apache-2.0
// Beginning and end of a producer, and everything in it that waits.
#include "producer_core.hpp"

#include <kwire/protocol/messages/init_producer_id.hpp>

#include <asio/post.hpp>

#include <limits>

namespace kwire::inline v0 {
// Lives in the coroutine that waits for something to be settled, or learned.
struct producer_core::waiter {
    explicit waiter(producer_core& p) : core(p), news(p.core_->env()) { core.waiters_.push_back(this); }
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;
    ~waiter() { std::erase(core.waiters_, this); }
    producer_core& core;
    event news;
};

// A place in a topic's line. Who leaves tells the next.
struct producer_core::place {
    place(producer_core& p, std::string_view topic) : core(p), news(p.core_->env()), counted(p) {
        at = core.lines_.try_emplace(std::string(topic)).first;
        at->second.push_back(this);
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() {
        std::erase(at->second, this);
        if (at->second.empty()) core.lines_.erase(at);
        else at->second.front()->news.set();
    }
    bool first() const { return at->second.front() == this; }
    producer_core& core;
    event news;
    in_line counted;
    std::map<std::string, std::deque<place*>, std::less<>>::iterator at;
};

std::shared_ptr<producer_core> producer_core::make(std::shared_ptr<client_core> core, producer_options options, delivery_callback told) {
    std::shared_ptr<producer_core> p(new producer_core(std::move(core), options, std::move(told)));
    asio::post(p->core_->strand(), [p] { p->pump(); });
    return p;
}

producer_core::producer_core(std::shared_ptr<client_core> core, producer_options options, delivery_callback told)
    : core_(std::move(core)), options_(options), told_(std::move(told)),
      accumulator_(
          options_, [c = core_.get()] { return c->now(); }, [this] { wake(); }, core_->env().random()),
      timer_(core_->env().make_timer()), retry_identity_(core_->env()) {
    how_.acks = options_.acks;
    how_.idempotent = options_.enable_idempotence;
    how_.window = options_.max_in_flight_requests_per_connection;
    how_.retry = {core_->options().retry_backoff, core_->options().retry_backoff_max};
}

producer_core::~producer_core() = default;

void producer_core::wake() {
    asio::post(core_->strand(), [self = shared_from_this()] { self->pump(); });
}

void producer_core::start() {
    started_ = true;
    core_->meters().produces = true;
    if (core_->closed()) return finish(client_errc::closed);
    core_->add(*this);
    core_->env().spawn(watch_time(shared_from_this()));
    if (how_.idempotent) ask_identity();
}

// Something that waits ends then at the latest.
void producer_core::due_by(clock::time_point when) {
    next_expiry_ = std::min(next_expiry_, when);
    arm(next_expiry_);
}

// The timer is set to something earlier only, so that it is not moved for every batch.
void producer_core::arm(clock::time_point when) {
    if (when >= armed_ || closed_) return;
    armed_ = when;
    timer_->expires_at(when);
}

task<void> producer_core::watch_time(std::shared_ptr<producer_core> self) {
    for (;;) {
        const bool due = co_await self->timer_->wait();
        if (!due) co_return;
        self->armed_ = clock::time_point::max();
        self->timer_->expires_at(self->armed_);
        self->pump();
    }
}

task<void> producer_core::connect(std::shared_ptr<producer_core> self, std::int32_t broker) {
    client_core& core = *self->core_;
    const auto deadline = core.now() + core.options().request_timeout;
    auto way = co_await core.connections()->connect(broker, role::produce, deadline);
    if (self->closed_) co_return;
    link& k = self->links_[broker];
    k.connecting = false;
    if (way) {
        k.way = *std::move(way);
        k.why.reset();
    } else {
        k.way.reset();
        k.why = std::move(way).error();
        k.not_before = core.now() + core.options().retry_backoff;
        core.suspect();
    }
    self->pump();
}

void producer_core::ask_identity() {
    if (asking_identity_ || closed_) return;
    asking_identity_ = true;
    core_->env().spawn(get_identity(shared_from_this()));
}

task<void> producer_core::get_identity(std::shared_ptr<producer_core> self) {
    client_core& core = *self->core_;
    for (int attempt = 1; !self->closed_; ++attempt) {
        init_producer_id_request ask;
        ask.transactional_id.reset();
        ask.transaction_timeout_ms = std::numeric_limits<std::int32_t>::max();
        const auto got = co_await core.call_any(ask, core.now() + core.options().request_timeout);
        if (self->closed_) break;
        std::optional<error> why;
        if (!got) why = got.error();
        else if (got->message.error_code != errc::none) why = error(got->message.error_code, "InitProducerId");
        if (!why) {
            self->identity_ = {got->message.producer_id, got->message.producer_epoch, self->identity_.generation + 1};
            self->no_identity_.reset();
            break;
        }
        const bool never =
            *why == client_errc::version_not_supported || *why == errc::unsupported_version || *why == errc::cluster_authorization_failed;
        if (never && self->identity_.generation == 0) {
            self->how_.idempotent = false;
            if (core.watch()) core.watch()->idempotence_off(*why);
            break;
        }
        self->no_identity_ = std::move(why);
        const auto pause = backoff_after(attempt, self->how_.retry, core.env().random());
        co_await self->retry_identity_.wait(core.now() + pause);
    }
    self->asking_identity_ = false;
    self->pump();
}

task<void> producer_core::wait_for_news(std::shared_ptr<producer_core> self, clock::time_point deadline) {
    waiter w(*self);
    co_await w.news.wait(deadline);
}

void producer_core::tell_waiters() {
    for (auto* w : waiters_) w->news.set();
    for (auto& [topic, line] : lines_) line.front()->news.set();
}

task<result<void>> producer_core::learn_topic(std::shared_ptr<producer_core> self, std::string name, clock::time_point deadline) {
    auto found = co_await self->core_->topic(name, deadline);
    if (!found) co_return std::move(found).error().within("failed to send to " + name);
    self->learn(*found);
    co_return result<void>();
}

task<result<handle>> producer_core::enqueue(std::shared_ptr<producer_core> self, producer_record r, clock::time_point deadline) {
    place p(*self, r.topic);
    const auto latest = self->latest();  // what it waits here is not given to it again
    for (;;) {
        if (p.first()) {
            auto h = self->append(r, accumulator::haste::linger, latest);
            if (h) self->due_by(latest);
            if (h || h.error() != client_errc::buffer_full) co_return std::move(h);
        }
        if (self->closed_) co_return error(client_errc::closed, "the producer is closed");
        if (p.first() && !self->accumulator_.knows(r.topic)) {
            auto learned = co_await learn_topic(self, std::string(r.topic), deadline);
            if (!learned) co_return std::move(learned).error();
            continue;
        }
        if (self->core_->now() >= deadline) {
            std::string what = "failed to send to ";
            what += r.topic;
            what += ": no room in buffer.memory before the deadline, all of it holds records that are not acknowledged yet";
            co_return error(client_errc::timed_out, std::move(what));
        }
        co_await p.news.wait(deadline);
    }
}

namespace {
// Lives in the coroutine that waits; the handle keeps the state.
struct delivery_waiter {
    delivery_waiter(environment& env, handle h) : record(std::move(h)), news(env) { record.state()->waiters.push_back(&news); }
    delivery_waiter(const delivery_waiter&) = delete;
    delivery_waiter& operator=(const delivery_waiter&) = delete;
    ~delivery_waiter() { std::erase(record.state()->waiters, &news); }
    handle record;
    event news;
};
}  // namespace

task<result<delivery>> producer_core::wait_for(std::shared_ptr<producer_core> self, handle h) {
    if (h.done()) co_return h.get();
    delivery_waiter w(self->core_->env(), std::move(h));
    while (!w.record.done()) co_await w.news.wait();
    co_return w.record.get();
}

std::uint64_t producer_core::begin_flush() {
    const auto round = accumulator_.begin_flush();
    pump();
    return round;
}

task<result<void>> producer_core::flush(std::shared_ptr<producer_core> self, clock::time_point deadline) {
    const auto round = self->begin_flush();
    while (!self->flushed(round)) {
        if (self->core_->now() >= deadline) {
            std::string what = "flush: ";
            what += std::to_string(self->accumulator_.unsettled());
            what += self->accumulator_.unsettled() == 1 ? " batch is not acknowledged yet" : " batches are not acknowledged yet";
            co_return error(client_errc::timed_out, std::move(what));
        }
        co_await wait_for_news(self, deadline);
    }
    co_return result<void>();
}

task<result<void>> producer_core::close(std::shared_ptr<producer_core> self, clock::time_point deadline) {
    self->accumulator_.close();
    const error why(client_errc::closed, "the producer was closed first");
    result<void> flushed;
    try {
        flushed = co_await flush(self, deadline);
    } catch (...) {  // whoever waits for the end is cancelled: then it ends now
        self->finish(why);
        throw;
    }
    self->finish(why);
    if (!flushed) co_return std::move(flushed).error().within("close");
    co_return result<void>();
}

void producer_core::finish(const error& why) {
    if (closed_) return;
    accumulator_.close();
    std::vector<produce_batch*> left;
    accumulator_.take_overdue(clock::time_point::max(), left);
    for (auto* b : left) {
        b->lane->push(*b);
        use(static_cast<lane&>(*b->lane));
    }
    closed_ = true;
    for (auto* l : std::vector(in_use_)) apply(*l, l->abandon(why));
    core_->remove(*this);
    timer_->close();
    retry_identity_.close();
    tell_waiters();
}

void producer_core::client_closed() { finish(error(client_errc::closed, "the client was closed")); }

void producer_core::learn(const topic_metadata& t) {
    if (t.partitions.empty()) {
        if (t.why != errc::none && !retriable(make_error_code(t.why))) {
            std::string what = "failed to send to ";
            accumulator_.refuse(t.name, error(t.why, what += t.name));
        }
        return;
    }
    const bool another = accumulator_.update(t);
    for (auto* known : accumulator_.topics()) {
        if (known->name != t.name) continue;
        for (const auto& l : known->lanes) {
            const auto at = static_cast<std::size_t>(l->partition());
            const std::int32_t leader = at < t.partitions.size() ? t.partitions[at].leader : -1;
            if (another) l->topic_replaced();
            if (leader != std::exchange(l->leader, leader)) l->hurry();
        }
    }
}

void producer_core::metadata_changed() {
    if (closed_) return;
    for (const auto* t : accumulator_.topics())
        if (const auto* known = core_->metadata().topic(t->name)) learn(*known);
    tell_waiters();
    pump();
}
}  // namespace kwire
