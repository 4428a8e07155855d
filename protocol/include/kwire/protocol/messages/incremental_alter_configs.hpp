// SPDX-License-Identifier: Apache-2.0
// IncrementalAlterConfigs: changes single settings of topics, brokers and other resources, and leaves the others alone.
//
// Settings of a broker resource go to that broker where its loggers are meant, else to any.
// Source: IncrementalAlterConfigsRequest.json, IncrementalAlterConfigsResponse.json v0-v1; KIP-339, KIP-412 (broker
// loggers), KIP-714 (client metrics), KIP-848 (groups).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct incremental_alter_configs_response {
    static constexpr std::string_view name = "IncrementalAlterConfigsResponse";
    static constexpr std::int16_t api_key = 44, first_version = 0, last_version = 1, flexible_since = 1;

    struct result {
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        std::int8_t resource_type = 0;
        std::string_view resource_name;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &result::error_code),
            field("ErrorMessage", &result::error_message, "null: nothing to add").null_in(every),
            field("ResourceType", &result::resource_type, "2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group"),
            field("ResourceName", &result::resource_name),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<result> responses;
    unknown_tags unknown_tagged_fields;

    using self = incremental_alter_configs_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("Responses", &self::responses),
    };
};

struct incremental_alter_configs_request {
    static constexpr std::string_view name = "IncrementalAlterConfigsRequest";
    static constexpr std::int16_t api_key = 44, first_version = 0, last_version = 1, flexible_since = 1;
    using response = incremental_alter_configs_response;

    struct config {
        std::string_view name;
        std::int8_t config_operation = 0;
        std::optional<std::string_view> value = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &config::name),
            field("ConfigOperation", &config::config_operation, "0 set, 1 delete, 2 append to a list, 3 subtract from a list"),
            field("Value", &config::value, "null with delete").null_in(every),
        };
    };
    struct resource {
        std::int8_t resource_type = 0;
        std::string_view resource_name;
        std::vector<config> configs;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ResourceType", &resource::resource_type, "2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group"),
            field("ResourceName", &resource::resource_name, "of a broker its id; empty: the defaults of all brokers"),
            field("Configs", &resource::configs),
        };
    };
    std::vector<resource> resources;
    bool validate_only = false;
    unknown_tags unknown_tagged_fields;

    using self = incremental_alter_configs_request;
    static constexpr auto layout = fields{
        field("Resources", &self::resources),
        field("ValidateOnly", &self::validate_only, "true: only say whether it could be done"),
    };
};
}  // namespace kwire
