// SPDX-License-Identifier: Apache-2.0
// DescribeQuorum: who votes on the metadata log, who only follows it, and how far each has come.
// Source: DescribeQuorumRequest.json, DescribeQuorumResponse.json v0-v2; KIP-595, KIP-836 (v1: times), KIP-853 (v2:
// directory ids, addresses).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_quorum_response {
    static constexpr std::string_view name = "DescribeQuorumResponse";
    static constexpr std::int16_t api_key = 55, first_version = 0, last_version = 2, flexible_since = 0;

    struct replica_state {
        std::int32_t replica_id = 0;
        uuid replica_directory_id;
        std::int64_t log_end_offset = 0;
        std::int64_t last_fetch_timestamp = -1;
        std::int64_t last_caught_up_timestamp = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ReplicaId", &replica_state::replica_id),
            field("ReplicaDirectoryId", &replica_state::replica_directory_id, since(2), "KIP-853"),
            field("LogEndOffset", &replica_state::log_end_offset, "-1: not known"),
            field("LastFetchTimestamp", &replica_state::last_fetch_timestamp, since(1),
                  "KIP-836: ms since 1970, by the leader's "
                  "clock; -1: not known, or the leader itself")
                .ignorable(),
            field("LastCaughtUpTimestamp", &replica_state::last_caught_up_timestamp, since(1),
                  "KIP-836: ms since 1970 at which it "
                  "last had all that the leader had; "
                  "-1: not known")
                .ignorable(),
        };
    };
    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        std::int32_t leader_id = 0;
        std::int32_t leader_epoch = 0;
        std::int64_t high_watermark = 0;
        std::vector<replica_state> current_voters;
        std::vector<replica_state> observers;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
            field("ErrorMessage", &partition::error_message, since(2), "null: nothing to add").null_since(2).ignorable(),
            field("LeaderId", &partition::leader_id, "-1: not known"),
            field("LeaderEpoch", &partition::leader_epoch),
            field("HighWatermark", &partition::high_watermark, "the offset behind the last one that a majority has"),
            field("CurrentVoters", &partition::current_voters, "who elects, and counts for the high watermark"),
            field("Observers", &partition::observers, "who only follows: brokers, and controllers that do not vote yet"),
        };
    };
    struct topic {
        std::string_view topic_name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic::topic_name, "__cluster_metadata"),
            field("Partitions", &topic::partitions),
        };
    };
    struct listener {
        std::string_view name;
        std::string_view host;
        std::uint16_t port = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &listener::name, since(2), "\"CONTROLLER\" as a rule"),
            field("Host", &listener::host, since(2)),
            field("Port", &listener::port, since(2)),
        };
    };
    struct node {
        std::int32_t node_id = 0;
        std::vector<listener> listeners;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("NodeId", &node::node_id, since(2)),
            field("Listeners", &node::listeners, since(2)),
        };
    };
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    std::vector<topic> topics;
    std::vector<node> nodes;
    unknown_tags unknown_tagged_fields;

    using self = describe_quorum_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("ErrorMessage", &self::error_message, since(2), "null: nothing to add").null_since(2).ignorable(),
        field("Topics", &self::topics),
        field("Nodes", &self::nodes, since(2), "KIP-853: addresses of the voters"),
    };
};

struct describe_quorum_request {
    static constexpr std::string_view name = "DescribeQuorumRequest";
    static constexpr std::int16_t api_key = 55, first_version = 0, last_version = 2, flexible_since = 0;
    using response = describe_quorum_response;

    struct partition {
        std::int32_t partition_index = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
        };
    };
    struct topic {
        std::string_view topic_name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic::topic_name, "__cluster_metadata"),
            field("Partitions", &topic::partitions),
        };
    };
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = describe_quorum_request;
    static constexpr auto layout = fields{
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
