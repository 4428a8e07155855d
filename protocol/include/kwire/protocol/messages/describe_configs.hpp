// SPDX-License-Identifier: Apache-2.0
// DescribeConfigs: the settings of topics, brokers, groups and other resources, and where each comes from.
//
// A broker resource (its id as the name) must be asked of that broker; everything else any broker can answer. A value
// that was set in several places has synonyms: all places that have one, the strongest first.
// Source: DescribeConfigsRequest.json, DescribeConfigsResponse.json v0-v4; KIP-133, KIP-226 (v1: sources and synonyms),
// KIP-569 (v3: type and documentation), KIP-714 (client metrics), KIP-848 (groups).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_configs_response {
    static constexpr std::string_view name = "DescribeConfigsResponse";
    static constexpr std::int16_t api_key = 32, first_version = 0, last_version = 4, flexible_since = 4;

    struct synonym {
        std::string_view name;
        std::optional<std::string_view> value = "";
        std::int8_t source = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &synonym::name, since(1)),
            field("Value", &synonym::value, since(1)).null_since(1),
            field("Source", &synonym::source, since(1), "as ConfigSource"),
        };
    };
    struct config {
        std::string_view name;
        std::optional<std::string_view> value = "";
        bool read_only = false;
        bool is_default = false;
        std::int8_t config_source = -1;
        bool is_sensitive = false;
        std::vector<synonym> synonyms;
        std::int8_t config_type = 0;
        std::optional<std::string_view> documentation = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &config::name),
            field("Value", &config::value, "null: sensitive, or not set").null_in(every),
            field("ReadOnly", &config::read_only, "only the broker's file can change it"),
            field("IsDefault", &config::is_default, only(0), "nobody has set it"),
            field("ConfigSource", &config::config_source, since(1),
                  "1 topic, 2 this broker, 3 all brokers, 4 the broker's file, 5 "
                  "the default, 6 broker logger, 7 client metrics, 8 group")
                .ignorable(),
            field("IsSensitive", &config::is_sensitive, "passwords and the like, whose value never travels"),
            field("Synonyms", &config::synonyms, since(1), "KIP-226: other places that set it, by precedence").ignorable(),
            field("ConfigType", &config::config_type, since(3),
                  "KIP-569; 0 unknown, 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 "
                  "double, 7 list, 8 class, 9 password")
                .ignorable(),
            field("Documentation", &config::documentation, since(3), "KIP-569").null_since(3).ignorable(),
        };
    };
    struct result {
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        std::int8_t resource_type = 0;
        std::string_view resource_name;
        std::vector<config> configs;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &result::error_code),
            field("ErrorMessage", &result::error_message, "null: nothing to add").null_in(every),
            field("ResourceType", &result::resource_type, "2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group"),
            field("ResourceName", &result::resource_name),
            field("Configs", &result::configs),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<result> results;
    unknown_tags unknown_tagged_fields;

    using self = describe_configs_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("Results", &self::results),
    };
};

struct describe_configs_request {
    static constexpr std::string_view name = "DescribeConfigsRequest";
    static constexpr std::int16_t api_key = 32, first_version = 0, last_version = 4, flexible_since = 4;
    using response = describe_configs_response;

    struct resource {
        std::int8_t resource_type = 0;
        std::string_view resource_name;
        std::optional<std::vector<std::string_view>> configuration_keys{std::in_place};
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ResourceType", &resource::resource_type, "2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group"),
            field("ResourceName", &resource::resource_name, "of a broker its id; empty: the defaults of all brokers"),
            field("ConfigurationKeys", &resource::configuration_keys, "null: all").null_in(every),
        };
    };
    std::vector<resource> resources;
    bool include_synonyms = false;
    bool include_documentation = false;
    unknown_tags unknown_tagged_fields;

    using self = describe_configs_request;
    static constexpr auto layout = fields{
        field("Resources", &self::resources),
        field("IncludeSynonyms", &self::include_synonyms, since(1), "KIP-226"),
        field("IncludeDocumentation", &self::include_documentation, since(3), "KIP-569"),
    };
};
}  // namespace kwire
