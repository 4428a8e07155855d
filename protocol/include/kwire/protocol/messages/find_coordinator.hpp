// SPDX-License-Identifier: Apache-2.0
// FindCoordinator: which broker coordinates a group, a transaction or a share partition.
//
// Any broker can answer. A coordinator is the leader of one partition of an internal topic: __consumer_offsets for
// groups, __transaction_state for transactional ids, __share_group_state for share partitions; the hash of the key says
// which partition. It moves when leadership moves: on NOT_COORDINATOR ask again. Since version 4 one request asks for
// many keys.
// Source: FindCoordinatorRequest.json, FindCoordinatorResponse.json v0-v6; KIP-98 (transactions), KIP-699 (many keys),
// KIP-890 (v5), KIP-932 (v6: share partitions).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct find_coordinator_response {
    static constexpr std::string_view name = "FindCoordinatorResponse";
    static constexpr std::int16_t api_key = 10, first_version = 0, last_version = 6, flexible_since = 3;

    struct coordinator {
        std::string_view key;
        std::int32_t node_id = 0;
        std::string_view host;
        std::int32_t port = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Key", &coordinator::key, since(4), "as it was asked for"),
            field("NodeId", &coordinator::node_id, since(4), "-1 beside an error"),
            field("Host", &coordinator::host, since(4)),
            field("Port", &coordinator::port, since(4)),
            field("ErrorCode", &coordinator::error_code, since(4)),
            field("ErrorMessage", &coordinator::error_message, since(4), "null or empty: nothing to add").null_since(4).ignorable(),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    std::int32_t node_id = 0;
    std::string_view host;
    std::int32_t port = 0;
    std::vector<coordinator> coordinators;
    unknown_tags unknown_tagged_fields;

    using self = find_coordinator_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(1), "ms that a quota holds the client up").ignorable(),
        field("ErrorCode", &self::error_code, between(0, 3), "COORDINATOR_NOT_AVAILABLE while the internal topic is being created"),
        field("ErrorMessage", &self::error_message, between(1, 3), "null: nothing to add").null_since(1).ignorable(),
        field("NodeId", &self::node_id, between(0, 3), "-1 beside an error"),
        field("Host", &self::host, between(0, 3), "as the broker advertises itself"),
        field("Port", &self::port, between(0, 3)),
        field("Coordinators", &self::coordinators, since(4), "KIP-699: one for each key asked for"),
    };
};

struct find_coordinator_request {
    static constexpr std::string_view name = "FindCoordinatorRequest";
    static constexpr std::int16_t api_key = 10, first_version = 0, last_version = 6, flexible_since = 3;
    using response = find_coordinator_response;

    std::string_view key;
    std::int8_t key_type = 0;
    std::vector<std::string_view> coordinator_keys;
    unknown_tags unknown_tagged_fields;

    using self = find_coordinator_request;
    static constexpr auto layout = fields{
        field("Key", &self::key, between(0, 3), "the group id or transactional id"),
        field("KeyType", &self::key_type, since(1), "KIP-98; 0 group, 1 transactional id, 2 share partition (v6)"),
        field("CoordinatorKeys", &self::coordinator_keys, since(4), "KIP-699; of share partitions \"group:topic id:partition\""),
    };
};
}  // namespace kwire
