// SPDX-License-Identifier: Apache-2.0
// AssignReplicasToDirs: a broker tells the controller in which directory each of its replicas lies.
//
// So that the controller knows which partitions are lost when a directory fails.
// Source: AssignReplicasToDirsRequest.json, AssignReplicasToDirsResponse.json v0; KIP-858.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct assign_replicas_to_dirs_response {
    static constexpr std::string_view name = "AssignReplicasToDirsResponse";
    static constexpr std::int16_t api_key = 73, first_version = 0, last_version = 0, flexible_since = 0;

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
        uuid topic_id;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicId", &topic::topic_id),
            field("Partitions", &topic::partitions),
        };
    };
    struct directory {
        uuid id;
        std::vector<topic> topics;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Id", &directory::id),
            field("Topics", &directory::topics),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::vector<directory> directories;
    unknown_tags unknown_tagged_fields;

    using self = assign_replicas_to_dirs_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("Directories", &self::directories),
    };
};

struct assign_replicas_to_dirs_request {
    static constexpr std::string_view name = "AssignReplicasToDirsRequest";
    static constexpr std::int16_t api_key = 73, first_version = 0, last_version = 0, flexible_since = 0;
    using response = assign_replicas_to_dirs_response;

    struct partition {
        std::int32_t partition_index = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
        };
    };
    struct topic {
        uuid topic_id;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicId", &topic::topic_id),
            field("Partitions", &topic::partitions),
        };
    };
    struct directory {
        uuid id;
        std::vector<topic> topics;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Id", &directory::id, "as in meta.properties"),
            field("Topics", &directory::topics),
        };
    };
    std::int32_t broker_id = 0;
    std::int64_t broker_epoch = -1;
    std::vector<directory> directories;
    unknown_tags unknown_tagged_fields;

    using self = assign_replicas_to_dirs_request;
    static constexpr auto layout = fields{
        field("BrokerId", &self::broker_id),
        field("BrokerEpoch", &self::broker_epoch, "from BrokerRegistration"),
        field("Directories", &self::directories),
    };
};
}  // namespace kwire
