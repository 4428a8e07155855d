// SPDX-License-Identifier: Apache-2.0
#include "pools.hpp"

#include <kwire/protocol/messages/list_offsets.hpp>

namespace kwire::pool_test {
TEST_F(Pool, MakesOneConnectionForEachBrokerAndRoleWhoeverAsks) {
    serve("b1");
    serve("b2");
    const auto p = make({{"b1", 9092}});
    p->update_brokers({{1, {"b1", 9092}}, {2, {"b2", 9092}}});
    EXPECT_EQ(p->find(1, role::produce), nullptr);
    std::vector<std::shared_ptr<outcome>> asked;
    for (int i = 0; i < 3; ++i)
        for (const auto r : {role::produce, role::fetch}) asked.push_back(begin(p->connect(1, r, in(10s))));
    world.run_until(in(1s));
    for (const auto& o : asked) ASSERT_TRUE(o->c) << (o->why ? o->why->message() : "");
    EXPECT_EQ(accepted, 2);
    EXPECT_EQ(asked[0]->c, asked[2]->c);
    EXPECT_NE(asked[0]->c, asked[1]->c);
    EXPECT_EQ(p->find(1, role::produce), asked[0]->c);
    EXPECT_EQ(asked[0]->c->peer(), "broker 1 at b1:9092");
    const auto other = run(p->connect(2, role::produce, in(10s)));
    EXPECT_EQ(other.c->peer(), "broker 2 at b2:9092");
    p->close();
    world.run_until(in(1s));
    EXPECT_TRUE(other.c->closed());
}

TEST_F(Pool, RefusesABrokerThatMetadataDoesNotName) {
    const auto p = make({{"b1", 9092}});
    const auto got = run(p->connect(7, role::fetch, in(10s)));
    EXPECT_EQ(*got.why, client_errc::no_broker_available);
    p->close();
}

TEST_F(Pool, TriesTheNextAddressBesideOneThatIsSilent) {
    world.host("dead1");
    world.host("dead2");
    world.crash("dead1", true);
    world.crash("dead2", true);
    serve("alive");
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const auto p = make({{"dead1", 9092}, {"dead2", 9092}, {"alive", 9092}});
        const auto got = run(p->connect_any(in(10s)));
        ASSERT_TRUE(got.c) << got.why->message();
        EXPECT_LE(got.took, 600ms);
        p->close();
    }
}

TEST_F(Pool, SaysOfEachBrokerWhyItCouldNotBeReached) {
    world.host("b1");
    world.host("dead");
    world.crash("dead", true);
    const auto one = make({{"b1", 9092}});
    const auto got = run(one->connect_any(in(10s)));
    EXPECT_EQ(got.why->message(),
              "bootstrap broker b1:9092: connect: nothing listens on this port (is the broker running, is the port right?): "
              "Connection refused");
    EXPECT_LE(got.took, 1s);
    const auto three = make({{"b1", 9092}, {"dead", 9092}, {"no-such-host", 9092}});
    const auto all = run(three->connect_any(in(20s)));
    EXPECT_EQ(*all.why, client_errc::no_broker_available);
    EXPECT_LE(all.took, 6s);
    const auto text = all.why->message();
    EXPECT_TRUE(has(text, "none of 3 brokers could be reached: ")) << text;
    EXPECT_TRUE(has(text, "bootstrap broker b1:9092: connect: nothing listens")) << text;
    EXPECT_TRUE(has(text, "bootstrap broker dead:9092: connect: no answer (a firewall, or a host that is down?)")) << text;
    EXPECT_TRUE(has(text, "the host name is not known here")) << text;
    EXPECT_TRUE(has(text, "no-such-host")) << text;
    const auto hasty = run(three->connect_any(in(20ms)));
    EXPECT_LE(hasty.took, 20ms);
    one->close();
    three->close();
}

TEST_F(Pool, ReconnectsWithGrowingPausesUntilTheBrokerIsBack) {
    world.host("b1");
    struct counting : observer {
        int attempts = 0;
        void connecting(std::string_view) override { ++attempts; }
    };
    const auto watch = std::make_shared<counting>();
    pool_options o;
    o.watch = watch;
    const auto p = make({}, o);
    p->update_brokers({{1, {"b1", 9092}}});
    bool reached = false;
    here.spawn([](std::shared_ptr<pool> from, environment& env, bool& there) -> task<void> {
        while (!there) {
            const auto got = co_await from->connect(1, role::produce, env.now() + 30s);
            there = got.has_value();
        }
    }(p, here, reached));
    world.run_until(in(60s));
    EXPECT_GE(watch->attempts, 8);
    EXPECT_LE(watch->attempts, 16) << "a storm";
    serve("b1");
    world.run_until(in(13s));
    EXPECT_TRUE(reached);
    p->close();
}

