// SPDX-License-Identifier: Apache-2.0
// A connection cut at every byte of its first exchange, and a pool closed, or its process killed, after every single event.
#include "net/echo.hpp"

#include <kwire/net/pool.hpp>
#include <kwire/net/simulation.hpp>

#include <gtest/gtest.h>

namespace kwire::every_point_test {
task<void> echo(std::shared_ptr<scripted_peer> p) {
    bool on = co_await p->say_hello();
    while (on) {
        const auto r = co_await p->read();
        if (!r) co_return;
        on = co_await p->answer(r->correlation_id, echoed(*r));
    }
}

// Sends the first `bytes` of an answer to ApiVersions. Closing while the request lies there unread resets the connection.
task<void> answer_in_part(std::shared_ptr<scripted_peer> p, environment& env, std::size_t count, bool in_good_order) {
    const auto pause = env.make_timer();
    pause->expires_at(env.now() + 50ms);
    co_await pause->wait();
    if (in_good_order) co_await p->read();
    const std::string whole = frame_of(int32_bytes(1) + int16_bytes(0) + int32_bytes(1) + scripted_peer::range(18, 0, 4) + std::string(200, '\1'));
    co_await p->write(whole.substr(0, count));
}

// A client that asks one broker `requests` times, as soon as it can, until the pool is closed.
struct asking {
    int begun = 0, ended = 0, answered = 0;
};
task<void> ask(std::shared_ptr<pool> p, environment& env, int requests, asking& count) {
    for (int i = 0; i < requests; ++i) {
        const auto deadline = env.now() + 2s;
        ++count.begun;
        const auto there = co_await p->connect(1, role::produce, deadline);
        if (!there) {
            ++count.ended;
            continue;
        }
        const auto got = co_await (*there)->call(echo_request(std::to_string(i)), deadline);
        ++count.ended;
        if (got) ++count.answered;
    }
}

TEST(EveryPoint, OfTheFirstExchangeCanBeWhereTheConnectionIsCut) {
    for (const bool in_good_order : {true, false})
        for (std::size_t cut = 0; cut <= 80; ++cut) {
            simulation world(1 + cut);
            auto &here = world.host("client"), &there = world.host("b1");
            std::shared_ptr<acceptor> a = there.listen("", 9092).value();
            int accepted = 0;
            there.spawn(follow_script(&there, a, [&](std::shared_ptr<scripted_peer> p) -> task<void> {
                if (++accepted > 1) return echo(std::move(p));
                return answer_in_part(std::move(p), there, cut, in_good_order);
            }));
            const auto p = pool::make(here, {});
            p->update_brokers({{1, {"b1", 9092}}});
            asking count;
            here.spawn(ask(p, here, 3, count));
            world.run_until(world.now() + 10s);
            EXPECT_EQ(count.ended, 3) << "cut after " << cut;
            EXPECT_EQ(count.answered, 2) << "cut after " << cut;
            p->close();
            world.run_until(world.now() + 1s);
            EXPECT_EQ(p.use_count(), 1);
        }
}

TEST(EveryPoint, CanBeWhereThePoolIsClosedOrItsProcessEnds) {
    enum class end { closed, closed_with_deadline, crashed };
    for (const auto how : {end::closed, end::closed_with_deadline, end::crashed}) {
        bool reached_the_end = false;
        for (std::uint64_t n = 1; !reached_the_end; ++n) {
            simulation world(n);
            world.sky.refused = 200;
            world.sky.lookup_takes = 1ms;
            auto &here = world.host("client"), &there = world.host("b1");
            there.spawn(follow_script(&there, std::shared_ptr<acceptor>(there.listen("", 9092).value()), echo));
            const auto p = pool::make(here, {});
            p->update_brokers({{1, {"b1", 9092}}});
            std::vector<asking> counts(3);
            for (auto& c : counts) here.spawn(ask(p, here, 4, c));
            const bool there_was_one = world.run_while_not([&] { return world.events() >= n; }, world.now() + 10s);
            reached_the_end = !there_was_one;
            if (how == end::closed) p->close();
            if (how == end::crashed) world.crash("client", false);
            if (how == end::closed_with_deadline)
                here.spawn(
                    [](std::shared_ptr<pool> of, clock::time_point deadline) -> task<void> { co_await of->close(deadline); }(p, world.now() + 100ms));
            world.run_until(world.now() + 1s);
            if (how != end::crashed) {
                EXPECT_TRUE(p->closed());
                for (const auto& c : counts) EXPECT_EQ(c.ended, 4) << "after event " << n;
            }
            EXPECT_EQ(p.use_count(), 1) << "after event " << n;
            ASSERT_LT(n, 1000u) << "it never came to its end";
        }
    }
}
}  // namespace kwire::every_point_test
