// SPDX-License-Identifier: Apache-2.0
// What a client counts, as plain numbers, and as text for Prometheus.
//
//     const client_counters now = cluster.counters();                  // any thread, at any time
//     response.body = to_prometheus(now, "client_id", "billing");      // what a scrape of /metrics is answered with
//
// Names are those of Kafka's metrics with _ for -, where Kafka has such a metric. Totals are since the client's start; a
// `timing` has the sum and the count, so an average is that of any span of time that one likes, and the longest of late.
// Source: the client metrics of Apache Kafka 4.3.0 (KafkaMetrics: producer-metrics, consumer-fetch-manager-metrics, …).
#pragma once

#include <kwire/net/counters.hpp>

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

namespace kwire::inline v0 {
struct client_counters {
    struct broker {
        std::int32_t node_id = -1;  // -1: known by its bootstrap address only
        std::uint64_t connection_creation_total = 0, connection_close_total = 0, failed_authentication_total = 0;
        std::uint64_t request_total = 0;        // written
        std::uint64_t response_total = 0;       // read
        std::uint64_t request_error_total = 0;  // ended without an answer (Kafka has no such metric)
        std::uint64_t outgoing_byte_total = 0, incoming_byte_total = 0;
        timing request_latency;  // from handing it to the socket to the last byte of the answer
    };
    std::vector<broker> brokers;
    std::uint64_t connection_count = 0;  // now

    // Producers:
    std::uint64_t record_send_total = 0;                  // written to a socket, each once
    std::uint64_t record_retry_total = 0;                 // written again
    std::uint64_t record_error_total = 0;                 // ended without an acknowledgement
    std::uint64_t record_acknowledged_total = 0;          // Kafka has no such metric
    std::uint64_t batch_total = 0, batch_byte_total = 0;  // sent, each once; as they are sent, compressed
    timing record_queue_time;                             // of each batch, from its first record to the first request it is in
    timing produce_throttle_time;                         // of each answer

    // Consumers:
    std::uint64_t records_consumed_total = 0;  // of the batches handed out; read_committed may leave some of them out
    std::uint64_t bytes_consumed_total = 0;    // of records in answers, compressed
    std::uint64_t fetch_total = 0;
    timing fetch_latency;                   // a broker waits up to fetch.max.wait.ms before it answers
    timing fetch_throttle_time;             // of each answer
    std::uint64_t assigned_partitions = 0;  // now

    /// Of all brokers.
    broker all_brokers() const;
};

/// The exposition format, text 0.0.4. One label, such as client_id, tells several clients of a process apart; its name must
/// be a label's name in Prometheus. Times are in seconds, as is the custom there.
std::string to_prometheus(const client_counters& c, std::string_view label, std::string_view value);

/// Where a client counts. Everything but the two that name it is written on the client's strand.
struct client_meters {
    const std::shared_ptr<network_counters> network = std::make_shared<network_counters>();
    counter records_sent, records_retried, records_failed, records_acknowledged, batches, batch_bytes;
    time_counter record_queue_time, produce_throttle_time;
    counter records_consumed;  // add_shared(): readers count, on any thread
    counter bytes_consumed, fetches;
    time_counter fetch_latency, fetch_throttle_time;
    std::atomic<std::int64_t> assigned_partitions{0};  // any thread
    std::atomic<bool> produces{false}, consumes{false};

    client_counters at(clock::time_point now) const;
};
}  // namespace kwire
