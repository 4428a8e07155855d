// SPDX-License-Identifier: Apache-2.0
// A Kafka cluster in this process: for tests, demonstrations and simulations.
//
//     asio::io_context io(1);
//     auto env = make_asio_environment(io);
//     embedded_broker b(*env, {.nodes = 3, .topics = {{"orders", 3}}});
//     ... connect clients to b.bootstrap(), run io ...
//
// Each node is a listener with an id (1, 2, …) that speaks the wire protocol; what they know they share. Logs lie in
// memory, bounded by retention_bytes and max_log_bytes. Replication is pretended: every replica in sync has every record at once. There are
// no groups and no transactions. Who has no io_context of their own uses broker_thread.
// A malformed or unknown request closes the connection that it came on, as in Kafka.
// Thread-safety: everything here belongs to the environment's strand, and all environments given must share one.
// Source: the Kafka protocol guide; the KIPs are named where the answers are made (src).
#pragma once

#include <kwire/broker/control.hpp>
#include <kwire/broker/version_profile.hpp>
#include <kwire/net/endpoint.hpp>
#include <kwire/net/environment.hpp>
#include <kwire/protocol/codec_id.hpp>
#include <kwire/protocol/uuid.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwire::inline v0 {
class broker_cluster;

struct topic_options {
    std::string name;
    int partitions = 1;
};

/// What the broker wants of clients' metrics (KIP-714), as a receiver of metrics and one subscription would have it.
struct telemetry_options {
    std::vector<std::string> metrics = {"*"};  // prefixes of names; * alone: all; none: nothing is wanted
    std::chrono::milliseconds interval{300'000};
    std::int32_t max_bytes = 1 << 20;      // telemetry.max.bytes
    bool delta = true;                     // counters since the last push
    std::vector<codec> compressions = {};  // that are taken, the broker's favourite first; codec::none always is
    std::int32_t subscription_id = 1;
};

/// Defaults are Kafka's where a name of Kafka's is given.
struct broker_options {
    int nodes = 1;
    std::vector<topic_options> topics = {};
    std::string listen_host = "127.0.0.1";  // "::1", "0.0.0.0", …
    std::uint16_t port = 0;                 // of node 1, the next nodes have the next ports; 0: any that are free
    std::vector<endpoint> advertise = {};   // advertised.listeners of node 1, 2, …; missing: where it listens
    version_profile versions = version_profile::kafka_4_3;
    /// Of the APIs with these keys, where those of an older broker are to be tried.
    std::map<std::int16_t, std::int16_t> highest_versions = {};
    bool auto_create_topics = true;                       // auto.create.topics.enable: on first use, and usable at once
    int default_partitions = 1;                           // num.partitions
    int replication_factor = 3;                           // default.replication.factor; never more than there are nodes
    int min_insync_replicas = 1;                          // min.insync.replicas
    std::size_t retention_bytes = 64u << 20;              // retention.bytes: of each partition; what is older than that is gone
    std::size_t max_log_bytes = 1u << 30;                 // of all logs together: beyond it the oldest batches of all go
    std::size_t max_message_bytes = 1'048'588;            // message.max.bytes: of a batch
    std::size_t max_request_bytes = 100u << 20;           // socket.request.max.bytes
    std::size_t history_bytes = 16u << 20;                // what history() keeps at most; 0: no history
    std::optional<telemetry_options> telemetry = {};      // none: as a Kafka without a receiver, which does not have these APIs
    std::function<void(std::string_view line)> log = {};  // why connections were closed; may be empty
};

class embedded_broker {
  public:
    /// Listens at once; throws failure if it cannot. The environment must outlive the broker.
    explicit embedded_broker(environment& env, broker_options options = {});
    /// Node 1 on the first environment, node 2 on the second, …: a simulation can then part and crash them one by one.
    embedded_broker(std::vector<environment*> hosts, broker_options options);
    /// The same without an exception.
    static result<std::unique_ptr<embedded_broker>> make(environment& env, broker_options options = {});
    /// stop()
    ~embedded_broker();
    embedded_broker(const embedded_broker&) = delete;
    embedded_broker& operator=(const embedded_broker&) = delete;

