// SPDX-License-Identifier: Apache-2.0
// What the nodes of an embedded broker share: who is up, which topics there are, who leads what, and the logs.
//
// Everything is ordered (maps, vectors), so that one seed of a simulation gives one history. Connections hold the cluster,
// so it outlives the embedded_broker for as long as their coroutines take to end.
#pragma once

#include "partition_log.hpp"
#include "producer_states.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/net/event.hpp>

#include <map>
#include <optional>
#include <set>

namespace kwire::inline v0 {
class server_connection;

struct broker_partition {
    broker_partition(std::size_t retention, std::shared_ptr<log_budget> budget) : log(retention, std::move(budget)) {}
    partition_log log;
    producer_states producers;
    std::int32_t leader = -1, leader_epoch = 0;
    std::vector<std::int32_t> replicas, isr;
    std::set<std::pair<std::uint64_t, event*>> waiting;  // by connection: fetches that want to hear of any change here

    void changed();
};

struct broker_topic {
    std::string name;
    uuid id;
    std::vector<std::unique_ptr<broker_partition>> partitions;
};

struct broker_node {
    std::int32_t id = 0;
    environment* env = nullptr;
    std::optional<endpoint> advertise;
    endpoint where;
    std::shared_ptr<acceptor> listening;  // null: stopped
    std::map<std::uint64_t, std::weak_ptr<server_connection>> connections;

    endpoint advertised() const;
};

class broker_cluster : public std::enable_shared_from_this<broker_cluster> {
  public:
    broker_cluster(std::vector<environment*> hosts, broker_options options);
    result<void> start();
    void stop() noexcept;

    const broker_options& options() const noexcept { return options_; }
    void log(std::string_view line) const;

    // nodes
    const std::map<std::int32_t, broker_node>& nodes() const noexcept { return nodes_; }
    broker_node& node(std::int32_t id);
    bool up(std::int32_t id) const;
    std::int32_t controller() const;  // the first that is up, -1 if none is
    result<void> start_node(std::int32_t id);
    void stop_node(std::int32_t id);
    void disconnect(std::int32_t id);
    void disconnected(std::int32_t node_id, std::uint64_t connection);

    // topics
    const std::map<std::string, std::shared_ptr<broker_topic>, std::less<>>& topics() const noexcept { return topics_; }
    /// Null if there is none.
    broker_topic* find_topic(std::string_view name) const;
    broker_topic* find_topic(const uuid& id) const;
    result<broker_topic*> create_topic(std::string_view name, int partitions);
    void delete_topic(std::string_view name);
    broker_partition& partition(std::string_view topic, std::int32_t index) const;  // throws failure
    void lead(broker_partition& p, std::int32_t node_id);

    // what requests do
    struct appended {
        errc code = errc::none;
        std::int64_t base_offset = -1;
        std::string what;
    };
    appended append(broker_partition& p, bytes records, std::int16_t produce_version);
    batch_inspector& inspector() noexcept { return inspector_; }
    std::size_t log_bytes() const noexcept { return budget_->held(); }
    std::int64_t next_producer_id() noexcept { return next_producer_id_++; }
    uuid new_id();

    // control
    broker_options& changing_options() noexcept { return options_; }
    void on_request(request_hook hook) { hook_ = std::move(hook); }
    void next(std::int16_t api_key, reaction r, int times);
    /// Remembers the request and asks for the reaction.
    reaction arrived(const received_request& r);
    std::deque<received_request> history;
    std::size_t history_held = 0;

  private:
    static task<void> accept_loop(std::shared_ptr<broker_cluster> self, std::int32_t node_id, std::shared_ptr<acceptor> from);
    void remember(received_request r);

    broker_options options_;
    std::shared_ptr<log_budget> budget_;
    batch_inspector inspector_;
    std::map<std::int32_t, broker_node> nodes_;
    std::map<std::string, std::shared_ptr<broker_topic>, std::less<>> topics_;
    std::map<uuid, broker_topic*> by_id_;
    std::shared_ptr<frame_pool> frames_ = std::make_shared<frame_pool>();
    request_hook hook_;
    std::map<std::int16_t, std::deque<reaction>> next_;
    std::int64_t next_producer_id_ = 0;
    std::uint64_t connections_ = 0;
    int topics_made_ = 0;
    bool stopped_ = false;
};

/// The rules of Kafka for names of topics.
errc check_topic_name(std::string_view name) noexcept;
}  // namespace kwire
