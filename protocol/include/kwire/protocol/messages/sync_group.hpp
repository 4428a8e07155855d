// SPDX-License-Identifier: Apache-2.0
// SyncGroup: the second half of a classic rebalance. The leader hands in who gets what, every member gets its part.
//
// The answer is held back until the leader's request is there. The bytes of an assignment are the members' own affair;
// those of consumers are a ConsumerProtocolAssignment.
// Source: SyncGroupRequest.json, SyncGroupResponse.json v0-v5; KIP-345 (v3: static members), KIP-559 (v5: the protocol
// is named).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct sync_group_response {
    static constexpr std::string_view name = "SyncGroupResponse";
    static constexpr std::int16_t api_key = 14, first_version = 0, last_version = 5, flexible_since = 4;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> protocol_type;
    std::optional<std::string_view> protocol_name;
    bytes assignment;
    unknown_tags unknown_tagged_fields;

    using self = sync_group_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(1), "ms that a quota holds the client up").ignorable(),
        field("ErrorCode", &self::error_code, "REBALANCE_IN_PROGRESS: join again"),
        field("ProtocolType", &self::protocol_type, since(5), "KIP-559").null_since(5).ignorable(),
        field("ProtocolName", &self::protocol_name, since(5), "KIP-559").null_since(5).ignorable(),
        field("Assignment", &self::assignment, "for consumers a ConsumerProtocolAssignment; empty: nothing to do"),
    };
};

struct sync_group_request {
    static constexpr std::string_view name = "SyncGroupRequest";
    static constexpr std::int16_t api_key = 14, first_version = 0, last_version = 5, flexible_since = 4;
    using response = sync_group_response;

    struct member_assignment {
        std::string_view member_id;
        bytes assignment;
        unknown_tags unknown_tagged_fields;

        using self = member_assignment;
        static constexpr auto layout = fields{
            field("MemberId", &self::member_id),
            field("Assignment", &self::assignment, "for consumers a ConsumerProtocolAssignment"),
        };
    };
    std::string_view group_id;
    std::int32_t generation_id = 0;
    std::string_view member_id;
    std::optional<std::string_view> group_instance_id;
    std::optional<std::string_view> protocol_type;
    std::optional<std::string_view> protocol_name;
    std::vector<member_assignment> assignments;
    unknown_tags unknown_tagged_fields;

    using self = sync_group_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("GenerationId", &self::generation_id, "from JoinGroup"),
        field("MemberId", &self::member_id),
        field("GroupInstanceId", &self::group_instance_id, since(3), "KIP-345; null: not a static member").null_since(3),
        field("ProtocolType", &self::protocol_type, since(5), "KIP-559: must be the group's").null_since(5).ignorable(),
        field("ProtocolName", &self::protocol_name, since(5), "KIP-559: must be the one that JoinGroup chose").null_since(5).ignorable(),
        field("Assignments", &self::assignments, "from the leader; empty from the others"),
    };
};
}  // namespace kwire
