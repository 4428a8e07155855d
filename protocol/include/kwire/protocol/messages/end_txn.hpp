// SPDX-License-Identifier: Apache-2.0
// EndTxn: commits or aborts the open transaction.
//
// The coordinator first writes its decision down, then answers, then has markers put into every partition that took
// part (WriteTxnMarkers). Until they are there a new transaction gets CONCURRENT_TRANSACTIONS and tries again. Since
// version 5 each transaction ends with a new epoch, so that a late batch of the old one cannot slip into the next.
// Source: EndTxnRequest.json, EndTxnResponse.json v0-v5; KIP-98, KIP-588 (v2: PRODUCER_FENCED), KIP-890 (v4, v5).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct end_txn_response {
    static constexpr std::string_view name = "EndTxnResponse";
    static constexpr std::int16_t api_key = 26, first_version = 0, last_version = 5, flexible_since = 3;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = -1;
    unknown_tags unknown_tagged_fields;

    using self = end_txn_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ProducerId", &self::producer_id, since(5), "KIP-890: to be used from now on; -1: keep the old one").ignorable(),
        field("ProducerEpoch", &self::producer_epoch, since(5), "KIP-890: to be used from now on; -1: keep the old one").ignorable(),
    };
};

struct end_txn_request {
    static constexpr std::string_view name = "EndTxnRequest";
    static constexpr std::int16_t api_key = 26, first_version = 0, last_version = 5, flexible_since = 3;
    using response = end_txn_response;

    std::string_view transactional_id;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    bool committed = false;
    unknown_tags unknown_tagged_fields;

    using self = end_txn_request;
    static constexpr auto layout = fields{
        field("TransactionalId", &self::transactional_id),
        field("ProducerId", &self::producer_id),
        field("ProducerEpoch", &self::producer_epoch),
        field("Committed", &self::committed, "true: commit, false: abort"),
    };
};
}  // namespace kwire
