// SPDX-License-Identifier: Apache-2.0
// UpdateMetadata: under ZooKeeper, the controller tells every broker what Metadata answers are made of.
//
// Gone with Kafka 4.0: under KRaft brokers read the same from the metadata log.
// Source: UpdateMetadataRequest.json, UpdateMetadataResponse.json v0-v8; KIP-103 (v3: listener names), KIP-112 (v4:
// offline replicas), KIP-380 (v5: broker epochs), KIP-516 (v7: topic ids), KIP-866 (v8: migration to KRaft).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct update_metadata_response {
    static constexpr std::string_view name = "UpdateMetadataResponse";
    static constexpr std::int16_t api_key = 6, first_version = 0, last_version = 8, flexible_since = 6;

    errc error_code = errc::none;
    unknown_tags unknown_tagged_fields;

    using self = update_metadata_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code),
    };
};

struct update_metadata_request {
    static constexpr std::string_view name = "UpdateMetadataRequest";
    static constexpr std::int16_t api_key = 6, first_version = 0, last_version = 8, flexible_since = 6;
    using response = update_metadata_response;

    struct partition_state {
        std::string_view topic_name;
        std::int32_t partition_index = 0;
        std::int32_t controller_epoch = 0;
        std::int32_t leader = 0;
        std::int32_t leader_epoch = 0;
        std::vector<std::int32_t> isr;
        std::int32_t zk_version = 0;
        std::vector<std::int32_t> replicas;
        std::vector<std::int32_t> offline_replicas;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &partition_state::topic_name, between(0, 4)).ignorable(),
            field("PartitionIndex", &partition_state::partition_index),
            field("ControllerEpoch", &partition_state::controller_epoch, "a request of an older one is refused"),
            field("Leader", &partition_state::leader, "-1: none, -2: the topic is being deleted"),
            field("LeaderEpoch", &partition_state::leader_epoch),
            field("Isr", &partition_state::isr, "replicas in sync with the leader"),
            field("ZkVersion", &partition_state::zk_version, "ZooKeeper's version of the partition's state"),
            field("Replicas", &partition_state::replicas),
            field("OfflineReplicas", &partition_state::offline_replicas, since(4), "KIP-112").ignorable(),
        };
    };
    struct topic_state {
        std::string_view topic_name;
        uuid topic_id;
        std::vector<partition_state> partition_states;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic_state::topic_name, since(5)),
            field("TopicId", &topic_state::topic_id, since(7)).ignorable(),
            field("PartitionStates", &topic_state::partition_states, since(5)),
        };
    };
    struct endpoint {
        std::int32_t port = 0;
        std::string_view host;
        std::string_view listener;
        std::int16_t security_protocol = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Port", &endpoint::port, since(1)),
            field("Host", &endpoint::host, since(1)),
            field("Listener", &endpoint::listener, since(3), "KIP-103").ignorable(),
            field("SecurityProtocol", &endpoint::security_protocol, since(1), "0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL"),
        };
    };
    struct broker {
        std::int32_t id = 0;
        std::string_view v0_host;
        std::int32_t v0_port = 0;
        std::vector<endpoint> endpoints;
        std::optional<std::string_view> rack = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Id", &broker::id),
            field("V0Host", &broker::v0_host, only(0)).ignorable(),
            field("V0Port", &broker::v0_port, only(0)).ignorable(),
            field("Endpoints", &broker::endpoints, since(1)).ignorable(),
            field("Rack", &broker::rack, since(2), "null: no rack").null_since(2).ignorable(),
        };
    };
    std::int32_t controller_id = 0;
    bool is_k_raft_controller = false;
    std::int8_t type = 0;
    std::int32_t controller_epoch = 0;
    std::int64_t broker_epoch = -1;
    std::vector<partition_state> ungrouped_partition_states;
    std::vector<topic_state> topic_states;
    std::vector<broker> live_brokers;
    unknown_tags unknown_tagged_fields;

    using self = update_metadata_request;
    static constexpr auto layout = fields{
        field("ControllerId", &self::controller_id),
        field("IsKRaftController", &self::is_k_raft_controller, since(8), "KIP-866"),
        field("Type", &self::type, since(8), "KIP-866; 0: not known, 1: what changed, 2: everything").tagged(0),
        field("ControllerEpoch", &self::controller_epoch, "a request of an older one is refused"),
        field("BrokerEpoch", &self::broker_epoch, since(5), "KIP-380: the broker's present run; -1: not checked").ignorable(),
        field("UngroupedPartitionStates", &self::ungrouped_partition_states, between(0, 4)),
        field("TopicStates", &self::topic_states, since(5)),
        field("LiveBrokers", &self::live_brokers),
    };
};
}  // namespace kwire
