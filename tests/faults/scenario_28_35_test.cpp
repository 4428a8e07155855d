// SPDX-License-Identifier: Apache-2.0
// 28: peers that fall silent. 29: one broker that is slow. 35: clocks that jump.
#include "client/producer_world.hpp"
#include "real.hpp"
#include "session.hpp"
#include "simulated.hpp"

#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/produce.hpp>

namespace kwire_test::scenario_28_35_test {
TEST(Scenario28, AConnectionThatFallsSilentAnywhereIsLeftAndNothingIsLost) {
    const auto live = [](const std::function<void(simulation&)>& spoil) {
        auto w = std::make_unique<simulated_world>(5);
        w->world.sky.fragmented = 0;
        spoil(w->world);
        w->serve_brokers(2, {.topics = {{"t", 2}}});
        auto o = quick_client({"b1:9092", "b2:9093"});
        o.request_timeout = 2s;
        o.socket_connection_setup_timeout = 1s;
        const auto c = client::make(w->here, o).value();
        const auto got = w->run(session(&c, "t", 6, 2));
        EXPECT_TRUE(got) << got.error().message();
        if (got) { EXPECT_EQ(*got, expected_session(6, 2)); }
        EXPECT_EQ(w->brokers->log_end_offset("t", 0) + w->brokers->log_end_offset("t", 1), 6) << "written twice";
        return w;
    };
    const auto whole = live([](simulation&) {});
    const auto carried = whole->world.carried();
    int cuts = 0;
    for (std::size_t i = 0; i < carried.size(); ++i)
        for (const std::size_t side : {0u, 1u})
            for (std::uint64_t at = i + side; at < carried[i][side]; at += 13) {
                const auto w = live([&](simulation& s) { s.cut(i + 1, side == 0, at, cut_kind::stall); });
                ++cuts;
                ASSERT_FALSE(HasFailure()) << "connection " << i + 1 << (side == 0 ? " from" : " to") << " the client, silent after " << at;
                ASSERT_LE(w->took, whole->took + 2s + 1s + 250ms) << "one request and one attempt to connect can be lost";
            }
    EXPECT_GT(cuts, 50);
}

TEST(Scenario28, WhatComesLateFromABrokerThatWasStoppedIsDropped) {
    proxied_cluster k(1, {.topics = {{"t", 1}}});
    auto o = quick_client(k.bootstrap());
    o.request_timeout = 400ms;
    const auto c = client::make(*k.env, o).value();
    k.proxies[0]->next<produce_request>(direction::to_broker, fault::stop_reading(20));
    k.proxies[0]->next<fetch_request>(direction::to_client, fault::stall(10));
    const auto got = k.run(session(&c, "t", 5, 1));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(*got, expected_session(5, 1));
    k.proxies[0]->release();  // the broker goes on: it sees the same batch again, and its answers find nobody
    EXPECT_TRUE(k.until([&] { return k.brokers->history_of<produce_request>().size() >= 2; }));
    EXPECT_TRUE(k.run(c.cluster(c.in(10s))));
    EXPECT_EQ(k.brokers->log_end_offset("t", 0), 5);
}

TEST(Scenario28, ABrokerThatCannotBeHeardForTwentySecondsCostsNoTruth) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        producer_world w({.nodes = 3,
                          .common = {.request_timeout = 2s, .socket_connection_setup_timeout = 1s},
                          .options = {.delivery_timeout = 10s, .linger = 2ms},
                          .seed = seed});
        w.send_many(30);
        w.world.run_until(w.world.now() + std::chrono::milliseconds(w.world.below(20)));
        w.world.part("client", "broker-2", true);
        w.send_many(30);
        ASSERT_TRUE(w.run_to_end(10s + 250ms)) << "something outlived its deadline";
        w.world.run_until(w.world.now() + 10s);
        w.world.part("client", "broker-2", false);
        w.world.run_until(w.world.now() + 15s);
        const auto before = w.count(delivery_outcome::acked);
        w.send_many(30);
        ASSERT_TRUE(w.run_to_end(10s));
        EXPECT_EQ(w.count(delivery_outcome::acked), before + 30);
        w.check();
    }
}

