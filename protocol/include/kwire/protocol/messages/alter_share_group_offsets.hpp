// SPDX-License-Identifier: Apache-2.0
// AlterShareGroupOffsets: sets where a share group without members goes on reading.
// Source: AlterShareGroupOffsetsRequest.json, AlterShareGroupOffsetsResponse.json v0; KIP-932.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct alter_share_group_offsets_response {
    static constexpr std::string_view name = "AlterShareGroupOffsetsResponse";
    static constexpr std::int16_t api_key = 91, first_version = 0, last_version = 0, flexible_since = 0;

    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
            field("ErrorMessage", &partition::error_message, "null: nothing to add").null_in(every),
        };
    };
    struct topic {
        std::string_view topic_name;
        uuid topic_id;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic::topic_name),
            field("TopicId", &topic::topic_id),
            field("Partitions", &topic::partitions),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message;
    std::vector<topic> responses;
    unknown_tags unknown_tagged_fields;

    using self = alter_share_group_offsets_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, "NON_EMPTY_GROUP while it has members"),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("Responses", &self::responses),
    };
};

struct alter_share_group_offsets_request {
    static constexpr std::string_view name = "AlterShareGroupOffsetsRequest";
    static constexpr std::int16_t api_key = 91, first_version = 0, last_version = 0, flexible_since = 0;
    using response = alter_share_group_offsets_response;

    struct partition {
        std::int32_t partition_index = 0;
        std::int64_t start_offset = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("StartOffset", &partition::start_offset, "the first offset to deliver"),
        };
    };
    struct topic {
        std::string_view topic_name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic::topic_name),
            field("Partitions", &topic::partitions),
        };
    };
    std::string_view group_id;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = alter_share_group_offsets_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
