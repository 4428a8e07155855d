// SPDX-License-Identifier: Apache-2.0
#include "cluster.hpp"

#include "server_connection.hpp"

#include <asio/awaitable.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
constexpr std::chrono::milliseconds until_next_accept{50};
}

void broker_partition::changed() {
    for (const auto& [connection, news] : waiting) news->set();
}

// A wildcard is no address to connect to.
endpoint broker_node::advertised() const {
    if (advertise) return *advertise;
    if (where.host == "0.0.0.0" || where.host.empty()) return {"127.0.0.1", where.port};
    if (where.host == "::") return {"::1", where.port};
    return where;
}

broker_cluster::broker_cluster(std::vector<environment*> hosts, broker_options options)
    : options_(std::move(options)), budget_(std::make_shared<log_budget>(options_.max_log_bytes)) {
    for (int i = 0; i < options_.nodes; ++i) {
        broker_node n;
        n.id = i + 1;
        n.env = hosts[std::min(static_cast<std::size_t>(i), hosts.size() - 1)];
        const auto at = static_cast<std::size_t>(i);
        if (at < options_.advertise.size()) n.advertise = options_.advertise[at];
        std::string host = options_.listen_host;
        if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
        n.where = {std::move(host), static_cast<std::uint16_t>(options_.port == 0 ? 0 : options_.port + i)};
        nodes_.emplace(n.id, std::move(n));
    }
}

result<void> broker_cluster::start() {
    if (options_.nodes < 1 || options_.nodes > 1000) return error(client_errc::invalid_argument, "an embedded broker has 1 to 1000 nodes");
    for (auto& [id, n] : nodes_)
        if (auto started = start_node(id); !started) return started;
    for (const auto& t : options_.topics)
        if (auto made = create_topic(t.name, t.partitions); !made) return std::move(made).error();
    return {};
}

void broker_cluster::stop() noexcept {
    stopped_ = true;
    hook_ = {};
    next_.clear();
    for (auto& [id, n] : nodes_) {
        if (n.listening) n.listening->close();
        n.listening.reset();
        disconnect(id);
    }
}

void broker_cluster::log(std::string_view line) const {
    if (options_.log) options_.log(line);
}

broker_node& broker_cluster::node(std::int32_t id) {
    const auto found = nodes_.find(id);
    if (found != nodes_.end()) return found->second;
    std::string what = "the embedded broker has no node ";
    throw failure(error(client_errc::invalid_argument, what += std::to_string(id)));
}

bool broker_cluster::up(std::int32_t id) const {
    const auto found = nodes_.find(id);
    return found != nodes_.end() && found->second.listening;
}

std::int32_t broker_cluster::controller() const {
    const auto first = std::ranges::find_if(nodes_, [](const auto& entry) { return entry.second.listening != nullptr; });
    return first == nodes_.end() ? -1 : first->first;
}

result<void> broker_cluster::start_node(std::int32_t id) {
    broker_node& n = node(id);
    if (n.listening) {  // after a crash of its simulated host it only seems to be up
        n.listening->close();
        n.listening.reset();
    }
    auto listening = n.env->listen(n.where.host, n.where.port);
    if (!listening) return std::move(listening).error().within("embedded broker");
    n.listening = *std::move(listening);
    n.where.port = n.listening->port();
    n.env->spawn(accept_loop(shared_from_this(), id, n.listening));
    for (const auto& [name, t] : topics_)
        for (const auto& p : t->partitions) {
            const bool replica = std::ranges::count(p->replicas, id) > 0;
            if (replica && std::ranges::count(p->isr, id) == 0) p->isr.push_back(id);
            if (replica && p->leader < 0) lead(*p, id);
        }
    return {};
}

void broker_cluster::stop_node(std::int32_t id) {
    broker_node& n = node(id);
    if (n.listening) n.listening->close();
    n.listening.reset();
    disconnect(id);
    for (const auto& [name, t] : topics_)
        for (const auto& p : t->partitions) {
            if (p->isr.size() > 1) std::erase(p->isr, id);
            if (p->leader != id) continue;
            const auto next = std::ranges::find_if(p->isr, [&](std::int32_t other) { return up(other); });
            lead(*p, next == p->isr.end() ? -1 : *next);
        }
}

void broker_cluster::disconnect(std::int32_t id) {
    auto open = std::exchange(node(id).connections, {});
    for (const auto& [number, held] : open)
        if (const auto c = held.lock()) c->close();
}

void broker_cluster::disconnected(std::int32_t node_id, std::uint64_t connection) { nodes_.at(node_id).connections.erase(connection); }

task<void> broker_cluster::accept_loop(std::shared_ptr<broker_cluster> self, std::int32_t node_id, std::shared_ptr<acceptor> from) {
    const auto pause = self->nodes_.at(node_id).env->make_timer();
    for (;;) {
        auto accepted = co_await from->accept();
        broker_node& n = self->nodes_.at(node_id);
        if (!accepted) {
            if (!(accepted.error() == client_errc::closed)) self->log(accepted.error().message());
            if (n.listening != from) co_return;
            pause->expires_at(n.env->now() + until_next_accept);  // no descriptors, most likely: at once would be in vain
            co_await pause->wait();
            continue;
        }
        if (n.listening != from) co_return;  // *accepted closes
        const auto number = ++self->connections_;
        auto c = std::make_shared<server_connection>(self, node_id, number, *std::move(accepted), self->frames_);
        n.connections.emplace(number, c);
        n.env->spawn(server_connection::serve(std::move(c)));
    }
}

