// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/core.hpp>

#include "telemetry.hpp"
#include "watchers.hpp"

#include <kwire/net/security_errc.hpp>

#include <algorithm>
#include <utility>

namespace kwire::inline v0 {
namespace {
using namespace std::chrono_literals;

pool_options pool_options_of(const client_options& o, std::shared_ptr<observer> watch, std::shared_ptr<network_counters> count) {
    pool_options p;
    for (const auto& text : o.bootstrap_servers)
        if (auto where = parse_endpoint(text)) p.bootstrap.push_back(*std::move(where));
    p.connection.client_id = o.client_id;
    p.connection.receive_limit = o.receive_message_max_bytes;
    p.connection.watch = watch;
    p.reconnect = {o.reconnect_backoff, o.reconnect_backoff_max};
    p.connection.max_idle = o.connections_max_idle;
    p.bootstrap_again = o.metadata_recovery_strategy == metadata_recovery::rebootstrap;
    p.dialer = o.dialer;
    p.address_map = o.address_map;
    p.connect_limit = o.socket_connection_setup_timeout;
    p.watch = std::move(watch);
    p.count = std::move(count);
    protect(p, o.security);
    return p;
}

metadata_view::options view_options_of(const client_options& o) {
    metadata_view::options v;
    v.max_age = o.metadata_max_age;
    v.retry = {o.retry_backoff, o.retry_backoff_max};
    return v;
}

// How long one try to learn of the cluster may take.
clock::duration refresh_limit(const client_options& o) { return std::min<clock::duration>(o.request_timeout, 5s); }

// A password that is wrong, a broker that is not trusted, a file of certificates that cannot be read: waiting does not help.
bool is_refusal(const error& e) {
    const auto& category = e.code().category();
    const bool ours = e == client_errc::invalid_configuration || e == client_errc::not_supported_by_build;
    return ours || category == security_category() || (category == kafka_category() && !e.retriable());
}

// A broker that was asked by its bootstrap address says in its answer which one it is.
broker_address named_as_in(const cluster_metadata& cluster, broker_address asked) {
    const auto found = std::ranges::find(cluster.brokers, asked.where, &broker_metadata::where);
    if (asked.node_id < 0 && found != cluster.brokers.end()) asked.node_id = found->node_id;
    return asked;
}

// A topic that does not come: what the brokers said of it, or why none could be asked.
error topic_missing(const metadata_view& view, const pool& connections, const client_options& o, const std::string& name) {
    std::string what = "topic ";
    what += name;
    const auto* known = view.topic(name);
    if (view.last_failure()) return error(*view.last_failure()).within("metadata of " + what);
    if (auto why = connections.why_none(); why && !known) return std::move(why)->within("metadata of " + what);
    if (!known) {
        what += ": no broker has told of it in time; they are looked for at";
        for (const auto& address : o.bootstrap_servers) what += ' ' + address;
        return error(client_errc::timed_out, std::move(what));
    }
    if (known->why == errc::unknown_topic_or_partition)
        return error(client_errc::unknown_topic_or_partition,
                     what + ": no broker knew it before the deadline; check its name, or create it (brokers may not create topics on first use)");
    return error(known->why, what + ": still so at the deadline");
}

// What one is told may end another, who then is no longer among them.
template <class F> void tell(const std::vector<core_user*>& users, F what) {
    for (auto* u : std::vector(users))
        if (std::ranges::count(users, u) > 0) what(*u);
}
}  // namespace

// Lives in the coroutine that waits.
struct client_core::waiter {
    explicit waiter(client_core& c) : core(c), news(c.env_) { core.waiters_.push_back(this); }
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;
    ~waiter() { std::erase(core.waiters_, this); }
    client_core& core;
    event news;
};

// The same, for a topic. All who wait for it at the same time are told once that it is missing.
struct client_core::search {
    search(client_core& c, const std::string& name) : core(c), at(c.searched_.try_emplace(name).first) { ++at->second.waiting; }
    search(const search&) = delete;
    search& operator=(const search&) = delete;
    ~search() {
        if (--at->second.waiting == 0) core.searched_.erase(at);
    }
    void missing(clock::time_point deadline) {
        if (std::exchange(at->second.told, true) || !core.watch_) return;
        core.watch_->topic_missing(at->first, deadline - core.env_.now());
    }
    client_core& core;
    const std::map<std::string, searched>::iterator at;
};

std::shared_ptr<client_core> client_core::make(environment& env, std::unique_ptr<environment> owned, client_options options,
                                               std::shared_ptr<client_observer> watch) {
    return std::shared_ptr<client_core>(new client_core(env, std::move(owned), std::move(options), std::move(watch)));
}

client_core::client_core(environment& env, std::unique_ptr<environment> owned, client_options options, std::shared_ptr<client_observer> watch)
    : owned_(std::move(owned)), env_(env), strand_(env.executor()), options_(std::move(options)),
      watch_(both(make_log_observer(options_.log), std::move(watch))), pool_(pool::make(env, pool_options_of(options_, watch_, meters_.network))),
      view_(view_options_of(options_)), telemetry_(options_.enable_metrics_push ? std::make_shared<telemetry>(env) : nullptr), wake_(env) {}

client_core::~client_core() = default;

void client_core::news() {
    for (auto* w : waiters_) w->news.set();
}

void client_core::look_again() {
    if (closed_) return;
    if (!running_) {
        running_ = true;
        env_.spawn(keep_fresh(shared_from_this()));
    }
    wake_.set();
}

void client_core::want(std::string_view topic) {
    if (view_.want(topic)) look_again();
}

void client_core::suspect() {
    view_.suspect();
    look_again();
}

bool client_core::hint(std::string_view topic, std::int32_t partition, leader_hint told, std::optional<broker_address> where) {
    if (closed_ || !view_.hint(topic, partition, told)) return false;
    if (!where) return true;
    std::vector<broker_address> all;
    for (const auto& [id, at] : pool_->brokers())
        if (id != where->node_id) all.push_back({id, at});
    all.push_back(*std::move(where));
    pool_->update_brokers(all);
    return true;
}

// Ends when nothing is left to be kept fresh but by age; started again by look_again().
task<void> client_core::keep_fresh(std::shared_ptr<client_core> self) {
    client_core& c = *self;
    while (!c.closed_) {
        const auto due = c.view_.next_refresh();
        const auto now = c.env_.now();
        if (due > now) {
            co_await c.wake_.wait(due);
            continue;
        }
        metadata_request m;
        m.allow_auto_topic_creation = c.options_.allow_auto_create_topics;
        const auto names = c.view_.begin_refresh(now);
        for (const auto& name : names) m.topics->push_back({{}, name, {}});
        auto got = co_await ask(self, std::move(m), now + refresh_limit(c.options_));
        if (c.closed_) break;
        if (got) {
            c.learned(*std::move(got));
        } else {
            c.view_.failed(std::move(got).error(), c.env_.now(), c.env_.random());
            const bool for_long = c.env_.now() - *c.view_.failing_since() >= c.options_.metadata_recovery_rebootstrap_trigger;
            if (for_long) c.rebootstrap(*c.view_.last_failure());
            if (c.watch_) c.watch_->metadata_failed(*c.view_.last_failure(), c.view_.next_refresh() - c.env_.now());
        }
        c.news();
    }
}

// KIP-1102: begins again at bootstrap.servers.
void client_core::rebootstrap(const error& why) {
    if (closed_ || options_.metadata_recovery_strategy == metadata_recovery::none) return;
    pool_->rebootstrap();
    view_.rebootstrapped(env_.now());
    if (watch_) watch_->rebootstrapped(why);
}

void client_core::learned(cluster_metadata answer) {
    view_.updated(std::move(answer), env_.now(), env_.random());
    std::vector<broker_address> brokers;
    for (const auto& b : view_.brokers()) brokers.push_back({b.node_id, b.where});
    if (!brokers.empty()) pool_->update_brokers(brokers);
    if (watch_) watch_->metadata_updated(brokers.size(), view_.topics());
    if (telemetry_) telemetry_->start(shared_from_this());
    tell(users_, [](core_user& u) { u.metadata_changed(); });
}

// Where the same broker's answers do not help, another one is asked: it may be cut off from the rest.
task<pool::connected> client_core::way_to_metadata(std::shared_ptr<client_core> self, clock::time_point deadline) {
    const auto& brokers = self->view_.brokers();
    if (self->view_.fruitless() >= 2 && brokers.size() > 1) {
        const auto& chosen = brokers[self->env_.random() % brokers.size()];
        const auto limit = std::min(deadline, self->env_.now() + 2s);
        auto there = co_await self->pool_->connect(chosen.node_id, role::metadata, limit);
        if (there) co_return std::move(there);
    }
    auto any = co_await self->pool_->connect_any(deadline);
    co_return std::move(any);
}

task<result<cluster_metadata>> client_core::ask(std::shared_ptr<client_core> self, metadata_request m, clock::time_point deadline) {
    const auto way = co_await way_to_metadata(self, deadline);
    if (!way) co_return error(way.error());
    if (self->closed_) co_return error(client_errc::closed);
    auto asked = self->pool_->broker_of(**way);
    const bool patient = deadline - self->env_.now() > refresh_limit(self->options_) / 2;
    const auto got = co_await (*way)->call(m, deadline);
    // Perhaps an answer to something else was heard meanwhile; but the next try would wait behind this one.
    if (!got && patient && got.error() == client_errc::timed_out)
        (*way)->close(error(client_errc::timed_out, "Metadata was not answered in time").within((*way)->peer()));
    if (!got) co_return error(got.error());
    const errc told = got->message.error_code;
    if (told == errc::none) {
        auto cluster = to_cluster(got->message);
        cluster.told_by = named_as_in(cluster, std::move(asked));
        co_return std::move(cluster);
    }
    error why(told, (*way)->describe(name_of<metadata_request>(got->version())));
    if (told == errc::rebootstrap_required) self->rebootstrap(why);
    co_return std::move(why);
}

task<bool> client_core::next_news(clock::time_point deadline) { return wait_for_news(shared_from_this(), deadline); }

task<bool> client_core::wait_for_news(std::shared_ptr<client_core> self, clock::time_point deadline) {
    if (self->closed_) co_return false;
    waiter w(*self);
    co_await w.news.wait(deadline);
    co_return !self->closed_;
}

// Others may wait for the same topic: they want it anew.
void client_core::forget_unknown(const std::string& name) {
    if (!view_.forget_unknown(name)) return;
    tell(users_, [&](core_user& u) { u.topic_forgotten(name); });
    news();
}

task<result<topic_metadata>> client_core::topic(std::string name, clock::time_point deadline, std::function<bool()> given_up, freshness wanted) {
    return find_topic(shared_from_this(), std::move(name), deadline, std::move(given_up), wanted);
}

task<result<topic_metadata>> client_core::find_topic(std::shared_ptr<client_core> self, std::string name, clock::time_point deadline,
                                                     std::function<bool()> given_up, freshness wanted) {
    client_core& c = *self;
    const auto* before = c.view_.topic(name);
    const bool refused = before && before->why != errc::none && before->partitions.empty();
    const bool anew = wanted == freshness::asked_anew;
    std::uint64_t answer = 0;
    // The answer that has a broker make the topic may still say that there is none.
    const auto missing_after = c.view_.answers() + (c.options_.allow_auto_create_topics ? 2 : 1);
    search here(c, name);
    if (anew) {
        c.view_.want(name);  // so that one request does for both
        answer = c.view_.ask_again();
        c.look_again();
    }
    for (bool first = true;; first = false) {
        if (c.closed_) co_return error(client_errc::closed, "topic " + name + ": the client is closed");
        if (given_up && given_up()) {
            c.forget_unknown(name);
            co_return error(client_errc::closed, "topic " + name + ": nobody waits for it any more");
        }
        c.want(name);
        const auto* known = c.view_.topic(name);
        const bool current = known && (!anew || (c.view_.answers() >= answer && known->why == errc::none));
        if (current && !known->partitions.empty()) co_return *known;
        const bool asked = !first || !refused;  // what was said before we came may have changed since
        if (known && asked && known->why != errc::none && !retriable(make_error_code(known->why))) co_return error(known->why, "topic " + name);
        const bool missing = known && known->why == errc::unknown_topic_or_partition && c.view_.answers() >= missing_after;
        if (missing) here.missing(deadline);
        if (!first && c.view_.last_failure() && is_refusal(*c.view_.last_failure())) break;
        if (c.env_.now() >= deadline) break;
        try {
            co_await wait_for_news(self, deadline);
        } catch (...) {  // whoever waits is cancelled
            c.forget_unknown(name);
            throw;
        }
    }
    auto why = topic_missing(c.view_, *c.pool_, c.options_, name);
    c.forget_unknown(name);
    co_return std::move(why);
}

task<result<cluster_metadata>> client_core::cluster(std::optional<std::vector<std::string>> topics, clock::time_point deadline) {
    return ask_cluster(shared_from_this(), std::move(topics), deadline);
}

task<result<cluster_metadata>> client_core::ask_cluster(std::shared_ptr<client_core> self, std::optional<std::vector<std::string>> topics,
                                                        clock::time_point deadline) {
    metadata_request m;
    m.allow_auto_topic_creation = false;
    if (!topics) m.topics.reset();
    else
        for (const auto& name : *topics) m.topics->push_back({{}, name, {}});
    for (int attempt = 1;; ++attempt) {
        if (self->closed_) co_return error(client_errc::closed, "failed to get metadata: the client is closed");
        auto got = co_await ask(self, m, std::min(deadline, self->env_.now() + self->options_.request_timeout));
        if (got) co_return std::move(got);
        const auto pause = backoff_after(attempt, {self->options_.retry_backoff, self->options_.retry_backoff_max}, self->env_.random());
        const auto next = self->env_.now() + pause;
        const bool elsewhere = got.error() == client_errc::no_broker_available ||
                               (got.error() == errc::rebootstrap_required && self->options_.metadata_recovery_strategy != metadata_recovery::none);
        const bool again = retriable(got.error().code()) || elsewhere;
        if (!again || next >= deadline || self->closed_) co_return std::move(got).error().within("failed to get metadata");
        waiter w(*self);
        co_await w.news.wait(next);
    }
}

task<void> client_core::close(clock::time_point deadline) { return end(shared_from_this(), deadline); }
task<void> client_core::push_last(clock::time_point deadline) { return telemetry::finish(telemetry_, shared_from_this(), deadline); }

// The last push may take a while; most of the time is left to what is under way.
task<void> client_core::end(std::shared_ptr<client_core> self, clock::time_point deadline) {
    if (self->closed_) co_return;
    tell(self->users_, [](core_user& u) { u.client_closing(); });
    try {
        co_await self->push_last(std::min(deadline, self->env_.now() + 2s));
        if (!self->closed_) co_await self->pool_->close(deadline);
    } catch (...) {  // whoever waits for the end is cancelled: then it ends now
        self->close();
        throw;
    }
    self->close();
}

void client_core::close() {
    if (closed_) return;
    closed_ = true;
    if (telemetry_) telemetry_->close();
    pool_->close();
    tell(users_, [](core_user& u) { u.client_closed(); });
    wake_.set();
    news();
}
}  // namespace kwire
