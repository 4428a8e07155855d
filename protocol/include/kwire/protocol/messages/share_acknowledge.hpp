// SPDX-License-Identifier: Apache-2.0
// ShareAcknowledge: tells what became of records that ShareFetch delivered, without asking for more.
// Source: ShareAcknowledgeRequest.json, ShareAcknowledgeResponse.json v0-v2; KIP-932, KIP-1222 (v2: longer locks).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct share_acknowledge_response {
    static constexpr std::string_view name = "ShareAcknowledgeResponse";
    static constexpr std::int16_t api_key = 79, first_version = 0, last_version = 2, flexible_since = 0;

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
    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        leader_id_and_epoch current_leader;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code, "INVALID_RECORD_STATE: the lock was lost before"),
            field("ErrorMessage", &partition::error_message, "null: nothing to add").null_in(every),
            field("CurrentLeader", &partition::current_leader, "filled beside NOT_LEADER_OR_FOLLOWER"),
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

    using self = share_acknowledge_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, "of the session"),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("AcquisitionLockTimeoutMs", &self::acquisition_lock_timeout_ms, since(2), "KIP-1222: ms that the member holds the records").ignorable(),
        field("Responses", &self::responses),
        field("NodeEndpoints", &self::node_endpoints, "addresses of the leaders named in CurrentLeader"),
    };
};

struct share_acknowledge_request {
    static constexpr std::string_view name = "ShareAcknowledgeRequest";
    static constexpr std::int16_t api_key = 79, first_version = 0, last_version = 2, flexible_since = 0;
    using response = share_acknowledge_response;

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
        std::vector<acknowledgement_batch> acknowledgement_batches;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
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
    std::optional<std::string_view> group_id;
    std::optional<std::string_view> member_id = "";
    std::int32_t share_session_epoch = 0;
    bool is_renew_ack = false;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = share_acknowledge_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id).null_in(every),
        field("MemberId", &self::member_id, "as in the heartbeat").null_in(every),
        field("ShareSessionEpoch", &self::share_session_epoch, "-1: end the session; else one more than last time"),
        field("IsRenewAck", &self::is_renew_ack, since(2), "KIP-1222; true: some acknowledgements renew their lock"),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
