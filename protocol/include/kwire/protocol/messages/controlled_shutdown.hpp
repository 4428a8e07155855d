// SPDX-License-Identifier: Apache-2.0
// ControlledShutdown: under ZooKeeper, a broker that is about to stop has the controller move its leaderships away.
//
// Gone with Kafka 4.0: under KRaft a broker says so in its heartbeat. Version 0 is the only request with a header of
// version 0, which has no client id.
// Source: ControlledShutdownRequest.json, ControlledShutdownResponse.json v0-v3; KIP-380 (v2: broker epochs).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct controlled_shutdown_response {
    static constexpr std::string_view name = "ControlledShutdownResponse";
    static constexpr std::int16_t api_key = 7, first_version = 0, last_version = 3, flexible_since = 3;

    struct partition {
        std::string_view topic_name;
        std::int32_t partition_index = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &partition::topic_name),
            field("PartitionIndex", &partition::partition_index),
        };
    };
    errc error_code = errc::none;
    std::vector<partition> remaining_partitions;
    unknown_tags unknown_tagged_fields;

    using self = controlled_shutdown_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code),
        field("RemainingPartitions", &self::remaining_partitions, "that the broker still leads: it tries again"),
    };
};

struct controlled_shutdown_request {
    static constexpr std::string_view name = "ControlledShutdownRequest";
    static constexpr std::int16_t api_key = 7, first_version = 0, last_version = 3, flexible_since = 3;
    using response = controlled_shutdown_response;

    std::int32_t broker_id = 0;
    std::int64_t broker_epoch = -1;
    unknown_tags unknown_tagged_fields;

    using self = controlled_shutdown_request;
    static constexpr auto layout = fields{
        field("BrokerId", &self::broker_id),
        field("BrokerEpoch", &self::broker_epoch, since(2), "KIP-380: the broker's present run; -1: not checked").ignorable(),
    };
};
}  // namespace kwire
