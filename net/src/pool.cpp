// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/pool.hpp>

#include <kwire/net/counters.hpp>
#include <kwire/net/event.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>

namespace kwire::inline v0 {
std::string_view to_string(role r) noexcept {
    switch (r) {
        case role::metadata: return "metadata";
        case role::produce: return "produce";
        case role::fetch: return "fetch";
        case role::coordinator: return "coordinator";
    }
    return "unknown";
}

std::string describe(const broker_address& b) {
    std::string text;
    if (b.node_id >= 0) {
        text = "broker ";
        text += std::to_string(b.node_id);
        text += " at ";
    } else {
        text = "bootstrap broker ";
    }
    text += to_string(b.where);
    return text;
}

// One broker's address, whatever is to be connected to it. While it is in doubt one attempt is made at a time, the probe.
struct pool::door {
    explicit door(backoff_options o) : pause(o) {}
    backoff pause;
    bool in_doubt = false;        // the last attempt failed, or a connection broke
    bool probed = false;          // a probe is under way
    std::uint64_t refusals = 0;   // probes that failed
    std::optional<error> failed;  // why the last one did
};

// The place of one connection: it, or the attempt to make it, or the memory of why that failed.
struct pool::slot {
    slot(environment& env, broker_address b, std::shared_ptr<door> d) : broker(std::move(b)), at(std::move(d)), wake(env) {}
    const broker_address broker;
    const std::shared_ptr<door> at;
    std::shared_ptr<connection> current;  // ready, or on the way to it
    event wake;                           // it may be its turn; closed to end the wait for that
    std::optional<error> failed;          // the last attempt
    std::uint64_t attempts = 0;           // that have ended
    clock::time_point opened{};
    bool dialling = false, retired = false;

