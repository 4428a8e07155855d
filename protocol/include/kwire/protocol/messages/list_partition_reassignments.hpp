// SPDX-License-Identifier: Apache-2.0
// ListPartitionReassignments: the partitions whose replicas are being moved.
// Source: ListPartitionReassignmentsRequest.json, ListPartitionReassignmentsResponse.json v0; KIP-455.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct list_partition_reassignments_response {
    static constexpr std::string_view name = "ListPartitionReassignmentsResponse";
    static constexpr std::int16_t api_key = 46, first_version = 0, last_version = 0, flexible_since = 0;

    struct partition {
        std::int32_t partition_index = 0;
        std::vector<std::int32_t> replicas;
        std::vector<std::int32_t> adding_replicas;
        std::vector<std::int32_t> removing_replicas;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("Replicas", &partition::replicas, "all, those that come and those that go included"),
            field("AddingReplicas", &partition::adding_replicas, "to be removed from this list once they are in sync"),
            field("RemovingReplicas", &partition::removing_replicas, "to go once all others are in sync"),
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
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = list_partition_reassignments_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("Topics", &self::topics),
    };
};

struct list_partition_reassignments_request {
    static constexpr std::string_view name = "ListPartitionReassignmentsRequest";
    static constexpr std::int16_t api_key = 46, first_version = 0, last_version = 0, flexible_since = 0;
    using response = list_partition_reassignments_response;

    struct topic {
        std::string_view name;
        std::vector<std::int32_t> partition_indexes;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("PartitionIndexes", &topic::partition_indexes),
        };
    };
    std::int32_t timeout_ms = 60000;
    std::optional<std::vector<topic>> topics;
    unknown_tags unknown_tagged_fields;

    using self = list_partition_reassignments_request;
    static constexpr auto layout = fields{
        field("TimeoutMs", &self::timeout_ms, "ms that the controller may take"),
        field("Topics", &self::topics, "null: all").null_in(every),
    };
};
}  // namespace kwire
