// SPDX-License-Identifier: Apache-2.0
// Metrics in the protobuf form of OpenTelemetry, as much of it as client telemetry needs.
//
// Source: opentelemetry/proto/metrics/v1/metrics.proto (MetricsData and what is in it), common.proto; KIP-714.
#pragma once

#include <kwire/client/counters.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kwire::inline v0 {
struct metric_point {
    std::variant<std::int64_t, double> value;
    std::int32_t node_id = -2;  // -2: of no broker in particular
};

struct metric {
    enum class kind { gauge, sum } what;  // a sum only grows
    std::string name;                     // "org.apache.kafka.producer.record.queue.time.avg"
    std::string_view description, unit;
    std::vector<metric_point> points;
};

/// What all points of a push have in common.
struct metric_frame {
    std::chrono::system_clock::time_point from, to;
    bool delta = false;  // sums are since `from`, which then is the last push; else since the client's start
    std::string_view scope_version;
};

/// A MetricsData message.
std::string encode_metrics(const std::vector<metric>& all, const metric_frame& frame);

/// KIP-714's standard metrics of producers and consumers that there is something to say of, from what was counted until
/// `now` and until the last push. The averages are of what came in between.
struct metric_sources {
    bool producer = false, consumer = false;
    bool by_broker = true;
    bool delta = false;
    std::chrono::nanoseconds between{0};
};
std::vector<metric> standard_metrics(const client_counters& now, const client_counters& then, const metric_sources& which);

/// Whether one of the subscribed prefixes fits. All names are subscribed to by an empty one, as KIP-714 says, or by * alone,
/// as Kafka does.
bool subscribed(std::string_view name, const std::vector<std::string>& prefixes);
}  // namespace kwire