    bool usable() const { return current && current->ready(); }
    /// Why there is no connection: the last attempt's failure, or what ended the last connection.
    error why_not() const {
        if (failed) return *failed;
        const error* broke = current ? current->why_closed() : nullptr;
        if (broke && *broke != client_errc::closed) return *broke;
        if (dialling && current && !broke) return current->why_not_open();
        return error(client_errc::timed_out, describe(broker) + ": connect: no answer yet");
    }
};

// Who waits for any slot to change. Lives in the coroutine that waits.
struct pool::waiter {
    explicit waiter(std::shared_ptr<pool> p) : owner(std::move(p)), news(owner->env_) { owner->waiters_.push_back(this); }
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;
    ~waiter() { std::erase(owner->waiters_, this); }
    std::shared_ptr<pool> owner;
    event news;
};

std::shared_ptr<pool> pool::make(environment& env, pool_options options) {
    if (!options.connection.frames) options.connection.frames = std::make_shared<frame_pool>();
    return std::shared_ptr<pool>(new pool(env, std::move(options)));
}
pool::pool(environment& env, pool_options options) : env_(env), options_(std::move(options)) {}
pool::~pool() = default;

void pool::news() {
    for (auto* w : waiters_) w->news.set();
}

void pool::retire(const std::shared_ptr<slot>& s) {
    s->retired = true;
    s->wake.close();
    if (!s->current) return;
    if (s->dialling) s->current->close(error(client_errc::connection_lost, describe(s->broker) + " is no longer there"));
    else s->current->close_when_idle();
}

void pool::update_brokers(const std::vector<broker_address>& brokers) {
    brokers_.clear();
    for (const auto& b : brokers) brokers_[b.node_id] = b.where;
    for (auto i = slots_.begin(); i != slots_.end();) {
        const auto s = i->second;
        const auto known = brokers_.find(i->first.node_id);
        const bool stays = i->first.node_id < 0 || (known != brokers_.end() && known->second == s->broker.where);
        i = stays ? std::next(i) : slots_.erase(i);
        if (!stays) retire(s);
    }
    std::erase_if(doors_, [](const auto& d) { return d.second.use_count() == 1; });
    news();
}

std::shared_ptr<connection> pool::find(std::int32_t node_id, role r, int lane) const {
    const auto found = slots_.find({node_id, r, lane});
    if (found == slots_.end() || !found->second->usable()) return nullptr;
    return found->second->current;
}

void pool::rebootstrap() {
    brokers_.clear();
    for (const auto& [k, s] : std::exchange(slots_, {})) retire(s);
    doors_.clear();
    news();
}

std::shared_ptr<pool::door> pool::door_of(const broker_address& b) {
    auto& d = doors_[b];
    if (!d) d = std::make_shared<door>(options_.reconnect);
    return d;
}

std::shared_ptr<pool::slot> pool::slot_for(const key& k, const endpoint& where) {
    auto& s = slots_[k];
    const broker_address b{std::max(k.node_id, -1), where};
    if (!s) s = std::make_shared<slot>(env_, b, door_of(b));
    return s;
}

void pool::start(const key& k, const endpoint& where) {
    const auto s = slot_for(k, where);
    if (s->dialling || s->usable() || closed_) return;
    s->dialling = true;
    env_.spawn(dial(shared_from_this(), s));
}

task<void> pool::dial(std::shared_ptr<pool> self, std::shared_ptr<slot> s) {
    const auto door = s->at;
    const auto pause = door->pause.not_before() - self->env_.now();
    if (pause > clock::duration(0) && self->options_.watch) self->options_.watch->reconnect_planned(describe(s->broker), pause);
    const bool mine = co_await wait_for_turn(self, s);
    if (!mine) {
        s->dialling = false;
        ++s->attempts;
        s->current.reset();
        s->failed = door->failed;
        self->news();
        co_return;
    }
    const bool probe = door->in_doubt;
    if (probe) door->probed = true;
    auto done = co_await open(self, s);
    if (probe) door->probed = false;
    s->dialling = false;
    ++s->attempts;
    if (done) self->opened(*s);
    else self->not_opened(*s, std::move(done).error());
    for (const auto& [k, other] : self->slots_)
        if (other->at == door) other->wake.set();
    self->news();
}

// Until an attempt may be made; false if another one failed meanwhile, for all.
task<bool> pool::wait_for_turn(std::shared_ptr<pool> self, std::shared_ptr<slot> s) {
    const auto door = s->at;
    const auto seen = door->refusals;
    while (!self->closed_ && !self->draining_ && !s->retired) {
        if (door->refusals != seen) co_return false;
        auto look_again = door->pause.not_before();
        if (!door->probed && look_again <= self->env_.now()) break;
        if (door->probed) look_again = clock::time_point::max();
        co_await s->wake.wait(look_again);
    }
    co_return true;
}

void pool::opened(slot& s) {
    s.opened = env_.now();
    s.failed.reset();
    s.at->in_doubt = false;
    reached_.insert(s.broker.where);
}

void pool::not_opened(slot& s, error why) {
    door& d = *s.at;
    const auto now = env_.now();
    s.current.reset();
    s.failed = why;
    if (s.retired || closed_ || draining_) return;
    if (d.pause.not_before() <= now) d.pause.failed(now, env_.random());
    d.in_doubt = true;
    d.failed = std::move(why);
    ++d.refusals;
    if (options_.watch) options_.watch->connect_failed(describe(s.broker), *s.failed, d.pause.not_before() - now);
}

// A connection that did nothing before it ended counts as a failure: a broker that hangs up at once is not stormed. After
// one that was of use the first pause is due, counted from when it was made.
void pool::ended(slot& s) {
    if (!s.dialling && s.current && *s.current->why_closed() != client_errc::closed) {
        door& d = *s.at;
        const auto now = env_.now();
        const bool of_use = s.current->answers() > 0 || now - s.opened > options_.reconnect.longest;
        if (of_use) {
            d.pause.succeeded();
            d.pause.failed(s.opened, env_.random());
        } else if (d.pause.not_before() <= now) {
            d.pause.failed(now, env_.random());
        }
        d.in_doubt = true;
    }
    news();
}

task<result<void>> pool::open(std::shared_ptr<pool> self, std::shared_ptr<slot> s) {
    const pool_options& options = self->options_;
    if (self->closed_ || self->draining_) co_return error(client_errc::closed);
    if (s->retired) co_return error(client_errc::connection_lost, describe(s->broker) + " is no longer there");
    connection_options how = options.connection;
    endpoint where = s->broker.where;
    if (options.address_map) where = options.address_map(s->broker);
    how.peer = describe({s->broker.node_id, where});
    how.watch = options.watch;
    if (options.count) how.count = options.count->of(s->broker.node_id);
    how.on_closed = [held = std::weak_ptr(self), of = std::weak_ptr(s)] {
        const auto p = held.lock();
        const auto at = of.lock();
        if (p && at) p->ended(*at);
    };
    auto over = options.dialer ? options.dialer(self->env_, s->broker) : self->env_.make_stream();
    if (!over) co_return error(client_errc::invalid_configuration, how.peer + ": connect: the dialer made no stream");
    const auto c = s->current = connection::make(self->env_, std::move(over), std::move(how));
    const auto began = self->env_.now();
    if (options.watch && !options.warning.empty()) options.watch->warning(c->peer(), options.warning);
    if (options.watch) options.watch->connecting(c->peer());
    auto opened = co_await c->open(where, began + options.connect_limit);
    if (opened) {
        if (options.watch) options.watch->connected(c->peer(), self->env_.now() - began);
        co_return result<void>();
    }
    error why = std::move(opened).error();
    const bool elsewhere = !self->reached_.empty() && !self->reached_.contains(s->broker.where);
    if (s->broker.node_id >= 0 && elsewhere && why != client_errc::closed)
        why.within("the cluster was reached, but not at the address that this broker advertises (fix its advertised.listeners, or map the address)");
    co_return std::move(why);
}

task<pool::connected> pool::connect(std::int32_t node_id, role r, clock::time_point deadline, int lane) {
    const auto known = brokers_.find(node_id);
    endpoint where;
    if (known != brokers_.end()) where = known->second;
    return wait_for(shared_from_this(), {known == brokers_.end() ? -1 : node_id, r, lane}, std::move(where), deadline);
}

task<pool::connected> pool::wait_for(std::shared_ptr<pool> self, key k, endpoint where, clock::time_point deadline) {
    if (self->closed_ || self->draining_) co_return error(client_errc::closed);
    if (k.node_id == -1) co_return error(client_errc::no_broker_available, "the cluster's metadata does not name this broker");
    const auto s = self->slot_for(k, where);
    if (s->usable()) co_return s->current;
    if (!s->dialling && s->at->pause.not_before() > deadline && s->at->failed) co_return *s->at->failed;
    waiter w(self);
    const auto seen = s->attempts;  // before start(), which can fail at once
    self->start(k, where);
    for (;;) {
        const woken how = co_await w.news.wait(deadline);
        if (self->closed_) co_return error(client_errc::closed);
        if (s->usable()) co_return s->current;
        if (s->attempts != seen && s->failed) co_return *s->failed;
        if (s->attempts != seen) co_return error(client_errc::connection_lost, describe(s->broker) + " hung up at once");
        if (how != woken::timed_out) continue;
        co_return s->why_not();
    }
}

std::shared_ptr<connection> pool::any_ready() const {
    for (const auto& [k, s] : slots_)
        if (k.what == role::metadata && s->usable()) return s->current;
    return nullptr;
}

// Known brokers and bootstrap addresses, in an order of chance, but those whose pause is over first.
std::vector<std::pair<pool::key, endpoint>> pool::candidates() {
    std::vector<std::pair<key, endpoint>> all;
    for (const auto& [id, where] : brokers_) all.emplace_back(key{id, role::metadata, 0}, where);
    std::int32_t id = -1;
    for (const auto& where : options_.bootstrap) {
        if (!options_.bootstrap_again && !brokers_.empty()) break;
        const auto same = [&](const auto& b) { return b.second == where; };
        --id;
        if (std::ranges::none_of(brokers_, same)) all.emplace_back(key{id, role::metadata, 0}, where);
    }
    for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[env_.random() % i]);
    const auto now = env_.now();
    const auto ready_at = [&](const auto& one) {
        const auto found = doors_.find({std::max(one.first.node_id, -1), one.second});
        return found == doors_.end() ? now : std::max(now, found->second->pause.not_before());
    };
    std::ranges::stable_sort(all, {}, ready_at);
    return all;
}

