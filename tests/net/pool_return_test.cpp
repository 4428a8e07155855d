// SPDX-License-Identifier: Apache-2.0
// How a pool comes back: to a broker that was down, to the bootstrap addresses, and through what a program puts in between.
#include "pools.hpp"

#include <kwire/protocol/messages/list_offsets.hpp>

namespace kwire::pool_return_test {
struct attempt_log : observer {
    explicit attempt_log(simulation& w) : world(w) {}
    void connecting(std::string_view) override { at.push_back(world.now()); }
    simulation& world;
    std::vector<clock::time_point> at;
};
task<void> keep_connecting(std::shared_ptr<pool> p, environment& env, role what, int lane, int& connected) {
    for (bool there = false; !there && !p->closed();) {
        const auto got = co_await p->connect(1, what, env.now() + 30s, lane);
        there = got.has_value();
    }
    if (!p->closed()) ++connected;
}

TEST_F(Pool, TriesABrokerThatIsDownOnceInEachPauseWhateverItIsWantedFor) {
    for (const bool silent : {false, true}) {
        const std::string name = silent ? "dead" : "down";
        world.host(name);
        if (silent) world.crash(name, true);
        pool_options o;
        const auto log = std::make_shared<attempt_log>(world);
        o.watch = log;
        const auto p = make({}, o);
        p->update_brokers({{1, {name, 9092}}});
        int connected = 0;
        for (const auto r : {role::metadata, role::produce, role::coordinator}) here.spawn(keep_connecting(p, here, r, 0, connected));
        for (int lane = 0; lane < 3; ++lane) here.spawn(keep_connecting(p, here, role::fetch, lane, connected));
        world.run_until(in(60s));
        ASSERT_GE(log->at.size(), 5u + 6u) << name;
        EXPECT_LE(log->at.size(), 16u + 5u) << name << ": a storm";
        for (std::size_t i = 7; i < log->at.size(); ++i)  // the first six go together: nothing is known of the broker yet
            EXPECT_GE(log->at[i] - log->at[i - 1], 150ms) << name << ": attempt " << i;
        if (silent) world.restart(name);
        serve(name);
        const auto back = world.now();
        ASSERT_TRUE(world.run_while_not([&] { return connected == 6; }, in(20s))) << name;
        EXPECT_LE(world.now() - back, 13s) << name;
        EXPECT_LE(world.now() - log->at[log->at.size() - 6], 100ms) << name << ": where one gets through, all do";
        p->close();
        world.run_until(in(1s));
        EXPECT_EQ(p.use_count(), 1);
    }
}

TEST_F(Pool, TriesABrokerThatBrokeOffWithOneConnectionFirst) {
    serve("b1");
    pool_options o;
    const auto log = std::make_shared<attempt_log>(world);
    o.watch = log;
    const auto p = make({}, o);
    p->update_brokers({{1, {"b1", 9092}}});
    int connected = 0;
    const auto connect_all = [&] {
        for (const auto r : {role::metadata, role::produce, role::fetch, role::coordinator}) here.spawn(keep_connecting(p, here, r, 0, connected));
    };
    connect_all();
    ASSERT_TRUE(world.run_while_not([&] { return connected == 4; }, in(60s)));
    world.crash("b1", false);
    world.run_until(in(1s));
    const auto before = log->at.size();
    connect_all();
    world.run_until(in(50ms));
    EXPECT_EQ(log->at.size(), before + 1);
    p->close();
    world.run_until(in(1s));
}

TEST_F(Pool, DoesNotHoldAnIdleConnectionAgainstItsBroker) {
    serve("b1");
    pool_options o;
    o.connection.max_idle = 60s;
    const auto p = make({}, o);
    p->update_brokers({{1, {"b1", 9092}}});
    for (int i = 0; i < 5; ++i) {
        const auto got = run(p->connect(1, role::fetch, in(10s)));
        ASSERT_TRUE(got.c);
        EXPECT_LE(got.took, 50ms) << i;
        world.run_until(in(61s));
        EXPECT_TRUE(got.c->closed());
    }
    p->close();
}

TEST_F(Pool, LooksANameUpAgainForEachConnection) {
    serve("b1");
    serve("b2");
    world.alias("kafka", "b1");
    const auto p = make({});
    p->update_brokers({{1, {"kafka", 9092}}});
    ASSERT_TRUE(run(p->connect(1, role::fetch, in(10s))).c);
    world.crash("b1", false);
    world.alias("kafka", "b2");
    world.run_until(in(1s));
    const auto got = run(p->connect(1, role::fetch, in(10s)));
    EXPECT_TRUE(got.c);
    p->close();
}

// KIP-1102
TEST_F(Pool, BeginsAgainAtTheBootstrapAddressesAndEndsWhatIsUnderWay) {
    const auto answer_late = [this](std::shared_ptr<scripted_peer> p) -> task<void> {
        co_await p->say_hello();
        const auto r = co_await p->read();
        if (!r) co_return;
        const auto pause = world.host("b1").make_timer();
        pause->expires_at(world.now() + 300ms);
        co_await pause->wait();
        co_await p->answer(r->correlation_id, int32_bytes(0) + int32_bytes(0));
        co_await p->ignore_all();
    };
    serve("b1", answer_late);
    serve("b2");
    world.alias("kafka", "b1");
    const auto p = make({{"kafka", 9092}});
    const auto first = run(p->connect_any(in(10s)));
    ASSERT_TRUE(first.c);
    p->update_brokers({{1, {"b1", 9092}}});
    bool answered = false;
    here.spawn([](std::shared_ptr<pool> from, environment& env, bool& well) -> task<void> {
        const auto got = co_await from->call(1, role::fetch, list_offsets_request(), env.now() + 10s);
        well = got.has_value();
    }(p, here, answered));
    world.run_until(in(100ms));
    world.alias("kafka", "b2");
    const int before = accepted;
    p->rebootstrap();
    EXPECT_TRUE(first.c->closed());
    EXPECT_TRUE(p->brokers().empty());
    const auto again = run(p->connect_any(in(10s)));
    ASSERT_TRUE(again.c);
    EXPECT_EQ(again.c->peer(), "bootstrap broker kafka:9092");
    EXPECT_EQ(accepted, before + 1);
    EXPECT_FALSE(answered);
    world.run_until(in(1s));
    EXPECT_TRUE(answered) << "what was under way is not lost";
    p->close();
    world.run_until(in(1s));
    EXPECT_EQ(p.use_count(), 1);
}

// metadata.recovery.strategy=none
TEST_F(Pool, AsksKnownBrokersOnlyIfThatIsWanted) {
    serve("b1");
    world.host("gone");
    pool_options o;
    o.bootstrap_again = false;
    const auto p = make({{"b1", 9092}}, o);
    p->update_brokers({{1, {"gone", 9092}}});
    const auto got = run(p->connect_any(in(10s)));
    EXPECT_FALSE(got.c);
    ASSERT_TRUE(got.why);
    EXPECT_FALSE(has(got.why->message(), "b1:9092")) << got.why->message();
    p->update_brokers({});
    EXPECT_TRUE(run(p->connect_any(in(10s))).c) << "who knows none has nothing else to ask";
    p->close();
}

TEST_F(Pool, ConnectsOverTheStreamsOfADialer) {
    serve("b1");
    std::vector<std::string> dialled;
    pool_options o;
    o.dialer = [&](environment& env, const broker_address& b) {
        dialled.push_back(describe(b));
        return dialled.size() > 1 ? nullptr : env.make_stream();
    };
    const auto p = make({}, o);
    p->update_brokers({{1, {"b1", 9092}}});
    EXPECT_TRUE(run(p->connect(1, role::fetch, in(10s))).c);
    EXPECT_EQ(dialled, std::vector<std::string>{"broker 1 at b1:9092"});
    const auto got = run(p->connect(1, role::produce, in(10s)));
    ASSERT_TRUE(got.why);
    EXPECT_EQ(got.why->message(), "broker 1 at b1:9092: connect: the dialer made no stream: invalid configuration");
    p->close();
}
}  // namespace kwire::pool_return_test
