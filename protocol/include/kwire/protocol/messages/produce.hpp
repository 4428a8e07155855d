// SPDX-License-Identifier: Apache-2.0
// Produce: appends record batches to partitions that the broker leads.
//
// One batch to a partition and request. With acks 0 there is no answer. The answer says for each partition where its
// batch begins; the offset of a record is that plus its index. Versions 0 to 2 carry message sets of old: brokers of
// Kafka 4 still advertise them, and close the connection on them (KAFKA-18659).
// Source: ProduceRequest.json, ProduceResponse.json v0-v13; KIP-98 (transactions), KIP-467 (record errors), KIP-951
// (leader hints), KIP-890 (v12: adds partitions to the transaction), KIP-516 (v13: topic ids).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct produce_response {
    static constexpr std::string_view name = "ProduceResponse";
    static constexpr std::int16_t api_key = 0, first_version = 0, last_version = 13, flexible_since = 9;
    static constexpr bool compiled = true;

    struct record_error {
        std::int32_t batch_index = 0;
        std::optional<std::string_view> batch_index_error_message;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("BatchIndex", &record_error::batch_index, since(8), "index of a record that made the broker refuse its batch"),
            field("BatchIndexErrorMessage", &record_error::batch_index_error_message, since(8)).null_since(8),
        };
    };
    struct leader_id_and_epoch {
        std::int32_t leader_id = -1;
        std::int32_t leader_epoch = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("LeaderId", &leader_id_and_epoch::leader_id, since(10), "-1: not known"),
            field("LeaderEpoch", &leader_id_and_epoch::leader_epoch, since(10), "-1: not known"),
        };
    };
    struct partition {
        std::int32_t index = 0;
        errc error_code = errc::none;
        std::int64_t base_offset = 0;
        std::int64_t log_append_time_ms = -1;
        std::int64_t log_start_offset = -1;
        std::vector<record_error> record_errors;
        std::optional<std::string_view> error_message;
        leader_id_and_epoch current_leader;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Index", &partition::index),
            field("ErrorCode", &partition::error_code),
            field("BaseOffset", &partition::base_offset, "offset of the batch's first record; -1 beside an error"),
            field("LogAppendTimeMs", &partition::log_append_time_ms, since(2), "ms since 1970; -1 unless the topic has LogAppendTime").ignorable(),
            field("LogStartOffset", &partition::log_start_offset, since(5), "tells lost sequences from deleted records").ignorable(),
            field("RecordErrors", &partition::record_errors, since(8), "KIP-467").ignorable(),
            field("ErrorMessage", &partition::error_message, since(8), "KIP-467").null_since(8).ignorable(),
            field("CurrentLeader", &partition::current_leader, since(10), "KIP-951").tagged(0),
        };
    };
    struct topic {
        std::string_view name;
        uuid topic_id;
        std::vector<partition> partition_responses;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name, between(0, 12)).ignorable(),
            field("TopicId", &topic::topic_id, since(13), "KIP-516").ignorable(),
            field("PartitionResponses", &topic::partition_responses),
        };
    };
    struct node_endpoint {
        std::int32_t node_id = 0;
        std::string_view host;
        std::int32_t port = 0;
        std::optional<std::string_view> rack;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("NodeId", &node_endpoint::node_id, since(10)),
            field("Host", &node_endpoint::host, since(10)),
            field("Port", &node_endpoint::port, since(10)),
            field("Rack", &node_endpoint::rack, since(10)).null_since(10),
        };
    };
    std::vector<topic> responses;
    std::int32_t throttle_time_ms = 0;
    std::vector<node_endpoint> node_endpoints;
    unknown_tags unknown_tagged_fields;

    using self = produce_response;
    static constexpr auto layout = fields{
        field("Responses", &self::responses),
        field("ThrottleTimeMs", &self::throttle_time_ms, since(1), "ms that a quota holds the client up").ignorable(),
        field("NodeEndpoints", &self::node_endpoints, since(10), "KIP-951: addresses of the leaders named in CurrentLeader").tagged(0),
    };
};

struct produce_request {
    static constexpr std::string_view name = "ProduceRequest";
    static constexpr std::int16_t api_key = 0, first_version = 0, last_version = 13, flexible_since = 9;
    static constexpr bool compiled = true;
    using response = produce_response;

    struct partition {
        std::int32_t index = 0;
        std::optional<kwire::records> records;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Index", &partition::index),
            field("Records", &partition::records, "one record batch (v0-v2: a message set)").null_in(every),
        };
    };
    struct topic {
        std::string_view name;
        uuid topic_id;
        std::vector<partition> partition_data;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name, between(0, 12)).ignorable(),
            field("TopicId", &topic::topic_id, since(13), "KIP-516").ignorable(),
            field("PartitionData", &topic::partition_data),
        };
    };
    std::optional<std::string_view> transactional_id;
    std::int16_t acks = 0;
    std::int32_t timeout_ms = 0;
    std::vector<topic> topic_data;
    unknown_tags unknown_tagged_fields;

    using self = produce_request;
    static constexpr auto layout = fields{
        field("TransactionalId", &self::transactional_id, since(3), "KIP-98; null: no transaction").null_since(3),
        field("Acks", &self::acks, "replicas that must have it before the answer: 0 (no answer), 1 (the leader), -1 (all in sync)"),
        field("TimeoutMs", &self::timeout_ms, "ms that the leader may wait for the other replicas"),
        field("TopicData", &self::topic_data),
    };
};
}  // namespace kwire