task<pool::connected> pool::connect_any(clock::time_point deadline) { return wait_for_any(shared_from_this(), deadline); }

namespace {
error none_reached(const std::vector<error>& why, bool in_time) {
    if (why.empty()) return error(client_errc::no_broker_available, "bootstrap.servers names no broker");
    if (why.size() == 1) return why.front();
    std::string what = "none of ";
    what += std::to_string(why.size());
    what += in_time ? " brokers could be reached: " : " brokers could be reached in time: ";
    for (std::size_t i = 0; i < why.size() && i < 4; ++i) {
        if (i > 0) what += "; ";
        what += why[i].message();
    }
    if (why.size() > 4) what += "; …";
    const auto first = why.front().code();
    const bool final = !retriable(first) && std::ranges::all_of(why, [&](const error& e) { return e == first; });
    return error(final ? first : make_error_code(client_errc::no_broker_available), std::move(what));
}
}  // namespace

task<pool::connected> pool::wait_for_any(std::shared_ptr<pool> self, clock::time_point deadline) {
    struct attempt {
        std::shared_ptr<slot> at;
        std::uint64_t seen;
    };
    if (self->closed_ || self->draining_) co_return error(client_errc::closed);
    waiter w(self);
    const auto all = self->candidates();
    std::vector<attempt> tried;
    for (auto next_start = self->env_.now();;) {
        if (self->closed_) co_return error(client_errc::closed);
        auto ready = self->any_ready();
        if (ready) co_return std::move(ready);
        const auto now = self->env_.now();
        const auto under_way = std::ranges::count_if(tried, [](const attempt& a) { return a.at->attempts == a.seen; });
        if (tried.size() < all.size() && (under_way == 0 || now >= next_start)) {
            const auto& [k, where] = all[tried.size()];
            const auto s = self->slot_for(k, where);
            tried.push_back({s, s->attempts});  // before start(), which can fail at once
            self->start(k, where);
            next_start = std::max(now, s->at->pause.not_before()) + self->options_.try_beside_after;
            continue;
        }
        if (now >= deadline || under_way == 0) break;
        auto until = deadline;
        if (tried.size() < all.size()) until = std::min(deadline, next_start);
        co_await w.news.wait(until);
    }
    std::vector<error> why;
    bool in_time = true;
    for (const auto& a : tried) {
        why.push_back(a.at->why_not());
        in_time = in_time && a.at->attempts != a.seen;
    }
    for (std::size_t i = tried.size(); i < all.size(); ++i) {  // their turn did not come, but they are known from before
        const auto known = self->slots_.find(all[i].first);
        if (known != self->slots_.end()) why.push_back(known->second->why_not());
    }
    co_return none_reached(why, in_time);
}

