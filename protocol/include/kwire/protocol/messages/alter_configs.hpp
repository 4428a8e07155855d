// SPDX-License-Identifier: Apache-2.0
// AlterConfigs: replaces all settings of a resource. What is not in the request goes back to its default.
//
// IncrementalAlterConfigs changes single settings, and is what one usually wants.
// Source: AlterConfigsRequest.json, AlterConfigsResponse.json v0-v2; KIP-133.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct alter_configs_response {
    static constexpr std::string_view name = "AlterConfigsResponse";
    static constexpr std::int16_t api_key = 33, first_version = 0, last_version = 2, flexible_since = 2;

    struct result {
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        std::int8_t resource_type = 0;
        std::string_view resource_name;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &result::error_code),
            field("ErrorMessage", &result::error_message, "null: nothing to add").null_in(every),
            field("ResourceType", &result::resource_type, "2 topic, 4 broker, 16 client metrics, 32 group"),
            field("ResourceName", &result::resource_name),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<result> responses;
    unknown_tags unknown_tagged_fields;

    using self = alter_configs_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("Responses", &self::responses),
    };
};

struct alter_configs_request {
    static constexpr std::string_view name = "AlterConfigsRequest";
    static constexpr std::int16_t api_key = 33, first_version = 0, last_version = 2, flexible_since = 2;
    using response = alter_configs_response;

    struct config {
        std::string_view name;
        std::optional<std::string_view> value = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &config::name),
            field("Value", &config::value, "null: the default").null_in(every),
        };
    };
    struct resource {
        std::int8_t resource_type = 0;
        std::string_view resource_name;
        std::vector<config> configs;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ResourceType", &resource::resource_type, "2 topic, 4 broker, 16 client metrics, 32 group"),
            field("ResourceName", &resource::resource_name, "of a broker its id; empty: the defaults of all brokers"),
            field("Configs", &resource::configs, "all that shall differ from the default"),
        };
    };
    std::vector<resource> resources;
    bool validate_only = false;
    unknown_tags unknown_tagged_fields;

    using self = alter_configs_request;
    static constexpr auto layout = fields{
        field("Resources", &self::resources),
        field("ValidateOnly", &self::validate_only, "true: only say whether it could be done"),
    };
};
}  // namespace kwire
