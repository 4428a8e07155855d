// SPDX-License-Identifier: Apache-2.0
// Metadata: which brokers there are, which topics, and who leads each partition.
//
// Null topics ask for all of them, an empty array for none (version 0: empty asks for all). The addresses in the answer
// are those that the brokers advertise; they need not be the one that the client came by.
// Source: MetadataRequest.json, MetadataResponse.json v0-v13; KIP-4 (null topics), KIP-320 (leader epoch), KIP-430
// (authorized operations), KIP-516 (topic ids), KIP-700, KIP-1102 (top-level error).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct metadata_response {
    static constexpr std::string_view name = "MetadataResponse";
    static constexpr std::int16_t api_key = 3, first_version = 0, last_version = 13, flexible_since = 9;
    static constexpr bool compiled = true;

    struct broker {
        std::int32_t node_id = 0;
        std::string_view host;
        std::int32_t port = 0;
        std::optional<std::string_view> rack;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("NodeId", &broker::node_id),
            field("Host", &broker::host, "as advertised"),
            field("Port", &broker::port),
            field("Rack", &broker::rack, since(1), "null: no rack").null_since(1).ignorable(),
        };
    };
    struct partition {
        errc error_code = errc::none;
        std::int32_t partition_index = 0;
        std::int32_t leader_id = 0;
        std::int32_t leader_epoch = -1;
        std::vector<std::int32_t> replica_nodes;
        std::vector<std::int32_t> isr_nodes;
        std::vector<std::int32_t> offline_replicas;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &partition::error_code, "LEADER_NOT_AVAILABLE while there is none"),
            field("PartitionIndex", &partition::partition_index),
            field("LeaderId", &partition::leader_id, "-1: no leader"),
            field("LeaderEpoch", &partition::leader_epoch, since(7), "KIP-320; -1: not known, never a step back").ignorable(),
            field("ReplicaNodes", &partition::replica_nodes),
            field("IsrNodes", &partition::isr_nodes, "replicas in sync with the leader"),
            field("OfflineReplicas", &partition::offline_replicas, since(5), "KIP-112").ignorable(),
        };
    };
    struct topic {
        errc error_code = errc::none;
        std::optional<std::string_view> name = "";
        uuid topic_id;
        bool is_internal = false;
        std::vector<partition> partitions;
        std::int32_t topic_authorized_operations = INT32_MIN;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &topic::error_code),
            field("Name", &topic::name, "null: asked for by an id that the broker does not know").null_since(12),
            field("TopicId", &topic::topic_id, since(10), "KIP-516; zero: asked for by a name that does not exist").ignorable(),
            field("IsInternal", &topic::is_internal, since(1)).ignorable(),
            field("Partitions", &topic::partitions),
            field("TopicAuthorizedOperations", &topic::topic_authorized_operations, since(8), "KIP-430; a bit each, INT32_MIN: not asked for"),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<broker> brokers;
    std::optional<std::string_view> cluster_id;
    std::int32_t controller_id = -1;
    std::vector<topic> topics;
    std::int32_t cluster_authorized_operations = INT32_MIN;
    errc error_code = errc::none;
    unknown_tags unknown_tagged_fields;

    using self = metadata_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(3), "ms that a quota held the request up").ignorable(),
        field("Brokers", &self::brokers),
        field("ClusterId", &self::cluster_id, since(2), "KIP-78").null_since(2).ignorable(),
        field("ControllerId", &self::controller_id, since(1), "-1: not known; under KRaft any broker").ignorable(),
        field("Topics", &self::topics),
        field("ClusterAuthorizedOperations", &self::cluster_authorized_operations, between(8, 10), "KIP-430; since v11 by DescribeCluster"),
        field("ErrorCode", &self::error_code, since(13), "KIP-1102: REBOOTSTRAP_REQUIRED").ignorable(),
    };
};

struct metadata_request {
    static constexpr std::string_view name = "MetadataRequest";
    static constexpr std::int16_t api_key = 3, first_version = 0, last_version = 13, flexible_since = 9;
    static constexpr bool compiled = true;
    using response = metadata_response;

    struct topic {
        uuid topic_id;
        std::optional<std::string_view> name = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicId", &topic::topic_id, since(10), "KIP-516; answered since v12").ignorable(),
            field("Name", &topic::name, "null: the id says which").null_since(10),
        };
    };
    std::optional<std::vector<topic>> topics{std::in_place};
    bool allow_auto_topic_creation = true;
    bool include_cluster_authorized_operations = false;
    bool include_topic_authorized_operations = false;
    unknown_tags unknown_tagged_fields;

    using self = metadata_request;
    static constexpr auto layout = fields{
        field("Topics", &self::topics, "null: all; empty: none (v0: all)").null_since(1),
        field("AllowAutoTopicCreation", &self::allow_auto_topic_creation, since(4), "where the broker creates topics on first use"),
        field("IncludeClusterAuthorizedOperations", &self::include_cluster_authorized_operations, between(8, 10), "KIP-430"),
        field("IncludeTopicAuthorizedOperations", &self::include_topic_authorized_operations, since(8), "KIP-430"),
    };
};
}  // namespace kwire
