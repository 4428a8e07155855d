// SPDX-License-Identifier: Apache-2.0
// ListOffsets: the offset at which a partition's log begins, ends or reaches a point in time.
//
// Version 0 answers with a list of segment starts; since version 1 one timestamp gets one offset.
// Source: ListOffsetsRequest.json, ListOffsetsResponse.json v0-v11; KIP-79 (one offset), KIP-98 (isolation), KIP-320
// (leader epoch), KIP-734 (-3), KIP-405 (-4), KIP-1005 (-5), KIP-1075 (timeout), KIP-1023 (-6).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct list_offsets_response {
    static constexpr std::string_view name = "ListOffsetsResponse";
    static constexpr std::int16_t api_key = 2, first_version = 0, last_version = 11, flexible_since = 6;
    static constexpr bool compiled = true;

    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::vector<std::int64_t> old_style_offsets;
        std::int64_t timestamp = -1;
        std::int64_t offset = -1;
        std::int32_t leader_epoch = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
            field("OldStyleOffsets", &partition::old_style_offsets, only(0), "where segments begin, the newest first"),
            field("Timestamp", &partition::timestamp, since(1), "of the record at the offset; -1: none was found or asked for"),
            field("Offset", &partition::offset, since(1), "-1: no record is that young"),
            field("LeaderEpoch", &partition::leader_epoch, since(4), "KIP-320: of the record at the offset"),
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

    using self = list_offsets_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(2), "ms that a quota holds the client up").ignorable(),
        field("Topics", &self::topics),
    };
};

struct list_offsets_request {
    static constexpr std::string_view name = "ListOffsetsRequest";
    static constexpr std::int16_t api_key = 2, first_version = 0, last_version = 11, flexible_since = 6;
    static constexpr bool compiled = true;
    using response = list_offsets_response;

    // Timestamps that are none.
    static constexpr std::int64_t latest = -1, earliest = -2, max_timestamp = -3, earliest_local = -4, latest_tiered = -5,
                                  earliest_pending_upload = -6;

    struct partition {
        std::int32_t partition_index = 0;
        std::int32_t current_leader_epoch = -1;
        std::int64_t timestamp = 0;
        std::int32_t max_num_offsets = 1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("CurrentLeaderEpoch", &partition::current_leader_epoch, since(4), "KIP-320; -1: the broker skips its check").ignorable(),
            field("Timestamp", &partition::timestamp,
                  "ms since 1970: the first record that is as young; or -1 the end, -2 the beginning, -3 the record "
                  "with the greatest timestamp (v7), -4 the first on local disk (v8), -5 the last in the remote tier "
                  "(v9), -6 the first not yet there (v11)"),
            field("MaxNumOffsets", &partition::max_num_offsets, only(0)),
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
    std::int32_t replica_id = 0;
    std::int8_t isolation_level = 0;
    std::vector<topic> topics;
    std::int32_t timeout_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = list_offsets_request;
    static constexpr auto layout = fields{
        field("ReplicaId", &self::replica_id, "-1: a client"),
        field("IsolationLevel", &self::isolation_level, since(2), "KIP-98; 0 read_uncommitted, 1 read_committed: the end is the last stable offset"),
        field("Topics", &self::topics),
        field("TimeoutMs", &self::timeout_ms, since(10), "KIP-1075: ms for a look into remote storage").ignorable(),
    };
};
}  // namespace kwire
