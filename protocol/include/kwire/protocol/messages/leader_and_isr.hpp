// SPDX-License-Identifier: Apache-2.0
// LeaderAndIsr: under ZooKeeper, the controller tells a broker which partitions to lead and which to follow.
//
// Gone with Kafka 4.0: under KRaft brokers read the same from the metadata log. Versions 0 and 1 name the topic beside
// each partition, later ones list partitions by topic.
// Source: LeaderAndIsrRequest.json, LeaderAndIsrResponse.json v0-v7; KIP-112 (v1), KIP-380 (v2: broker epochs), KIP-455
// (v3: reassignments), KIP-516 (v5: topic ids), KIP-704 (v6: recovery), KIP-866 (v7: migration to KRaft).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct leader_and_isr_response {
    static constexpr std::string_view name = "LeaderAndIsrResponse";
    static constexpr std::int16_t api_key = 4, first_version = 0, last_version = 7, flexible_since = 4;

    struct partition_error {
        std::string_view topic_name;
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &partition_error::topic_name, between(0, 4)).ignorable(),
            field("PartitionIndex", &partition_error::partition_index),
            field("ErrorCode", &partition_error::error_code),
        };
    };
    struct topic {
        uuid topic_id;
        std::vector<partition_error> partition_errors;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicId", &topic::topic_id, since(5)),
            field("PartitionErrors", &topic::partition_errors, since(5)),
        };
    };
    errc error_code = errc::none;
    std::vector<partition_error> partition_errors;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = leader_and_isr_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("PartitionErrors", &self::partition_errors, between(0, 4)),
        field("Topics", &self::topics, since(5)),
    };
};

struct leader_and_isr_request {
    static constexpr std::string_view name = "LeaderAndIsrRequest";
    static constexpr std::int16_t api_key = 4, first_version = 0, last_version = 7, flexible_since = 4;
    using response = leader_and_isr_response;

    struct partition_state {
        std::string_view topic_name;
        std::int32_t partition_index = 0;
        std::int32_t controller_epoch = 0;
        std::int32_t leader = 0;
        std::int32_t leader_epoch = 0;
        std::vector<std::int32_t> isr;
        std::int32_t partition_epoch = 0;
        std::vector<std::int32_t> replicas;
        std::vector<std::int32_t> adding_replicas;
        std::vector<std::int32_t> removing_replicas;
        bool is_new = false;
        std::int8_t leader_recovery_state = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &partition_state::topic_name, between(0, 1)).ignorable(),
            field("PartitionIndex", &partition_state::partition_index),
            field("ControllerEpoch", &partition_state::controller_epoch, "a request of an older one is refused"),
            field("Leader", &partition_state::leader, "-1: none, -2: the topic is being deleted"),
            field("LeaderEpoch", &partition_state::leader_epoch),
            field("Isr", &partition_state::isr, "replicas in sync with the leader"),
            field("PartitionEpoch", &partition_state::partition_epoch, "counts changes of the partition's state; ZooKeeper's version of its node"),
            field("Replicas", &partition_state::replicas),
            field("AddingReplicas", &partition_state::adding_replicas, since(3), "KIP-455").ignorable(),
            field("RemovingReplicas", &partition_state::removing_replicas, since(3), "KIP-455").ignorable(),
            field("IsNew", &partition_state::is_new, since(1), "true: the broker need not have it yet").ignorable(),
            field("LeaderRecoveryState", &partition_state::leader_recovery_state, since(6), "KIP-704; 1: elected out of sync, not yet recovered"),
        };
    };
    struct topic_state {
        std::string_view topic_name;
        uuid topic_id;
        std::vector<partition_state> partition_states;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic_state::topic_name, since(2)),
            field("TopicId", &topic_state::topic_id, since(5)).ignorable(),
            field("PartitionStates", &topic_state::partition_states, since(2)),
        };
    };
    struct live_leader {
        std::int32_t broker_id = 0;
        std::string_view host_name;
        std::int32_t port = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("BrokerId", &live_leader::broker_id),
            field("HostName", &live_leader::host_name),
            field("Port", &live_leader::port),
        };
    };
    std::int32_t controller_id = 0;
    bool is_k_raft_controller = false;
    std::int32_t controller_epoch = 0;
    std::int64_t broker_epoch = -1;
    std::int8_t type = 0;
    std::vector<partition_state> ungrouped_partition_states;
    std::vector<topic_state> topic_states;
    std::vector<live_leader> live_leaders;
    unknown_tags unknown_tagged_fields;

    using self = leader_and_isr_request;
    static constexpr auto layout = fields{
        field("ControllerId", &self::controller_id),
        field("IsKRaftController", &self::is_k_raft_controller, since(7), "KIP-866"),
        field("ControllerEpoch", &self::controller_epoch, "a request of an older one is refused"),
        field("BrokerEpoch", &self::broker_epoch, since(2), "KIP-380: the broker's present run; -1: not checked").ignorable(),
        field("Type", &self::type, since(5), "KIP-516; 0: not known, 1: some partitions, 2: all that the broker has"),
        field("UngroupedPartitionStates", &self::ungrouped_partition_states, between(0, 1)),
        field("TopicStates", &self::topic_states, since(2)),
        field("LiveLeaders", &self::live_leaders, "addresses of the leaders"),
    };
};
}  // namespace kwire
