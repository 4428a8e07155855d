// SPDX-License-Identifier: Apache-2.0
// ShareFetch: records for a member of a share group, which it holds for a while; and what became of earlier ones.
//
// The leader of the partition keeps the state of each record: who reads it gets a lock on it, and acknowledges it as
// accepted, to be delivered again (release) or never again (reject). When the lock times out it is delivered to someone
// else. A session spares repeating partitions, as in Fetch.
// Source: ShareFetchRequest.json, ShareFetchResponse.json v0-v2; KIP-932, KIP-1206 (v2: exact numbers of records),
// KIP-1222 (v2: longer locks).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct share_fetch_response {
    static constexpr std::string_view name = "ShareFetchResponse";
    static constexpr std::int16_t api_key = 78, first_version = 0, last_version = 2, flexible_since = 0;

    struct leader_id_and_epoch {
        std::int32_t leader_id = 0;
        std::int32_t leader_epoch = 0;
        unknown_tags unknown_tagged_fields;

        using self = leader_id_and_epoch;
        static constexpr auto layout = fields{
            field("LeaderId", &self::leader_id, "-1: not known"),
            field("LeaderEpoch", &self::leader_epoch, "-1: not known"),
        };
    };
    struct acquired_range {
        std::int64_t first_offset = 0;
        std::int64_t last_offset = 0;
        std::int16_t delivery_count = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("FirstOffset", &acquired_range::first_offset),
            field("LastOffset", &acquired_range::last_offset, "included"),
            field("DeliveryCount", &acquired_range::delivery_count, "1: delivered for the first time"),
        };
    };
    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        errc acknowledge_error_code = errc::none;
        std::optional<std::string_view> acknowledge_error_message;
        leader_id_and_epoch current_leader;
        std::optional<kwire::records> records;
        std::vector<acquired_range> acquired_records;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
            field("ErrorMessage", &partition::error_message, "null: nothing to add").null_in(every),
            field("AcknowledgeErrorCode", &partition::acknowledge_error_code, "INVALID_RECORD_STATE: the lock was lost before"),
            field("AcknowledgeErrorMessage", &partition::acknowledge_error_message).null_in(every),
            field("CurrentLeader", &partition::current_leader, "filled beside NOT_LEADER_OR_FOLLOWER"),
            field("Records", &partition::records, "record batches; only what AcquiredRecords lists is the member's").null_in(only(0)),
            field("AcquiredRecords", &partition::acquired_records, "ranges of offsets that the member now holds"),
        };
    };
    struct topic {
        uuid topic_id;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicId", &topic::topic_id),
            field("Partitions", &topic::partitions),
        };
    };
    struct node_endpoint {
        std::int32_t node_id = 0;
        std::string_view host;
        std::int32_t port = 0;
        std::optional<std::string_view> rack;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("NodeId", &node_endpoint::node_id),
            field("Host", &node_endpoint::host),
            field("Port", &node_endpoint::port),
            field("Rack", &node_endpoint::rack, "null: no rack").null_in(every),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message;
    std::int32_t acquisition_lock_timeout_ms = 0;
    std::vector<topic> responses;
    std::vector<node_endpoint> node_endpoints;
    unknown_tags unknown_tagged_fields;

    using self = share_fetch_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, "of the session"),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("AcquisitionLockTimeoutMs", &self::acquisition_lock_timeout_ms, since(1), "ms that the member holds the records"),
        field("Responses", &self::responses),
        field("NodeEndpoints", &self::node_endpoints, "addresses of the leaders named in CurrentLeader"),
    };
};

struct share_fetch_request {
    static constexpr std::string_view name = "ShareFetchRequest";
    static constexpr std::int16_t api_key = 78, first_version = 0, last_version = 2, flexible_since = 0;
    using response = share_fetch_response;

    struct acknowledgement_batch {
        std::int64_t first_offset = 0;
        std::int64_t last_offset = 0;
        std::vector<std::int8_t> acknowledge_types;
        unknown_tags unknown_tagged_fields;

        using self = acknowledgement_batch;
        static constexpr auto layout = fields{
            field("FirstOffset", &self::first_offset),
            field("LastOffset", &self::last_offset, "included"),
            field("AcknowledgeTypes", &self::acknowledge_types,
                  "0 no such record, 1 accept, 2 release, 3 reject, 4 renew the lock (v2); one for "
                  "all, or one each"),
        };
    };
    struct partition {
        std::int32_t partition_index = 0;
        std::int32_t partition_max_bytes = 0;
        std::vector<acknowledgement_batch> acknowledgement_batches;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("PartitionMaxBytes", &partition::partition_max_bytes, only(0), "0: only acknowledge"),
            field("AcknowledgementBatches", &partition::acknowledgement_batches),
        };
    };
    struct topic {
        uuid topic_id;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicId", &topic::topic_id),
            field("Partitions", &topic::partitions),
        };
    };
    struct forgotten_topic {
        uuid topic_id;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicId", &forgotten_topic::topic_id),
            field("Partitions", &forgotten_topic::partitions),
        };
    };
    std::optional<std::string_view> group_id;
    std::optional<std::string_view> member_id = "";
    std::int32_t share_session_epoch = 0;
    std::int32_t max_wait_ms = 0;
    std::int32_t min_bytes = 0;
    std::int32_t max_bytes = INT32_MAX;
    std::int32_t max_records = 0;
    std::int32_t batch_size = 0;
    std::int8_t share_acquire_mode = 0;
    bool is_renew_ack = false;
    std::vector<topic> topics;
    std::vector<forgotten_topic> forgotten_topics_data;
    unknown_tags unknown_tagged_fields;

    using self = share_fetch_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id).null_in(every),
        field("MemberId", &self::member_id, "as in the heartbeat").null_in(every),
        field("ShareSessionEpoch", &self::share_session_epoch, "0: begin a session, -1: end it; else one more than last time"),
        field("MaxWaitMs", &self::max_wait_ms, "how long the broker may wait for MinBytes"),
        field("MinBytes", &self::min_bytes),
        field("MaxBytes", &self::max_bytes, "of the whole answer, KIP-74"),
        field("MaxRecords", &self::max_records, since(1), "more may come where a batch is not to be split"),
        field("BatchSize", &self::batch_size, since(1), "how many records the broker should hand out and have acknowledged together"),
        field("ShareAcquireMode", &self::share_acquire_mode, since(2), "KIP-1206; 0: whole batches, 1: never more than MaxRecords").ignorable(),
        field("IsRenewAck", &self::is_renew_ack, since(2), "KIP-1222; true: some acknowledgements renew their lock"),
        field("Topics", &self::topics),
        field("ForgottenTopicsData", &self::forgotten_topics_data, "to drop from the session"),
    };
};
}  // namespace kwire