    /// Final: closes every listener and connection. What still runs for them ends when the environment runs.
    void stop() noexcept;

    // --- nodes ---

    /// The advertised addresses of all nodes, "127.0.0.1:40001,127.0.0.1:40002".
    std::string bootstrap() const;
    /// Where the node listens.
    endpoint address(std::int32_t node_id) const;
    /// Closes its listener and connections; the next replica in sync leads its partitions, or nobody if there is none.
    void stop_node(std::int32_t node_id);
    /// Listens on the same port again, and leads again what nobody leads.
    result<void> start_node(std::int32_t node_id);
    /// Closes the connections of a node, which may come again.
    void disconnect(std::int32_t node_id);
    /// How many connections are open.
    std::size_t connections() const;

    // --- topics: what takes a topic and partition throws failure(unknown_topic_or_partition) if it does not exist ---

    result<void> create_topic(std::string_view name, int partitions);
    void delete_topic(std::string_view name);
    bool has_topic(std::string_view name) const;
    uuid topic_id(std::string_view name) const;
    std::int32_t leader(std::string_view topic, std::int32_t partition) const;  // -1: nobody
    std::int32_t leader_epoch(std::string_view topic, std::int32_t partition) const;
    /// Makes `node_id` the leader, whether it is a replica or not, in a new epoch; -1: nobody leads.
    void move_leader(std::string_view topic, std::int32_t partition, std::int32_t node_id);
    void set_isr(std::string_view topic, std::int32_t partition, std::vector<std::int32_t> node_ids);

    // --- logs ---

    /// Appends whole record batches as a producer without an id would; the offset of the first record.
    result<std::int64_t> append(std::string_view topic, std::int32_t partition, bytes batches);
    /// The batches as they lie in the log. Views: valid until the next change of the log.
    std::vector<bytes> log(std::string_view topic, std::int32_t partition) const;
    std::int64_t log_start_offset(std::string_view topic, std::int32_t partition) const;
    std::int64_t log_end_offset(std::string_view topic, std::int32_t partition) const;
    /// What the batches in all logs take.
    std::size_t log_bytes() const;
    /// As DeleteRecords: the log begins at `before`.
    void delete_records(std::string_view topic, std::int32_t partition, std::int64_t before);
    /// Loses what lies at and behind `offset`, down to a batch's beginning: an unclean election.
    void truncate(std::string_view topic, std::int32_t partition, std::int64_t offset);

    /// What it knows of idempotent producers is gone, as after producer.id.expiration.ms: any sequence is taken again.
    void forget_producers(std::string_view topic, std::int32_t partition);

    // --- control and history ---

    /// Asked about every request for which next() has nothing; an empty one ends that.
    void on_request(request_hook hook);
    /// The next requests of that API are reacted to so, each once and in this order.
    void next(std::int16_t api_key, reaction r, int times = 1);
    template <message Request> void next(reaction r, int times = 1) { next(Request::api_key, std::move(r), times); }
    /// Every request that came, the oldest first; the oldest are forgotten when history_bytes is spent.
    const std::deque<received_request>& history() const;
    /// Those of one API, decoded; what cannot be decoded is left out. They view into the history.
    template <message Request> std::vector<Request> history_of() const {
        std::vector<Request> found;
        for (const auto& r : history())
            if (r.api_key == Request::api_key)
                if (auto request = r.template as<Request>()) found.push_back(*std::move(request));
        return found;
    }
    void clear_history();

    /// Another subscription from now on, with an id of its own. The broker must have been made with one.
    void subscribe_telemetry(telemetry_options wanted);

  private:
    std::shared_ptr<broker_cluster> cluster_;
};
}  // namespace kwire