std::optional<error> pool::why_none() const {
    std::vector<error> why;
    for (const auto& [k, s] : slots_) {
        if (k.what != role::metadata) continue;
        if (s->usable()) return std::nullopt;
        why.push_back(s->why_not());
    }
    if (why.empty()) return std::nullopt;
    return none_reached(why, false);
}

broker_address pool::broker_of(const connection& c) const {
    for (const auto& [k, s] : slots_)
        if (s->current.get() == &c) return s->broker;
    return {};
}

void pool::close() {
    if (closed_) return;
    closed_ = true;
    for (const auto& [k, s] : std::map(slots_)) {
        s->wake.close();
        if (s->current) s->current->close();
    }
    news();
}

task<void> pool::close(clock::time_point deadline) { return drain(shared_from_this(), deadline); }

task<void> pool::drain(std::shared_ptr<pool> self, clock::time_point deadline) {
    self->draining_ = true;
    waiter w(self);
    for (const auto& [k, s] : std::map(self->slots_)) {
        if (s->dialling) s->wake.close();
        if (s->current && !s->dialling) s->current->close_when_idle();
        else if (s->current) s->current->close();
    }
    const auto open = [](const auto& one) { return one.second->current && !one.second->current->closed(); };
    try {
        while (!self->closed_ && std::ranges::any_of(self->slots_, open)) {
            const woken how = co_await w.news.wait(deadline);
            if (how == woken::timed_out) break;
        }
    } catch (...) {  // whoever waits for the end is cancelled: then it ends now
        self->close();
        throw;
    }
    self->close();
}
}  // namespace kwire
