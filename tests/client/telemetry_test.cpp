// SPDX-License-Identifier: Apache-2.0
// Client telemetry (KIP-714) against the embedded broker, on virtual time: when what is pushed, and what follows objections.
#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/consumer.hpp>
#include <kwire/client/producer.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>
#include <kwire/protocol/compression.hpp>
#include <kwire/protocol/messages/get_telemetry_subscriptions.hpp>
#include <kwire/protocol/messages/push_telemetry.hpp>

#include <gtest/gtest.h>

#include <asio/awaitable.hpp>

namespace kwire_test::telemetry_test {
using namespace kwire;
using namespace std::chrono_literals;
struct telling : client_observer {
    std::vector<error> why;
    std::vector<clock::duration> pauses;
    void telemetry_failed(const error& e, clock::duration pause) override {
        why.push_back(e);
        pauses.push_back(pause);
    }
};

struct telemetry_world {
    explicit telemetry_world(std::optional<telemetry_options> wanted, bool push = true)
        : broker({&world.host("b")}, options_with(std::move(wanted))),
          c(client::make(world.host("client"), {.bootstrap_servers = {"b:9092"}, .enable_metrics_push = push}, watch).value()) {}
    static broker_options options_with(std::optional<telemetry_options> wanted) {
        broker_options o;
        o.topics = {{"t", 1}};
        o.advertise = {{"b", 9092}};
        o.port = 9092;
        o.telemetry = std::move(wanted);
        return o;
    }
    void send(int n) {
        if (!p) p.emplace(producer::make(c, {.linger = 0ms}).value());
        int ended = 0;
        for (int i = 0; i < n; ++i)
            start(world.host("client").executor(), p->send({.topic = "t", .partition = 0, .value = as_bytes("x")}), [&](result<delivery> d) {
                EXPECT_TRUE(d);
                ++ended;
            });
        EXPECT_TRUE(world.run_while_not([&] { return ended == n; }, world.now() + 10s));
    }
    void pass(clock::duration d) { world.run_until(world.now() + d); }
    std::vector<push_telemetry_request> pushes() const { return broker.history_of<push_telemetry_request>(); }
    std::vector<clock::time_point> times(std::int16_t api_key) const {
        std::vector<clock::time_point> all;
        for (const auto& r : broker.history())
            if (r.api_key == api_key) all.push_back(r.at);
        return all;
    }
    clock::duration close(clock::duration limit) {
        bool over = false;
        const auto began = world.now();
        world.host("client").spawn([](const client& of, clock::time_point by, bool& done) -> task<void> {
            co_await of.close(by);
            done = true;
        }(c, began + limit, over));
        EXPECT_TRUE(world.run_while_not([&] { return over; }, began + 1h));
        return world.now() - began;
    }

