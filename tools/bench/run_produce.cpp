// SPDX-License-Identifier: Apache-2.0
#include "runs.hpp"

#include <kwire/client/blocking.hpp>

#include <atomic>
#include <cstdio>
#include <thread>

namespace kwire::bench {
namespace {
using clock = meter::clock;

struct outcome {
    std::atomic<std::uint64_t> acked{0}, failed{0};
    void count(const batch_delivery& d) {
        if (d.why && failed == 0) std::fprintf(stderr, "kwire-bench: %s\n", d.why->message().c_str());
        (d.why ? failed : acked) += static_cast<std::uint64_t>(d.count);
    }
};

std::optional<producer_options> options_of(const settings& s) {
    producer_options o;
    o.acks = s.acks == "all" ? acks::all : s.acks == "1" ? acks::leader : acks::none;
    o.enable_idempotence = s.idempotent;
    o.linger = s.mode == "produce" ? s.linger : std::chrono::milliseconds(0);
    o.partitioner = partitioner_kind::manual;
    if (s.batch_bytes > 0) o.batch_size = s.batch_bytes;
    o.compression_level = s.level;
    if (s.compression == "gzip") o.compression = codec::gzip;
    else if (s.compression == "lz4") o.compression = codec::lz4;
    else if (s.compression == "snappy") o.compression = codec::snappy;
    else if (s.compression == "zstd") o.compression = codec::zstd;
    else if (s.compression != "none") return std::fprintf(stderr, "kwire-bench: no codec %s\n", s.compression.c_str()), std::nullopt;
    return o;
}

// A producer whose connection and metadata are there, and what it is fed with.
struct stage {
    const settings& s;
    outcome what;
    std::function<void(const batch_delivery&)> told;
    std::optional<blocking::client> client;
    std::optional<blocking::producer> producer;
    value_pool values;
    std::int32_t partition = 0;  // of the next record
    std::size_t value = 0;
    meter taken;

    explicit stage(const settings& from) : s(from), values(from.size) {}
    bool set() {
        const auto options = options_of(s);
        if (!options) return false;
        auto c = blocking::client::make({.bootstrap_servers = {s.brokers}}, {.spin = s.spin});
        if (!c) return std::fprintf(stderr, "kwire-bench: %s\n", c.error().message().c_str()), false;
        client.emplace(std::move(*c));
        auto topic = client->topic(s.topic);
        if (!topic) return std::fprintf(stderr, "kwire-bench: %s\n", topic.error().message().c_str()), false;
        auto p = blocking::producer::make(
            *client, *options, told ? told : [this](const batch_delivery& d) { what.count(d); });
        if (!p) return std::fprintf(stderr, "kwire-bench: %s\n", p.error().message().c_str()), false;
        producer.emplace(std::move(*p));
        return true;
    }
    // The next record: partitions and values in turn, counted along, as a division for each would be seen in the figures.
    producer_record record() {
        const std::int32_t p = partition;
        const std::size_t v = value;
        if (++partition == s.partitions) partition = 0;
        if (++value == values.count()) value = 0;
        return {.topic = s.topic, .partition = p, .value = as_bytes(values[v])};  // `producer_record r;` g++ 12 clears by a slow `rep stos`
    }
    bool enqueue() {
        const auto h = producer->enqueue(record());
        if (!h) std::fprintf(stderr, "kwire-bench: %s\n", h.error().message().c_str());
        return h.has_value();
    }
    int finish() {
        auto flushed = producer->flush();
        if (!flushed) std::fprintf(stderr, "kwire-bench: %s\n", flushed.error().message().c_str());
        taken.end(s.mode, what.acked, what.acked * s.size, what.failed, 0);
        return flushed && what.failed == 0 && what.acked == s.messages ? 0 : 1;
    }
};
}  // namespace

int produce(const settings& s) {
    stage on(s);
    if (!on.set()) return 1;
    on.taken.begin();
    for (std::uint64_t i = 0; i < s.messages; ++i) {
        if (!on.enqueue()) return 1;
    }
    return on.finish();
}

int sync(const settings& s) {
    stage on(s);
    if (!on.set()) return 1;
    on.taken.reserve(s.messages);
    on.taken.begin();
    for (std::uint64_t i = 0; i < s.messages; ++i) {
        const auto from = clock::now();
        const auto sent = on.producer->send(on.record());
        if (!sent) return std::fprintf(stderr, "kwire-bench: %s\n", sent.error().message().c_str()), 1;
        on.taken.add_latency(clock::now() - from);
    }
    return on.finish();
}

int paced(const settings& s) {
    stage on(s);
    std::vector<clock::time_point> due(s.messages);
    std::vector<std::uint64_t> seen(static_cast<std::size_t>(s.partitions), 0);  // acknowledged, by partition, in order
    on.told = [&](const batch_delivery& d) {
        on.what.count(d);
        auto& k = seen[static_cast<std::size_t>(d.partition)];
        for (std::int32_t i = 0; i < d.count; ++i)
            on.taken.add_latency(clock::now() - due[k++ * seen.size() + static_cast<std::size_t>(d.partition)]);
    };
    if (!on.set()) return 1;
    on.taken.reserve(s.messages);
    const std::chrono::duration<double> gap(1 / s.rate);
    const auto start = clock::now();
    on.taken.begin();
    for (std::uint64_t i = 0; i < s.messages; ++i) {
        due[i] = start + std::chrono::duration_cast<clock::duration>(gap * static_cast<double>(i));
        std::this_thread::sleep_until(due[i]);
        if (!on.enqueue()) return 1;
    }
    return on.finish();
}
}  // namespace kwire::bench
