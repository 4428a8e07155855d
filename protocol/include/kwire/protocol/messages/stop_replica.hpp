// SPDX-License-Identifier: Apache-2.0
// StopReplica: under ZooKeeper, the controller tells a broker to stop serving partitions, and perhaps to delete them.
//
// Gone with Kafka 4.0: under KRaft brokers read the same from the metadata log. How partitions are listed changed
// twice.
// Source: StopReplicaRequest.json, StopReplicaResponse.json v0-v4; KIP-380 (v1: broker epochs), KIP-570 (v3: leader
// epochs), KIP-866 (v4: migration to KRaft).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct stop_replica_response {
    static constexpr std::string_view name = "StopReplicaResponse";
    static constexpr std::int16_t api_key = 5, first_version = 0, last_version = 4, flexible_since = 2;

    struct partition_error {
        std::string_view topic_name;
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &partition_error::topic_name),
            field("PartitionIndex", &partition_error::partition_index),
            field("ErrorCode", &partition_error::error_code),
        };
    };
    errc error_code = errc::none;
    std::vector<partition_error> partition_errors;
    unknown_tags unknown_tagged_fields;

    using self = stop_replica_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("PartitionErrors", &self::partition_errors),
    };
};

struct stop_replica_request {
    static constexpr std::string_view name = "StopReplicaRequest";
    static constexpr std::int16_t api_key = 5, first_version = 0, last_version = 4, flexible_since = 2;
    using response = stop_replica_response;

    struct ungrouped_partition {
        std::string_view topic_name;
        std::int32_t partition_index = 0;
        unknown_tags unknown_tagged_fields;

        using self = ungrouped_partition;
        static constexpr auto layout = fields{
            field("TopicName", &self::topic_name, only(0)),
            field("PartitionIndex", &self::partition_index, only(0)),
        };
    };
    struct topic {
        std::string_view name;
        std::vector<std::int32_t> partition_indexes;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name, between(1, 2)),
            field("PartitionIndexes", &topic::partition_indexes, between(1, 2)),
        };
    };
    struct partition_state {
        std::int32_t partition_index = 0;
        std::int32_t leader_epoch = -1;
        bool delete_partition = false;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition_state::partition_index, since(3)),
            field("LeaderEpoch", &partition_state::leader_epoch, since(3), "KIP-570; -1: not checked, -2: the topic is being deleted"),
            field("DeletePartition", &partition_state::delete_partition, since(3)),
        };
    };
    struct topic_state {
        std::string_view topic_name;
        std::vector<partition_state> partition_states;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic_state::topic_name, since(3)),
            field("PartitionStates", &topic_state::partition_states, since(3)),
        };
    };
    std::int32_t controller_id = 0;
    bool is_k_raft_controller = false;
    std::int32_t controller_epoch = 0;
    std::int64_t broker_epoch = -1;
    bool delete_partitions = false;
    std::vector<ungrouped_partition> ungrouped_partitions;
    std::vector<topic> topics;
    std::vector<topic_state> topic_states;
    unknown_tags unknown_tagged_fields;

    using self = stop_replica_request;
    static constexpr auto layout = fields{
        field("ControllerId", &self::controller_id),
        field("IsKRaftController", &self::is_k_raft_controller, since(4), "KIP-866"),
        field("ControllerEpoch", &self::controller_epoch, "a request of an older one is refused"),
        field("BrokerEpoch", &self::broker_epoch, since(1), "KIP-380: the broker's present run; -1: not checked").ignorable(),
        field("DeletePartitions", &self::delete_partitions, between(0, 2), "true: delete all that are listed"),
        field("UngroupedPartitions", &self::ungrouped_partitions, only(0)),
        field("Topics", &self::topics, between(1, 2)),
        field("TopicStates", &self::topic_states, since(3)),
    };
};
}  // namespace kwire
