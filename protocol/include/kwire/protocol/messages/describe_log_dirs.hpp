// SPDX-License-Identifier: Apache-2.0
// DescribeLogDirs: the directories in which this broker keeps its logs, and what lies in them.
// Source: DescribeLogDirsRequest.json, DescribeLogDirsResponse.json v0-v5; KIP-113, KIP-784 (v3: error code), KIP-827
// (v4: space on the volume), KIP-1066 (v5: cordons).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_log_dirs_response {
    static constexpr std::string_view name = "DescribeLogDirsResponse";
    static constexpr std::int16_t api_key = 35, first_version = 0, last_version = 5, flexible_since = 2;

    struct partition {
        std::int32_t partition_index = 0;
        std::int64_t partition_size = 0;
        std::int64_t offset_lag = 0;
        bool is_future_key = false;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("PartitionSize", &partition::partition_size, "bytes of all segments"),
            field("OffsetLag", &partition::offset_lag, "how far it is behind the high watermark; of a future replica behind the present one"),
            field("IsFutureKey", &partition::is_future_key,
                  "true: a copy under way to this directory (AlterReplicaLogDirs), to replace the "
                  "present one"),
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
    struct log_dir {
        errc error_code = errc::none;
        std::string_view log_dir;
        std::vector<topic> topics;
        std::int64_t total_bytes = -1;
        std::int64_t usable_bytes = -1;
        bool is_cordoned = false;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &log_dir::error_code, "KAFKA_STORAGE_ERROR where the directory has failed"),
            field("LogDir", &log_dir::log_dir, "an absolute path on the broker"),
            field("Topics", &log_dir::topics),
            field("TotalBytes", &log_dir::total_bytes, since(4), "KIP-827: of the volume; -1: not known").ignorable(),
            field("UsableBytes", &log_dir::usable_bytes, since(4), "KIP-827: of the volume; -1: not known").ignorable(),
            field("IsCordoned", &log_dir::is_cordoned, since(5), "KIP-1066: gets no new partitions").ignorable(),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::vector<log_dir> results;
    unknown_tags unknown_tagged_fields;

    using self = describe_log_dirs_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, since(3), "KIP-784").ignorable(),
        field("Results", &self::results),
    };
};

struct describe_log_dirs_request {
    static constexpr std::string_view name = "DescribeLogDirsRequest";
    static constexpr std::int16_t api_key = 35, first_version = 0, last_version = 5, flexible_since = 2;
    using response = describe_log_dirs_response;

    struct topic_partitions {
        std::string_view topic;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Topic", &topic_partitions::topic),
            field("Partitions", &topic_partitions::partitions),
        };
    };
    std::optional<std::vector<topic_partitions>> topics{std::in_place};
    unknown_tags unknown_tagged_fields;

    using self = describe_log_dirs_request;
    static constexpr auto layout = fields{
        field("Topics", &self::topics, "null: all").null_in(every),
    };
};
}  // namespace kwire