/// How many records of each partition are acknowledged and read in a minute, if broker 2 answers so late.
struct traffic {
    std::uint64_t acked[3] = {}, read[3] = {};
};
task<void> keep_sending(const producer* p, std::int32_t partition, traffic* count) {
    producer_record r;
    r.topic = "t";
    r.partition = partition;
    r.value = as_bytes("value");
    for (;;) {
        const auto sent = co_await p->send(r);
        if (!sent) co_return;
        ++count->acked[partition];
    }
}
task<void> keep_reading(const consumer* k, traffic* count) {
    for (std::int32_t i = 0; i < 3; ++i) {
        const auto added = co_await k->assign("t", i, offset_spec::oldest());
        if (!added) co_return;
    }
    for (;;) {
        const auto got = co_await k->next();
        if (!got) co_return;
        ++count->read[got->partition];
    }
}
traffic one_minute(clock::duration late) {
    simulated_world w;
    w.serve_brokers(3, {.topics = {{"t", 3}}, .replication_factor = 1});
    w.brokers->on_request([late](const received_request& r) {
        const bool data = r.api_key == produce_request::api_key || r.api_key == fetch_request::api_key;
        return r.node_id == 2 && data && late > 0s ? reaction::delayed(late) : reaction{};
    });
    traffic count;
    const auto c = client::make(w.here, {.bootstrap_servers = {"b1:9092"}}).value();
    {
        const auto p = producer::make(c, {.linger = 1ms}).value();
        const auto k = consumer::make(c, {}).value();
        for (std::int32_t i = 0; i < 3; ++i)
            for (int n = 0; n < 5; ++n) w.here.spawn(keep_sending(&p, i, &count));
        w.here.spawn(keep_reading(&k, &count));
        w.pass(1min);
        w.world.crash("client", false);  // whatever still sends and reads
    }
    traffic in_order;  // of partitions led by brokers 1, 2, 3
    for (std::int32_t i = 0; i < 3; ++i) {
        const auto at = static_cast<std::size_t>(w.brokers->leader("t", i) - 1);
        in_order.acked[at] = count.acked[i];
        in_order.read[at] = count.read[i];
    }
    return in_order;
}

TEST(Scenario29, ABrokerThatIsSlowHoldsUpNoOther) {
    const auto usual = one_minute(0s), slow = one_minute(5s);
    for (const std::size_t i : {0u, 2u}) {
        EXPECT_GT(usual.acked[i], 1000u);
        EXPECT_GE(slow.acked[i] * 100, usual.acked[i] * 95);
        EXPECT_GE(slow.read[i] * 100, usual.read[i] * 95);
    }
    EXPECT_LE(slow.acked[1], 100u);
    EXPECT_GT(slow.read[1], 0u);
}

task<session_result> slow_session(const client* c, environment* env) {
    const auto pause = env->make_timer();
    for (int i = 0; i < 10; ++i) {
        const auto sent = co_await send_all(c, "t", 4, 2);
        if (!sent) co_return error(sent.error());
        pause->expires_at(env->now() + 500ms);
        co_await pause->wait();
    }
    auto got = co_await read_all(c, "t", 40, 2);
    co_return std::move(got);
}

TEST(Scenario35, ClocksThatJumpChangeNothing) {
    std::optional<clock::duration> usual;
    for (const auto jump : {0h, 1h, -1h, 24h * 365 * 30, -24h * 365 * 30}) {
        SCOPED_TRACE(jump.count());
        simulated_world w;
        w.world.sky.fragmented = 0;
        w.serve_brokers(1, {.topics = {{"t", 2}}});
        for (const auto at : {10ms, 700ms, 2100ms}) w.world.at(w.world.now() + at, [&] { w.world.set_wall_clock(jump); });
        const auto c = client::make(w.here, quick_client({"b1:9092"})).value();
        const auto got = w.run(slow_session(&c, &w.here));
        ASSERT_TRUE(got) << got.error().message();
        EXPECT_EQ(got->size(), 40u);
        if (!usual) usual = w.took;
        EXPECT_LE(w.took, *usual + 50ms);
        EXPECT_GE(w.took, *usual - 50ms);
    }
}

TEST(Scenario35, MillisecondsThatDoNotFitIn31Or32BitsChangeNothing) {
    for (const auto edge : {std::chrono::milliseconds(1ll << 32), std::chrono::milliseconds(3ll << 31)}) {
        simulated_world w;
        w.serve_brokers(1, {.topics = {{"t", 2}}});
        const auto c = client::make(w.here, quick_client({"b1:9092"})).value();
        w.world.run_until(clock::time_point(edge) - 2s);
        const auto got = w.run(slow_session(&c, &w.here));
        ASSERT_TRUE(got) << got.error().message();
        EXPECT_GT(w.world.now(), clock::time_point(edge));
        EXPECT_LE(w.took, 7s);
    }
}
}  // namespace kwire_test::scenario_28_35_test
