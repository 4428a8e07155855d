// SPDX-License-Identifier: Apache-2.0
// ShareGroupDescribe: the state of share groups and their members.
// Source: ShareGroupDescribeRequest.json, ShareGroupDescribeResponse.json v0-v1; KIP-932.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct share_group_describe_response {
    static constexpr std::string_view name = "ShareGroupDescribeResponse";
    static constexpr std::int16_t api_key = 77, first_version = 0, last_version = 1, flexible_since = 0;

    struct topic {
        uuid topic_id;
        std::string_view topic_name;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicId", &topic::topic_id),
            field("TopicName", &topic::topic_name),
            field("Partitions", &topic::partitions),
        };
    };
    struct member_partitions {
        std::vector<topic> topic_partitions;
        unknown_tags unknown_tagged_fields;

        using self = member_partitions;
        static constexpr auto layout = fields{
            field("TopicPartitions", &self::topic_partitions),
        };
    };
    struct member {
        std::string_view member_id;
        std::optional<std::string_view> rack_id;
        std::int32_t member_epoch = 0;
        std::string_view client_id;
        std::string_view client_host;
        std::vector<std::string_view> subscribed_topic_names;
        member_partitions assignment;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("MemberId", &member::member_id),       field("RackId", &member::rack_id, "null: no rack").null_in(every),
            field("MemberEpoch", &member::member_epoch), field("ClientId", &member::client_id),
            field("ClientHost", &member::client_host),   field("SubscribedTopicNames", &member::subscribed_topic_names),
            field("Assignment", &member::assignment),
        };
    };
    struct group {
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        std::string_view group_id;
        std::string_view group_state;
        std::int32_t group_epoch = 0;
        std::int32_t assignment_epoch = 0;
        std::string_view assignor_name;
        std::vector<member> members;
        std::int32_t authorized_operations = INT32_MIN;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &group::error_code),
            field("ErrorMessage", &group::error_message, "null: nothing to add").null_in(every),
            field("GroupId", &group::group_id),
            field("GroupState", &group::group_state, "Empty, Stable or Dead"),
            field("GroupEpoch", &group::group_epoch, "counts changes of members and subscriptions"),
            field("AssignmentEpoch", &group::assignment_epoch, "the group epoch for which assignments were computed"),
            field("AssignorName", &group::assignor_name),
            field("Members", &group::members),
            field("AuthorizedOperations", &group::authorized_operations, "KIP-430; a bit each, INT32_MIN: not asked for"),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<group> groups;
    unknown_tags unknown_tagged_fields;

    using self = share_group_describe_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("Groups", &self::groups),
    };
};

struct share_group_describe_request {
    static constexpr std::string_view name = "ShareGroupDescribeRequest";
    static constexpr std::int16_t api_key = 77, first_version = 0, last_version = 1, flexible_since = 0;
    using response = share_group_describe_response;

    std::vector<std::string_view> group_ids;
    bool include_authorized_operations = false;
    unknown_tags unknown_tagged_fields;

    using self = share_group_describe_request;
    static constexpr auto layout = fields{
        field("GroupIds", &self::group_ids),
        field("IncludeAuthorizedOperations", &self::include_authorized_operations, "KIP-430"),
    };
};
}  // namespace kwire
