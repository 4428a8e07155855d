// SPDX-License-Identifier: Apache-2.0
// A client on the host "client", and brokers on hosts of their own, or peers that follow a script, in a simulated world.
#pragma once

#include "net/scripted_peer.hpp"
#include "support/has.hpp"
#include "support/run_in.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/client.hpp>
#include <kwire/client/producer.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>

#include <gtest/gtest.h>

#include <optional>

namespace kwire_test {
using namespace kwire;
using namespace std::chrono_literals;

using support::has;

struct simulated_world {
    explicit simulated_world(std::uint64_t seed = 1) : world(seed) {}
    /// Brokers b1:9092, b2:9093, ….
    void serve_brokers(int nodes, broker_options b = {}) {
        std::vector<environment*> hosts;
        b.nodes = nodes;
        b.port = 9092;
        for (int i = 1; i <= nodes; ++i) {
            hosts.push_back(&world.host("b" + std::to_string(i)));
            if (static_cast<int>(b.advertise.size()) < i) b.advertise.push_back({"b" + std::to_string(i), static_cast<std::uint16_t>(9091 + i)});
        }
        brokers = std::make_unique<embedded_broker>(std::move(hosts), std::move(b));
    }
    /// Peers on `host`:9092 that do what `what` says; over TLS if there is a context.
    void serve_script(const std::string& host, script what, std::shared_ptr<tls_context> tls = nullptr) {
        auto& h = world.host(host);
        listening.push_back(h.listen("", 9092).value());
        h.spawn(follow_script(&h, listening.back(), std::move(what), std::move(tls)));
    }
    template <class T> std::shared_ptr<std::optional<T>> begin(task<T> work) {
        auto got = std::make_shared<std::optional<T>>();
        start(here.executor(), std::move(work), [got](T t) { got->emplace(std::move(t)); });
        return got;
    }
    /// Runs the world until the work has ended; `took` is how long that was.
    template <class T> T run(task<T> work, clock::duration within = 10min) {
        const auto began = world.now();
        auto got = support::run_in(world, here, std::move(work), within);
        took = world.now() - began;
        return got;
    }
    /// How a record to the topic t ends, of a producer that tries for so long.
    result<delivery> send_one(const client& c, std::chrono::milliseconds delivery_timeout) {
        const auto p = producer::make(c, {.delivery_timeout = delivery_timeout}).value();
        return run(p.send({.topic = "t", .value = as_bytes("value")}));
    }
    void pass(clock::duration d) { world.run_until(world.now() + d); }

    simulation world;
    environment& here = world.host("client");
    std::unique_ptr<embedded_broker> brokers;
    std::vector<std::shared_ptr<acceptor>> listening;
    clock::duration took{};
};

struct attempts_counted : client_observer {
    int attempts = 0;
    void connecting(std::string_view) override { ++attempts; }
};

/// A client that asks, and a producer that tries for twenty seconds: both end in time, say `text`, and make no storm. Returns
/// what they said.
inline std::string expect_failure(simulated_world& w, client_options o, std::string_view text) {
    const auto watch = std::make_shared<attempts_counted>();
    const auto c = client::make(w.here, std::move(o), watch).value();
    const auto asked = w.run(c.cluster(c.in(10s)));
    EXPECT_FALSE(asked);
    const auto first = asked ? std::string() : asked.error().message();
    EXPECT_TRUE(has(first, text)) << first;
    EXPECT_LE(w.took, 10s + 250ms);
    const auto sent = w.send_one(c, 20s);
    EXPECT_FALSE(sent);
    const auto second = sent ? std::string() : sent.error().message();
    EXPECT_TRUE(has(second, text)) << second;
    EXPECT_EQ(outcome_of(sent), delivery_outcome::not_written);
    EXPECT_LE(w.took, 20s + 250ms);
    EXPECT_LE(watch->attempts, 25) << "a storm of connections";
    return first + second;
}
}  // namespace kwire_test
