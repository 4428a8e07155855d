// SPDX-License-Identifier: Apache-2.0
// DeleteTopics: removes topics and their records, named or (since version 6) by id.
//
// The controller marks the topic; brokers delete its logs later. A name may be used again for another topic, an id
// never is, which is why deleting by id is safe to repeat.
// Source: DeleteTopicsRequest.json, DeleteTopicsResponse.json v0-v6; KIP-4, KIP-322 (v3: TOPIC_DELETION_DISABLED),
// KIP-599 (v5: message, quota errors), KIP-516 (v6: ids).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct delete_topics_response {
    static constexpr std::string_view name = "DeleteTopicsResponse";
    static constexpr std::int16_t api_key = 20, first_version = 0, last_version = 6, flexible_since = 4;

    struct result {
        std::optional<std::string_view> name = "";
        uuid topic_id;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &result::name, "null: asked for by an id that does not exist").null_since(6),
            field("TopicId", &result::topic_id, since(6), "KIP-516; zero: asked for by a name that does not exist").ignorable(),
            field("ErrorCode", &result::error_code),
            field("ErrorMessage", &result::error_message, since(5), "KIP-599").null_since(5).ignorable(),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<result> responses;
    unknown_tags unknown_tagged_fields;

    using self = delete_topics_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(1), "ms that a quota held the request up").ignorable(),
        field("Responses", &self::responses),
    };
};

struct delete_topics_request {
    static constexpr std::string_view name = "DeleteTopicsRequest";
    static constexpr std::int16_t api_key = 20, first_version = 0, last_version = 6, flexible_since = 4;
    using response = delete_topics_response;

    struct topic {
        std::optional<std::string_view> name;
        uuid topic_id;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name, since(6), "null: the id says which").null_since(6),
            field("TopicId", &topic::topic_id, since(6), "KIP-516; zero: the name says which"),
        };
    };
    std::vector<topic> topics;
    std::vector<std::string_view> topic_names;
    std::int32_t timeout_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = delete_topics_request;
    static constexpr auto layout = fields{
        field("Topics", &self::topics, since(6)),
        field("TopicNames", &self::topic_names, between(0, 5)).ignorable(),
        field("TimeoutMs", &self::timeout_ms, "ms that the controller may take"),
    };
};
}  // namespace kwire
