// SPDX-License-Identifier: Apache-2.0
// DeleteRecords: moves the beginning of partitions forward; the leaders drop what lies before.
//
// Sent to the leader of each partition. Only whole segments go at once; reading before the new beginning fails at once
// all the same.
// Source: DeleteRecordsRequest.json, DeleteRecordsResponse.json v0-v2; KIP-107.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct delete_records_response {
    static constexpr std::string_view name = "DeleteRecordsResponse";
    static constexpr std::int16_t api_key = 21, first_version = 0, last_version = 2, flexible_since = 2;

    struct partition {
        std::int32_t partition_index = 0;
        std::int64_t low_watermark = 0;
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("LowWatermark", &partition::low_watermark, "the first offset that all replicas still have; -1 beside an error"),
            field("ErrorCode", &partition::error_code),
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
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = delete_records_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("Topics", &self::topics),
    };
};

struct delete_records_request {
    static constexpr std::string_view name = "DeleteRecordsRequest";
    static constexpr std::int16_t api_key = 21, first_version = 0, last_version = 2, flexible_since = 2;
    using response = delete_records_response;

    struct partition {
        std::int32_t partition_index = 0;
        std::int64_t offset = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("Offset", &partition::offset, "the first offset to keep; -1: the high watermark, which drops all that there is"),
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
    std::vector<topic> topics;
    std::int32_t timeout_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = delete_records_request;
    static constexpr auto layout = fields{
        field("Topics", &self::topics),
        field("TimeoutMs", &self::timeout_ms, "ms to wait for the replicas"),
    };
};
}  // namespace kwire
