// SPDX-License-Identifier: Apache-2.0
// OffsetFetch: the offsets that groups have committed.
//
// A partition without one has offset -1 and no error; what the consumer does then is its auto.offset.reset. A consumer
// that reads only committed records asks for stable offsets: while a transaction that would move one is open, it gets
// UNSTABLE_OFFSET_COMMIT and asks again.
// Source: OffsetFetchRequest.json, OffsetFetchResponse.json v0-v10; KIP-88 (v2: all topics), KIP-320 (v5: leader
// epoch), KIP-447 (v7: stable offsets), KIP-709 (v8: many groups), KIP-848 (v9: members of consumer groups), KIP-516
// (v10: topic ids).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct offset_fetch_response {
    static constexpr std::string_view name = "OffsetFetchResponse";
    static constexpr std::int16_t api_key = 9, first_version = 0, last_version = 10, flexible_since = 6;

    struct partition {
        std::int32_t partition_index = 0;
        std::int64_t committed_offset = 0;
        std::int32_t committed_leader_epoch = -1;
        std::optional<std::string_view> metadata = "";
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index, between(0, 7)),
            field("CommittedOffset", &partition::committed_offset, between(0, 7), "of the next record to read; -1: none is committed"),
            field("CommittedLeaderEpoch", &partition::committed_leader_epoch, between(5, 7),
                  "KIP-320: of the last record read; -1: "
                  "not known")
                .ignorable(),
            field("Metadata", &partition::metadata, between(0, 7), "what the client had said with it").null_in(every),
            field("ErrorCode", &partition::error_code, between(0, 7)),
        };
    };
    struct topic {
        std::string_view name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name, between(0, 7)),
            field("Partitions", &topic::partitions, between(0, 7)),
        };
    };
    struct group_partition {
        std::int32_t partition_index = 0;
        std::int64_t committed_offset = 0;
        std::int32_t committed_leader_epoch = -1;
        std::optional<std::string_view> metadata = "";
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &group_partition::partition_index, since(8)),
            field("CommittedOffset", &group_partition::committed_offset, since(8), "of the next record to read; -1: none is committed"),
            field("CommittedLeaderEpoch", &group_partition::committed_leader_epoch, since(8),
                  "KIP-320: of the last record read; -1: "
                  "not known")
                .ignorable(),
            field("Metadata", &group_partition::metadata, since(8), "what the client had said with it").null_since(8),
            field("ErrorCode", &group_partition::error_code, since(8)),
        };
    };
    struct group_topic {
        std::string_view name;
        uuid topic_id;
        std::vector<group_partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &group_topic::name, between(8, 9)).ignorable(),
            field("TopicId", &group_topic::topic_id, since(10), "KIP-516").ignorable(),
            field("Partitions", &group_topic::partitions, since(8)),
        };
    };
    struct group {
        std::string_view group_id;
        std::vector<group_topic> topics;
        errc error_code = errc::none;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("GroupId", &group::group_id, since(8)),
            field("Topics", &group::topics, since(8)),
            field("ErrorCode", &group::error_code, since(8), "of the whole group"),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<topic> topics;
    errc error_code = errc::none;
    std::vector<group> groups;
    unknown_tags unknown_tagged_fields;

    using self = offset_fetch_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(3), "ms that a quota holds the client up").ignorable(),
        field("Topics", &self::topics, between(0, 7)),
        field("ErrorCode", &self::error_code, between(2, 7), "of the whole group").ignorable(),
        field("Groups", &self::groups, since(8), "KIP-709: instead of Topics"),
    };
};

struct offset_fetch_request {
    static constexpr std::string_view name = "OffsetFetchRequest";
    static constexpr std::int16_t api_key = 9, first_version = 0, last_version = 10, flexible_since = 6;
    using response = offset_fetch_response;

    struct topic {
        std::string_view name;
        std::vector<std::int32_t> partition_indexes;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name, between(0, 7)),
            field("PartitionIndexes", &topic::partition_indexes, between(0, 7)),
        };
    };
    struct group_topic {
        std::string_view name;
        uuid topic_id;
        std::vector<std::int32_t> partition_indexes;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &group_topic::name, between(8, 9)).ignorable(),
            field("TopicId", &group_topic::topic_id, since(10), "KIP-516").ignorable(),
            field("PartitionIndexes", &group_topic::partition_indexes, since(8)),
        };
    };
    struct group {
        std::string_view group_id;
        std::optional<std::string_view> member_id;
        std::int32_t member_epoch = -1;
        std::optional<std::vector<group_topic>> topics{std::in_place};
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("GroupId", &group::group_id, since(8)),
            field("MemberId", &group::member_id, since(9), "KIP-848; null: not a member").null_since(9).ignorable(),
            field("MemberEpoch", &group::member_epoch, since(9), "KIP-848; -1: not a member").ignorable(),
            field("Topics", &group::topics, since(8), "null: all that have offsets").null_since(8),
        };
    };
    std::string_view group_id;
    std::optional<std::vector<topic>> topics{std::in_place};
    std::vector<group> groups;
    bool require_stable = false;
    unknown_tags unknown_tagged_fields;

    using self = offset_fetch_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id, between(0, 7)),
        field("Topics", &self::topics, between(0, 7), "null: all that have offsets").null_since(2),
        field("Groups", &self::groups, since(8), "KIP-709: instead of GroupId and Topics"),
        field("RequireStable", &self::require_stable, since(7),
              "KIP-447: UNSTABLE_OFFSET_COMMIT rather than an offset that an open transaction "
              "may move"),
    };
};
}  // namespace kwire
