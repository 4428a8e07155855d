// SPDX-License-Identifier: Apache-2.0
// What can be set on a client, a producer and a consumer: plain structs whose defaults are the recommendation.
//
//     client_options common{.bootstrap_servers = {"broker-1:9092", "broker-2:9092"}, .client_id = "billing"};
//     producer_options sending{.compression = codec::zstd, .linger = std::chrono::milliseconds(20)};
//
// Members bear Kafka's configuration names with _ for the dots, less the unit: durations are std::chrono values, sizes are
// bytes. Where a default differs from Java's client, the comment says so. check() finds what cannot work before anything
// is connected; properties.hpp reads and prints the same structs by their configuration names.
// Source: ProducerConfig, ConsumerConfig and CommonClientConfigs of Apache Kafka 4.3.0; CONFIGURATION.md of librdkafka.
#pragma once

#include <kwire/client/log.hpp>
#include <kwire/net/broker_address.hpp>
#include <kwire/net/security.hpp>
#include <kwire/protocol/codec_id.hpp>
#include <kwire/protocol/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kwire::inline v0 {
/// What to do when no known broker answers any more.
enum class metadata_recovery {
    none,         // go on trying those that are known: bootstrap.servers is not asked again
    rebootstrap,  // begin again at bootstrap.servers, whose names are looked up anew
};

/// What all of an application's producers and consumers share: where the cluster is and how to talk to it.
struct client_options {
    std::vector<std::string> bootstrap_servers{};  // HOST[:PORT], [IPV6]:PORT; port 9092 if not given
    std::string client_id = "kwire";               // how brokers name us in logs and quotas

    std::chrono::milliseconds request_timeout{30'000};                 // one request, from writing it to its answer
    std::chrono::milliseconds socket_connection_setup_timeout{5'000};  // one attempt to connect. Java: 10 s
    std::chrono::milliseconds reconnect_backoff{100};                  // after the first failed attempt; doubles, ±20 %
    std::chrono::milliseconds reconnect_backoff_max{10'000};           // up to this. Java: 1 s
    std::chrono::milliseconds retry_backoff{100};                      // before the first retry of a request; doubles, ±20 %
    std::chrono::milliseconds retry_backoff_max{1'000};                // up to this
    std::chrono::milliseconds metadata_max_age{300'000};               // ask for leaders again after this, unasked
    std::chrono::milliseconds connections_max_idle{540'000};           // nothing asked for so long: close it before the broker does; 0: never
    metadata_recovery metadata_recovery_strategy = metadata_recovery::rebootstrap;
    std::chrono::milliseconds metadata_recovery_rebootstrap_trigger{300'000};  // no broker has told of the cluster for so long: rebootstrap
    bool allow_auto_create_topics = true;  // a topic that is asked for may come to be thereby, if the brokers make any

    std::size_t receive_message_max_bytes = 100 * 1024 * 1024;  // a longer frame ends the connection. librdkafka's name

    security_options security{};

    broker_address_map address_map{};  // where brokers are, if not where they say they are
    broker_dialer dialer{};            // makes the streams: a SOCKS proxy, a tunnel
    bool enable_metrics_push = false;  // sends metrics to brokers that ask for them (KIP-714). Java: true
    log_sink log{};                    // no property: where what happens is told
};

/// How many copies of a record must exist before the broker answers.
enum class acks : std::int16_t {
    none = 0,    // no answer at all: neither errors nor offsets are known
    leader = 1,  // the leader's copy: lost if it fails at once
    all = -1,    // all replicas in sync
};

/// Who chooses the partition of a record that does not name one. Same key, same partition, but for the first three.
enum class partitioner_kind {
    random,             // any partition, for each record
    round_robin,        // one after the other
    manual,             // nobody: a record without a partition is refused
    murmur2_random,     // Java's: murmur2 of the key; random without a key
    murmur2,            // the same, a missing key counts as an empty one
    consistent_random,  // librdkafka's default: CRC-32 of the key; random if it is missing or empty
    consistent,         // the same, a missing key counts as an empty one
    fnv1a_random,       // Sarama's: FNV-1a of the key; random without a key
    fnv1a,              // the same, a missing key counts as an empty one
};

/// What a batch takes of buffer_memory beside its records.
constexpr std::size_t batch_overhead = 512;

struct producer_options {
    kwire::acks acks = kwire::acks::all;
    bool enable_idempotence = true;                       // no duplicates when a send is retried; needs acks = all
    std::chrono::milliseconds delivery_timeout{120'000};  // from send() to the outcome, retries included

    std::chrono::milliseconds linger{5};         // how long a batch waits to be filled; a blocking send does not wait
    std::size_t batch_size = 256 * 1024;         // a batch is sent at the latest when it holds this. Java: 16 KiB
    std::size_t max_request_size = 1024 * 1024;  // a larger record is refused (uncompressed, with its overhead); batches obey it
    /// All records not yet acknowledged; a full buffer makes send() wait. At least batch_overhead more than batch_size and
    /// than max_request_size, so that whatever is allowed has room in it when it is empty.
    std::size_t buffer_memory = 32 * 1024 * 1024;

    codec compression = codec::none;
    std::optional<int> compression_level{};       // of that codec; not given: what kwire finds best for it (gzip 4)
    std::optional<int> compression_gzip_level{};  // 1 to 9; of this codec only, before compression_level
    std::optional<int> compression_lz4_level{};   // 1 to 17
    std::optional<int> compression_zstd_level{};  // -131072 to 22

    int max_in_flight_requests_per_connection = 5;  // 1 to 5 with idempotence
    partitioner_kind partitioner = partitioner_kind::murmur2_random;
};

/// The level to compress with: the one of the codec in use, else the general one, else none.
std::optional<int> level_of(const producer_options&) noexcept;

enum class isolation_level : std::int8_t {
    read_uncommitted = 0,  // all records
    read_committed = 1,    // none of a transaction that is open or was aborted
};

/// Where to go on when the offset asked for does not exist (any more).
enum class offset_reset {
    earliest,  // the oldest record there is
    latest,    // only what comes from now on
    none,      // nowhere: report OFFSET_OUT_OF_RANGE
};

struct consumer_options {
    std::chrono::milliseconds fetch_max_wait{500};  // how long a broker may hold an answer that is below fetch_min_bytes
    std::size_t fetch_min_bytes = 1;
    std::size_t fetch_max_bytes = 50 * 1024 * 1024;       // one answer, all partitions; unless set, never over an eighth of fetch_buffer_memory
    std::size_t max_partition_fetch_bytes = 1024 * 1024;  // one partition in one answer; a larger batch still comes whole

    std::size_t fetch_buffer_memory = 64 * 1024 * 1024;            // all that was received, expanded, or delivered and not released; see consumer.hpp
    std::size_t max_decompressed_batch_bytes = 128 * 1024 * 1024;  // a batch that expands to more is an error

    kwire::isolation_level isolation_level = kwire::isolation_level::read_uncommitted;
    offset_reset auto_offset_reset = offset_reset::latest;
    bool check_crcs = true;
};

/// Finds what cannot work: a value out of range, two that contradict each other, one that would have no effect.
/// The error is client_errc::invalid_configuration and names the setting.
result<void> check(const client_options&);
result<void> check(const producer_options&);
result<void> check(const consumer_options&);
}  // namespace kwire