TEST_F(Pool, DoesNotStormABrokerThatHangsUpAtOnce) {
    serve("b1", [](std::shared_ptr<scripted_peer> p) -> task<void> { co_await p->say_hello(); });
    const auto p = make({});
    p->update_brokers({{1, {"b1", 9092}}});
    here.spawn([](std::shared_ptr<pool> from, environment& env) -> task<void> {
        const auto pause = env.make_timer();
        while (!from->closed()) {
            const auto got = co_await from->connect(1, role::produce, env.now() + 30s);
            pause->expires_at(env.now() + 5ms);
            co_await pause->wait();
        }
    }(p, here));
    world.run_until(in(60s));
    EXPECT_GE(accepted, 5);
    EXPECT_LE(accepted, 20);
    p->close();
    world.run_until(in(1s));
}

TEST_F(Pool, FollowsABrokerToItsNewAddress) {
    serve("b1");
    serve("b2");
    const auto p = make({});
    p->update_brokers({{1, {"b1", 9092}}});
    const auto before = run(p->connect(1, role::fetch, in(10s)));
    p->update_brokers({{1, {"b2", 9092}}});
    EXPECT_EQ(p->find(1, role::fetch), nullptr);
    EXPECT_TRUE(before.c->closed()) << "nothing was under way on it";
    const auto after = run(p->connect(1, role::fetch, in(10s)));
    ASSERT_TRUE(after.c);
    EXPECT_EQ(after.c->peer(), "broker 1 at b2:9092");
    p->close();
}

TEST_F(Pool, SaysThatAnAdvertisedAddressCannotBeReached) {
    serve("b1");
    const auto p = make({{"b1", 9092}});
    ASSERT_TRUE(run(p->connect_any(in(10s))).c);
    p->update_brokers({{2, {"only-inside", 9092}}});
    const auto got = run(p->connect(2, role::fetch, in(10s)));
    ASSERT_TRUE(got.why);
    EXPECT_TRUE(has(got.why->message(), "advertises (fix its advertised.listeners, or map the address): broker 2 at only-inside:9092"))
        << got.why->message();
    p->close();
}

TEST_F(Pool, MapsAddresses) {
    serve("b1");
    pool_options o;
    o.address_map = [](const broker_address& b) { return b.where.host == "only-inside" ? endpoint{"b1", b.where.port} : b.where; };
    const auto p = make({}, o);
    p->update_brokers({{2, {"only-inside", 9092}}});
    const auto got = run(p->connect(2, role::fetch, in(10s)));
    ASSERT_TRUE(got.c);
    EXPECT_EQ(got.c->peer(), "broker 2 at b1:9092");
    p->close();
}

TEST_F(Pool, GoesBackToTheBootstrapAddressesWhenEveryKnownBrokerIsGone) {
    serve("b1");
    world.host("gone1");
    world.host("gone2");
    world.crash("gone1", true);
    const auto p = make({{"b1", 9092}});
    p->update_brokers({{1, {"gone1", 9092}}, {2, {"gone2", 9092}}});
    const auto got = run(p->connect_any(in(10s)));
    ASSERT_TRUE(got.c);
    EXPECT_EQ(got.c->peer(), "bootstrap broker b1:9092");
    EXPECT_LE(got.took, 700ms);
    p->close();
}

TEST_F(Pool, FindsALearnedBrokerWhenEveryBootstrapAddressIsGone) {
    serve("b1");
    world.host("gone");
    world.crash("gone", true);
    const auto p = make({{"gone", 9092}});
    p->update_brokers({{1, {"b1", 9092}}});
    const auto got = run(p->connect_any(in(10s)));
    ASSERT_TRUE(got.c);
    EXPECT_LE(got.took, 400ms);
    p->close();
}

