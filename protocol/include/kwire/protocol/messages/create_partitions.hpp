// SPDX-License-Identifier: Apache-2.0
// CreatePartitions: gives topics more partitions; there is no way back.
//
// Records stay where they are, so keys may from then on go to another partition than their earlier records.
// Source: CreatePartitionsRequest.json, CreatePartitionsResponse.json v0-v3; KIP-195, KIP-599 (v3: quota errors).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct create_partitions_response {
    static constexpr std::string_view name = "CreatePartitionsResponse";
    static constexpr std::int16_t api_key = 37, first_version = 0, last_version = 3, flexible_since = 2;

    struct result {
        std::string_view name;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &result::name),
            field("ErrorCode", &result::error_code),
            field("ErrorMessage", &result::error_message, "null: nothing to add").null_in(every),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<result> results;
    unknown_tags unknown_tagged_fields;

    using self = create_partitions_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("Results", &self::results),
    };
};

struct create_partitions_request {
    static constexpr std::string_view name = "CreatePartitionsRequest";
    static constexpr std::int16_t api_key = 37, first_version = 0, last_version = 3, flexible_since = 2;
    using response = create_partitions_response;

    struct replica_assignment {
        std::vector<std::int32_t> broker_ids;
        unknown_tags unknown_tagged_fields;

        using self = replica_assignment;
        static constexpr auto layout = fields{
            field("BrokerIds", &self::broker_ids, "the first is the preferred leader"),
        };
    };
    struct topic {
        std::string_view name;
        std::int32_t count = 0;
        std::optional<std::vector<replica_assignment>> assignments{std::in_place};
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Count", &topic::count, "all partitions, the old ones included"),
            field("Assignments", &topic::assignments, "one for each new partition; null: the controller places the replicas").null_in(every),
        };
    };
    std::vector<topic> topics;
    std::int32_t timeout_ms = 0;
    bool validate_only = false;
    unknown_tags unknown_tagged_fields;

    using self = create_partitions_request;
    static constexpr auto layout = fields{
        field("Topics", &self::topics),
        field("TimeoutMs", &self::timeout_ms, "ms that the controller may take"),
        field("ValidateOnly", &self::validate_only, "true: only say whether it could be done"),
    };
};
}  // namespace kwire
