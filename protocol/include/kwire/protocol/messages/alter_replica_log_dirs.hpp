// SPDX-License-Identifier: Apache-2.0
// AlterReplicaLogDirs: moves replicas of this broker to other directories of it.
// Source: AlterReplicaLogDirsRequest.json, AlterReplicaLogDirsResponse.json v0-v2; KIP-113.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct alter_replica_log_dirs_response {
    static constexpr std::string_view name = "AlterReplicaLogDirsResponse";
    static constexpr std::int16_t api_key = 34, first_version = 0, last_version = 2, flexible_since = 2;

    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
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
    std::int32_t throttle_time_ms = 0;
    std::vector<topic> results;
    unknown_tags unknown_tagged_fields;

    using self = alter_replica_log_dirs_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("Results", &self::results),
    };
};

struct alter_replica_log_dirs_request {
    static constexpr std::string_view name = "AlterReplicaLogDirsRequest";
    static constexpr std::int16_t api_key = 34, first_version = 0, last_version = 2, flexible_since = 2;
    using response = alter_replica_log_dirs_response;

    struct topic {
        std::string_view name;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Partitions", &topic::partitions),
        };
    };
    struct directory {
        std::string_view path;
        std::vector<topic> topics;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Path", &directory::path, "absolute, one of the broker's log.dirs"),
            field("Topics", &directory::topics),
        };
    };
    std::vector<directory> dirs;
    unknown_tags unknown_tagged_fields;

    using self = alter_replica_log_dirs_request;
    static constexpr auto layout = fields{
        field("Dirs", &self::dirs),
    };
};
}  // namespace kwire
