// SPDX-License-Identifier: Apache-2.0
// DeleteShareGroupOffsets: makes a share group without members forget topics.
// Source: DeleteShareGroupOffsetsRequest.json, DeleteShareGroupOffsetsResponse.json v0; KIP-932.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct delete_share_group_offsets_response {
    static constexpr std::string_view name = "DeleteShareGroupOffsetsResponse";
    static constexpr std::int16_t api_key = 92, first_version = 0, last_version = 0, flexible_since = 0;

    struct topic {
        std::string_view topic_name;
        uuid topic_id;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic::topic_name),
            field("TopicId", &topic::topic_id),
            field("ErrorCode", &topic::error_code),
            field("ErrorMessage", &topic::error_message, "null: nothing to add").null_in(every),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message;
    std::vector<topic> responses;
    unknown_tags unknown_tagged_fields;

    using self = delete_share_group_offsets_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, "NON_EMPTY_GROUP while it has members"),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("Responses", &self::responses),
    };
};

struct delete_share_group_offsets_request {
    static constexpr std::string_view name = "DeleteShareGroupOffsetsRequest";
    static constexpr std::int16_t api_key = 92, first_version = 0, last_version = 0, flexible_since = 0;
    using response = delete_share_group_offsets_response;

    struct topic {
        std::string_view topic_name;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic::topic_name),
        };
    };
    std::string_view group_id;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = delete_share_group_offsets_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
