// SPDX-License-Identifier: Apache-2.0
// AddPartitionsToTxn: announces the partitions that a transaction is about to write to.
//
// The coordinator must know them before the first batch arrives, so that it can put its markers there in the end.
// Versions 4 and 5 are for brokers, which ask whether a batch belongs to an open transaction (VerifyOnly) or add its
// partition on behalf of the producer: with KIP-890 clients of Kafka 4 leave this API to the broker that gets their
// Produce. They themselves use version 3 or below.
// Source: AddPartitionsToTxnRequest.json, AddPartitionsToTxnResponse.json v0-v5; KIP-98, KIP-890 (v4: many
// transactions, verifying; v5: errors for abortable transactions).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct add_partitions_to_txn_response {
    static constexpr std::string_view name = "AddPartitionsToTxnResponse";
    static constexpr std::int16_t api_key = 24, first_version = 0, last_version = 5, flexible_since = 3;

    struct partition_result {
        std::int32_t partition_index = 0;
        errc partition_error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition_result::partition_index),
            field("PartitionErrorCode", &partition_result::partition_error_code,
                  "OPERATION_NOT_ATTEMPTED where another partition failed: all or "
                  "none"),
        };
    };
    struct topic_result {
        std::string_view name;
        std::vector<partition_result> results_by_partition;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic_result::name),
            field("ResultsByPartition", &topic_result::results_by_partition),
        };
    };
    struct transaction_result {
        std::string_view transactional_id;
        std::vector<topic_result> topic_results;
        unknown_tags unknown_tagged_fields;

        using self = transaction_result;
        static constexpr auto layout = fields{
            field("TransactionalId", &self::transactional_id, since(4)),
            field("TopicResults", &self::topic_results, since(4)),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::vector<transaction_result> results_by_transaction;
    std::vector<topic_result> results_by_topic_v3_and_below;
    unknown_tags unknown_tagged_fields;

    using self = add_partitions_to_txn_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, since(4), "of the whole request").ignorable(),
        field("ResultsByTransaction", &self::results_by_transaction, since(4), "KIP-890"),
        field("ResultsByTopicV3AndBelow", &self::results_by_topic_v3_and_below, between(0, 3), "of the one transaction that clients ask for"),
    };
};

struct add_partitions_to_txn_request {
    static constexpr std::string_view name = "AddPartitionsToTxnRequest";
    static constexpr std::int16_t api_key = 24, first_version = 0, last_version = 5, flexible_since = 3;
    using response = add_partitions_to_txn_response;

    struct topic {
        std::string_view name;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Partitions", &topic::partitions),
        };
    };
    struct transaction {
        std::string_view transactional_id;
        std::int64_t producer_id = 0;
        std::int16_t producer_epoch = 0;
        bool verify_only = false;
        std::vector<topic> topics;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TransactionalId", &transaction::transactional_id, since(4)),
            field("ProducerId", &transaction::producer_id, since(4)),
            field("ProducerEpoch", &transaction::producer_epoch, since(4), "an older one than the coordinator knows is fenced"),
            field("VerifyOnly", &transaction::verify_only, since(4), "true: only ask whether the partitions are in the transaction"),
            field("Topics", &transaction::topics, since(4)),
        };
    };
    std::vector<transaction> transactions;
    std::string_view v3_and_below_transactional_id;
    std::int64_t v3_and_below_producer_id = 0;
    std::int16_t v3_and_below_producer_epoch = 0;
    std::vector<topic> v3_and_below_topics;
    unknown_tags unknown_tagged_fields;

    using self = add_partitions_to_txn_request;
    static constexpr auto layout = fields{
        field("Transactions", &self::transactions, since(4), "KIP-890, between brokers"),
        field("V3AndBelowTransactionalId", &self::v3_and_below_transactional_id, between(0, 3), "the form that clients use"),
        field("V3AndBelowProducerId", &self::v3_and_below_producer_id, between(0, 3), "from InitProducerId"),
        field("V3AndBelowProducerEpoch", &self::v3_and_below_producer_epoch, between(0, 3), "from InitProducerId"),
        field("V3AndBelowTopics", &self::v3_and_below_topics, between(0, 3)),
    };
};
}  // namespace kwire
