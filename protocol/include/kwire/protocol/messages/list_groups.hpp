// SPDX-License-Identifier: Apache-2.0
// ListGroups: the groups that this broker coordinates; ask every broker to know all.
// Source: ListGroupsRequest.json, ListGroupsResponse.json v0-v5; KIP-518 (v4: states), KIP-848 (v5: types).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct list_groups_response {
    static constexpr std::string_view name = "ListGroupsResponse";
    static constexpr std::int16_t api_key = 16, first_version = 0, last_version = 5, flexible_since = 3;

    struct group {
        std::string_view group_id;
        std::string_view protocol_type;
        std::string_view group_state;
        std::string_view group_type;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("GroupId", &group::group_id),
            field("ProtocolType", &group::protocol_type, "\"consumer\", \"connect\", \"share\"; empty: a group that only stores offsets"),
            field("GroupState", &group::group_state, since(4), "KIP-518: as DescribeGroups or ConsumerGroupDescribe says it").ignorable(),
            field("GroupType", &group::group_type, since(5), "KIP-848: \"classic\", \"consumer\", \"share\" or \"streams\"").ignorable(),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::vector<group> groups;
    unknown_tags unknown_tagged_fields;

    using self = list_groups_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(1), "ms that a quota holds the client up").ignorable(),
        field("ErrorCode", &self::error_code, "COORDINATOR_LOAD_IN_PROGRESS: not all are known yet"),
        field("Groups", &self::groups),
    };
};

struct list_groups_request {
    static constexpr std::string_view name = "ListGroupsRequest";
    static constexpr std::int16_t api_key = 16, first_version = 0, last_version = 5, flexible_since = 3;
    using response = list_groups_response;

    std::vector<std::string_view> states_filter;
    std::vector<std::string_view> types_filter;
    unknown_tags unknown_tagged_fields;

    using self = list_groups_request;
    static constexpr auto layout = fields{
        field("StatesFilter", &self::states_filter, since(4), "KIP-518: names of states; empty: all"),
        field("TypesFilter", &self::types_filter, since(5), "KIP-848: names of types; empty: all"),
    };
};
}  // namespace kwire
