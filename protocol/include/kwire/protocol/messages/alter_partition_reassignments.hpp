// SPDX-License-Identifier: Apache-2.0
// AlterPartitionReassignments: moves replicas of partitions to other brokers, or calls a move off.
//
// The answer says that the move has begun. ListPartitionReassignments shows what is still on its way.
// Source: AlterPartitionReassignmentsRequest.json, AlterPartitionReassignmentsResponse.json v0-v1; KIP-455, KIP-860
// (v1: a guard against a changed replication factor).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct alter_partition_reassignments_response {
    static constexpr std::string_view name = "AlterPartitionReassignmentsResponse";
    static constexpr std::int16_t api_key = 45, first_version = 0, last_version = 1, flexible_since = 0;

    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
            field("ErrorMessage", &partition::error_message, "null: nothing to add").null_in(every),
        };
    };
    struct topic {
        std::string_view name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Partitions", &topic::partitions),
        };
    };
    std::int32_t throttle_time_ms = 0;
    bool allow_replication_factor_change = true;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    std::vector<topic> responses;
    unknown_tags unknown_tagged_fields;

    using self = alter_partition_reassignments_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("AllowReplicationFactorChange", &self::allow_replication_factor_change, since(1), "KIP-860: as it was asked for").ignorable(),
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("Responses", &self::responses),
    };
};

struct alter_partition_reassignments_request {
    static constexpr std::string_view name = "AlterPartitionReassignmentsRequest";
    static constexpr std::int16_t api_key = 45, first_version = 0, last_version = 1, flexible_since = 0;
    using response = alter_partition_reassignments_response;

    struct partition {
        std::int32_t partition_index = 0;
        std::optional<std::vector<std::int32_t>> replicas;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("Replicas", &partition::replicas, "brokers, the preferred leader first; null: call off the move that is on").null_in(every),
        };
    };
    struct topic {
        std::string_view name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Partitions", &topic::partitions),
        };
    };
    std::int32_t timeout_ms = 60000;
    bool allow_replication_factor_change = true;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = alter_partition_reassignments_request;
    static constexpr auto layout = fields{
        field("TimeoutMs", &self::timeout_ms, "ms that the controller may take"),
        field("AllowReplicationFactorChange", &self::allow_replication_factor_change, since(1),
              "KIP-860; false: refuse a move that ends with more or fewer replicas"),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
