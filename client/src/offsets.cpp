// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/offsets.hpp>
#include <kwire/client/place.hpp>

#include <kwire/net/event.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace kwire::inline v0 {
namespace {
using wanted_at = offset_spec::kind;

bool passing(const error& why) { return why.retriable() || refreshes_metadata(why.code()) || why == client_errc::no_broker_available; }
}  // namespace

std::int64_t offset_lookup::timestamp_for(const item& i, bool second) {
    switch (i.what.what) {
        case wanted_at::oldest: return list_offsets_request::earliest;
        case wanted_at::timestamp: return second ? list_offsets_request::latest : std::max<std::int64_t>(i.what.value, 0);  // below are no times
        case wanted_at::before_end: return second ? list_offsets_request::earliest : list_offsets_request::latest;
        case wanted_at::max_timestamp: return second ? list_offsets_request::latest : list_offsets_request::max_timestamp;
        case wanted_at::newest:
        case wanted_at::offset: break;
    }
    return list_offsets_request::latest;
}

std::optional<list_offsets_request> offset_lookup::next(std::int16_t version) {
    steps_.resize(items_.size());
    list_offsets_request m;
    m.replica_id = -1;
    m.isolation_level = static_cast<std::int8_t>(isolation_);
    std::map<std::string_view, std::size_t> place;
    for (std::size_t n = 0; n < items_.size(); ++n) {
        item& i = items_[n];
        if (i.what.what == wanted_at::offset && !i.found) i.found = located_offset{i.what.value};
        if (i.what.what == wanted_at::max_timestamp && !i.found && version < 7)
            i.found =
                error(client_errc::version_not_supported, "the highest timestamp is looked up by ListOffsets v7 (Kafka 3.0, KIP-734), not by v" +
                                                              std::to_string(version) + ", which is the broker's highest");
        if (i.found) continue;
        const auto [at, fresh] = place.try_emplace(i.topic, m.topics.size());
        if (fresh) m.topics.emplace_back().name = i.topic;
        auto& p = m.topics[at->second].partitions.emplace_back();
        p.partition_index = i.partition;
        p.current_leader_epoch = i.current_leader_epoch;
        p.timestamp = timestamp_for(i, steps_[n].second);
    }
    if (m.topics.empty()) return std::nullopt;
    return m;
}

void offset_lookup::answered(const list_offsets_response& answer) {
    std::map<std::pair<std::string_view, std::int32_t>, const list_offsets_response::partition*> told;
    for (const auto& t : answer.topics)
        for (const auto& p : t.partitions) told[{t.name, p.partition_index}] = &p;
    for (std::size_t n = 0; n < items_.size(); ++n) {
        item& i = items_[n];
        if (i.found) continue;
        const auto p = told.find({i.topic, i.partition});
        if (p == told.end()) i.found = error(client_errc::unexpected_answer, "the answer leaves the partition out");
        else if (p->second->error_code != errc::none) i.found = error(p->second->error_code);
        else take(i, steps_[n], *p->second);
    }
}

void offset_lookup::take(item& i, step& s, const list_offsets_response::partition& p) {
    located_offset here{p.offset, p.timestamp, p.leader_epoch, i.what == offset_spec::newest()};
    const bool by_time = i.what.what == wanted_at::timestamp || i.what.what == wanted_at::max_timestamp;
    if (by_time && !s.second && p.offset < 0) {
        s.second = true;  // no record is that young, or there is none
        return;
    }
    if (by_time) here.at_end = s.second;
    if (i.what.what == wanted_at::before_end) {
        if (!s.second) {
            s = {p.offset, true};
            return;
        }
        const auto oldest = p.offset, wanted = i.what.value < s.newest ? s.newest - std::max<std::int64_t>(i.what.value, 0) : 0;
        here = {std::max(oldest, wanted), -1, -1, std::max(oldest, wanted) >= s.newest};
    }
    i.found = here;
}

void offset_lookup::failed(const error& why) {
    for (item& i : items_)
        if (!i.found) i.found = why;
}

task<result<void>> ask_offsets(std::shared_ptr<connection> broker, std::shared_ptr<offset_lookup> questions, clock::time_point deadline) {
    const auto offered = broker->versions().offered(list_offsets_request::api_key);
    const std::int16_t version = offered ? std::min(offered->last, list_offsets_request::last_version) : list_offsets_request::last_version;
    for (auto m = questions->next(version); m; m = questions->next(version)) {
        const auto got = co_await broker->call(*m, deadline);
        if (!got) co_return error(got.error());
        questions->answered(got->message);
    }
    co_return result<void>();
}