TEST_F(Pool, EndsEveryWaitWhenItIsClosed) {
    world.host("dead");
    world.crash("dead", true);
    const auto p = make({{"dead", 9092}});
    p->update_brokers({{1, {"dead", 9092}}});
    const auto one = begin(p->connect(1, role::produce, in(1h))), any = begin(p->connect_any(in(1h)));
    world.run_until(in(30s));
    const auto again = begin(p->connect(1, role::produce, in(1h)));
    world.run_until(in(100ms));
    p->close();
    world.run_until(in(1ms));
    for (const auto& o : {one, any, again}) EXPECT_TRUE(o->over);
    EXPECT_EQ(*again->why, client_errc::closed);
    const auto late = run(p->connect_any(in(1h)));
    EXPECT_EQ(*late.why, client_errc::closed);
    EXPECT_EQ(late.took, 0s);
    world.run_until(in(1min));
    EXPECT_EQ(p.use_count(), 1) << "something of it is still running";
}

TEST_F(Pool, ClosesInGoodOrderWithinItsDeadline) {
    serve("slow", [this](std::shared_ptr<scripted_peer> p) -> task<void> {
        co_await p->say_hello();
        for (;;) {
            const auto r = co_await p->read();
            if (!r) co_return;
            const auto pause = world.host("slow").make_timer();
            pause->expires_at(world.now() + 300ms);
            co_await pause->wait();
            const bool answered = co_await p->answer(r->correlation_id, int32_bytes(0) + int32_bytes(0));
            if (!answered) co_return;
        }
    });
    for (const bool patient : {true, false}) {
        const auto p = make({});
        p->update_brokers({{1, {"slow", 9092}}});
        ASSERT_TRUE(run(p->connect(1, role::produce, in(10s))).c);
        int answered = 0, failed = 0;
        here.spawn([](std::shared_ptr<pool> from, environment& env, int& well, int& ill) -> task<void> {
            const auto got = co_await from->call(1, role::produce, list_offsets_request(), env.now() + 10s);
            ++(got ? well : ill);
        }(p, here, answered, failed));
        world.run_until(in(10ms));
        clock::duration took{};
        here.spawn([](std::shared_ptr<pool> from, environment& env, clock::duration limit, clock::duration& time) -> task<void> {
            const auto began = env.now();
            co_await from->close(began + limit);
            time = env.now() - began;
        }(p, here, patient ? 5s : 100ms, took));
        world.run_until(in(10s));
        EXPECT_TRUE(p->closed());
        EXPECT_EQ(answered, patient ? 1 : 0);
        EXPECT_EQ(failed, patient ? 0 : 1);
        EXPECT_GE(took, patient ? 200ms : 100ms);
        EXPECT_LE(took, patient ? 1s : 101ms);
        EXPECT_EQ(p.use_count(), 1);
    }
}

TEST_F(Pool, TellsAnObserverWhatHappens) {
    struct recording : observer {
        std::string log;
        void connecting(std::string_view peer) override { log += "connecting " + std::string(peer) + "; "; }
        void connected(std::string_view, clock::duration took) override { log += took > 0s ? "connected; " : "in no time; "; }
        void disconnected(std::string_view, const error& why) override { log += "disconnected: " + why.message() + "; "; }
        void connect_failed(std::string_view, const error&, clock::duration pause) override { log += pause > 50ms ? "failed; " : "no pause; "; }
        void request_written(const observed_request& r, std::span<const bytes> frame) override {
            log += "> " + std::string(r.api) + " v" + std::to_string(r.version) + (frame.empty() ? "empty" : "") + "; ";
        }
        void response_read(const observed_request& r, bytes) override {
            log += "< " + std::string(r.api) + (r.took.total() > 0s ? "; " : " in no time; ");
        }
        void response_decoded(const observed_request& r) override { log += "= " + std::string(r.api) + "; "; }
        void reconnect_planned(std::string_view, clock::duration pause) override { log += pause > 50ms ? "planned; " : "no pause; "; }
    };
    serve("b1");
    world.host("b2");
    pool_options o;
    const auto watch = std::make_shared<recording>();
    o.watch = watch;
    const auto p = make({}, o);
    p->update_brokers({{1, {"b1", 9092}}, {2, {"b2", 9092}}});
    run(p->connect(1, role::fetch, in(10s)));
    run(p->connect(2, role::fetch, in(10s)));
    run(p->connect(2, role::fetch, in(10s)));
    p->close();
    EXPECT_EQ(watch->log,
              "connecting broker 1 at b1:9092; > ApiVersions v4; < ApiVersions; = ApiVersions; > ApiVersions v3; < ApiVersions; = ApiVersions; "
              "connected; connecting broker 2 at b2:9092; failed; planned; connecting broker 2 at b2:9092; failed; disconnected: closed; ");
}
}  // namespace kwire::pool_test
