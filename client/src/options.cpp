// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/options.hpp>
#include <kwire/net/endpoint.hpp>

#include <algorithm>
#include <limits>

namespace kwire::inline v0 {
namespace {
using namespace std::chrono_literals;

error refuse(std::string text) { return error(client_errc::invalid_configuration, std::move(text)); }

error at_least(std::string_view name, long long least, long long value) {
    std::string text(name);
    text += " is " + std::to_string(value) + ", must be at least " + std::to_string(least);
    return refuse(std::move(text));
}

// The largest record allowed has room when nothing else is there: else its sender would be told to wait, for ever.
result<void> check_memory(const producer_options& o) {
    const bool records = o.max_request_size > o.batch_size;
    const std::size_t least = std::max(o.batch_size, o.max_request_size) + batch_overhead;
    if (o.buffer_memory >= least) return {};
    std::string text = "buffer.memory is " + std::to_string(o.buffer_memory) + ", must be at least " + std::to_string(least) + ": ";
    text += records ? "max.request.size" : "batch.size";
    return refuse(text += ", and " + std::to_string(batch_overhead) + " bytes that a batch takes besides");
}

result<void> check_levels(const producer_options& o) {
    const struct {
        codec of;
        std::string_view name;
        const std::optional<int>& level;
    } special[] = {{codec::gzip, "compression.gzip.level", o.compression_gzip_level},
                   {codec::lz4, "compression.lz4.level", o.compression_lz4_level},
                   {codec::zstd, "compression.zstd.level", o.compression_zstd_level}};
    for (const auto& row : special) {
        if (!row.level || row.of == o.compression) continue;
        std::string text(row.name);
        return refuse(text += " would have no effect: compression.type is another one");
    }
    const auto level = level_of(o);
    if (!level) return {};
    if (o.compression == codec::none || o.compression == codec::snappy)
        return refuse("compression.level would have no effect: the compression.type chosen has no levels");
    const int least = o.compression == codec::zstd ? -131072 : 1;
    const int most = o.compression == codec::gzip ? 9 : o.compression == codec::lz4 ? 17 : 22;
    if (*level >= least && *level <= most) return {};
    std::string text = "compression level " + std::to_string(*level) + " is not between " + std::to_string(least) + " and ";
    return refuse(text += std::to_string(most) + " of the compression.type chosen");
}
}  // namespace

std::optional<int> level_of(const producer_options& o) noexcept {
    const auto& special = o.compression == codec::gzip   ? o.compression_gzip_level
                          : o.compression == codec::lz4  ? o.compression_lz4_level
                          : o.compression == codec::zstd ? o.compression_zstd_level
                                                         : o.compression_level;
    return special ? special : o.compression_level;
}

result<void> check(const client_options& o) {
    if (o.bootstrap_servers.empty()) return refuse("bootstrap.servers is not set: name at least one broker, HOST:PORT");
    for (const auto& address : o.bootstrap_servers) {
        const auto parsed = parse_endpoint(address);
        if (parsed) continue;
        std::string text = "bootstrap.servers: ";
        return refuse(text += parsed.error().context());
    }
    if (o.request_timeout < 1ms) return at_least("request.timeout.ms", 1, o.request_timeout.count());
    if (o.socket_connection_setup_timeout < 1ms) return at_least("socket.connection.setup.timeout.ms", 1, o.socket_connection_setup_timeout.count());
    if (o.reconnect_backoff < 0ms) return at_least("reconnect.backoff.ms", 0, o.reconnect_backoff.count());
    if (o.reconnect_backoff_max < o.reconnect_backoff) return refuse("reconnect.backoff.max.ms is less than reconnect.backoff.ms");
    if (o.retry_backoff < 0ms) return at_least("retry.backoff.ms", 0, o.retry_backoff.count());
    if (o.retry_backoff_max < o.retry_backoff) return refuse("retry.backoff.max.ms is less than retry.backoff.ms");
    if (o.metadata_max_age < 1ms) return at_least("metadata.max.age.ms", 1, o.metadata_max_age.count());
    if (o.connections_max_idle < 0ms) return at_least("connections.max.idle.ms", 0, o.connections_max_idle.count());
    if (o.metadata_recovery_rebootstrap_trigger < 0ms)
        return at_least("metadata.recovery.rebootstrap.trigger.ms", 0, o.metadata_recovery_rebootstrap_trigger.count());
    if (o.client_id.size() > std::numeric_limits<std::int16_t>::max())
        return refuse("client.id is longer than the 32767 bytes that a request header can carry");
    if (o.receive_message_max_bytes < 1000) return at_least("receive.message.max.bytes", 1000, static_cast<long long>(o.receive_message_max_bytes));
    return check(o.security);
}

result<void> check(const producer_options& o) {
    if (o.enable_idempotence && o.acks != acks::all)
        return refuse("acks must be all with enable.idempotence=true; set enable.idempotence=false to trade safety for time");
    if (o.max_in_flight_requests_per_connection < 1)
        return at_least("max.in.flight.requests.per.connection", 1, o.max_in_flight_requests_per_connection);
    if (o.enable_idempotence && o.max_in_flight_requests_per_connection > 5)
        return refuse(
            "max.in.flight.requests.per.connection must be at most 5 with enable.idempotence=true: brokers remember "
            "the last five batches of a producer");
    if (o.linger < 0ms) return at_least("linger.ms", 0, o.linger.count());
    if (o.delivery_timeout < 1ms) return at_least("delivery.timeout.ms", 1, o.delivery_timeout.count());
    if (o.delivery_timeout < o.linger) return refuse("delivery.timeout.ms is less than linger.ms: batches would expire unsent");
    if (o.batch_size < 1) return at_least("batch.size", 1, 0);
    if (o.max_request_size < 1) return at_least("max.request.size", 1, 0);
    if (auto room = check_memory(o); !room) return room;
    return check_levels(o);
}

result<void> check(const consumer_options& o) {
    if (o.fetch_max_wait < 0ms) return at_least("fetch.max.wait.ms", 0, o.fetch_max_wait.count());
    constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
    if (o.fetch_min_bytes > most || o.fetch_max_bytes > most || o.max_partition_fetch_bytes > most || o.max_decompressed_batch_bytes > most)
        return refuse(
            "fetch.min.bytes, fetch.max.bytes, max.partition.fetch.bytes and max.decompressed.batch.bytes must fit "
            "31 bits (2147483647)");
    if (o.fetch_max_bytes < 1) return at_least("fetch.max.bytes", 1, 0);
    if (o.max_partition_fetch_bytes < 1) return at_least("max.partition.fetch.bytes", 1, 0);
    if (o.max_decompressed_batch_bytes < 1) return at_least("max.decompressed.batch.bytes", 1, 0);
    if (o.fetch_min_bytes > o.fetch_max_bytes) return refuse("fetch.min.bytes is more than fetch.max.bytes");
    if (o.fetch_max_bytes != consumer_options{}.fetch_max_bytes && o.fetch_max_bytes > o.fetch_buffer_memory / 4 * 3)
        return refuse(
            "fetch.max.bytes is more than three quarters of fetch.buffer.memory (the rest is kept for expanding batches): such "
            "an answer could never be asked for");
    if (o.fetch_buffer_memory < 64 * 1024) return at_least("fetch.buffer.memory", 64 * 1024, static_cast<long long>(o.fetch_buffer_memory));
    return {};
}
}  // namespace kwire
