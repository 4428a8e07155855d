// SPDX-License-Identifier: Apache-2.0
#include "otlp.hpp"

#include <algorithm>
#include <bit>

namespace kwire::inline v0 {
namespace {
// The fields of one message, appended. Numbers of fixed size are little-endian.
class proto {
  public:
    void number(int field, std::uint64_t v) {
        tag(field, 0);
        varint(v);
    }
    void fixed(int field, std::uint64_t v) {
        tag(field, 1);
        for (int i = 0; i < 8; ++i) out_ += static_cast<char>(v >> (8 * i) & 0xff);
    }
    void real(int field, double v) { fixed(field, std::bit_cast<std::uint64_t>(v)); }
    void text(int field, std::string_view v) {
        tag(field, 2);
        varint(v.size());
        out_ += v;
    }
    void message(int field, const proto& m) { text(field, m.out_); }
    std::string take() { return std::move(out_); }

  private:
    void tag(int field, unsigned wire_type) { varint(static_cast<std::uint64_t>(field) << 3 | wire_type); }
    void varint(std::uint64_t v) {
        for (; v >= 0x80; v >>= 7) out_ += static_cast<char>(v | 0x80);
        out_ += static_cast<char>(v);
    }
    std::string out_;
};

std::uint64_t unix_nanos(std::chrono::system_clock::time_point t) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(t.time_since_epoch()).count());
}

proto attribute(std::string_view key, std::string_view value) {
    proto v, pair;
    v.text(1, value);  // AnyValue.string_value
    pair.text(1, key);
    pair.message(2, v);
    return pair;
}

proto encode_point(const metric_point& p, const metric_frame& f) {
    proto out;
    out.fixed(2, unix_nanos(f.from));  // start_time_unix_nano
    out.fixed(3, unix_nanos(f.to));    // time_unix_nano
    if (const auto* real = std::get_if<double>(&p.value)) out.real(4, *real);
    else out.fixed(6, static_cast<std::uint64_t>(std::get<std::int64_t>(p.value)));  // as_int
    if (p.node_id != -2) out.message(7, attribute("node_id", std::to_string(p.node_id)));
    return out;
}

proto encode_metric(const metric& m, const metric_frame& f) {
    proto data, out;
    for (const auto& p : m.points) data.message(1, encode_point(p, f));
    if (m.what == metric::kind::sum) {
        data.number(2, f.delta ? 1 : 2);  // aggregation_temporality: DELTA, CUMULATIVE
        data.number(3, 1);                // is_monotonic
    }
    out.text(1, m.name);
    out.text(2, m.description);
    out.text(3, m.unit);
    out.message(m.what == metric::kind::gauge ? 5 : 7, data);
    return out;
}

double in_ms(std::chrono::nanoseconds d) { return static_cast<double>(d.count()) / 1e6; }

class collection {
  public:
    collection(const metric_sources& how, std::string_view who) : how_(how), prefix_("org.apache.kafka.") { prefix_ += who; }

    void gauge(std::string_view name, std::string_view description, std::string_view unit, std::vector<metric_point> points) {
        if (!points.empty()) all_.push_back({metric::kind::gauge, prefix_ + std::string(name), description, unit, std::move(points)});
    }
    void total(std::string_view name, std::string_view description, std::uint64_t now, std::uint64_t then) {
        const auto value = static_cast<std::int64_t>(how_.delta ? now - then : now);
        all_.push_back({metric::kind::sum, prefix_ + std::string(name), description, "1", {{value, -2}}});
    }
    /// name.avg and name.max, in ms; nothing if nothing has happened since.
    void times(const std::string& name, std::string_view average, std::string_view longest, const timing& now, const timing& then) {
        const auto n = now.count - then.count;
        if (n == 0) return;
        gauge(name + ".avg", average, "ms", {{in_ms(now.total - then.total) / static_cast<double>(n), -2}});
        gauge(name + ".max", longest, "ms", {{in_ms(now.longest), -2}});
    }
    void network(const client_counters& now, const client_counters& then) {
        const auto made = now.all_brokers().connection_creation_total, before = then.all_brokers().connection_creation_total;
        const double seconds = std::max(in_ms(how_.between) / 1e3, 1e-3);
        gauge(".connection.creation.rate", "connections made per second", "1", {{static_cast<double>(made - before) / seconds, -2}});
        total(".connection.creation.total", "connections made", made, before);
        if (!how_.by_broker) return;
        std::vector<metric_point> averages, maxima;
        for (const auto& b : now.brokers) {
            const auto old = std::ranges::find(then.brokers, b.node_id, &client_counters::broker::node_id);
            const timing was = old == then.brokers.end() ? timing() : old->request_latency;
            const auto n = b.request_latency.count - was.count;
            if (n == 0 || b.node_id < 0) continue;
            averages.push_back({in_ms(b.request_latency.total - was.total) / static_cast<double>(n), b.node_id});
            maxima.push_back({in_ms(b.request_latency.longest), b.node_id});
        }
        gauge(".node.request.latency.avg", "the average time from a request to its answer", "ms", std::move(averages));
        gauge(".node.request.latency.max", "the longest time from a request to its answer", "ms", std::move(maxima));
    }
    void give(std::vector<metric>& to) { std::ranges::move(all_, std::back_inserter(to)); }

  private:
    const metric_sources how_;
    std::string prefix_;
    std::vector<metric> all_;
};
}  // namespace

std::string encode_metrics(const std::vector<metric>& all, const metric_frame& frame) {
    proto scope, scoped, resource, data;
    scope.text(1, "kwire");
    scope.text(2, frame.scope_version);
    scoped.message(1, scope);
    for (const auto& m : all) scoped.message(2, encode_metric(m, frame));
    resource.message(1, proto());  // a Resource without attributes: what KIP-714 has for it belongs to groups and transactions
    resource.message(2, scoped);
    data.message(1, resource);
    return data.take();
}

std::vector<metric> standard_metrics(const client_counters& now, const client_counters& then, const metric_sources& which) {
    std::vector<metric> all;
    if (which.producer) {
        collection c(which, "producer");
        c.network(now, then);
        c.times(".produce.throttle.time", "the average time that brokers asked to hold back", "the longest time that brokers asked to hold back",
                now.produce_throttle_time, then.produce_throttle_time);
        c.times(".record.queue.time", "the average time that a batch waited to be sent", "the longest time that a batch waited to be sent",
                now.record_queue_time, then.record_queue_time);
        c.give(all);
    }
    if (which.consumer) {
        collection c(which, "consumer");
        c.network(now, then);
        c.times(".fetch.manager.fetch.latency", "the average time of a fetch", "the longest time of a fetch", now.fetch_latency, then.fetch_latency);
        c.gauge(".coordinator.assigned.partitions", "partitions that are read", "1", {{static_cast<std::int64_t>(now.assigned_partitions), -2}});
        c.give(all);
    }
    return all;
}

bool subscribed(std::string_view name, const std::vector<std::string>& prefixes) {
    const bool all = prefixes.size() == 1 && prefixes[0] == "*";
    return all || std::ranges::any_of(prefixes, [&](const auto& p) { return name.starts_with(p); });
}
}  // namespace kwire
