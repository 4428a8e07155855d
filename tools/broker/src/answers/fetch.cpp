// SPDX-License-Identifier: Apache-2.0
// Fetch waits until there are min_bytes, an error, or max_wait_ms is over, or the client is gone; any change of a partition
// asked for wakes it.
//
// There are no sessions: a client that would like one gets session 0, which means that it has none and names all its
// partitions each time.
// Source: KIP-74 (limits), KIP-227 (sessions), KIP-320 (leader epochs), KIP-516 (topic ids), KIP-595 (divergence), KIP-951.
#include "../server_connection.hpp"

#include <kwire/protocol/messages/fetch.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
using wanted_partition = fetch_request::partition_to_fetch;
using answered_partition = fetch_response::partition;

struct gathered {
    fetch_response response;
    std::vector<std::shared_ptr<const void>> keeps;
    std::map<std::int32_t, endpoint> leaders;
    std::uint64_t readable = 0;  // bytes that lie ready, also those that did not fit
    std::size_t left = 0;        // of max_bytes
    bool at_once = false;        // an error or a divergence is answered without waiting
};

broker_topic* topic_of(const exchange& x, const fetch_request::topic_to_fetch& t) {
    return x.request.api_version >= 13 ? x.cluster.find_topic(t.topic_id) : x.cluster.find_topic(t.topic);
}

errc judge(const exchange& x, const fetch_request::topic_to_fetch& t, const broker_topic* known, const broker_partition* p,
           const wanted_partition& wanted) {
    if (const auto e = x.wanted_error(known ? std::string_view(known->name) : t.topic, wanted.partition); e != errc::none) return e;
    if (!known && x.request.api_version >= 13) return errc::unknown_topic_id;
    if (!p) return errc::unknown_topic_or_partition;
    if (const auto e = check_leader(x, *p, wanted.current_leader_epoch); e != errc::none) return e;
    const bool in_range = wanted.fetch_offset >= p->log.start() && wanted.fetch_offset <= p->log.end();
    return in_range ? errc::none : errc::offset_out_of_range;
}

void name_leader(const exchange& x, const broker_partition& p, gathered& g, answered_partition& out) {
    const bool moved = out.error_code == errc::not_leader_or_follower || out.error_code == errc::fenced_leader_epoch;
    if (!moved || x.request.api_version < 12) return;
    out.current_leader = {p.leader, p.leader_epoch, {}};
    const auto n = x.cluster.nodes().find(p.leader);
    if (x.request.api_version >= 16 && n != x.cluster.nodes().end()) g.leaders[p.leader] = n->second.advertised();
}

bool diverges(const broker_partition& p, const wanted_partition& wanted, answered_partition& out) {
    if (wanted.last_fetched_epoch < 0) return false;
    const auto end = p.log.end_of_epoch(wanted.last_fetched_epoch, p.leader_epoch);
    if (end.epoch >= wanted.last_fetched_epoch && end.end_offset >= wanted.fetch_offset) return false;
    out.diverging_epoch = {end.epoch, end.end_offset, {}};
    return true;
}

answered_partition read(const exchange& x, const fetch_request& request, const fetch_request::topic_to_fetch& t, const wanted_partition& wanted,
                        gathered& g) {
    answered_partition out;
    out.partition_index = wanted.partition;
    out.high_watermark = -1;
    out.aborted_transactions.reset();
    out.records.emplace();  // never null: Kafka's own clients do not expect that
    auto* known = topic_of(x, t);
    const auto* p = find_partition(known, wanted.partition);
    out.error_code = judge(x, t, known, p, wanted);
    if (out.error_code != errc::none) {
        g.at_once = true;
        if (p) name_leader(x, *p, g, out);
        return out;
    }
    if (request.isolation_level != 0) out.aborted_transactions.emplace();
    out.high_watermark = out.last_stable_offset = p->log.end();
    out.log_start_offset = p->log.start();
    if (diverges(*p, wanted, out)) return g.at_once = true, out;
    const auto partition_most = static_cast<std::size_t>(std::max(wanted.partition_max_bytes, 0));
    const bool nothing_yet = g.keeps.empty();
    auto slice = p->log.read(wanted.fetch_offset, std::min(partition_most, g.left), nothing_yet);
    g.readable += std::min<std::uint64_t>(p->log.bytes_from(wanted.fetch_offset), std::max(partition_most, slice.data.size()));
    g.left -= std::min(g.left, slice.data.size());
    out.records->data = slice.data;
    if (slice.keeps) g.keeps.push_back(std::move(slice.keeps));
    return out;
}

gathered gather(const exchange& x, const fetch_request& request) {
    gathered g;
    g.left = static_cast<std::size_t>(std::max(request.max_bytes, 0));
    g.response.throttle_time_ms = x.how.throttle_time_ms;
    for (const auto& t : request.topics) {
        auto& topic = g.response.responses.emplace_back();
        topic.topic = t.topic;
        topic.topic_id = t.topic_id;
        for (const auto& p : t.partitions) topic.partitions.push_back(read(x, request, t, p, g));
    }
    for (const auto& [id, where] : g.leaders) g.response.node_endpoints.push_back({id, where.host, where.port, std::nullopt, {}});
    return g;
}

// Hears of changes in the partitions of a request for as long as it lives.
class listening {
  public:
    listening(const exchange& x, const fetch_request& request, server_connection& c) : cluster_(x.cluster), me_(c.number(), &c.news()) {
        for (const auto& t : request.topics) {
            auto* known = topic_of(x, t);
            for (const auto& p : t.partitions)
                if (auto* found = find_partition(known, p.partition)) {
                    found->waiting.insert(me_);
                    where_.emplace_back(known->id, p.partition);
                }
        }
    }
    listening(const listening&) = delete;
    listening& operator=(const listening&) = delete;
    ~listening() {  // the topic may be gone
        for (const auto& [id, partition] : where_)
            if (auto* p = find_partition(cluster_.find_topic(id), partition)) p->waiting.erase(me_);
    }

  private:
    broker_cluster& cluster_;
    std::pair<std::uint64_t, event*> me_;
    std::vector<std::pair<uuid, std::int32_t>> where_;
};

reply answer_with(const exchange& x, gathered g) {
    auto out = x.answer(g.response);
    out.keeps = std::move(g.keeps);
    return out;
}

reply refuse_session(const exchange& x, errc why) {
    fetch_response r;
    r.throttle_time_ms = x.how.throttle_time_ms;
    r.error_code = why;
    return x.answer(r);
}
}  // namespace

task<result<reply>> answer_fetch(std::shared_ptr<server_connection> c, const exchange& x) {
    const auto request = x.request.as<fetch_request>();
    if (!request) co_return request.error();
    if (const auto e = x.wanted_error("", -1); e != errc::none && x.request.api_version >= 7) co_return refuse_session(x, e);
    if (request->session_epoch > 0) co_return refuse_session(x, errc::fetch_session_id_not_found);
    const auto deadline = c->env().now() + std::chrono::milliseconds(std::max(request->max_wait_ms, 0));
    const auto enough = static_cast<std::uint64_t>(std::max(request->min_bytes, 0));
    const listening hears_of_changes(x, *request, *c);
    for (;;) {
        auto g = gather(x, *request);
        const bool over = c->env().now() >= deadline || c->ended();  // who has gone, or sends nothing more, does not wait
        const bool ready = g.at_once || g.readable >= enough || request->topics.empty() || over;
        if (ready) co_return answer_with(x, std::move(g));
        g = {};
        const auto how = co_await c->news().wait(deadline);
        if (how == woken::closed) co_return error(client_errc::closed);
    }
}
}  // namespace kwire
