// SPDX-License-Identifier: Apache-2.0
// RemoveRaftVoter: takes the vote from a controller. The leader can remove itself: it then steps down.
// Source: RemoveRaftVoterRequest.json, RemoveRaftVoterResponse.json v0; KIP-853.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct remove_raft_voter_response {
    static constexpr std::string_view name = "RemoveRaftVoterResponse";
    static constexpr std::int16_t api_key = 81, first_version = 0, last_version = 0, flexible_since = 0;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    unknown_tags unknown_tagged_fields;

    using self = remove_raft_voter_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every).ignorable(),
    };
};

struct remove_raft_voter_request {
    static constexpr std::string_view name = "RemoveRaftVoterRequest";
    static constexpr std::int16_t api_key = 81, first_version = 0, last_version = 0, flexible_since = 0;
    using response = remove_raft_voter_response;

    std::optional<std::string_view> cluster_id = "";
    std::int32_t voter_id = 0;
    uuid voter_directory_id;
    unknown_tags unknown_tagged_fields;

    using self = remove_raft_voter_request;
    static constexpr auto layout = fields{
        field("ClusterId", &self::cluster_id, "null: the leader skips its check").null_in(every),
        field("VoterId", &self::voter_id),
        field("VoterDirectoryId", &self::voter_directory_id, "of its metadata log"),
    };
};
}  // namespace kwire
