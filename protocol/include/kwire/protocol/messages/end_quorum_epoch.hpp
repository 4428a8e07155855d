// SPDX-License-Identifier: Apache-2.0
// EndQuorumEpoch: the leader of the metadata log steps down, and says who should follow.
//
// The first candidate starts an election at once, the others a little later each.
// Source: EndQuorumEpochRequest.json, EndQuorumEpochResponse.json v0-v1; KIP-595, KIP-853 (v1: directory ids,
// addresses).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct end_quorum_epoch_response {
    static constexpr std::string_view name = "EndQuorumEpochResponse";
    static constexpr std::int16_t api_key = 54, first_version = 0, last_version = 1, flexible_since = 1;

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

    using self = end_quorum_epoch_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("Topics", &self::topics),
        field("NodeEndpoints", &self::node_endpoints, since(1), "KIP-853: addresses of the leaders named above").tagged(0),
    };
};

struct end_quorum_epoch_request {
    static constexpr std::string_view name = "EndQuorumEpochRequest";
    static constexpr std::int16_t api_key = 54, first_version = 0, last_version = 1, flexible_since = 1;
    using response = end_quorum_epoch_response;

    struct candidate {
        std::int32_t candidate_id = 0;
        uuid candidate_directory_id;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("CandidateId", &candidate::candidate_id, since(1)),
            field("CandidateDirectoryId", &candidate::candidate_directory_id, since(1)),
        };
    };
    struct partition {
        std::int32_t partition_index = 0;
        std::int32_t leader_id = 0;
        std::int32_t leader_epoch = 0;
        std::vector<std::int32_t> preferred_successors;
        std::vector<candidate> preferred_candidates;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("LeaderId", &partition::leader_id, "who steps down"),
            field("LeaderEpoch", &partition::leader_epoch, "that ends"),
            field("PreferredSuccessors", &partition::preferred_successors, only(0), "the one with the longest log first").ignorable(),
            field("PreferredCandidates", &partition::preferred_candidates, since(1), "KIP-853; the one with the longest log first").ignorable(),
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
    std::vector<topic> topics;
    std::vector<leader_endpoint> leader_endpoints;
    unknown_tags unknown_tagged_fields;

    using self = end_quorum_epoch_request;
    static constexpr auto layout = fields{
        field("ClusterId", &self::cluster_id, "null: not known").null_in(every),
        field("Topics", &self::topics),
        field("LeaderEndpoints", &self::leader_endpoints, since(1), "KIP-853: where the sender listens").ignorable(),
    };
};
}  // namespace kwire