    simulation world{7};
    std::shared_ptr<telling> watch = std::make_shared<telling>();
    embedded_broker broker;
    client c;
    std::optional<producer> p;
};
bool has(const push_telemetry_request& r, std::string_view text) { return as_text(r.metrics).find(text) != std::string_view::npos; }
constexpr std::string_view connections = "org.apache.kafka.producer.connection.creation.total",
                           queue = "org.apache.kafka.producer.record.queue.time.avg", nodes = "org.apache.kafka.producer.node.request.latency.max",
                           fetches = "org.apache.kafka.consumer.fetch.manager.fetch.latency.avg";

TEST(Telemetry, PushesWhatIsWantedInTheIntervalAndOnceMoreAtTheEnd) {
    telemetry_world w(telemetry_options{.interval = 10s});
    const auto began = w.world.now();
    w.send(3);
    w.pass(61s);
    EXPECT_EQ(w.times(get_telemetry_subscriptions_request::api_key).size(), 1u);
    const auto at = w.times(push_telemetry_request::api_key);
    ASSERT_GE(at.size(), 5u);
    EXPECT_GE(at[0] - began, 5s) << "not all clients at once";
    EXPECT_LE(at[0] - began, 16s);
    for (std::size_t i = 1; i < at.size(); ++i) {
        EXPECT_GE(at[i] - at[i - 1], 10s);
        EXPECT_LE(at[i] - at[i - 1], 10s + 50ms);
    }
    EXPECT_LE(w.close(10s), 100ms);
    const auto all = w.pushes();
    ASSERT_EQ(all.size(), at.size() + 1);
    for (const auto& r : all) {
        EXPECT_FALSE(r.client_instance_id.is_zero());
        EXPECT_EQ(r.client_instance_id, all[0].client_instance_id);
        EXPECT_EQ(r.subscription_id, 1);
        EXPECT_EQ(r.compression_type, 0);
        EXPECT_TRUE(has(r, connections));
        EXPECT_FALSE(has(r, "org.apache.kafka.consumer.")) << "there is none";
        EXPECT_EQ(r.terminating, &r == &all.back());
    }
    EXPECT_TRUE(has(all[0], queue) && has(all[0], nodes));
    EXPECT_FALSE(has(all[1], queue)) << "nothing was sent since";
    EXPECT_TRUE(w.watch->why.empty());
}

TEST(Telemetry, IsOffUnlessAskedFor) {
    telemetry_world w(telemetry_options{.interval = 1s}, false);
    w.send(1);
    w.pass(60s);
    w.close(1s);
    EXPECT_TRUE(w.times(get_telemetry_subscriptions_request::api_key).empty());
    EXPECT_TRUE(w.pushes().empty());
}

TEST(Telemetry, PushesOnlyThePrefixesThatAreSubscribed) {
    telemetry_world w(telemetry_options{.metrics = {"org.apache.kafka.producer.record.", "other"}, .interval = 10s});
    w.send(3);
    w.pass(20s);
    ASSERT_FALSE(w.pushes().empty());
    EXPECT_TRUE(has(w.pushes()[0], queue));
    EXPECT_FALSE(has(w.pushes()[0], connections));
}

TEST(Telemetry, TakesAnEmptyPrefixAndAStarAloneForAll) {
    for (const std::vector<std::string>& all : {std::vector<std::string>{""}, {"*"}}) {
        telemetry_world w(telemetry_options{.metrics = all, .interval = 10s});
        w.send(3);
        w.pass(20s);
        ASSERT_FALSE(w.pushes().empty());
        EXPECT_TRUE(has(w.pushes()[0], queue)) << all[0];
    }
    telemetry_world w(telemetry_options{.metrics = {"*", "other"}, .interval = 10s});
    w.send(3);
    w.pass(20s);
    ASSERT_FALSE(w.pushes().empty());
    EXPECT_FALSE(has(w.pushes()[0], queue)) << "among others it is a prefix as they are";
}

TEST(Telemetry, TellsOfConsumers) {
    telemetry_world w(telemetry_options{.interval = 10s});
    const auto from = consumer::make(w.c, {}).value();
    bool assigned = false;
    start(w.world.host("client").executor(), from.assign("t", 0, offset_spec::oldest()), [&](result<void> done) { assigned = done.has_value(); });
    w.pass(20s);
    EXPECT_TRUE(assigned);
    ASSERT_FALSE(w.pushes().empty());
    EXPECT_TRUE(has(w.pushes()[0], fetches));
    EXPECT_TRUE(has(w.pushes()[0], "org.apache.kafka.consumer.coordinator.assigned.partitions"));
    EXPECT_FALSE(has(w.pushes()[0], "org.apache.kafka.producer."));
}

TEST(Telemetry, CompressesAsTheBrokerLikesBest) {
    telemetry_world w(telemetry_options{.interval = 10s, .compressions = {codec::gzip, codec::none}});
    w.send(3);
    w.pass(20s);
    const auto all = w.pushes();
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all[0].compression_type, static_cast<std::int8_t>(codec::gzip));
    decompressor expander;
    buffer plain;
    ASSERT_TRUE(expander.expand(codec::gzip, all[0].metrics, plain));
    EXPECT_NE(as_text(plain).find(connections), std::string_view::npos);
    EXPECT_LT(all[0].metrics.size(), plain.size());
}

