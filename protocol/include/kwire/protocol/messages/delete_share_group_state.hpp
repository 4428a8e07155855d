// SPDX-License-Identifier: Apache-2.0
// DeleteShareGroupState: the group coordinator has the share coordinator forget partitions of a group.
// Source: DeleteShareGroupStateRequest.json, DeleteShareGroupStateResponse.json v0; KIP-932.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct delete_share_group_state_response {
    static constexpr std::string_view name = "DeleteShareGroupStateResponse";
    static constexpr std::int16_t api_key = 86, first_version = 0, last_version = 0, flexible_since = 0;

    struct partition {
        std::int32_t partition = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Partition", &partition::partition),
            field("ErrorCode", &partition::error_code),
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

    using self = delete_share_group_state_response;
    static constexpr auto layout = fields{
        field("Results", &self::results),
    };
};

struct delete_share_group_state_request {
    static constexpr std::string_view name = "DeleteShareGroupStateRequest";
    static constexpr std::int16_t api_key = 86, first_version = 0, last_version = 0, flexible_since = 0;
    using response = delete_share_group_state_response;

    struct partition {
        std::int32_t partition = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Partition", &partition::partition),
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

    using self = delete_share_group_state_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
