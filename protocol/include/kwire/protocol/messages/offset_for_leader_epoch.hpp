// SPDX-License-Identifier: Apache-2.0
// OffsetForLeaderEpoch: where the records of a leader epoch end in the leader's log.
//
// The test for lost records after a change of leader: if the offset at which a reader's epoch ends lies before the
// offset that it has reached, the log was cut in between and the reader goes back to the end of that epoch. Followers
// use it to find where their log departs from the leader's.
// Source: OffsetForLeaderEpochRequest.json, OffsetForLeaderEpochResponse.json v0-v4; KIP-101, KIP-279 (v1: the epoch
// comes back), KIP-320 (v2: consumers, fencing).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct offset_for_leader_epoch_response {
    static constexpr std::string_view name = "OffsetForLeaderEpochResponse";
    static constexpr std::int16_t api_key = 23, first_version = 0, last_version = 4, flexible_since = 4;

    struct epoch_end_offset {
        errc error_code = errc::none;
        std::int32_t partition = 0;
        std::int32_t leader_epoch = -1;
        std::int64_t end_offset = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &epoch_end_offset::error_code),
            field("Partition", &epoch_end_offset::partition),
            field("LeaderEpoch", &epoch_end_offset::leader_epoch, since(1),
                  "KIP-279: the greatest epoch not above the one asked "
                  "for; -1: not known")
                .ignorable(),
            field("EndOffset", &epoch_end_offset::end_offset, "the offset at which that epoch ends, the next one's first; -1: not known"),
        };
    };
    struct topic_result {
        std::string_view topic;
        std::vector<epoch_end_offset> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Topic", &topic_result::topic),
            field("Partitions", &topic_result::partitions),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<topic_result> topics;
    unknown_tags unknown_tagged_fields;

    using self = offset_for_leader_epoch_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(2), "ms that a quota holds the client up").ignorable(),
        field("Topics", &self::topics),
    };
};

struct offset_for_leader_epoch_request {
    static constexpr std::string_view name = "OffsetForLeaderEpochRequest";
    static constexpr std::int16_t api_key = 23, first_version = 0, last_version = 4, flexible_since = 4;
    using response = offset_for_leader_epoch_response;

    struct partition_epoch {
        std::int32_t partition = 0;
        std::int32_t current_leader_epoch = -1;
        std::int32_t leader_epoch = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Partition", &partition_epoch::partition),
            field("CurrentLeaderEpoch", &partition_epoch::current_leader_epoch, since(2),
                  "KIP-320: what the asker takes for the "
                  "leader's; -1: the broker skips its check")
                .ignorable(),
            field("LeaderEpoch", &partition_epoch::leader_epoch, "the epoch whose end is asked for"),
        };
    };
    struct topic_epochs {
        std::string_view topic;
        std::vector<partition_epoch> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Topic", &topic_epochs::topic),
            field("Partitions", &topic_epochs::partitions),
        };
    };
    std::int32_t replica_id = -2;
    std::vector<topic_epochs> topics;
    unknown_tags unknown_tagged_fields;

    using self = offset_for_leader_epoch_request;
    static constexpr auto layout = fields{
        field("ReplicaId", &self::replica_id, since(3), "-1: a consumer; -2: a debugging tool").ignorable(),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
