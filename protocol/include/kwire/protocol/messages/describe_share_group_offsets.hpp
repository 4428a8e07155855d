// SPDX-License-Identifier: Apache-2.0
// DescribeShareGroupOffsets: how far share groups have come in partitions.
// Source: DescribeShareGroupOffsetsRequest.json, DescribeShareGroupOffsetsResponse.json v0-v1; KIP-932, KIP-1226 (v1:
// lag).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_share_group_offsets_response {
    static constexpr std::string_view name = "DescribeShareGroupOffsetsResponse";
    static constexpr std::int16_t api_key = 90, first_version = 0, last_version = 1, flexible_since = 0;

    struct partition {
        std::int32_t partition_index = 0;
        std::int64_t start_offset = 0;
        std::int32_t leader_epoch = 0;
        std::int64_t lag = -1;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("StartOffset", &partition::start_offset, "all before it is done with; -1: nothing was delivered yet"),
            field("LeaderEpoch", &partition::leader_epoch),
            field("Lag", &partition::lag, since(1), "KIP-1226: records still to be delivered; -1: not known").ignorable(),
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
    struct group {
        std::string_view group_id;
        std::vector<topic> topics;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("GroupId", &group::group_id),
            field("Topics", &group::topics),
            field("ErrorCode", &group::error_code, "of the whole group"),
            field("ErrorMessage", &group::error_message, "null: nothing to add").null_in(every),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<group> groups;
    unknown_tags unknown_tagged_fields;

    using self = describe_share_group_offsets_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("Groups", &self::groups),
    };
};

struct describe_share_group_offsets_request {
    static constexpr std::string_view name = "DescribeShareGroupOffsetsRequest";
    static constexpr std::int16_t api_key = 90, first_version = 0, last_version = 1, flexible_since = 0;
    using response = describe_share_group_offsets_response;

    struct topic {
        std::string_view topic_name;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic::topic_name),
            field("Partitions", &topic::partitions),
        };
    };
    struct group {
        std::string_view group_id;
        std::optional<std::vector<topic>> topics{std::in_place};
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("GroupId", &group::group_id),
            field("Topics", &group::topics, "null: all").null_in(every),
        };
    };
    std::vector<group> groups;
    unknown_tags unknown_tagged_fields;

    using self = describe_share_group_offsets_request;
    static constexpr auto layout = fields{
        field("Groups", &self::groups),
    };
};
}  // namespace kwire
