// SPDX-License-Identifier: Apache-2.0
// WriteShareGroupState: the leader of a partition has the share coordinator keep what became of records.
// Source: WriteShareGroupStateRequest.json, WriteShareGroupStateResponse.json v0-v1; KIP-932, KIP-1226 (v1: for the
// lag).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct write_share_group_state_response {
    static constexpr std::string_view name = "WriteShareGroupStateResponse";
    static constexpr std::int16_t api_key = 85, first_version = 0, last_version = 1, flexible_since = 0;

    struct partition {
        std::int32_t partition = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Partition", &partition::partition),
            field("ErrorCode", &partition::error_code, "FENCED_LEADER_EPOCH, FENCED_STATE_EPOCH: another leader or state is newer"),
            field("ErrorMessage", &partition::error_message, "null: nothing to add").null_in(every),
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

    using self = write_share_group_state_response;
    static constexpr auto layout = fields{
        field("Results", &self::results),
    };
};

struct write_share_group_state_request {
    static constexpr std::string_view name = "WriteShareGroupStateRequest";
    static constexpr std::int16_t api_key = 85, first_version = 0, last_version = 1, flexible_since = 0;
    using response = write_share_group_state_response;

    struct state_batch {
        std::int64_t first_offset = 0;
        std::int64_t last_offset = 0;
        std::int8_t delivery_state = 0;
        std::int16_t delivery_count = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("FirstOffset", &state_batch::first_offset),
            field("LastOffset", &state_batch::last_offset, "included"),
            field("DeliveryState", &state_batch::delivery_state, "0 available, 2 acknowledged, 4 archived (rejected, or delivered too often)"),
            field("DeliveryCount", &state_batch::delivery_count),
        };
    };
    struct partition {
        std::int32_t partition = 0;
        std::int32_t state_epoch = 0;
        std::int32_t leader_epoch = 0;
        std::int64_t start_offset = 0;
        std::int32_t delivery_complete_count = -1;
        std::vector<state_batch> state_batches;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Partition", &partition::partition),
            field("StateEpoch", &partition::state_epoch, "from ReadShareGroupState"),
            field("LeaderEpoch", &partition::leader_epoch, "of the one who writes"),
            field("StartOffset", &partition::start_offset, "all before it is done with; -1: as before"),
            field("DeliveryCompleteCount", &partition::delivery_complete_count, since(1),
                  "KIP-1226: records from StartOffset on "
                  "that are done with; -1: not known")
                .ignorable(),
            field("StateBatches", &partition::state_batches, "only what changed"),
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

    using self = write_share_group_state_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
