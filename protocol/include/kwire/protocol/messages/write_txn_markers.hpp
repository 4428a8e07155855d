// SPDX-License-Identifier: Apache-2.0
// WriteTxnMarkers: puts the end of transactions into partitions; from a transaction coordinator to their leaders.
//
// A marker is a control batch with one record (its key a ControlRecordTypeSchema, its value an EndTxnMarker). Behind
// it, read_committed readers may hand out or must drop the transaction's records.
// Source: WriteTxnMarkersRequest.json, WriteTxnMarkersResponse.json v0-v2; KIP-98, KIP-1228 (v2: transaction version).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct write_txn_markers_response {
    static constexpr std::string_view name = "WriteTxnMarkersResponse";
    static constexpr std::int16_t api_key = 27, first_version = 0, last_version = 2, flexible_since = 1;

    struct partition_result {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition_result::partition_index),
            field("ErrorCode", &partition_result::error_code),
        };
    };
    struct topic_result {
        std::string_view name;
        std::vector<partition_result> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic_result::name),
            field("Partitions", &topic_result::partitions),
        };
    };
    struct marker_result {
        std::int64_t producer_id = 0;
        std::vector<topic_result> topics;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ProducerId", &marker_result::producer_id, "of the marker"),
            field("Topics", &marker_result::topics),
        };
    };
    std::vector<marker_result> markers;
    unknown_tags unknown_tagged_fields;

    using self = write_txn_markers_response;
    static constexpr auto layout = fields{
        field("Markers", &self::markers),
    };
};

struct write_txn_markers_request {
    static constexpr std::string_view name = "WriteTxnMarkersRequest";
    static constexpr std::int16_t api_key = 27, first_version = 0, last_version = 2, flexible_since = 1;
    using response = write_txn_markers_response;

    struct topic {
        std::string_view name;
        std::vector<std::int32_t> partition_indexes;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("PartitionIndexes", &topic::partition_indexes),
        };
    };
    struct marker {
        std::int64_t producer_id = 0;
        std::int16_t producer_epoch = 0;
        bool transaction_result = false;
        std::vector<topic> topics;
        std::int32_t coordinator_epoch = 0;
        std::int8_t transaction_version = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ProducerId", &marker::producer_id),
            field("ProducerEpoch", &marker::producer_epoch),
            field("TransactionResult", &marker::transaction_result, "true: commit, false: abort"),
            field("Topics", &marker::topics),
            field("CoordinatorEpoch", &marker::coordinator_epoch, "of the leader of the coordinator's partition: an older one is fenced"),
            field("TransactionVersion", &marker::transaction_version, since(2),
                  "KIP-1228; 0 and 1: markers keep the producer's "
                  "epoch, 2: KIP-890, the marker's epoch must be "
                  "greater")
                .ignorable(),
        };
    };
    std::vector<marker> markers;
    unknown_tags unknown_tagged_fields;

    using self = write_txn_markers_request;
    static constexpr auto layout = fields{
        field("Markers", &self::markers),
    };
};
}  // namespace kwire
