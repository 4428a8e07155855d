// SPDX-License-Identifier: Apache-2.0
// DescribeGroups: the state of classic groups, their members and the bytes of their assignments.
// Source: DescribeGroupsRequest.json, DescribeGroupsResponse.json v0-v6; KIP-430 (v3: operations), KIP-345 (v4: static
// members), KIP-1043 (v6: GROUP_ID_NOT_FOUND instead of a dead group).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_groups_response {
    static constexpr std::string_view name = "DescribeGroupsResponse";
    static constexpr std::int16_t api_key = 15, first_version = 0, last_version = 6, flexible_since = 5;

    struct member {
        std::string_view member_id;
        std::optional<std::string_view> group_instance_id;
        std::string_view client_id;
        std::string_view client_host;
        bytes member_metadata;
        bytes member_assignment;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("MemberId", &member::member_id),
            field("GroupInstanceId", &member::group_instance_id, since(4), "KIP-345; null: not a static member").null_since(4).ignorable(),
            field("ClientId", &member::client_id),
            field("ClientHost", &member::client_host),
            field("MemberMetadata", &member::member_metadata, "for consumers a ConsumerProtocolSubscription"),
            field("MemberAssignment", &member::member_assignment, "for consumers a ConsumerProtocolAssignment"),
        };
    };
    struct group {
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        std::string_view group_id;
        std::string_view group_state;
        std::string_view protocol_type;
        std::string_view protocol_data;
        std::vector<member> members;
        std::int32_t authorized_operations = INT32_MIN;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &group::error_code),
            field("ErrorMessage", &group::error_message, since(6), "KIP-1043").null_since(6),
            field("GroupId", &group::group_id),
            field("GroupState", &group::group_state, "PreparingRebalance, CompletingRebalance, Stable, Empty or Dead"),
            field("ProtocolType", &group::protocol_type, "\"consumer\" for consumers; empty: none yet"),
            field("ProtocolData", &group::protocol_data, "the chosen protocol, for consumers the assignor"),
            field("Members", &group::members),
            field("AuthorizedOperations", &group::authorized_operations, since(3), "KIP-430; a bit each, INT32_MIN: not asked for"),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<group> groups;
    unknown_tags unknown_tagged_fields;

    using self = describe_groups_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(1), "ms that a quota holds the client up").ignorable(),
        field("Groups", &self::groups),
    };
};

struct describe_groups_request {
    static constexpr std::string_view name = "DescribeGroupsRequest";
    static constexpr std::int16_t api_key = 15, first_version = 0, last_version = 6, flexible_since = 5;
    using response = describe_groups_response;

    std::vector<std::string_view> groups;
    bool include_authorized_operations = false;
    unknown_tags unknown_tagged_fields;

    using self = describe_groups_request;
    static constexpr auto layout = fields{
        field("Groups", &self::groups, "group ids"),
        field("IncludeAuthorizedOperations", &self::include_authorized_operations, since(3), "KIP-430"),
    };
};
}  // namespace kwire
