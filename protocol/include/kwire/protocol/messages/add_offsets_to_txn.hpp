// SPDX-License-Identifier: Apache-2.0
// AddOffsetsToTxn: tells the coordinator that the transaction will commit offsets of a group.
//
// It adds the group's partition of __consumer_offsets to the transaction; TxnOffsetCommit follows, sent to the group's
// coordinator. With transaction version 2 (KIP-890) the group's coordinator does this itself.
// Source: AddOffsetsToTxnRequest.json, AddOffsetsToTxnResponse.json v0-v4; KIP-98, KIP-588 (v2: PRODUCER_FENCED),
// KIP-890 (v4).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct add_offsets_to_txn_response {
    static constexpr std::string_view name = "AddOffsetsToTxnResponse";
    static constexpr std::int16_t api_key = 25, first_version = 0, last_version = 4, flexible_since = 3;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    unknown_tags unknown_tagged_fields;

    using self = add_offsets_to_txn_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
    };
};

struct add_offsets_to_txn_request {
    static constexpr std::string_view name = "AddOffsetsToTxnRequest";
    static constexpr std::int16_t api_key = 25, first_version = 0, last_version = 4, flexible_since = 3;
    using response = add_offsets_to_txn_response;

    std::string_view transactional_id;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    std::string_view group_id;
    unknown_tags unknown_tagged_fields;

    using self = add_offsets_to_txn_request;
    static constexpr auto layout = fields{
        field("TransactionalId", &self::transactional_id),
        field("ProducerId", &self::producer_id),
        field("ProducerEpoch", &self::producer_epoch, "an older one than the coordinator knows is fenced"),
        field("GroupId", &self::group_id, "whose offsets will be committed"),
    };
};
}  // namespace kwire
