// SPDX-License-Identifier: Apache-2.0
// A pool in a simulated world: brokers b1, b2, … that follow scripts, each on a host of its own, and a client.
#pragma once

#include "scripted_peer.hpp"
#include "support/has.hpp"

#include <kwire/net/event.hpp>
#include <kwire/net/pool.hpp>
#include <kwire/net/simulation.hpp>

#include <gtest/gtest.h>

namespace kwire {
using support::has;

inline task<void> only_hello(std::shared_ptr<scripted_peer> p) {
    const bool known = co_await p->say_hello();
    if (known) co_await p->ignore_all();
}

class Pool : public ::testing::Test {
  protected:
    Pool() { world.sky.fragmented = 0; }
    void serve(const std::string& name, script what = only_hello, std::uint16_t port = 9092) {
        auto& h = world.host(name);
        std::shared_ptr<acceptor> a = h.listen("", port).value();
        h.spawn(follow_script(&h, a, [this, what = std::move(what)](std::shared_ptr<scripted_peer> p) {
            ++accepted;
            return what(std::move(p));
        }));
    }
    std::shared_ptr<pool> make(std::vector<endpoint> bootstrap, pool_options o = {}) {
        o.bootstrap = std::move(bootstrap);
        return pool::make(here, std::move(o));
    }
    /// Runs the world for `limit` at most, and says what came of connect() or connect_any(), and when.
    struct outcome {
        std::shared_ptr<connection> c;
        std::optional<error> why;
        clock::duration took{};
        bool over = false;
    };
    std::shared_ptr<outcome> begin(task<pool::connected> attempt) {
        auto o = std::make_shared<outcome>();
        here.spawn([](task<pool::connected> a, std::shared_ptr<outcome> to, environment& env) -> task<void> {
            const auto began = env.now();
            auto got = co_await std::move(a);
            to->took = env.now() - began;
            to->over = true;
            if (got) to->c = *got;
            else to->why = got.error();
        }(std::move(attempt), o, here));
        return o;
    }
    outcome run(task<pool::connected> attempt, clock::duration limit = 10min) {
        const auto o = begin(std::move(attempt));
        world.run_while_not([&] { return o->over; }, world.now() + limit);
        EXPECT_TRUE(o->over) << "waits for ever";
        return *o;
    }
    clock::time_point in(clock::duration d) { return world.now() + d; }

    simulation world{7};
    environment& here = world.host("client");
    int accepted = 0;
};
}  // namespace kwire
