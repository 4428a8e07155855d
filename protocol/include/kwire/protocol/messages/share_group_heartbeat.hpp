// SPDX-License-Identifier: Apache-2.0
// ShareGroupHeartbeat: membership of a share group, whose members read the same partitions record by record, like a
// queue.
//
// Says only what changed, in both directions, like ConsumerGroupHeartbeat. Version 0 was for trial in Kafka 4.0.
// Source: ShareGroupHeartbeatRequest.json, ShareGroupHeartbeatResponse.json v0-v1; KIP-932.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct share_group_heartbeat_response {
    static constexpr std::string_view name = "ShareGroupHeartbeatResponse";
    static constexpr std::int16_t api_key = 76, first_version = 0, last_version = 1, flexible_since = 0;

    struct topic {
        uuid topic_id;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicId", &topic::topic_id),
            field("Partitions", &topic::partitions),
        };
    };
    struct assigned_partitions {
        std::vector<topic> topic_partitions;
        unknown_tags unknown_tagged_fields;

        using self = assigned_partitions;
        static constexpr auto layout = fields{
            field("TopicPartitions", &self::topic_partitions),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message;
    std::optional<std::string_view> member_id;
    std::int32_t member_epoch = 0;
    std::int32_t heartbeat_interval_ms = 0;
    std::optional<assigned_partitions> assignment;
    unknown_tags unknown_tagged_fields;

    using self = share_group_heartbeat_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("MemberId", &self::member_id).null_in(every),
        field("MemberEpoch", &self::member_epoch, "goes into the next heartbeat"),
        field("HeartbeatIntervalMs", &self::heartbeat_interval_ms, "ms until the next heartbeat is due"),
        field("Assignment", &self::assignment, "null: as before").null_in(every),
    };
};

struct share_group_heartbeat_request {
    static constexpr std::string_view name = "ShareGroupHeartbeatRequest";
    static constexpr std::int16_t api_key = 76, first_version = 0, last_version = 1, flexible_since = 0;
    using response = share_group_heartbeat_response;

    std::string_view group_id;
    std::string_view member_id;
    std::int32_t member_epoch = 0;
    std::optional<std::string_view> rack_id;
    std::optional<std::vector<std::string_view>> subscribed_topic_names;
    unknown_tags unknown_tagged_fields;

    using self = share_group_heartbeat_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("MemberId", &self::member_id, "a uuid that the client makes and keeps while it lives"),
        field("MemberEpoch", &self::member_epoch, "0: join, -1: leave; else from the last answer"),
        field("RackId", &self::rack_id, "null: none, or as before").null_in(every),
        field("SubscribedTopicNames", &self::subscribed_topic_names, "null: as before").null_in(every),
    };
};
}  // namespace kwire
