// SPDX-License-Identifier: Apache-2.0
// ControllerRegistration: a KRaft controller that starts tells the active one how to reach it and what it can do.
// Source: ControllerRegistrationRequest.json, ControllerRegistrationResponse.json v0; KIP-919.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct controller_registration_response {
    static constexpr std::string_view name = "ControllerRegistrationResponse";
    static constexpr std::int16_t api_key = 70, first_version = 0, last_version = 0, flexible_since = 0;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    unknown_tags unknown_tagged_fields;

    using self = controller_registration_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
    };
};

struct controller_registration_request {
    static constexpr std::string_view name = "ControllerRegistrationRequest";
    static constexpr std::int16_t api_key = 70, first_version = 0, last_version = 0, flexible_since = 0;
    using response = controller_registration_response;

    struct listener {
        std::string_view name;
        std::string_view host;
        std::uint16_t port = 0;
        std::int16_t security_protocol = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &listener::name),
            field("Host", &listener::host),
            field("Port", &listener::port),
            field("SecurityProtocol", &listener::security_protocol, "0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL"),
        };
    };
    struct feature {
        std::string_view name;
        std::int16_t min_supported_version = 0;
        std::int16_t max_supported_version = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &feature::name),
            field("MinSupportedVersion", &feature::min_supported_version),
            field("MaxSupportedVersion", &feature::max_supported_version),
        };
    };
    std::int32_t controller_id = 0;
    uuid incarnation_id;
    bool zk_migration_ready = false;
    std::vector<listener> listeners;
    std::vector<feature> features;
    unknown_tags unknown_tagged_fields;

    using self = controller_registration_request;
    static constexpr auto layout = fields{
        field("ControllerId", &self::controller_id),
        field("IncarnationId", &self::incarnation_id, "drawn anew for each run"),
        field("ZkMigrationReady", &self::zk_migration_ready, "KIP-866"),
        field("Listeners", &self::listeners),
        field("Features", &self::features),
    };
};
}  // namespace kwire
