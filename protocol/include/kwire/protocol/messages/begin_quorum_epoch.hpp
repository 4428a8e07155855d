// SPDX-License-Identifier: Apache-2.0
// BeginQuorumEpoch: a new leader of the metadata log makes itself known to the voters.
// Source: BeginQuorumEpochRequest.json, BeginQuorumEpochResponse.json v0-v1; KIP-595, KIP-853 (v1: directory ids,
// addresses).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct begin_quorum_epoch_response {
    static constexpr std::string_view name = "BeginQuorumEpochResponse";
    static constexpr std::int16_t api_key = 53, first_version = 0, last_version = 1, flexible_since = 1;

    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::int32_t leader_id = 0;
        std::int32_t leader_epoch = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
            field("LeaderId", &partition::leader_id, "-1: not known"),
            field("LeaderEpoch", &partition::leader_epoch, "the greatest that the voter knows"),
        };
    };
    struct topic {
        std::string_view topic_name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic::topic_name),
            field("Partitions", &topic::partitions),
        };
    };
    struct node_endpoint {
        std::int32_t node_id = 0;
        std::string_view host;
        std::uint16_t port = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("NodeId", &node_endpoint::node_id, since(1)),
            field("Host", &node_endpoint::host, since(1)),
            field("Port", &node_endpoint::port, since(1)),
        };
    };
    errc error_code = errc::none;
    std::vector<topic> topics;
    std::vector<node_endpoint> node_endpoints;
    unknown_tags unknown_tagged_fields;

    using self = begin_quorum_epoch_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("Topics", &self::topics),
        field("NodeEndpoints", &self::node_endpoints, since(1), "KIP-853: addresses of the leaders named above").tagged(0),
    };
};

struct begin_quorum_epoch_request {
    static constexpr std::string_view name = "BeginQuorumEpochRequest";
    static constexpr std::int16_t api_key = 53, first_version = 0, last_version = 1, flexible_since = 1;
    using response = begin_quorum_epoch_response;

    struct partition {
        std::int32_t partition_index = 0;
        uuid voter_directory_id;
        std::int32_t leader_id = 0;
        std::int32_t leader_epoch = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("VoterDirectoryId", &partition::voter_directory_id, since(1), "KIP-853: whom the request is for").ignorable(),
            field("LeaderId", &partition::leader_id, "the sender"),
            field("LeaderEpoch", &partition::leader_epoch),
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
    struct leader_endpoint {
        std::string_view name;
        std::string_view host;
        std::uint16_t port = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &leader_endpoint::name, since(1), "of the listener"),
            field("Host", &leader_endpoint::host, since(1)),
            field("Port", &leader_endpoint::port, since(1)),
        };
    };
    std::optional<std::string_view> cluster_id;
    std::int32_t voter_id = -1;
    std::vector<topic> topics;
    std::vector<leader_endpoint> leader_endpoints;
    unknown_tags unknown_tagged_fields;

    using self = begin_quorum_epoch_request;
    static constexpr auto layout = fields{
        field("ClusterId", &self::cluster_id, "null: not known").null_in(every),
        field("VoterId", &self::voter_id, since(1), "KIP-853: whom the request is for; -1: not known").ignorable(),
        field("Topics", &self::topics),
        field("LeaderEndpoints", &self::leader_endpoints, since(1), "KIP-853: where the leader listens").ignorable(),
    };
};
}  // namespace kwire
