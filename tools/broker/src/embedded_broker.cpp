// SPDX-License-Identifier: Apache-2.0
#include <kwire/broker/embedded_broker.hpp>

#include "batch.hpp"
#include "cluster.hpp"

namespace kwire::inline v0 {
embedded_broker::embedded_broker(environment& env, broker_options options) : embedded_broker(std::vector<environment*>{&env}, std::move(options)) {}

embedded_broker::embedded_broker(std::vector<environment*> hosts, broker_options options)
    : cluster_(std::make_shared<broker_cluster>(std::move(hosts), std::move(options))) {
    auto started = cluster_->start();
    if (started) return;
    cluster_->stop();
    throw failure(started.error());
}

result<std::unique_ptr<embedded_broker>> embedded_broker::make(environment& env, broker_options options) {
    try {
        return std::make_unique<embedded_broker>(env, std::move(options));
    } catch (const failure& f) { return f.why(); }
}

embedded_broker::~embedded_broker() { stop(); }
void embedded_broker::stop() noexcept { cluster_->stop(); }

std::string embedded_broker::bootstrap() const {
    std::string all;
    for (const auto& [id, n] : cluster_->nodes()) all.append(all.empty() ? "" : ",").append(to_string(n.advertised()));
    return all;
}
endpoint embedded_broker::address(std::int32_t node_id) const { return cluster_->node(node_id).where; }
void embedded_broker::stop_node(std::int32_t node_id) { cluster_->stop_node(node_id); }
result<void> embedded_broker::start_node(std::int32_t node_id) { return cluster_->start_node(node_id); }
void embedded_broker::disconnect(std::int32_t node_id) { cluster_->disconnect(node_id); }
std::size_t embedded_broker::connections() const {
    std::size_t open = 0;
    for (const auto& [id, n] : cluster_->nodes()) open += n.connections.size();
    return open;
}

result<void> embedded_broker::create_topic(std::string_view name, int partitions) {
    auto made = cluster_->create_topic(name, partitions);
    if (!made) return std::move(made).error();
    return {};
}
void embedded_broker::delete_topic(std::string_view name) { cluster_->delete_topic(name); }
bool embedded_broker::has_topic(std::string_view name) const { return cluster_->find_topic(name) != nullptr; }
uuid embedded_broker::topic_id(std::string_view name) const {
    cluster_->partition(name, 0);
    return cluster_->find_topic(name)->id;
}
std::int32_t embedded_broker::leader(std::string_view topic, std::int32_t partition) const { return cluster_->partition(topic, partition).leader; }
std::int32_t embedded_broker::leader_epoch(std::string_view topic, std::int32_t partition) const {
    return cluster_->partition(topic, partition).leader_epoch;
}
void embedded_broker::move_leader(std::string_view topic, std::int32_t partition, std::int32_t node_id) {
    cluster_->lead(cluster_->partition(topic, partition), node_id);
}
void embedded_broker::set_isr(std::string_view topic, std::int32_t partition, std::vector<std::int32_t> node_ids) {
    cluster_->partition(topic, partition).isr = std::move(node_ids);
}

result<std::int64_t> embedded_broker::append(std::string_view topic, std::int32_t partition, bytes batches) {
    auto& p = cluster_->partition(topic, partition);
    std::int64_t first = -1;
    while (!batches.empty()) {
        const auto size = batch_size(batches);
        auto done = cluster_->append(p, batches.first(size), INT16_MAX);
        if (done.code != errc::none) return error(done.code, std::move(done.what));
        if (first < 0) first = done.base_offset;
        batches = batches.subspan(size);
    }
    return first;
}
std::vector<bytes> embedded_broker::log(std::string_view topic, std::int32_t partition) const {
    std::vector<bytes> batches;
    for (const auto& e : cluster_->partition(topic, partition).log.entries()) batches.push_back(e.data());
    return batches;
}
std::int64_t embedded_broker::log_start_offset(std::string_view topic, std::int32_t partition) const {
    return cluster_->partition(topic, partition).log.start();
}
std::int64_t embedded_broker::log_end_offset(std::string_view topic, std::int32_t partition) const {
    return cluster_->partition(topic, partition).log.end();
}
void embedded_broker::delete_records(std::string_view topic, std::int32_t partition, std::int64_t before) {
    auto& p = cluster_->partition(topic, partition);
    p.log.delete_before(before);
    p.changed();
}
void embedded_broker::truncate(std::string_view topic, std::int32_t partition, std::int64_t offset) {
    auto& p = cluster_->partition(topic, partition);
    p.log.truncate(offset);
    p.producers.truncate(p.log.end(), p.log.entries());
    p.changed();
}

void embedded_broker::forget_producers(std::string_view topic, std::int32_t partition) { cluster_->partition(topic, partition).producers.forget(); }
std::size_t embedded_broker::log_bytes() const { return cluster_->log_bytes(); }

void embedded_broker::on_request(request_hook hook) { cluster_->on_request(std::move(hook)); }
void embedded_broker::next(std::int16_t api_key, reaction r, int times) { cluster_->next(api_key, std::move(r), times); }
const std::deque<received_request>& embedded_broker::history() const { return cluster_->history; }
void embedded_broker::subscribe_telemetry(telemetry_options wanted) {
    auto& now = cluster_->changing_options().telemetry;
    wanted.subscription_id = now ? now->subscription_id + 1 : 1;
    now = std::move(wanted);
}

void embedded_broker::clear_history() {
    cluster_->history.clear();
    cluster_->history_held = 0;
}
}  // namespace kwire
