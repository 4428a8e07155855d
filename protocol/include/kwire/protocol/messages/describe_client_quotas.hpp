// SPDX-License-Identifier: Apache-2.0
// DescribeClientQuotas: the limits that are set for users, client ids and addresses.
//
// An entity is a combination such as (user alice, client-id default). A filter is a list of components that an entity
// must match.
// Source: DescribeClientQuotasRequest.json, DescribeClientQuotasResponse.json v0-v1; KIP-546, KIP-612 (addresses).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_client_quotas_response {
    static constexpr std::string_view name = "DescribeClientQuotasResponse";
    static constexpr std::int16_t api_key = 48, first_version = 0, last_version = 1, flexible_since = 1;

    struct entity_part {
        std::string_view entity_type;
        std::optional<std::string_view> entity_name = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("EntityType", &entity_part::entity_type, "\"user\", \"client-id\" or \"ip\""),
            field("EntityName", &entity_part::entity_name, "null: the default of its type").null_in(every),
        };
    };
    struct quota {
        std::string_view key;
        double value = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Key", &quota::key,
                  "producer_byte_rate, consumer_byte_rate, request_percentage, controller_mutation_rate or "
                  "connection_creation_rate"),
            field("Value", &quota::value, "bytes or mutations per second, percent of a thread, connections per second"),
        };
    };
    struct entry {
        std::vector<entity_part> entity;
        std::vector<quota> values;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Entity", &entry::entity),
            field("Values", &entry::values),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    std::optional<std::vector<entry>> entries{std::in_place};
    unknown_tags unknown_tagged_fields;

    using self = describe_client_quotas_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("Entries", &self::entries, "null beside an error").null_in(every),
    };
};

struct describe_client_quotas_request {
    static constexpr std::string_view name = "DescribeClientQuotasRequest";
    static constexpr std::int16_t api_key = 48, first_version = 0, last_version = 1, flexible_since = 1;
    using response = describe_client_quotas_response;

    struct component {
        std::string_view entity_type;
        std::int8_t match_type = 0;
        std::optional<std::string_view> match = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("EntityType", &component::entity_type, "\"user\", \"client-id\" or \"ip\""),
            field("MatchType", &component::match_type, "0: this name, 1: the default, 2: any that has this type"),
            field("Match", &component::match, "null unless a name is asked for").null_in(every),
        };
    };
    std::vector<component> components;
    bool strict = false;
    unknown_tags unknown_tagged_fields;

    using self = describe_client_quotas_request;
    static constexpr auto layout = fields{
        field("Components", &self::components),
        field("Strict", &self::strict, "true: entities with other types besides do not match"),
    };
};
}  // namespace kwire
