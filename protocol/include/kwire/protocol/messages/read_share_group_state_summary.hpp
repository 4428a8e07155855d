// SPDX-License-Identifier: Apache-2.0
// ReadShareGroupStateSummary: how far a share group has come in partitions, without the state of single records.
// Source: ReadShareGroupStateSummaryRequest.json, ReadShareGroupStateSummaryResponse.json v0-v1; KIP-932, KIP-1226 (v1:
// for the lag).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct read_share_group_state_summary_response {
    static constexpr std::string_view name = "ReadShareGroupStateSummaryResponse";
    static constexpr std::int16_t api_key = 87, first_version = 0, last_version = 1, flexible_since = 0;

    struct partition {
        std::int32_t partition = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        std::int32_t state_epoch = 0;
        std::int32_t leader_epoch = 0;
        std::int64_t start_offset = 0;
        std::int32_t delivery_complete_count = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Partition", &partition::partition),
            field("ErrorCode", &partition::error_code),
            field("ErrorMessage", &partition::error_message, "null: nothing to add").null_in(every),
            field("StateEpoch", &partition::state_epoch, "counts how often the state was begun anew"),
            field("LeaderEpoch", &partition::leader_epoch, "of the leader that wrote last"),
            field("StartOffset", &partition::start_offset, "all before it is done with; -1: not set yet"),
            field("DeliveryCompleteCount", &partition::delivery_complete_count, since(1),
                  "KIP-1226: records from StartOffset on "
                  "that are done with; -1: not known")
                .ignorable(),
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
    std::vector<topic> results;
    unknown_tags unknown_tagged_fields;

    using self = read_share_group_state_summary_response;
    static constexpr auto layout = fields{
        field("Results", &self::results),
    };
};

struct read_share_group_state_summary_request {
    static constexpr std::string_view name = "ReadShareGroupStateSummaryRequest";
    static constexpr std::int16_t api_key = 87, first_version = 0, last_version = 1, flexible_since = 0;
    using response = read_share_group_state_summary_response;

    struct partition {
        std::int32_t partition = 0;
        std::int32_t leader_epoch = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Partition", &partition::partition),
            field("LeaderEpoch", &partition::leader_epoch, "of the one who asks; -1: not checked"),
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
    std::string_view group_id;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = read_share_group_state_summary_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
