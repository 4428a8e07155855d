// SPDX-License-Identifier: Apache-2.0
// What an application does, from beginning to end: it sends records and reads them. Whatever befalls the connections
// meanwhile, what it has read at the end must be the same.
#pragma once

#include <kwire/client/consumer.hpp>
#include <kwire/client/producer.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace kwire_test {
using namespace kwire;
using namespace std::chrono_literals;

/// Pauses that are short enough for a test to sit through: for sockets and for the simulated world alike.
inline client_options quick_client(std::vector<std::string> bootstrap) {
    return {.bootstrap_servers = std::move(bootstrap),
            .reconnect_backoff = 1ms,
            .reconnect_backoff_max = 20ms,
            .retry_backoff = 1ms,
            .retry_backoff_max = 20ms};
}
inline producer session_producer(const client& c) { return producer::make(c, {.linger = 1ms, .batch_size = 300}).value(); }

/// "partition@offset key=value", in order. The topic may be new; `partitions` of it are used in turn.
using session_result = result<std::vector<std::string>>;
inline std::vector<std::string> expected_session(int count, int partitions) {
    std::vector<std::string> all;
    for (int p = 0; p < partitions; ++p)
        for (int i = p; i < count; i += partitions)
            all.push_back(std::to_string(p) + "@" + std::to_string(i / partitions) + " key " + std::to_string(i) + "=value " + std::to_string(i));
    std::ranges::sort(all);
    return all;
}

inline task<result<void>> send_all(const client* c, std::string topic, int count, int partitions) {
    const producer p = session_producer(*c);
    std::vector<handle> handles;
    for (int i = 0; i < count; ++i) {
        const std::string key = "key " + std::to_string(i), value = "value " + std::to_string(i);
        producer_record r;
        r.topic = topic;
        r.partition = i % partitions;
        r.key = as_bytes(key);
        r.value = as_bytes(value);
        auto h = co_await p.enqueue(r, p.in(30s));
        if (!h) co_return std::move(h).error();
        handles.push_back(*std::move(h));
    }
    for (auto& h : handles) {
        auto sent = co_await p.delivered(std::move(h));
        if (!sent) co_return std::move(sent).error();
    }
    co_return result<void>();
}

inline task<session_result> read_all(const client* c, std::string topic, int count, int partitions) {
    consumer_options o;
    o.fetch_max_wait = 50ms;
    const consumer k = consumer::make(*c, o).value();
    for (int i = 0; i < partitions; ++i) {
        const auto added = co_await k.assign(topic, i, offset_spec::oldest());
        if (!added) co_return error(added.error());
    }
    std::vector<std::string> all;
    while (static_cast<int>(all.size()) < count) {
        const auto got = co_await k.next();
        if (!got) co_return error(got.error());
        std::string one = std::to_string(got->partition) + "@" + std::to_string(got->offset) + " ";
        one += as_text(got->key.value_or(bytes()));
        one += "=";
        one += as_text(got->value.value_or(bytes()));
        all.push_back(std::move(one));
    }
    std::ranges::sort(all);
    co_return std::move(all);
}

/// Closing, as a task among others.
inline task<result<void>> closing(const consumer* k) {
    co_await k->close();
    co_return result<void>();
}
inline task<result<void>> closing(const client* c, clock::time_point deadline) {
    co_await c->close(deadline);
    co_return result<void>();
}

inline task<session_result> session(const client* c, std::string topic, int count, int partitions) {
    auto sent = co_await send_all(c, topic, count, partitions);
    if (!sent) co_return std::move(sent).error();
    auto got = co_await read_all(c, topic, count, partitions);
    co_return std::move(got);
}
}  // namespace kwire_test
