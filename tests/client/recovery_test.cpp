// SPDX-License-Identifier: Apache-2.0
// A client that finds its cluster again, and goes easy on it.
#include "producer_world.hpp"
#include "support/run_in.hpp"

#include <kwire/client/consumer.hpp>
#include <kwire/client/offsets.hpp>
#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/produce.hpp>

#include <limits>

namespace recovery_test {
using namespace kwire_test;

struct counting : client_observer {
    int again = 0;
    std::vector<clock::duration> pauses;
    void rebootstrapped(const error&) override { ++again; }
    void throttled(std::string_view, clock::duration pause) override { pauses.push_back(pause); }
};

// A cluster on host "old", of whose metadata `how` becomes; another one on "new", to which its name then points.
struct two_clusters {
    explicit two_clusters(client_options o) : old_cluster({&world.host("old")}, at("old")), new_cluster({&world.host("new")}, at("new")) {
        world.alias("kafka", "old");
        o.bootstrap_servers = {"kafka:9092"};
        c.emplace(client::make(host, std::move(o), watch).value());
    }
    static broker_options at(const std::string& name) {
        broker_options b;
        b.topics = {{"orders", 3}};
        b.port = 9092;
        b.advertise = {{name, 9092}};
        return b;
    }
    void retire_old(errc why) {
        old_cluster.on_request([why](const received_request& r) { return r.api_key == 3 ? reaction::failing(why) : reaction{}; });
        world.alias("kafka", "new");
    }
    std::string first_host(clock::duration limit) {
        const auto got = kwire::support::run_in(world, host, c->cluster(c->in(limit)), 10min);
        if (!got || got->brokers.empty()) return "";
        return got->brokers.front().where.host;
    }

    simulation world{3};
    environment& host = world.host("client");
    embedded_broker old_cluster, new_cluster;
    std::shared_ptr<counting> watch = std::make_shared<counting>();
    std::optional<client> c;
};

// KIP-1102, MetadataResponse.json v13: what a client comes to that is asked to begin again.
void expect_asked_to_begin_again(metadata_recovery strategy, const std::string& host, int times) {
    client_options o;
    o.metadata_recovery_strategy = strategy;
    two_clusters w(o);
    EXPECT_EQ(w.first_host(5s), "old");
    w.retire_old(errc::rebootstrap_required);
    EXPECT_EQ(w.first_host(5s), host);
    EXPECT_EQ(w.watch->again, times);
}

TEST(Recovery, BeginsAgainAtBootstrapServersWhereABrokerAsksForIt) {
    EXPECT_EQ(client_options{}.metadata_recovery_strategy, metadata_recovery::rebootstrap);
    expect_asked_to_begin_again(metadata_recovery::rebootstrap, "new", 1);
}

// The connection of before is closed once its requests are answered; until then it takes no more.
TEST(Recovery, RecordsSentWhileTheClientBeginsAgainAreWritten) {
    producer_world w({.nodes = 2, .common = {.metadata_max_age = 2s}});
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    bool told = false;
    w.cluster->on_request([&](const received_request& r) {
        if (r.api_key == produce_request::api_key) return reaction::answered_late(800ms);
        if (r.api_key != metadata_request::api_key || std::exchange(told, true)) return reaction{};
        return reaction::failing(errc::rebootstrap_required);
    });
    for (int after = 0; after < 20; after += told) {
        w.send_many(3);
        w.world.run_until(w.world.now() + 50ms);
    }
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.count(delivery_outcome::acked), static_cast<int>(w.records.size()));
    w.check();
}

TEST(Recovery, StaysWithTheBrokersItKnowsIfThatIsWanted) { expect_asked_to_begin_again(metadata_recovery::none, "", 0); }

TEST(Recovery, BeginsAgainWhereNoBrokerToldOfTheClusterForLong) {
    client_options o;
    o.metadata_recovery_rebootstrap_trigger = 20s;
    o.metadata_max_age = 1s;
    two_clusters w(o);
    ASSERT_TRUE(kwire::support::run_in(w.world, w.host, w.c->topic("orders", w.c->in(5s)), 10min));
    w.retire_old(errc::unknown_server_error);  // it answers, so nothing breaks off; but it says nothing of use
    const auto since = w.world.now();
    ASSERT_TRUE(w.world.run_while_not([&] { return w.watch->again > 0; }, since + 60s));
    EXPECT_GE(w.world.now() - since, 20s);
    EXPECT_LE(w.world.now() - since, 25s);
    w.world.run_until(w.world.now() + 3s);
    EXPECT_EQ(w.watch->again, 1);
    EXPECT_FALSE(w.new_cluster.history_of<metadata_request>().empty());
}

