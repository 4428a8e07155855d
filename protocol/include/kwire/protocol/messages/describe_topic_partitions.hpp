// SPDX-License-Identifier: Apache-2.0
// DescribeTopicPartitions: partitions of topics, page by page, with the replicas that may be elected when none is in
// sync.
//
// For clusters whose whole metadata is too much for one answer. Topics come in the order of their names; the cursor of
// an answer is where the next request begins.
// Source: DescribeTopicPartitionsRequest.json, DescribeTopicPartitionsResponse.json v0; KIP-966.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_topic_partitions_response {
    static constexpr std::string_view name = "DescribeTopicPartitionsResponse";
    static constexpr std::int16_t api_key = 75, first_version = 0, last_version = 0, flexible_since = 0;

    struct partition {
        errc error_code = errc::none;
        std::int32_t partition_index = 0;
        std::int32_t leader_id = 0;
        std::int32_t leader_epoch = -1;
        std::vector<std::int32_t> replica_nodes;
        std::vector<std::int32_t> isr_nodes;
        std::optional<std::vector<std::int32_t>> eligible_leader_replicas;
        std::optional<std::vector<std::int32_t>> last_known_elr;
        std::vector<std::int32_t> offline_replicas;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &partition::error_code),
            field("PartitionIndex", &partition::partition_index),
            field("LeaderId", &partition::leader_id, "-1: no leader"),
            field("LeaderEpoch", &partition::leader_epoch, "-1: not known").ignorable(),
            field("ReplicaNodes", &partition::replica_nodes),
            field("IsrNodes", &partition::isr_nodes, "replicas in sync with the leader"),
            field("EligibleLeaderReplicas", &partition::eligible_leader_replicas,
                  "out of sync, but known to have every committed "
                  "record; null: none")
                .null_in(every),
            field("LastKnownElr", &partition::last_known_elr, "the last ones that were eligible, for an unclean election; null: none").null_in(every),
            field("OfflineReplicas", &partition::offline_replicas).ignorable(),
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
            field("Name", &topic::name, "null: asked for by an id that does not exist").null_in(every),
            field("TopicId", &topic::topic_id).ignorable(),
            field("IsInternal", &topic::is_internal).ignorable(),
            field("Partitions", &topic::partitions),
            field("TopicAuthorizedOperations", &topic::topic_authorized_operations, "KIP-430; a bit each, INT32_MIN: not given"),
        };
    };
    struct cursor {
        std::string_view topic_name;
        std::int32_t partition_index = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &cursor::topic_name),
            field("PartitionIndex", &cursor::partition_index),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<topic> topics;
    std::optional<cursor> next_cursor;
    unknown_tags unknown_tagged_fields;

    using self = describe_topic_partitions_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up").ignorable(),
        field("Topics", &self::topics),
        field("NextCursor", &self::next_cursor, "null: that was all").null_in(every),
    };
};

struct describe_topic_partitions_request {
    static constexpr std::string_view name = "DescribeTopicPartitionsRequest";
    static constexpr std::int16_t api_key = 75, first_version = 0, last_version = 0, flexible_since = 0;
    using response = describe_topic_partitions_response;

    struct topic {
        std::string_view name;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
        };
    };
    struct starting_point {
        std::string_view topic_name;
        std::int32_t partition_index = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &starting_point::topic_name),
            field("PartitionIndex", &starting_point::partition_index),
        };
    };
    std::vector<topic> topics;
    std::int32_t response_partition_limit = 2000;
    std::optional<starting_point> cursor;
    unknown_tags unknown_tagged_fields;

    using self = describe_topic_partitions_request;
    static constexpr auto layout = fields{
        field("Topics", &self::topics, "empty: all"),
        field("ResponsePartitionLimit", &self::response_partition_limit, "the broker may send fewer"),
        field("Cursor", &self::cursor, "null: from the beginning").null_in(every),
    };
};
}  // namespace kwire
