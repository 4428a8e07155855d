// SPDX-License-Identifier: Apache-2.0
// InitProducerId: an identity for an idempotent or transactional producer, by which brokers recognise repeated batches.
//
// Version 6 is not yet stable in Kafka 4.3; kwire reads and writes it but never asks for it.
// Source: InitProducerIdRequest.json, InitProducerIdResponse.json v0-v6; KIP-98, KIP-360 (resuming), KIP-890, KIP-939.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct init_producer_id_response {
    static constexpr std::string_view name = "InitProducerIdResponse";
    static constexpr std::int16_t api_key = 22, first_version = 0, last_version = 6, flexible_since = 2;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = 0;
    std::int64_t ongoing_txn_producer_id = -1;
    std::int16_t ongoing_txn_producer_epoch = -1;
    unknown_tags unknown_tagged_fields;

    using self = init_producer_id_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up").ignorable(),
        field("ErrorCode", &self::error_code),
        field("ProducerId", &self::producer_id),
        field("ProducerEpoch", &self::producer_epoch, "fences older producers of the same id"),
        field("OngoingTxnProducerId", &self::ongoing_txn_producer_id, since(6), "KIP-939; -1: no transaction is open"),
        field("OngoingTxnProducerEpoch", &self::ongoing_txn_producer_epoch, since(6), "KIP-939"),
    };
};

struct init_producer_id_request {
    static constexpr std::string_view name = "InitProducerIdRequest";
    static constexpr std::int16_t api_key = 22, first_version = 0, last_version = 6, flexible_since = 2;
    using response = init_producer_id_response;

    std::optional<std::string_view> transactional_id = "";
    std::int32_t transaction_timeout_ms = 0;
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = -1;
    bool enable2_pc = false;
    bool keep_prepared_txn = false;
    unknown_tags unknown_tagged_fields;

    using self = init_producer_id_request;
    static constexpr auto layout = fields{
        field("TransactionalId", &self::transactional_id, "null: idempotent only").null_in(every),
        field("TransactionTimeoutMs", &self::transaction_timeout_ms, "ms until the coordinator aborts an idle transaction"),
        field("ProducerId", &self::producer_id, since(3), "KIP-360: the id to resume; -1: a new one"),
        field("ProducerEpoch", &self::producer_epoch, since(3), "KIP-360"),
        field("Enable2Pc", &self::enable2_pc, since(6), "KIP-939"),
        field("KeepPreparedTxn", &self::keep_prepared_txn, since(6), "KIP-939"),
    };
};
}  // namespace kwire
