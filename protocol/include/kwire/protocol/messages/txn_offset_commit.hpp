// SPDX-License-Identifier: Apache-2.0
// TxnOffsetCommit: offsets that become a group's when the transaction commits, and vanish when it aborts.
//
// So that reading, processing and writing happen once: the position in the input and the output records are made valid
// by the same marker. Sent to the group's coordinator, which checks the member against its generation (KIP-447), so
// that one producer for each consumer is enough.
// Source: TxnOffsetCommitRequest.json, TxnOffsetCommitResponse.json v0-v5; KIP-98, KIP-320 (v2: leader epoch), KIP-447
// (v3: group metadata), KIP-890 (v4, v5: adds itself to the transaction).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct txn_offset_commit_response {
    static constexpr std::string_view name = "TxnOffsetCommitResponse";
    static constexpr std::int16_t api_key = 28, first_version = 0, last_version = 5, flexible_since = 3;

    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
        };
    };
    struct topic {
        std::string_view name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Partitions", &topic::partitions),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = txn_offset_commit_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("Topics", &self::topics),
    };
};

struct txn_offset_commit_request {
    static constexpr std::string_view name = "TxnOffsetCommitRequest";
    static constexpr std::int16_t api_key = 28, first_version = 0, last_version = 5, flexible_since = 3;
    using response = txn_offset_commit_response;

    struct partition {
        std::int32_t partition_index = 0;
        std::int64_t committed_offset = 0;
        std::int32_t committed_leader_epoch = -1;
        std::optional<std::string_view> committed_metadata = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("CommittedOffset", &partition::committed_offset, "of the next record to read"),
            field("CommittedLeaderEpoch", &partition::committed_leader_epoch, since(2),
                  "KIP-320: of the last record read; -1: not "
                  "known")
                .ignorable(),
            field("CommittedMetadata", &partition::committed_metadata, "anything the client wants to find again").null_in(every),
        };
    };
    struct topic {
        std::string_view name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Partitions", &topic::partitions),
        };
    };
    std::string_view transactional_id;
    std::string_view group_id;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    std::int32_t generation_id = -1;
    std::string_view member_id;
    std::optional<std::string_view> group_instance_id;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = txn_offset_commit_request;
    static constexpr auto layout = fields{
        field("TransactionalId", &self::transactional_id),
        field("GroupId", &self::group_id),
        field("ProducerId", &self::producer_id),
        field("ProducerEpoch", &self::producer_epoch),
        field("GenerationId", &self::generation_id, since(3), "KIP-447: of a consumer group's member its epoch; -1: the broker skips its check"),
        field("MemberId", &self::member_id, since(3), "KIP-447; empty: the broker skips its check"),
        field("GroupInstanceId", &self::group_instance_id, since(3), "KIP-345; null: not a static member").null_since(3),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
