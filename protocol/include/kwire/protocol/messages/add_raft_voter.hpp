// SPDX-License-Identifier: Apache-2.0
// AddRaftVoter: makes a controller that follows the metadata log one that votes.
//
// One voter at a time; it should have caught up before.
// Source: AddRaftVoterRequest.json, AddRaftVoterResponse.json v0-v1; KIP-853, KIP-1186 (v1: when the answer comes).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct add_raft_voter_response {
    static constexpr std::string_view name = "AddRaftVoterResponse";
    static constexpr std::int16_t api_key = 80, first_version = 0, last_version = 1, flexible_since = 0;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    unknown_tags unknown_tagged_fields;

    using self = add_raft_voter_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every).ignorable(),
    };
};

struct add_raft_voter_request {
    static constexpr std::string_view name = "AddRaftVoterRequest";
    static constexpr std::int16_t api_key = 80, first_version = 0, last_version = 1, flexible_since = 0;
    using response = add_raft_voter_response;

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
    std::optional<std::string_view> cluster_id = "";
    std::int32_t timeout_ms = 0;
    std::int32_t voter_id = 0;
    uuid voter_directory_id;
    std::vector<listener> listeners;
    bool ack_when_committed = true;
    unknown_tags unknown_tagged_fields;

    using self = add_raft_voter_request;
    static constexpr auto layout = fields{
        field("ClusterId", &self::cluster_id, "null: the leader skips its check").null_in(every),
        field("TimeoutMs", &self::timeout_ms, "ms that the change may take"),
        field("VoterId", &self::voter_id),
        field("VoterDirectoryId", &self::voter_directory_id, "of its metadata log: the same id with another directory is another voter"),
        field("Listeners", &self::listeners, "where the other voters reach it"),
        field("AckWhenCommitted", &self::ack_when_committed, since(1), "KIP-1186; false: the answer comes before a majority has it"),
    };
};
}  // namespace kwire
