// SPDX-License-Identifier: Apache-2.0
// Brokers behind fault proxies and a client before them, on loopback sockets and in one thread.
#pragma once

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/client.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/asio_environment.hpp>
#include <kwire/proxy/fault_proxy.hpp>

#include <asio/io_context.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

namespace kwire_test {
using namespace kwire;
using namespace std::chrono_literals;

struct real_world {
    ~real_world() {
        pass(20s);
        EXPECT_TRUE(io.stopped()) << "something does not end";
    }
    /// Runs until `done` is true, for a minute at most.
    template <class F> bool until(F done) {
        io.restart();
        const auto limit = std::chrono::steady_clock::now() + 60s;
        while (!done() && std::chrono::steady_clock::now() < limit) io.run_one_for(50ms);
        return done();
    }
    template <class T> std::shared_ptr<std::optional<T>> begin(task<T> work) {
        auto got = std::make_shared<std::optional<T>>();
        start(io, std::move(work), [got](T t) { got->emplace(std::move(t)); });
        return got;
    }
    template <class T> T run(task<T> work) {
        const auto got = begin(std::move(work));
        EXPECT_TRUE(until([&] { return got->has_value(); })) << "it hangs";
        if (!*got) std::abort();
        return *std::move(*got);
    }
    /// Until nothing is left to do, at most for so long.
    void pass(clock::duration d) {
        io.restart();
        io.run_for(d);
    }

    asio::io_context io{1};
    std::unique_ptr<environment> env = make_asio_environment(io);
};

struct proxied_cluster : real_world {
    explicit proxied_cluster(int nodes, broker_options b = {}) {
        b.nodes = nodes;
        for (int i = 0; i < nodes; ++i) {
            proxies.push_back(std::make_unique<fault_proxy>(io.get_executor()));
            b.advertise.push_back(proxies.back()->address());
        }
        brokers = std::make_unique<embedded_broker>(*env, std::move(b));
        for (int i = 0; i < nodes; ++i) proxies[static_cast<std::size_t>(i)]->forward_to(brokers->address(i + 1));
    }
    std::vector<std::string> bootstrap() const {
        std::vector<std::string> all;
        for (const auto& p : proxies) all.push_back(to_string(p->address()));
        return all;
    }

    std::vector<std::unique_ptr<fault_proxy>> proxies;
    std::unique_ptr<embedded_broker> brokers;
};
}  // namespace kwire_test