errc check_topic_name(std::string_view name) noexcept {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    if (name.empty() || name.size() > 249 || name == "." || name == "..") return errc::invalid_topic_exception;
    return std::ranges::all_of(name, allowed) ? errc::none : errc::invalid_topic_exception;
}

broker_topic* broker_cluster::find_topic(std::string_view name) const {
    const auto found = topics_.find(name);
    return found == topics_.end() ? nullptr : found->second.get();
}
broker_topic* broker_cluster::find_topic(const uuid& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

// A random uuid of RFC 4122, version 4, as Kafka makes them.
uuid broker_cluster::new_id() {
    uuid id;
    for (std::size_t half = 0; half < 2; ++half) {
        const auto drawn = nodes_.begin()->second.env->random();
        for (std::size_t i = 0; i < 8; ++i) id.raw[half * 8 + i] = static_cast<std::byte>(drawn >> (8 * i));
    }
    id.raw[6] = (id.raw[6] & std::byte{0x0f}) | std::byte{0x40};
    id.raw[8] = (id.raw[8] & std::byte{0x3f}) | std::byte{0x80};
    return id;
}

result<broker_topic*> broker_cluster::create_topic(std::string_view name, int partitions) {
    std::string what = "topic ";
    what += name;
    if (const auto wrong = check_topic_name(name); wrong != errc::none) return error(wrong, what);
    if (find_topic(name)) return error(errc::topic_already_exists, what);
    if (partitions < 1) return error(errc::invalid_partitions, what);
    auto t = std::make_shared<broker_topic>();
    t->name = name;
    t->id = new_id();
    std::vector<std::int32_t> live;
    for (const auto& [id, n] : nodes_)
        if (n.listening) live.push_back(id);
    const auto copies = std::min(static_cast<std::size_t>(std::max(options_.replication_factor, 1)), live.size());
    const auto shift = static_cast<std::size_t>(topics_made_++);
    for (std::size_t i = 0; i < static_cast<std::size_t>(partitions); ++i) {
        auto p = std::make_unique<broker_partition>(options_.retention_bytes, budget_);
        for (std::size_t r = 0; r < copies; ++r) p->replicas.push_back(live[(i + shift + r) % live.size()]);
        p->isr = p->replicas;
        p->leader = p->replicas.empty() ? -1 : p->replicas.front();
        t->partitions.push_back(std::move(p));
    }
    by_id_[t->id] = t.get();
    topics_[t->name] = t;
    return t.get();
}

void broker_cluster::delete_topic(std::string_view name) {
    const auto found = topics_.find(name);
    if (found == topics_.end()) return;
    const auto gone = std::move(found->second);
    by_id_.erase(gone->id);
    topics_.erase(found);
    for (const auto& p : gone->partitions) p->changed();
}

broker_partition& broker_cluster::partition(std::string_view topic, std::int32_t index) const {
    broker_topic* t = find_topic(topic);
    if (t && index >= 0 && static_cast<std::size_t>(index) < t->partitions.size()) return *t->partitions[static_cast<std::size_t>(index)];
    std::string what(topic);
    what += '[';
    what += std::to_string(index);
    what += ']';
    throw failure(error(errc::unknown_topic_or_partition, std::move(what)));
}

void broker_cluster::lead(broker_partition& p, std::int32_t node_id) {
    p.leader = node_id;
    ++p.leader_epoch;
    p.changed();
}

broker_cluster::appended broker_cluster::append(broker_partition& p, bytes records, std::int16_t produce_version) {
    auto judged = inspector_.judge(records, options_.max_message_bytes, produce_version);
    if (judged.code != errc::none) return {judged.code, -1, std::move(judged.what)};
    const auto header = load_batch_header(judged.batch.data());
    if (header.transactional()) return {errc::transactional_id_authorization_failed, -1, "the embedded broker has no transactions"};
    auto verdict = p.producers.judge(header);
    if (verdict.code != errc::none) return {verdict.code, -1, std::move(verdict.what)};
    if (verdict.duplicate_of) return {errc::none, *verdict.duplicate_of, {}};
    const auto offset = p.log.append(judged.batch, judged.max_timestamp, p.leader_epoch);
    p.producers.appended(header, offset);
    p.changed();
    return {errc::none, offset, {}};
}

void broker_cluster::next(std::int16_t api_key, reaction r, int times) {
    for (int i = 0; i < times; ++i) next_[api_key].push_back(r);
}

reaction broker_cluster::arrived(const received_request& r) {
    remember(r);
    if (const auto due = next_.find(r.api_key); due != next_.end() && !due->second.empty()) {
        auto how = std::move(due->second.front());
        due->second.pop_front();
        return how;
    }
    return hook_ ? hook_(r) : reaction{};
}

void broker_cluster::remember(received_request r) {
    constexpr std::size_t entry_size = sizeof(received_request) + 64;
    if (options_.history_bytes == 0) return;
    if (r.body.size() + entry_size > options_.history_bytes) r.body = {}, r.frame.reset();
    history_held += r.body.size() + entry_size;
    history.push_back(std::move(r));
    while (history_held > options_.history_bytes && history.size() > 1) {
        history_held -= history.front().body.size() + entry_size;
        history.pop_front();
    }
}
}  // namespace kwire
