// SPDX-License-Identifier: Apache-2.0
// JoinGroup: enters a classic group, or enters it anew for each generation.
//
// A rebalance in three steps: all members join; the coordinator chooses one of them as leader and a protocol that all
// know, and tells the leader who is there; the leader divides the partitions and hands the result in by SyncGroup. The
// answer is held back until everyone has joined or the rebalance timeout is over. A new member is first told its id,
// with MEMBER_ID_REQUIRED, and joins again with it (KIP-394). The metadata of consumers is a
// ConsumerProtocolSubscription.
// Source: JoinGroupRequest.json, JoinGroupResponse.json v0-v9; KIP-62 (v1: rebalance timeout), KIP-394 (v4), KIP-345
// (v5: static members), KIP-559 (v7: the protocol comes back), KIP-800 (v8: reasons), KIP-814 (v9: SkipAssignment).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct join_group_response {
    static constexpr std::string_view name = "JoinGroupResponse";
    static constexpr std::int16_t api_key = 11, first_version = 0, last_version = 9, flexible_since = 6;

    struct member {
        std::string_view member_id;
        std::optional<std::string_view> group_instance_id;
        bytes metadata;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("MemberId", &member::member_id),
            field("GroupInstanceId", &member::group_instance_id, since(5), "KIP-345; null: not a static member").null_since(5).ignorable(),
            field("Metadata", &member::metadata, "what the member gave for the chosen protocol"),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::int32_t generation_id = -1;
    std::optional<std::string_view> protocol_type;
    std::optional<std::string_view> protocol_name = "";
    std::string_view leader;
    bool skip_assignment = false;
    std::string_view member_id;
    std::vector<member> members;
    unknown_tags unknown_tagged_fields;

    using self = join_group_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(2), "ms that a quota holds the client up").ignorable(),
        field("ErrorCode", &self::error_code, "MEMBER_ID_REQUIRED: join again with the id in this answer"),
        field("GenerationId", &self::generation_id, "numbers the rebalances; -1 beside an error"),
        field("ProtocolType", &self::protocol_type, since(7), "KIP-559; \"consumer\" for consumers").null_since(7).ignorable(),
        field("ProtocolName", &self::protocol_name, "the chosen one, an assignor for consumers; null beside an error").null_since(7),
        field("Leader", &self::leader, "the member id of the leader"),
        field("SkipAssignment", &self::skip_assignment, since(9), "KIP-814: the leader keeps the assignment that the group has"),
        field("MemberId", &self::member_id, "of the one who joins"),
        field("Members", &self::members, "filled for the leader only"),
    };
};

struct join_group_request {
    static constexpr std::string_view name = "JoinGroupRequest";
    static constexpr std::int16_t api_key = 11, first_version = 0, last_version = 9, flexible_since = 6;
    using response = join_group_response;

    struct protocol {
        std::string_view name;
        bytes metadata;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &protocol::name, "for consumers the assignor: \"range\", \"cooperative-sticky\""),
            field("Metadata", &protocol::metadata, "for consumers a ConsumerProtocolSubscription"),
        };
    };
    std::string_view group_id;
    std::int32_t session_timeout_ms = 0;
    std::int32_t rebalance_timeout_ms = -1;
    std::string_view member_id;
    std::optional<std::string_view> group_instance_id;
    std::string_view protocol_type;
    std::vector<protocol> protocols;
    std::optional<std::string_view> reason;
    unknown_tags unknown_tagged_fields;

    using self = join_group_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("SessionTimeoutMs", &self::session_timeout_ms, "ms without a heartbeat after which the member counts as dead"),
        field("RebalanceTimeoutMs", &self::rebalance_timeout_ms, since(1),
              "KIP-62: ms that the coordinator waits for members to "
              "join again; v0 and -1: the session timeout")
            .ignorable(),
        field("MemberId", &self::member_id, "empty: new here"),
        field("GroupInstanceId", &self::group_instance_id, since(5),
              "KIP-345: a name that survives restarts, which spares a "
              "rebalance; null: none")
            .null_since(5),
        field("ProtocolType", &self::protocol_type, "all members of a group have the same; \"consumer\" for consumers"),
        field("Protocols", &self::protocols, "by preference"),
        field("Reason", &self::reason, since(8), "KIP-800: for the broker's log").null_since(8).ignorable(),
    };
};
}  // namespace kwire
