// SPDX-License-Identifier: Apache-2.0
// UpdateRaftVoter: a voter tells the leader where it listens now and which versions of KRaft it speaks.
// Source: UpdateRaftVoterRequest.json, UpdateRaftVoterResponse.json v0; KIP-853.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct update_raft_voter_response {
    static constexpr std::string_view name = "UpdateRaftVoterResponse";
    static constexpr std::int16_t api_key = 82, first_version = 0, last_version = 0, flexible_since = 0;

    struct leader {
        std::int32_t leader_id = -1;
        std::int32_t leader_epoch = -1;
        std::string_view host;
        std::int32_t port = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("LeaderId", &leader::leader_id, "-1: not known"),
            field("LeaderEpoch", &leader::leader_epoch, "-1: not known"),
            field("Host", &leader::host),
            field("Port", &leader::port),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    leader current_leader;
    unknown_tags unknown_tagged_fields;

    using self = update_raft_voter_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("CurrentLeader", &self::current_leader, "to be asked instead").tagged(0),
    };
};

struct update_raft_voter_request {
    static constexpr std::string_view name = "UpdateRaftVoterRequest";
    static constexpr std::int16_t api_key = 82, first_version = 0, last_version = 0, flexible_since = 0;
    using response = update_raft_voter_response;

    struct listener {
        std::string_view name;
        std::string_view host;
        std::uint16_t port = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &listener::name),
            field("Host", &listener::host),
            field("Port", &listener::port),
        };
    };
    struct kraft_versions {
        std::int16_t min_supported_version = 0;
        std::int16_t max_supported_version = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("MinSupportedVersion", &kraft_versions::min_supported_version),
            field("MaxSupportedVersion", &kraft_versions::max_supported_version),
        };
    };
    std::optional<std::string_view> cluster_id = "";
    std::int32_t current_leader_epoch = 0;
    std::int32_t voter_id = 0;
    uuid voter_directory_id;
    std::vector<listener> listeners;
    kraft_versions k_raft_version_feature;
    unknown_tags unknown_tagged_fields;

    using self = update_raft_voter_request;
    static constexpr auto layout = fields{
        field("ClusterId", &self::cluster_id, "null: the leader skips its check").null_in(every),
        field("CurrentLeaderEpoch", &self::current_leader_epoch, "what the voter takes for the leader's"),
        field("VoterId", &self::voter_id),
        field("VoterDirectoryId", &self::voter_directory_id, "of its metadata log"),
        field("Listeners", &self::listeners, "where the other voters reach it"),
        field("KRaftVersionFeature", &self::k_raft_version_feature, "0: voters fixed by configuration, 1: voters can come and go"),
    };
};
}  // namespace kwire
