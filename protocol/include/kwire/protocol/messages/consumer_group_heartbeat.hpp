// SPDX-License-Identifier: Apache-2.0
// ConsumerGroupHeartbeat: all that a member of a consumer group says to its coordinator, and its assignment back.
//
// The group protocol of KIP-848 in one API: the coordinator computes the assignment, members move towards it one by
// one, and nobody waits for the others. A member says what it wants when it joins or when that changes, else null; the
// coordinator likewise sends an assignment only when it changed. Epochs count changes: of the member's assignment, and
// with it of what it may commit.
// Source: ConsumerGroupHeartbeatRequest.json, ConsumerGroupHeartbeatResponse.json v0-v1; KIP-848, KIP-1082 (v1: the
// member makes its id).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct consumer_group_heartbeat_response {
    static constexpr std::string_view name = "ConsumerGroupHeartbeatResponse";
    static constexpr std::int16_t api_key = 68, first_version = 0, last_version = 1, flexible_since = 0;

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

    using self = consumer_group_heartbeat_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, "FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID: give up all partitions, join with epoch 0"),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("MemberId", &self::member_id, "v0: made by the coordinator where the request had none").null_in(every),
        field("MemberEpoch", &self::member_epoch, "goes into the next heartbeat and into commits"),
        field("HeartbeatIntervalMs", &self::heartbeat_interval_ms, "ms until the next heartbeat is due"),
        field("Assignment", &self::assignment, "null: as before; what the member may read now").null_in(every),
    };
};

struct consumer_group_heartbeat_request {
    static constexpr std::string_view name = "ConsumerGroupHeartbeatRequest";
    static constexpr std::int16_t api_key = 68, first_version = 0, last_version = 1, flexible_since = 0;
    using response = consumer_group_heartbeat_response;

    struct topic {
        uuid topic_id;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicId", &topic::topic_id),
            field("Partitions", &topic::partitions),
        };
    };
    std::string_view group_id;
    std::string_view member_id;
    std::int32_t member_epoch = 0;
    std::optional<std::string_view> instance_id;
    std::optional<std::string_view> rack_id;
    std::int32_t rebalance_timeout_ms = -1;
    std::optional<std::vector<std::string_view>> subscribed_topic_names;
    std::optional<std::string_view> subscribed_topic_regex;
    std::optional<std::string_view> server_assignor;
    std::optional<std::vector<topic>> topic_partitions;
    unknown_tags unknown_tagged_fields;

    using self = consumer_group_heartbeat_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("MemberId", &self::member_id, "KIP-1082: a uuid that the client makes and keeps while it lives; v0: empty to join"),
        field("MemberEpoch", &self::member_epoch, "0: join, -1: leave, -2: a static member that will be back; else from the last answer"),
        field("InstanceId", &self::instance_id, "KIP-345: a name that survives restarts; null: none, or as before").null_in(every),
        field("RackId", &self::rack_id, "null: none, or as before").null_in(every),
        field("RebalanceTimeoutMs", &self::rebalance_timeout_ms, "ms that the member may take to give up partitions; -1: as before"),
        field("SubscribedTopicNames", &self::subscribed_topic_names, "null: as before").null_in(every),
        field("SubscribedTopicRegex", &self::subscribed_topic_regex, since(1),
              "in RE2 syntax, matched by the coordinator; null: "
              "as before")
            .null_since(1),
        field("ServerAssignor", &self::server_assignor, "\"uniform\" or \"range\"; null: the group's, or as before").null_in(every),
        field("TopicPartitions", &self::topic_partitions, "what the member holds; null: as before").null_in(every),
    };
};
}  // namespace kwire
