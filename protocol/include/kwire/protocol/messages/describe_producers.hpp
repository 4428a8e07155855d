// SPDX-License-Identifier: Apache-2.0
// DescribeProducers: which producers a partition's leader remembers, and which of them have a transaction open.
//
// For finding a transaction that hangs: its start offset is where the last stable offset has stopped.
// Source: DescribeProducersRequest.json, DescribeProducersResponse.json v0; KIP-664.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_producers_response {
    static constexpr std::string_view name = "DescribeProducersResponse";
    static constexpr std::int16_t api_key = 61, first_version = 0, last_version = 0, flexible_since = 0;

    struct producer {
        std::int64_t producer_id = 0;
        std::int32_t producer_epoch = 0;
        std::int32_t last_sequence = -1;
        std::int64_t last_timestamp = -1;
        std::int32_t coordinator_epoch = 0;
        std::int64_t current_txn_start_offset = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ProducerId", &producer::producer_id),
            field("ProducerEpoch", &producer::producer_epoch, "an int32 here, an int16 everywhere else"),
            field("LastSequence", &producer::last_sequence, "of its last batch; -1: none"),
            field("LastTimestamp", &producer::last_timestamp, "ms since 1970, of its last batch; -1: none"),
            field("CoordinatorEpoch", &producer::coordinator_epoch, "of the last marker; -1: none"),
            field("CurrentTxnStartOffset", &producer::current_txn_start_offset, "-1: no transaction is open in this partition"),
        };
    };
    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        std::vector<producer> active_producers;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
            field("ErrorMessage", &partition::error_message, "null: nothing to add").null_in(every),
            field("ActiveProducers", &partition::active_producers),
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

    using self = describe_producers_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("Topics", &self::topics),
    };
};

struct describe_producers_request {
    static constexpr std::string_view name = "DescribeProducersRequest";
    static constexpr std::int16_t api_key = 61, first_version = 0, last_version = 0, flexible_since = 0;
    using response = describe_producers_response;

    struct topic {
        std::string_view name;
        std::vector<std::int32_t> partition_indexes;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("PartitionIndexes", &topic::partition_indexes),
        };
    };
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = describe_producers_request;
    static constexpr auto layout = fields{
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
