// SPDX-License-Identifier: Apache-2.0
// OffsetDelete: removes offsets that a group has committed, of partitions that it no longer subscribes to.
// Source: OffsetDeleteRequest.json, OffsetDeleteResponse.json v0; KIP-496.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct offset_delete_response {
    static constexpr std::string_view name = "OffsetDeleteResponse";
    static constexpr std::int16_t api_key = 47, first_version = 0, last_version = 0, flexible_since = never_flexible;

    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code, "GROUP_SUBSCRIBED_TO_TOPIC: a member still reads it"),
        };
    };
    struct topic {
        std::string_view name;
        std::vector<partition> partitions;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Partitions", &topic::partitions),
        };
    };
    errc error_code = errc::none;
    std::int32_t throttle_time_ms = 0;
    std::vector<topic> topics;

    using self = offset_delete_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code, "of the whole group"),
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up").ignorable(),
        field("Topics", &self::topics),
    };
};

struct offset_delete_request {
    static constexpr std::string_view name = "OffsetDeleteRequest";
    static constexpr std::int16_t api_key = 47, first_version = 0, last_version = 0, flexible_since = never_flexible;
    using response = offset_delete_response;

    struct partition {
        std::int32_t partition_index = 0;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
        };
    };
    struct topic {
        std::string_view name;
        std::vector<partition> partitions;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Partitions", &topic::partitions),
        };
    };
    std::string_view group_id;
    std::vector<topic> topics;

    using self = offset_delete_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
