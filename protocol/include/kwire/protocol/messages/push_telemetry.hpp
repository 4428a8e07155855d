// SPDX-License-Identifier: Apache-2.0
// PushTelemetry: the client's metrics, in OpenTelemetry's protobuf form.
// Source: PushTelemetryRequest.json, PushTelemetryResponse.json v0; KIP-714.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct push_telemetry_response {
    static constexpr std::string_view name = "PushTelemetryResponse";
    static constexpr std::int16_t api_key = 72, first_version = 0, last_version = 0, flexible_since = 0;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    unknown_tags unknown_tagged_fields;

    using self = push_telemetry_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, "UNKNOWN_SUBSCRIPTION_ID: ask for the subscription again; TELEMETRY_TOO_LARGE: send less"),
    };
};

struct push_telemetry_request {
    static constexpr std::string_view name = "PushTelemetryRequest";
    static constexpr std::int16_t api_key = 72, first_version = 0, last_version = 0, flexible_since = 0;
    using response = push_telemetry_response;

    uuid client_instance_id;
    std::int32_t subscription_id = 0;
    bool terminating = false;
    std::int8_t compression_type = 0;
    bytes metrics;
    unknown_tags unknown_tagged_fields;

    using self = push_telemetry_request;
    static constexpr auto layout = fields{
        field("ClientInstanceId", &self::client_instance_id, "from GetTelemetrySubscriptions"),
        field("SubscriptionId", &self::subscription_id, "from GetTelemetrySubscriptions"),
        field("Terminating", &self::terminating, "the last push before the client ends: may come before the interval is over"),
        field("CompressionType", &self::compression_type, "one of AcceptedCompressionTypes; 0: none"),
        field("Metrics", &self::metrics, "MetricsData v1 of OpenTelemetry, then compressed"),
    };
};
}  // namespace kwire
