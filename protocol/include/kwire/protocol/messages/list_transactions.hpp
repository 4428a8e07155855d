// SPDX-License-Identifier: Apache-2.0
// ListTransactions: the transactional ids that this broker coordinates; ask every broker to know all.
// Source: ListTransactionsRequest.json, ListTransactionsResponse.json v0-v2; KIP-664, KIP-994 (v1: how long they run),
// KIP-1152 (v2: patterns).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct list_transactions_response {
    static constexpr std::string_view name = "ListTransactionsResponse";
    static constexpr std::int16_t api_key = 66, first_version = 0, last_version = 2, flexible_since = 0;

    struct transaction {
        std::string_view transactional_id;
        std::int64_t producer_id = 0;
        std::string_view transaction_state;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TransactionalId", &transaction::transactional_id),
            field("ProducerId", &transaction::producer_id),
            field("TransactionState", &transaction::transaction_state, "as DescribeTransactions says it"),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::vector<std::string_view> unknown_state_filters;
    std::vector<transaction> transaction_states;
    unknown_tags unknown_tagged_fields;

    using self = list_transactions_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, "COORDINATOR_LOAD_IN_PROGRESS: not all are known yet"),
        field("UnknownStateFilters", &self::unknown_state_filters, "names of states that the broker does not have"),
        field("TransactionStates", &self::transaction_states),
    };
};

struct list_transactions_request {
    static constexpr std::string_view name = "ListTransactionsRequest";
    static constexpr std::int16_t api_key = 66, first_version = 0, last_version = 2, flexible_since = 0;
    using response = list_transactions_response;

    std::vector<std::string_view> state_filters;
    std::vector<std::int64_t> producer_id_filters;
    std::int64_t duration_filter = -1;
    std::optional<std::string_view> transactional_id_pattern;
    unknown_tags unknown_tagged_fields;

    using self = list_transactions_request;
    static constexpr auto layout = fields{
        field("StateFilters", &self::state_filters, "names of states; empty: all"),
        field("ProducerIdFilters", &self::producer_id_filters, "empty: all"),
        field("DurationFilter", &self::duration_filter, since(1), "KIP-994: only those open for more ms than this; negative: all"),
        field("TransactionalIdPattern", &self::transactional_id_pattern, since(2),
              "KIP-1152: a regular expression in RE2 syntax; "
              "null or empty: all")
            .null_since(2),
    };
};
}  // namespace kwire
