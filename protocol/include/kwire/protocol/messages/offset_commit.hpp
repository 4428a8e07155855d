// SPDX-License-Identifier: Apache-2.0
// OffsetCommit: how far a group has come in each partition: the offset of the next record to read.
//
// Sent to the group's coordinator, which keeps offsets in __consumer_offsets. A consumer that assigns partitions to
// itself commits with generation -1 and an empty member id. Offsets that belong to a transaction go by TxnOffsetCommit.
// Source: OffsetCommitRequest.json, OffsetCommitResponse.json v0-v10; KIP-211 (v5: the broker decides how long they are
// kept), KIP-320 (v6: leader epoch), KIP-345 (v7: static members), KIP-848 (v9: consumer groups), KIP-516 (v10: topic
// ids).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct offset_commit_response {
    static constexpr std::string_view name = "OffsetCommitResponse";
    static constexpr std::int16_t api_key = 8, first_version = 0, last_version = 10, flexible_since = 8;

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
        uuid topic_id;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name, between(0, 9)).ignorable(),
            field("TopicId", &topic::topic_id, since(10), "KIP-516").ignorable(),
            field("Partitions", &topic::partitions),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = offset_commit_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(3), "ms that a quota holds the client up").ignorable(),
        field("Topics", &self::topics),
    };
};

struct offset_commit_request {
    static constexpr std::string_view name = "OffsetCommitRequest";
    static constexpr std::int16_t api_key = 8, first_version = 0, last_version = 10, flexible_since = 8;
    using response = offset_commit_response;

    struct partition {
        std::int32_t partition_index = 0;
        std::int64_t committed_offset = 0;
        std::int32_t committed_leader_epoch = -1;
        std::int64_t commit_timestamp = -1;
        std::optional<std::string_view> committed_metadata = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("CommittedOffset", &partition::committed_offset, "of the next record to read, not of the last one read"),
            field("CommittedLeaderEpoch", &partition::committed_leader_epoch, since(6),
                  "KIP-320: of the last record read; -1: not "
                  "known")
                .ignorable(),
            field("CommitTimestamp", &partition::commit_timestamp, only(1), "ms since 1970; -1: when it arrives"),
            field("CommittedMetadata", &partition::committed_metadata, "anything the client wants to find again").null_in(every),
        };
    };
    struct topic {
        std::string_view name;
        uuid topic_id;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name, between(0, 9)).ignorable(),
            field("TopicId", &topic::topic_id, since(10), "KIP-516").ignorable(),
            field("Partitions", &topic::partitions),
        };
    };
    std::string_view group_id;
    std::int32_t generation_id_or_member_epoch = -1;
    std::string_view member_id;
    std::optional<std::string_view> group_instance_id;
    std::int64_t retention_time_ms = -1;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = offset_commit_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("GenerationIdOrMemberEpoch", &self::generation_id_or_member_epoch, since(1),
              "of a classic member the generation, of a "
              "consumer group's (KIP-848) its epoch; "
              "-1: not a member")
            .ignorable(),
        field("MemberId", &self::member_id, since(1), "empty: not a member").ignorable(),
        field("GroupInstanceId", &self::group_instance_id, since(7), "KIP-345; null: not a static member").null_since(7),
        field("RetentionTimeMs", &self::retention_time_ms, between(2, 4),
              "ms to keep the offsets; -1: as the broker is set; gone "
              "with KIP-211")
            .ignorable(),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
