// SPDX-License-Identifier: Apache-2.0
// DeleteGroups: removes groups that have no members, and their committed offsets.
// Source: DeleteGroupsRequest.json, DeleteGroupsResponse.json v0-v2; KIP-229.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct delete_groups_response {
    static constexpr std::string_view name = "DeleteGroupsResponse";
    static constexpr std::int16_t api_key = 42, first_version = 0, last_version = 2, flexible_since = 2;

    struct result {
        std::string_view group_id;
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("GroupId", &result::group_id),
            field("ErrorCode", &result::error_code, "NON_EMPTY_GROUP while it has members"),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<result> results;
    unknown_tags unknown_tagged_fields;

    using self = delete_groups_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("Results", &self::results),
    };
};

struct delete_groups_request {
    static constexpr std::string_view name = "DeleteGroupsRequest";
    static constexpr std::int16_t api_key = 42, first_version = 0, last_version = 2, flexible_since = 2;
    using response = delete_groups_response;

    std::vector<std::string_view> groups_names;
    unknown_tags unknown_tagged_fields;

    using self = delete_groups_request;
    static constexpr auto layout = fields{
        field("GroupsNames", &self::groups_names, "group ids"),
    };
};
}  // namespace kwire
