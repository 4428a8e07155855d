// SPDX-License-Identifier: Apache-2.0
// GetTelemetrySubscriptions: which metrics of the client the cluster's operators want, how often and in which form.
//
// Asked after connecting, and again when PushTelemetry is answered with UNKNOWN_SUBSCRIPTION_ID. A broker without a
// receiver for metrics does not offer this API. Names are those of KIP-714; a subscription is a list of prefixes.
// Source: GetTelemetrySubscriptionsRequest.json, GetTelemetrySubscriptionsResponse.json v0; KIP-714.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct get_telemetry_subscriptions_response {
    static constexpr std::string_view name = "GetTelemetrySubscriptionsResponse";
    static constexpr std::int16_t api_key = 71, first_version = 0, last_version = 0, flexible_since = 0;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    uuid client_instance_id;
    std::int32_t subscription_id = 0;
    std::vector<std::int8_t> accepted_compression_types;
    std::int32_t push_interval_ms = 0;
    std::int32_t telemetry_max_bytes = 0;
    bool delta_temporality = false;
    std::vector<std::string_view> requested_metrics;
    unknown_tags unknown_tagged_fields;

    using self = get_telemetry_subscriptions_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ClientInstanceId", &self::client_instance_id, "the id to keep from now on, if the request had none; else zero"),
        field("SubscriptionId", &self::subscription_id, "a checksum over the subscription: goes into each push"),
        field("AcceptedCompressionTypes", &self::accepted_compression_types, "codec numbers as in record batches, by the broker's preference"),
        field("PushIntervalMs", &self::push_interval_ms, "ms from one push to the next; the first after a random part of it"),
        field("TelemetryMaxBytes", &self::telemetry_max_bytes, "a push may have so many bytes, compressed"),
        field("DeltaTemporality", &self::delta_temporality, "true: counters since the last push, false: since the client's start"),
        field("RequestedMetrics", &self::requested_metrics, "prefixes of names; no string: none, * alone: all (in KIP-714 an empty string)"),
    };
};

struct get_telemetry_subscriptions_request {
    static constexpr std::string_view name = "GetTelemetrySubscriptionsRequest";
    static constexpr std::int16_t api_key = 71, first_version = 0, last_version = 0, flexible_since = 0;
    using response = get_telemetry_subscriptions_response;

    uuid client_instance_id;
    unknown_tags unknown_tagged_fields;

    using self = get_telemetry_subscriptions_request;
    static constexpr auto layout = fields{
        field("ClientInstanceId", &self::client_instance_id, "zero at first, then what the broker gave"),
    };
};
}  // namespace kwire
