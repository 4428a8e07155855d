// SPDX-License-Identifier: Apache-2.0
// Vote: a controller asks the others for their vote, to become leader of the metadata log.
//
// A voter gives one vote in an epoch, and only to a log that is at least as long as its own. Before it raises the epoch
// a candidate asks for a preliminary vote (KIP-996), so that one who was cut off does not unseat a leader that works.
// Source: VoteRequest.json, VoteResponse.json v0-v2; KIP-595, KIP-853 (v1: directory ids, addresses), KIP-996 (v2:
// preliminary votes).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct vote_response {
    static constexpr std::string_view name = "VoteResponse";
    static constexpr std::int16_t api_key = 52, first_version = 0, last_version = 2, flexible_since = 0;

    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::int32_t leader_id = 0;
        std::int32_t leader_epoch = 0;
        bool vote_granted = false;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
            field("LeaderId", &partition::leader_id, "-1: not known"),
            field("LeaderEpoch", &partition::leader_epoch, "the greatest that the voter knows"),
            field("VoteGranted", &partition::vote_granted, "true: it has the vote"),
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

    using self = vote_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("Topics", &self::topics),
        field("NodeEndpoints", &self::node_endpoints, since(1), "KIP-853: addresses of the leaders named above").tagged(0),
    };
};

struct vote_request {
    static constexpr std::string_view name = "VoteRequest";
    static constexpr std::int16_t api_key = 52, first_version = 0, last_version = 2, flexible_since = 0;
    using response = vote_response;

    struct partition {
        std::int32_t partition_index = 0;
        std::int32_t replica_epoch = 0;
        std::int32_t replica_id = 0;
        uuid replica_directory_id;
        uuid voter_directory_id;
        std::int32_t last_offset_epoch = 0;
        std::int64_t last_offset = 0;
        bool pre_vote = false;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ReplicaEpoch", &partition::replica_epoch, "the candidate's"),
            field("ReplicaId", &partition::replica_id, "the candidate"),
            field("ReplicaDirectoryId", &partition::replica_directory_id, since(1), "KIP-853: the candidate's").ignorable(),
            field("VoterDirectoryId", &partition::voter_directory_id, since(1), "KIP-853: whom the request is for").ignorable(),
            field("LastOffsetEpoch", &partition::last_offset_epoch, "of the last record in the candidate's log"),
            field("LastOffset", &partition::last_offset, "the end of the candidate's log"),
            field("PreVote", &partition::pre_vote, since(2), "KIP-996; true: nothing is written down, no epoch changes"),
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
    std::optional<std::string_view> cluster_id;
    std::int32_t voter_id = -1;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = vote_request;
    static constexpr auto layout = fields{
        field("ClusterId", &self::cluster_id, "null: not known").null_in(every),
        field("VoterId", &self::voter_id, since(1), "KIP-853: whom the request is for").ignorable(),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
