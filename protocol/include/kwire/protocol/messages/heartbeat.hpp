// SPDX-License-Identifier: Apache-2.0
// Heartbeat: a member of a classic group says that it lives, and learns whether the group rebalances.
// Source: HeartbeatRequest.json, HeartbeatResponse.json v0-v4; KIP-345 (v3: static members).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct heartbeat_response {
    static constexpr std::string_view name = "HeartbeatResponse";
    static constexpr std::int16_t api_key = 12, first_version = 0, last_version = 4, flexible_since = 4;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    unknown_tags unknown_tagged_fields;

    using self = heartbeat_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(1), "ms that a quota holds the client up").ignorable(),
        field("ErrorCode", &self::error_code, "REBALANCE_IN_PROGRESS: join again; ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID: join as new"),
    };
};

struct heartbeat_request {
    static constexpr std::string_view name = "HeartbeatRequest";
    static constexpr std::int16_t api_key = 12, first_version = 0, last_version = 4, flexible_since = 4;
    using response = heartbeat_response;

    std::string_view group_id;
    std::int32_t generation_id = 0;
    std::string_view member_id;
    std::optional<std::string_view> group_instance_id;
    unknown_tags unknown_tagged_fields;

    using self = heartbeat_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("GenerationId", &self::generation_id, "from JoinGroup"),
        field("MemberId", &self::member_id),
        field("GroupInstanceId", &self::group_instance_id, since(3), "KIP-345; null: not a static member").null_since(3),
    };
};
}  // namespace kwire