namespace {
// What is asked of all leaders in one go.
struct round {
    explicit round(environment& env) : over(env) {}
    std::vector<std::shared_ptr<offset_lookup>> lookups;
    std::vector<std::vector<std::size_t>> queries;  // which query each item of a lookup is
    std::size_t open = 0;
    event over;
};

task<void> ask_leader(std::shared_ptr<client_core> core, std::shared_ptr<round> r, std::int32_t leader, std::shared_ptr<offset_lookup> lookup,
                      clock::time_point deadline) {
    const auto there = co_await core->connections()->connect(leader, role::metadata, deadline);
    if (!there) {
        lookup->failed(there.error());
    } else {
        const auto done = co_await ask_offsets(*there, lookup, deadline);
        if (!done) lookup->failed(done.error());
    }
    if (--r->open == 0) r->over.set();
}

using outcomes = std::vector<result<located_offset>>;

// Sorts what is still open by leader; what has none gets an error for now.
std::shared_ptr<round> sort_by_leader(client_core& core, const std::vector<offset_query>& queries, std::vector<bool>& open, outcomes& out,
                                      isolation_level isolation) {
    auto r = std::make_shared<round>(core.env());
    std::map<std::int32_t, std::pair<std::vector<offset_lookup::item>, std::vector<std::size_t>>> by_leader;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        if (!open[i]) continue;
        const auto* topic = core.metadata().topic(queries[i].topic);
        const auto* p = core.metadata().partition(queries[i].topic, queries[i].partition);
        if (!p && topic && !topic->partitions.empty()) {
            out[i] =
                error(client_errc::unknown_topic_or_partition, "it has " + std::to_string(topic->partitions.size()) + " partitions, numbered from 0");
            open[i] = false;
        } else if (!p || p->leader < 0) {
            out[i] = error(errc::leader_not_available);
        } else {
            auto& [items, which] = by_leader[p->leader];
            items.push_back({queries[i].topic, queries[i].partition, queries[i].what, p->leader_epoch, {}});
            which.push_back(i);
        }
    }
    for (auto& [leader, asked] : by_leader) {
        r->lookups.push_back(std::make_shared<offset_lookup>(std::move(asked.first), isolation));
        r->queries.push_back(std::move(asked.second));
        ++r->open;
    }
    return r;
}

std::vector<std::int32_t> leaders_of(const client_core& core, const round& r) {
    std::vector<std::int32_t> out;
    for (const auto& l : r.lookups) {
        const auto& first = l->items().front();
        out.push_back(core.metadata().partition(first.topic, first.partition)->leader);
    }
    return out;
}

// True if something is to be asked again.
bool collect(client_core& core, round& r, std::vector<bool>& open, outcomes& out) {
    bool again = std::count(open.begin(), open.end(), true) > 0 && r.lookups.empty();
    for (std::size_t n = 0; n < r.lookups.size(); ++n) {
        auto& items = r.lookups[n]->items();
        for (std::size_t k = 0; k < items.size(); ++k) {
            const std::size_t i = r.queries[n][k];
            out[i] = *std::move(items[k].found);
            open[i] = !out[i] && passing(out[i].error());
            if (open[i]) core.suspect();
        }
    }
    for (const bool o : open) again |= o;
    return again;
}
}  // namespace

task<std::vector<result<located_offset>>> list_offsets(std::shared_ptr<client_core> core, std::vector<offset_query> queries,
                                                       clock::time_point deadline, isolation_level isolation) {
    outcomes out(queries.size(), error(client_errc::timed_out));
    std::vector<bool> open(queries.size(), true);
    std::set<std::string> anew;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        const auto& q = queries[i];
        auto known = co_await core->topic(q.topic, deadline);
        if (known && !core->metadata().partition(q.topic, q.partition) && anew.insert(q.topic).second) {  // it may have been given more since
            auto now = co_await core->topic(q.topic, deadline, {}, freshness::asked_anew);
            known = std::move(now);
        }
        if (known) continue;
        out[i] = known.error();
        open[i] = false;
    }
    for (int attempt = 1;; ++attempt) {
        const auto r = sort_by_leader(*core, queries, open, out, isolation);
        const auto leaders = leaders_of(*core, *r);
        for (std::size_t n = 0; n < leaders.size(); ++n) core->env().spawn(ask_leader(core, r, leaders[n], r->lookups[n], deadline));
        if (r->open > 0) co_await r->over.wait();
        const bool again = collect(*core, *r, open, out);
        const auto& o = core->options();
        const auto next = core->now() + backoff_after(attempt, {o.retry_backoff, o.retry_backoff_max}, core->env().random());
        const bool over = core->closed() || next >= deadline;
        if (!again || over) break;
        core->suspect();
        while (core->now() < next && !core->closed()) (void)co_await core->next_news(next);
    }
    for (std::size_t i = 0; i < queries.size(); ++i) {
        if (out[i]) continue;
        const auto what = place_of(queries[i].topic, queries[i].partition);
        out[i] = std::move(out[i].error().within(what).within("list offsets"));
    }
    co_return std::move(out);
}

namespace {
task<result<outcomes>> as_one_result(task<outcomes> work) {
    auto out = co_await std::move(work);
    co_return std::move(out);
}
task<outcomes> entered(std::shared_ptr<client_core> core, std::vector<offset_query> queries, clock::time_point deadline, isolation_level isolation) {
    const outcomes cancelled(queries.size(), error(client_errc::cancelled).within("list offsets"));
    const auto before = co_await asio::this_coro::cancellation_state;
    if (before.cancelled() != asio::cancellation_type::none) co_return cancelled;  // by start(): an answer for each query all the same
    auto out = co_await client_core::enter(core, as_one_result(list_offsets(core, std::move(queries), deadline, isolation)));
    if (out) co_return *std::move(out);
    co_return cancelled;
}
}  // namespace

task<std::vector<result<located_offset>>> list_offsets(const client& c, std::vector<offset_query> queries, clock::time_point deadline,
                                                       isolation_level isolation) {
    return entered(c.core(), std::move(queries), deadline, isolation);
}
}  // namespace kwire
