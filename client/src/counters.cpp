// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/counters.hpp>

#include <algorithm>
#include <charconv>

namespace kwire::inline v0 {
namespace {
void add(timing& to, const timing& t) {
    to.count += t.count;
    to.total += t.total;
    to.longest = std::max(to.longest, t.longest);
}

std::string seconds(std::chrono::nanoseconds d) {
    char text[48];
    const auto end = std::to_chars(text, text + sizeof text, static_cast<double>(d.count()) / 1e9).ptr;
    return {text, end};
}

// In a label's value a backslash, a quote and a line feed are escaped; the rest is UTF-8 as it is.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n') out += "\\n";
        else out += c;
    }
    return out;
}

class exposition {
  public:
    exposition(std::string_view label, std::string_view value) {
        if (!label.empty()) common_.append(label).append("=\"").append(escaped(value)).append("\"");
    }
    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
    }
    void sample(std::string_view suffix, const std::string& value, std::int32_t node = no_node) {
        text_.append(name_).append(suffix);
        std::string labels = common_;
        if (node >= -1) labels.append(labels.empty() ? "" : ",").append("node_id=\"").append(std::to_string(node)).append("\"");
        if (!labels.empty()) text_.append("{").append(labels).append("}");
        text_.append(" ").append(value).append("\n");
    }
    void total(std::string_view name, std::string_view help, std::uint64_t value) {
        family(name, "counter", help);
        sample("", std::to_string(value));
    }
    void now(std::string_view name, std::string_view help, std::uint64_t value) {
        family(name, "gauge", help);
        sample("", std::to_string(value));
    }
    void times(const std::string& name, std::string_view help, const timing& t) {
        family(name + "_seconds", "summary", help);
        sample("_sum", seconds(t.total));
        sample("_count", std::to_string(t.count));
        family(name + "_max_seconds", "gauge", std::string(help) + ": the longest of the last 30 to 60 s");
        sample("", seconds(t.longest));
    }
    std::string take() { return std::move(text_); }

  private:
    static constexpr std::int32_t no_node = -2;  // no label; -1 is one: brokers known by their bootstrap address only
    std::string common_, name_, text_;
};

using broker = client_counters::broker;
struct broker_row {
    std::string_view name, help;
    std::uint64_t broker::*figure;
};
constexpr broker_row broker_rows[] = {
    {"kafka_client_connection_creation_total", "connections made", &broker::connection_creation_total},
    {"kafka_client_connection_close_total", "connections that ended", &broker::connection_close_total},
    {"kafka_client_failed_authentication_total", "connections that failed to authenticate", &broker::failed_authentication_total},
    {"kafka_client_request_total", "requests written", &broker::request_total},
    {"kafka_client_response_total", "answers read", &broker::response_total},
    {"kafka_client_request_error_total", "requests that ended without an answer", &broker::request_error_total},
    {"kafka_client_outgoing_byte_total", "bytes of requests", &broker::outgoing_byte_total},
    {"kafka_client_incoming_byte_total", "bytes of answers", &broker::incoming_byte_total},
};
}  // namespace

broker client_counters::all_brokers() const {
    broker all;
    for (const auto& b : brokers) {
        for (const auto& row : broker_rows) all.*row.figure += b.*row.figure;
        add(all.request_latency, b.request_latency);
    }
    return all;
}

client_counters client_meters::at(clock::time_point now) const {
    client_counters c;
    network->for_each([&](std::int32_t id, const broker_counters& b) {
        c.brokers.push_back({id, b.connections_made.value(), b.connections_ended.value(), b.authentications_failed.value(), b.requests.value(),
                             b.responses.value(), b.requests_failed.value(), b.bytes_out.value(), b.bytes_in.value(), b.latency.at(now)});
    });
    const auto all = c.all_brokers();
    c.connection_count = all.connection_creation_total - std::min(all.connection_creation_total, all.connection_close_total);
    c.record_send_total = records_sent.value();
    c.record_retry_total = records_retried.value();
    c.record_error_total = records_failed.value();
    c.record_acknowledged_total = records_acknowledged.value();
    c.batch_total = batches.value();
    c.batch_byte_total = batch_bytes.value();
    c.record_queue_time = record_queue_time.at(now);
    c.produce_throttle_time = produce_throttle_time.at(now);
    c.records_consumed_total = records_consumed.value();
    c.bytes_consumed_total = bytes_consumed.value();
    c.fetch_total = fetches.value();
    c.fetch_latency = fetch_latency.at(now);
    c.fetch_throttle_time = fetch_throttle_time.at(now);
    c.assigned_partitions = static_cast<std::uint64_t>(std::max<std::int64_t>(assigned_partitions.load(std::memory_order_relaxed), 0));
    return c;
}

std::string to_prometheus(const client_counters& c, std::string_view label, std::string_view value) {
    exposition out(label, value);
    for (const auto& row : broker_rows) {
        out.family(row.name, "counter", row.help);
        for (const auto& b : c.brokers) out.sample("", std::to_string(b.*row.figure), b.node_id);
    }
    out.family("kafka_client_request_latency_seconds", "summary", "from handing a request to the socket to the end of its answer");
    for (const auto& b : c.brokers) {
        out.sample("_sum", seconds(b.request_latency.total), b.node_id);
        out.sample("_count", std::to_string(b.request_latency.count), b.node_id);
    }
    out.family("kafka_client_request_latency_max_seconds", "gauge", "the longest of these in the last 30 to 60 s");
    for (const auto& b : c.brokers) out.sample("", seconds(b.request_latency.longest), b.node_id);
    out.now("kafka_client_connection_count", "open connections", c.connection_count);

    out.total("kafka_producer_record_send_total", "records written to a socket", c.record_send_total);
    out.total("kafka_producer_record_retry_total", "records written again", c.record_retry_total);
    out.total("kafka_producer_record_error_total", "records that ended without an acknowledgement", c.record_error_total);
    out.total("kafka_producer_record_acknowledged_total", "records that brokers acknowledged", c.record_acknowledged_total);
    out.total("kafka_producer_batch_total", "batches written to a socket", c.batch_total);
    out.total("kafka_producer_batch_byte_total", "bytes of these batches", c.batch_byte_total);
    out.times("kafka_producer_record_queue_time", "how long a batch waited to be sent", c.record_queue_time);
    out.times("kafka_producer_produce_throttle_time", "how long answers asked to hold back", c.produce_throttle_time);

    out.total("kafka_consumer_records_consumed_total", "records of the batches handed out", c.records_consumed_total);
    out.total("kafka_consumer_bytes_consumed_total", "bytes of records in answers", c.bytes_consumed_total);
    out.total("kafka_consumer_fetch_total", "fetch requests", c.fetch_total);
    out.times("kafka_consumer_fetch_latency", "how long a fetch took", c.fetch_latency);
    out.times("kafka_consumer_fetch_throttle_time", "how long answers asked to hold back", c.fetch_throttle_time);
    out.now("kafka_consumer_assigned_partitions", "partitions that are read", c.assigned_partitions);
    return out.take();
}
}  // namespace kwire
