// SPDX-License-Identifier: Apache-2.0
// A consumer, a cluster of two brokers with the topic "orders" (three partitions) and a network, all simulated.
#pragma once

#include "support/run_in.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/consumer.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>
#include <kwire/protocol/batch_writer.hpp>

#include <gtest/gtest.h>

namespace kwire_test {
using namespace kwire;
using namespace std::chrono_literals;

inline std::string batch_of(int first, int count, codec how = codec::none, std::string_view filling = {}) {
    batch_writer w(1 << 20);
    for (int i = 0; i < count; ++i) {
        const std::string value = "value " + std::to_string(first + i) + std::string(filling);
        EXPECT_TRUE(w.append({1000 + first + i, {}, as_bytes(value), {}}));
    }
    buffer spare;
    compressor coder(how);
    const auto compressed = how == codec::none ? result<void>() : w.compress(coder, spare);
    EXPECT_TRUE(compressed);
    w.seal();
    return std::string(as_text(w.wire()));
}

struct consumer_world : ::testing::Test {
    void produce(int partition, int first, int count, codec how = codec::none, std::string_view filling = {}) {
        const auto b = batch_of(first, count, how, filling);
        ASSERT_TRUE(broker.append("orders", partition, as_bytes(b)));
    }
    template <class T> T run(task<T> work, clock::duration within = 60s) { return support::run_in(sim, host, std::move(work), within); }
    /// What is read becomes of `into`, until nothing comes any more.
    template <class T> struct pending { std::optional<T> got; };
    template <class T> std::shared_ptr<pending<T>> begin(task<T> work) {
        auto p = std::make_shared<pending<T>>();
        start(host.executor(), std::move(work), [p](T t) { p->got.emplace(std::move(t)); });
        return p;
    }
    consumer make(consumer_options o = {}) { return consumer::make(c, o).value(); }
    std::string value(const result<consumer_record>& r) { return r ? std::string(as_text(r->value.value())) : r.error().message(); }
    void pass(clock::duration d) { sim.run_until(sim.now() + d); }

    simulation sim{11};
    environment& host = sim.host("client");
    embedded_broker broker{{&sim.host("one"), &sim.host("two")},
                           {.nodes = 2, .topics = {{"orders", 3}}, .port = 9092, .advertise = {{"one", 9092}, {"two", 9093}}}};
    client c = client::make(host, {.bootstrap_servers = {"one:9092"}}).value();
};
}  // namespace kwire_test