TEST(Telemetry, AsksAgainWhenTheSubscriptionHasChanged) {
    telemetry_world w(telemetry_options{.interval = 10s});
    w.send(1);
    w.pass(30s);
    const auto before = w.pushes().size();
    w.broker.subscribe_telemetry({.metrics = {"org.apache.kafka.producer.connection"}, .interval = 20s});
    w.send(1);
    w.pass(100s);
    const auto all = w.pushes();
    const auto asked = w.broker.history_of<get_telemetry_subscriptions_request>();
    ASSERT_EQ(asked.size(), 2u);
    EXPECT_TRUE(asked[0].client_instance_id.is_zero());
    EXPECT_EQ(asked[1].client_instance_id, all[0].client_instance_id) << "it stays the same client";
    ASSERT_GE(all.size(), before + 3);
    EXPECT_EQ(all[before].subscription_id, 1) << "which the broker refused";
    EXPECT_EQ(all.back().subscription_id, 2);
    EXPECT_TRUE(has(all[before + 1], connections));
    EXPECT_FALSE(has(all[before + 1], queue));
    ASSERT_EQ(w.watch->why.size(), 1u);
    EXPECT_EQ(w.watch->why[0], errc::unknown_subscription_id);
}

TEST(Telemetry, SendsNoMoreThanTheBrokerTakes) {
    telemetry_world w(telemetry_options{.interval = 10s, .max_bytes = 200});
    w.send(1);
    w.pass(60s);
    EXPECT_TRUE(w.pushes().empty());
    ASSERT_FALSE(w.watch->why.empty());
    EXPECT_EQ(w.watch->why[0], errc::telemetry_too_large);
}

TEST(Telemetry, LeavesOutTheBrokersWhereAPushWasTooLarge) {
    telemetry_world w(telemetry_options{.interval = 10s});
    w.broker.next<push_telemetry_request>(reaction::failing(errc::telemetry_too_large));
    w.send(1);
    w.pass(20s);
    w.send(1);
    w.pass(10s);
    const auto all = w.pushes();
    ASSERT_GE(all.size(), 2u);
    EXPECT_TRUE(has(all[0], nodes));
    EXPECT_FALSE(has(all[1], nodes));
    EXPECT_TRUE(has(all[1], queue)) << "what was refused is told again";
}

TEST(Telemetry, IsNotMissedWhereNobodyWantsIt) {
    telemetry_world none(std::nullopt);
    none.send(3);
    none.pass(400s);
    ASSERT_EQ(none.watch->why.size(), 2u) << "at once, and after five minutes";
    EXPECT_EQ(none.watch->why[0], client_errc::version_not_supported);
    EXPECT_EQ(none.watch->pauses[0], 5min);
    EXPECT_LE(none.close(1s), 100ms);

    telemetry_world nothing(telemetry_options{.metrics = {}, .interval = 10s});
    nothing.send(1);
    nothing.pass(35s);
    EXPECT_EQ(nothing.times(get_telemetry_subscriptions_request::api_key).size(), 4u) << "asked again in each interval";
    EXPECT_TRUE(nothing.pushes().empty());
}

TEST(Telemetry, PushesALastTimeAfterAPushThatIsUnderWay) {
    telemetry_world w(telemetry_options{.interval = 10s});
    w.send(1);
    w.pass(20s);
    const auto before = w.pushes().size();
    w.broker.next<push_telemetry_request>(reaction::delayed(500ms));
    ASSERT_TRUE(w.world.run_while_not([&] { return w.pushes().size() > before; }, w.world.now() + 15s));
    EXPECT_LE(w.close(10s), 1s);
    ASSERT_EQ(w.pushes().size(), before + 2);
    EXPECT_FALSE(w.pushes()[before].terminating);
    EXPECT_TRUE(w.pushes().back().terminating);
}

TEST(Telemetry, DoesNotHoldUpTheEnd) {
    telemetry_world w(telemetry_options{.interval = 10s});
    w.send(1);
    w.pass(20s);
    w.broker.next<push_telemetry_request>(reaction::hanging());
    EXPECT_LE(w.close(10s), 2s + 100ms);
    telemetry_world hasty(telemetry_options{.interval = 10s});
    hasty.send(1);
    hasty.pass(20s);
    hasty.broker.next<push_telemetry_request>(reaction::hanging());
    EXPECT_LE(hasty.close(100ms), 200ms);
}
}  // namespace kwire_test::telemetry_test