TEST(Recovery, AsksForMetadataTenTimesASecondAtMostWhateverGoesWrong) {
    producer_world w({.nodes = 3, .options = {.linger = 0ms}});
    w.cluster->on_request(
        [](const received_request& r) { return r.api_key == 0 || r.api_key == 1 ? reaction::failing(errc::not_leader_or_follower) : reaction{}; });
    const auto k = consumer::make(*w.cl, {}).value();
    start(w.world.host("client").executor(), k.assign("t", offset_spec::oldest()), [](result<void>) {});
    for (int i = 0; i < 200; ++i) {
        w.send_many(3);
        w.world.run_until(w.world.now() + 50ms);
    }
    std::vector<clock::time_point> asked;
    for (const auto& r : w.cluster->history())
        if (r.api_key == metadata_request::api_key) asked.push_back(r.at);
    EXPECT_GE(asked.size(), 20u);
    std::size_t most = 0;
    for (std::size_t i = 0, first = 0; i < asked.size(); ++i) {
        while (asked[i] - asked[first] >= 1s) ++first;
        most = std::max(most, i + 1 - first);
    }
    EXPECT_LE(most, 11u);  // ten and the one at the other end of the second
}

// KIP-951
TEST(Recovery, FollowsALeaderThatAnAnswerNamesWithoutAskingForMetadata) {
    producer_world w({.nodes = 3, .options = {.linger = 0ms}});
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    w.cluster->on_request([](const received_request& r) { return r.api_key == metadata_request::api_key ? reaction::hanging() : reaction{}; });
    for (int round = 0; round < 6; ++round) {
        w.cluster->move_leader("t", 0, 1 + (w.cluster->leader("t", 0) + round) % 3);
        const auto before = w.world.now();
        w.send(0, "to leader " + std::to_string(round));
        ASSERT_TRUE(w.run_to_end(5s)) << round;
        EXPECT_LE(w.world.now() - before, 100ms) << round;
    }
    EXPECT_EQ(w.count(delivery_outcome::acked), 9);
    w.check();
}

TEST(Recovery, ALongPollHoldsUpNoRecord) {
    producer_world w({.options = {.linger = 0ms}});
    const auto k = consumer::make(*w.cl, {.fetch_max_wait = 20s}).value();
    start(w.world.host("client").executor(), k.assign("t", 1, offset_spec::newest()), [](result<void>) {});
    w.world.run_until(w.world.now() + 1s);
    ASSERT_FALSE(w.cluster->history_of<fetch_request>().empty()) << "nothing polls";
    for (int i = 0; i < 10; ++i) {
        const auto before = w.world.now();
        w.send(0, "record " + std::to_string(i));
        ASSERT_TRUE(w.run_to_end(10s));
        EXPECT_LE(w.world.now() - before, 50ms) << i;
        (void)kwire::support::run_in(w.world, w.world.host("client"), list_offsets(*w.cl, {{"t", 0, offset_spec::newest()}}, w.cl->in(10s)), 10s);
        EXPECT_LE(w.world.now() - before, 100ms) << i;
    }
}

// Scenario 32
TEST(Recovery, AnAbsurdThrottleEndsNoOperationLateAndPassesInTheEnd) {
    const auto watch = std::make_shared<counting>();
    producer_world w({.options = {.delivery_timeout = 5s, .linger = 0ms}, .watch = watch});
    w.cluster->next<produce_request>(reaction::throttling(-1));
    w.send(0, "a");
    ASSERT_TRUE(w.run_to_end());
    w.send(0, "b");
    ASSERT_TRUE(w.run_to_end(100ms)) << "-1 is no throttle";
    w.cluster->next<produce_request>(reaction::throttling(std::numeric_limits<std::int32_t>::max()));
    w.send(0, "c");
    ASSERT_TRUE(w.run_to_end(100ms));
    const auto throttled = w.world.now();
    w.send(0, "d");
    ASSERT_TRUE(w.run_to_end(60s));
    EXPECT_LE(w.world.now() - throttled, 5250ms);
    EXPECT_EQ(w.count(delivery_outcome::not_written), 1);
    EXPECT_EQ(watch->pauses, std::vector<clock::duration>{120s});
    w.world.run_until(throttled + 119s);
    w.send(0, "e");
    ASSERT_TRUE(w.run_to_end(60s));
    EXPECT_GE(w.world.now() - throttled, 120s - 1ms);
    EXPECT_LE(w.world.now() - throttled, 120s + 250ms);
    EXPECT_EQ(w.count(delivery_outcome::acked), 4);
    w.check();
}
}  // namespace recovery_test
