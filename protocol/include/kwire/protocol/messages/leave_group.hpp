// SPDX-License-Identifier: Apache-2.0
// LeaveGroup: members go at once, instead of being missed when their session times out.
//
// Since version 3 an administrator can remove many members, static ones by their instance id. A static member that
// restarts does not leave.
// Source: LeaveGroupRequest.json, LeaveGroupResponse.json v0-v5; KIP-345 (v3: many members), KIP-800 (v5: reasons).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct leave_group_response {
    static constexpr std::string_view name = "LeaveGroupResponse";
    static constexpr std::int16_t api_key = 13, first_version = 0, last_version = 5, flexible_since = 4;

    struct member {
        std::string_view member_id;
        std::optional<std::string_view> group_instance_id = "";
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("MemberId", &member::member_id, since(3)),
            field("GroupInstanceId", &member::group_instance_id, since(3), "KIP-345; null: removed by its member id").null_since(3),
            field("ErrorCode", &member::error_code, since(3)),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::vector<member> members;
    unknown_tags unknown_tagged_fields;

    using self = leave_group_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(1), "ms that a quota holds the client up").ignorable(),
        field("ErrorCode", &self::error_code),
        field("Members", &self::members, since(3)),
    };
};

struct leave_group_request {
    static constexpr std::string_view name = "LeaveGroupRequest";
    static constexpr std::int16_t api_key = 13, first_version = 0, last_version = 5, flexible_since = 4;
    using response = leave_group_response;

    struct member {
        std::string_view member_id;
        std::optional<std::string_view> group_instance_id;
        std::optional<std::string_view> reason;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("MemberId", &member::member_id, since(3), "empty: the instance id says which"),
            field("GroupInstanceId", &member::group_instance_id, since(3), "KIP-345; null: the member id says which").null_since(3),
            field("Reason", &member::reason, since(5), "KIP-800: for the broker's log").null_since(5).ignorable(),
        };
    };
    std::string_view group_id;
    std::string_view member_id;
    std::vector<member> members;
    unknown_tags unknown_tagged_fields;

    using self = leave_group_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("MemberId", &self::member_id, between(0, 2)),
        field("Members", &self::members, since(3)),
    };
};
}  // namespace kwire
