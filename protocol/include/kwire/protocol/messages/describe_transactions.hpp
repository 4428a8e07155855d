// SPDX-License-Identifier: Apache-2.0
// DescribeTransactions: the state of transactional ids and of the transactions that they have open.
//
// Each id must be asked of its coordinator.
// Source: DescribeTransactionsRequest.json, DescribeTransactionsResponse.json v0; KIP-664.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_transactions_response {
    static constexpr std::string_view name = "DescribeTransactionsResponse";
    static constexpr std::int16_t api_key = 65, first_version = 0, last_version = 0, flexible_since = 0;

    struct topic_in_transaction {
        std::string_view topic;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        using self = topic_in_transaction;
        static constexpr auto layout = fields{
            field("Topic", &self::topic),
            field("Partitions", &self::partitions),
        };
    };
    struct transaction {
        errc error_code = errc::none;
        std::string_view transactional_id;
        std::string_view transaction_state;
        std::int32_t transaction_timeout_ms = 0;
        std::int64_t transaction_start_time_ms = 0;
        std::int64_t producer_id = 0;
        std::int16_t producer_epoch = 0;
        std::vector<topic_in_transaction> topics;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &transaction::error_code),
            field("TransactionalId", &transaction::transactional_id),
            field("TransactionState", &transaction::transaction_state,
                  "Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, "
                  "CompleteAbort, Dead or PrepareEpochFence"),
            field("TransactionTimeoutMs", &transaction::transaction_timeout_ms, "ms until the coordinator aborts it"),
            field("TransactionStartTimeMs", &transaction::transaction_start_time_ms, "ms since 1970; -1: none is open"),
            field("ProducerId", &transaction::producer_id),
            field("ProducerEpoch", &transaction::producer_epoch),
            field("Topics", &transaction::topics, "while it is prepared: those that still lack their marker"),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<transaction> transaction_states;
    unknown_tags unknown_tagged_fields;

    using self = describe_transactions_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("TransactionStates", &self::transaction_states),
    };
};

struct describe_transactions_request {
    static constexpr std::string_view name = "DescribeTransactionsRequest";
    static constexpr std::int16_t api_key = 65, first_version = 0, last_version = 0, flexible_since = 0;
    using response = describe_transactions_response;

    std::vector<std::string_view> transactional_ids;
    unknown_tags unknown_tagged_fields;

    using self = describe_transactions_request;
    static constexpr auto layout = fields{
        field("TransactionalIds", &self::transactional_ids),
    };
};
}  // namespace kwire
