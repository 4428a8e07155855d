// SPDX-License-Identifier: Apache-2.0
// Client telemetry: what is pushed is judged and counts as taken; it stands in the history.
// Source: KIP-714. Kafka's own order of checks: instance id, subscription, compression, size.
#include "../server_connection.hpp"

#include <kwire/protocol/messages/get_telemetry_subscriptions.hpp>
#include <kwire/protocol/messages/push_telemetry.hpp>

#include <algorithm>

namespace kwire::inline v0 {
result<reply> answer_get_telemetry_subscriptions(const exchange& x) {
    const auto request = x.request.as<get_telemetry_subscriptions_request>();
    if (!request) return request.error();
    const auto& wanted = *x.cluster.options().telemetry;
    get_telemetry_subscriptions_response r;
    r.throttle_time_ms = x.how.throttle_time_ms;
    r.error_code = x.wanted_error("", -1);
    if (r.error_code != errc::none) return x.answer(r);
    r.client_instance_id = request->client_instance_id.is_zero() ? x.cluster.new_id() : request->client_instance_id;
    r.subscription_id = wanted.subscription_id;
    for (const auto c : wanted.compressions) r.accepted_compression_types.push_back(static_cast<std::int8_t>(c));
    r.push_interval_ms = static_cast<std::int32_t>(wanted.interval.count());
    r.telemetry_max_bytes = wanted.max_bytes;
    r.delta_temporality = wanted.delta;
    r.requested_metrics.assign(wanted.metrics.begin(), wanted.metrics.end());
    return x.answer(r);
}

result<reply> answer_push_telemetry(const exchange& x) {
    const auto request = x.request.as<push_telemetry_request>();
    if (!request) return request.error();
    const auto& wanted = *x.cluster.options().telemetry;
    const auto taken = [&](std::int8_t kind) {
        return kind == 0 || std::ranges::find(wanted.compressions, static_cast<codec>(kind)) != wanted.compressions.end();
    };
    push_telemetry_response r;
    r.throttle_time_ms = x.how.throttle_time_ms;
    r.error_code = x.wanted_error("", -1);
    if (r.error_code != errc::none) return x.answer(r);
    if (request->client_instance_id.is_zero()) r.error_code = errc::invalid_request;
    else if (request->subscription_id != wanted.subscription_id) r.error_code = errc::unknown_subscription_id;
    else if (!taken(request->compression_type)) r.error_code = errc::unsupported_compression_type;
    else if (request->metrics.size() > static_cast<std::size_t>(wanted.max_bytes)) r.error_code = errc::telemetry_too_large;
    return x.answer(r);
}
}  // namespace kwire
