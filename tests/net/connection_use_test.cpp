// SPDX-License-Identifier: Apache-2.0
// What becomes of a connection that is not used, and of one whose broker asks us to hold back.
#include "connections.hpp"

#include <kwire/protocol/messages/list_offsets.hpp>
#include <kwire/protocol/version.hpp>

#include <limits>

namespace kwire::connection_use_test {
struct throttle_log : observer {
    std::string peer;
    std::vector<clock::duration> pauses;
    void throttled(std::string_view who, clock::duration pause) override {
        peer = who;
        pauses.push_back(pause);
    }
};
task<void> sleep(environment& env, clock::duration d) {
    const auto pause = env.make_timer();
    pause->expires_at(env.now() + d);
    co_await pause->wait();
}
/// Answers "slow" after a second, everything else at once.
script echo_slowly(environment& env) {
    return [&env](std::shared_ptr<scripted_peer> p) -> task<void> {
        bool on = co_await p->say_hello();
        while (on) {
            const auto r = co_await p->read();
            if (!r) co_return;
            if (echoed(*r) == "slow") co_await sleep(env, 1s);
            on = co_await p->answer(r->correlation_id, echoed(*r));
        }
    };
}
connection_options idle_after(std::chrono::milliseconds limit) {
    connection_options o;
    o.max_idle = limit;
    return o;
}

TEST_P(Connection, ClosesWhenNothingWasAskedForLong) {
    play(
        echo_slowly(w->server()),
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            co_await sleep(w->client(), 300ms);
            const auto used = w->client().now();
            const auto got = co_await c->call(echo_request("x"), in(10s));
            EXPECT_TRUE(got) << got.error().message();
            const auto give_up = in(10s);
            while (!c->closed() && w->client().now() < give_up) co_await sleep(w->client(), 10ms);
            EXPECT_GE(w->client().now() - used, 500ms);
            EXPECT_TRUE(c->closed());
            if (!c->closed()) co_return;
            EXPECT_EQ(c->why_closed()->message(),
                      "broker 2 at here:9092: nothing was asked on it for 500 ms (connections.max.idle.ms): connection lost");
        },
        idle_after(500ms));
}

TEST_P(Connection, IsNotIdleWhileAnAnswerIsAwaited) {
    play(
        echo_slowly(w->server()),
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            const auto got = co_await c->call(echo_request("slow"), in(10s));
            EXPECT_TRUE(got) << got.error().message();
            EXPECT_FALSE(c->closed());
        },
        idle_after(200ms));
}

TEST_P(Connection, StaysIdleForEverIfThatIsWanted) {
    play(
        echo_all,
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            co_await sleep(w->client(), 500ms);
            EXPECT_FALSE(c->closed());
        },
        idle_after(0ms));
}

TEST(ConnectionOptions, CloseAnIdleConnectionAMinuteBeforeBrokersDo) { EXPECT_EQ(connection_options().max_idle, 9min); }

TEST_P(Connection, HoldsBackForAsLongAsItIsAskedTo) {
    connection_options o;
    const auto log = std::make_shared<throttle_log>();
    o.watch = log;
    play(
        [](std::shared_ptr<scripted_peer> p) -> task<void> {
            bool on = co_await p->say_hello();
            while (on) {
                const auto r = co_await p->read();
                if (!r) co_return;
                std::string text = echoed(*r);
                if (r->api_key == list_offsets_request::api_key) text = int32_bytes(300) + int32_bytes(0);  // no topics
                on = co_await p->answer(r->correlation_id, std::move(text));
            }
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            const auto told = co_await c->call(list_offsets_request(), in(10s));
            EXPECT_TRUE(told) << told.error().message();
            const auto since = w->client().now();
            EXPECT_GT(c->throttled_until(), since + 100ms);
            std::vector<std::pair<std::error_code, sent>> ends;
            const auto note = [&ends](result<answer> got, sent s) { ends.emplace_back(got ? std::error_code() : got.error().code(), s); };
            c->send(echo_request("too hasty"), in(20ms), note);
            c->cancel(c->send(echo_request("cancelled"), in(10s), note));
            const auto got = co_await c->call(echo_request("patient"), in(10s));
            EXPECT_TRUE(got) << got.error().message();
            EXPECT_GE(w->client().now() - since, 250ms);
            EXPECT_EQ(ends.size(), 2u);
            if (ends.size() != 2) co_return;
            EXPECT_EQ(ends[0], std::pair(make_error_code(client_errc::cancelled), sent::never));
            EXPECT_EQ(ends[1], std::pair(make_error_code(client_errc::timed_out), sent::never));
        },
        o);
    EXPECT_EQ(log->peer, "broker 2 at here:9092");
    EXPECT_EQ(log->pauses, std::vector<clock::duration>{300ms});
}

TEST_P(Connection, SurvivesAnAbsurdThrottle) {
    connection_options o;
    o.longest_throttle = 200ms;
    play(
        echo_all,
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            c->throttle(-1);
            c->throttle(std::numeric_limits<std::int32_t>::min());
            EXPECT_LE(c->throttled_until(), w->client().now());
            c->throttle(std::numeric_limits<std::int32_t>::max());
            const auto since = w->client().now();
            const auto got = co_await c->call(echo_request("x"), in(10s));
            EXPECT_TRUE(got) << got.error().message();
            EXPECT_GE(w->client().now() - since, 190ms);
        },
        o);
}

// KIP-511
TEST_P(Connection, SaysWhatSoftwareItIs) {
    std::string seen;
    play(
        [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            const auto r = co_await p->read();
            if (r) seen = r->frame;
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> { const auto refused = co_await c->open(at, in(10s)); });
    std::string told = "kwire";
    told.insert(told.begin(), static_cast<char>(told.size() + 1));
    told += static_cast<char>(version().size() + 1);
    told += version();
    EXPECT_TRUE(has(seen, told)) << seen;
}
}  // namespace kwire::connection_use_test
