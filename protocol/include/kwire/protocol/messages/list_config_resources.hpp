// SPDX-License-Identifier: Apache-2.0
// ListConfigResources: the resources that have settings of their own.
//
// Version 0 was called ListClientMetricsResources and knew of no others.
// Source: ListConfigResourcesRequest.json, ListConfigResourcesResponse.json v0-v1; KIP-714 (v0), KIP-1142 (v1: all
// types).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct list_config_resources_response {
    static constexpr std::string_view name = "ListConfigResourcesResponse";
    static constexpr std::int16_t api_key = 74, first_version = 0, last_version = 1, flexible_since = 0;

    struct resource {
        std::string_view resource_name;
        std::int8_t resource_type = 16;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ResourceName", &resource::resource_name),
            field("ResourceType", &resource::resource_type, since(1), "2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group").ignorable(),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::vector<resource> config_resources;
    unknown_tags unknown_tagged_fields;

    using self = list_config_resources_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ConfigResources", &self::config_resources),
    };
};

struct list_config_resources_request {
    static constexpr std::string_view name = "ListConfigResourcesRequest";
    static constexpr std::int16_t api_key = 74, first_version = 0, last_version = 1, flexible_since = 0;
    using response = list_config_resources_response;

    std::vector<std::int8_t> resource_types;
    unknown_tags unknown_tagged_fields;

    using self = list_config_resources_request;
    static constexpr auto layout = fields{
        field("ResourceTypes", &self::resource_types, since(1), "KIP-1142; empty: all"),
    };
};
}  // namespace kwire
