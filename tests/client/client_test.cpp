// SPDX-License-Identifier: Apache-2.0
#include "support/run_in.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/client.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>

#include <asio/io_context.hpp>
#include <asio/use_future.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace client_test {
using namespace kwire;
using namespace std::chrono_literals;

TEST(Client, RefusesOptionsThatCannotWork) {
    asio::io_context io;
    const auto c = client::make(io, {});
    ASSERT_FALSE(c);
    EXPECT_EQ(c.error(), client_errc::invalid_configuration);
}

TEST(Client, SaysWhyATopicCannotBeLookedUpOnceTheDeadlinePasses) {
    simulation world(1);
    auto c = client::make(world.host("client"), {.bootstrap_servers = {"nowhere:9092"}}).value();
    const auto deadline = c.in(2s);
    const auto got = support::run_in(world, world.host("client"), c.topic("orders", deadline), 10s);
    ASSERT_FALSE(got);
    EXPECT_LE(world.now(), deadline + 250ms);
    EXPECT_NE(got.error().message().find("metadata of topic orders"), std::string::npos) << got.error().message();
    EXPECT_NE(got.error().message().find("nowhere:9092"), std::string::npos) << got.error().message();
}

TEST(Client, GivesAnOperationThirtySecondsWhereNoDeadlineIsGiven) {
    simulation world(1);
    world.host("dead");
    world.crash("dead", true);
    auto c = client::make(world.host("client"), {.bootstrap_servers = {"dead:9092"}}).value();
    const auto began = world.now(), due = began + client_options().request_timeout;
    EXPECT_EQ(due, began + 30s);
    int ended = 0;
    const auto note = [&](const auto& got) {
        ++ended;
        EXPECT_FALSE(got);
        EXPECT_LE(world.now(), due + 250ms);
    };
    const auto here = world.host("client").executor();
    start(here, c.topic("orders"), [&](result<topic_metadata> t) { note(t); });
    start(here, c.cluster(), [&](result<cluster_metadata> t) { note(t); });
    world.run_until(began + 15s);
    EXPECT_EQ(ended, 0) << "they gave up early";
    world.run_until(due + 1s);
    EXPECT_EQ(ended, 2);
}

TEST(Client, EndsWhatWaitsWhenItIsDestroyed) {
    simulation world(1);
    std::optional<result<topic_metadata>> got;
    {
        auto c = client::make(world.host("client"), {.bootstrap_servers = {"nowhere:9092"}}).value();
        start(world.host("client").executor(), c.topic("orders", c.in(60s)), [&](result<topic_metadata> t) { got.emplace(std::move(t)); });
        world.run_until(world.now() + 1s);
        EXPECT_FALSE(got);
    }
    world.run_until(world.now() + 1ms);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->error(), client_errc::closed) << got->error().message();
}

TEST(Client, FindsATopicThatComesToBeWhileOthersHaveGivenItUp) {
    simulation world(1);
    embedded_broker broker(world.host("broker"), {.port = 9092, .advertise = {{"broker", 9092}}});
    auto c = client::make(world.host("client"), {.bootstrap_servers = {"broker:9092"}, .allow_auto_create_topics = false}).value();
    std::optional<result<topic_metadata>> hasty, patient;
    const auto here = world.host("client").executor();
    start(here, c.topic("orders", c.in(2s)), [&](result<topic_metadata> t) { hasty.emplace(std::move(t)); });
    start(here, c.topic("orders", c.in(60s)), [&](result<topic_metadata> t) { patient.emplace(std::move(t)); });
    world.run_until(world.now() + 5s);
    ASSERT_TRUE(hasty && !*hasty);
    ASSERT_TRUE(broker.create_topic("orders", 2));
    world.run_until(world.now() + 2s);
    ASSERT_TRUE(patient);
    EXPECT_TRUE(*patient) << patient->error().message();
}

TEST(Client, CreatesATopicByAskingForItUnlessThatIsNotAllowed) {
    for (const bool allowed : {false, true}) {
        simulation world(1);
        embedded_broker broker(world.host("broker"), {.port = 9092, .advertise = {{"broker", 9092}}});
        auto c = client::make(world.host("client"), {.bootstrap_servers = {"broker:9092"}, .allow_auto_create_topics = allowed}).value();
        const auto got = support::run_in(world, world.host("client"), c.topic("orders", c.in(2s)), 10s);
        EXPECT_EQ(got.has_value(), allowed);
        if (!allowed) { EXPECT_EQ(got.error(), client_errc::unknown_topic_or_partition) << got.error().message(); }
    }
}

TEST(Client, SaysWhereItLooksWhenTheDeadlineComesBeforeAnyAnswer) {
    simulation world(1);
    for (const char* name : {"one", "two"}) world.host(name);
    auto c = client::make(world.host("client"), {.bootstrap_servers = {"one:9092", "two:9092"}}).value();
    const auto got = support::run_in(world, world.host("client"), c.topic("orders", c.in(1us)), 10s);
    ASSERT_EQ(got.error(), client_errc::timed_out);
    EXPECT_EQ(got.error().message(),
              "metadata of topic orders: bootstrap broker one:9092: connect: no answer (a firewall, or a host that is down?): timed out");
    embedded_broker deaf(world.host("deaf"), {.port = 9092, .advertise = {{"deaf", 9092}}});
    deaf.on_request([](const received_request& r) { return r.api_key == 3 ? reaction::hanging() : reaction{}; });
    auto other = client::make(world.host("client"), {.bootstrap_servers = {"deaf:9092"}}).value();
    const auto silence = support::run_in(world, world.host("client"), other.topic("orders", other.in(2s)), 10s);
    ASSERT_EQ(silence.error(), client_errc::timed_out);
    EXPECT_EQ(silence.error().message(), "topic orders: no broker has told of it in time; they are looked for at deaf:9092: timed out");
}

TEST(Client, SaysWhatAConnectionWaitsForWhenTheDeadlineComesFirst) {
    simulation world(1);
    auto& host = world.host("silent");
    const std::shared_ptr<acceptor> listening = host.listen("", 9092).value();
    host.spawn([](std::shared_ptr<acceptor> at) -> task<void> {
        std::vector<std::unique_ptr<stream>> kept;
        for (;;) {
            auto came = co_await at->accept();
            if (!came) co_return;
            kept.push_back(*std::move(came));
        }
    }(listening));
    auto& here = world.host("client");
    for (const auto limit : {1s, 5s, 20s}) {
        auto c = client::make(here, {.bootstrap_servers = {"silent:9092"}}).value();
        const auto topic = support::run_in(world, here, c.topic("orders", c.in(limit)), 60s);
        const auto cluster = support::run_in(world, here, c.cluster(c.in(limit)), 60s);
        const std::string why =
            "bootstrap broker silent:9092: connected, but ApiVersions was not answered (is it a Kafka listener? one that expects TLS can wait like "
            "this, too): timed out";
        ASSERT_FALSE(topic || cluster);
        EXPECT_EQ(topic.error().message(), "metadata of topic orders: " + why) << limit.count();
        EXPECT_EQ(cluster.error().message(), "failed to get metadata: " + why) << limit.count();
    }
    listening->close();
    world.run_until(world.now() + 1s);
}

TEST(Client, SaysWhichBrokerToldOfTheCluster) {
    simulation world(1);
    embedded_broker broker(world.host("broker"), {.port = 9092, .advertise = {{"broker", 9092}}});
    auto& here = world.host("client");
    auto c = client::make(here, {.bootstrap_servers = {"nowhere:9092", "broker:9092"}}).value();
    const auto by_its_name = support::run_in(world, here, c.cluster(c.in(20s)), 30s);
    ASSERT_TRUE(by_its_name) << by_its_name.error().message();
    EXPECT_EQ(by_its_name->told_by, (broker_address{1, {"broker", 9092}}));
    client_options through;
    through.bootstrap_servers = {"front:9092"};
    through.address_map = [](const broker_address&) { return endpoint{"broker", 9092}; };
    auto other = client::make(here, through).value();
    const auto unknown = support::run_in(world, here, other.cluster(other.in(20s)), 30s);
    ASSERT_TRUE(unknown) << unknown.error().message();
    EXPECT_EQ(unknown->told_by, (broker_address{-1, {"front", 9092}}));
}

TEST(Client, TellsThatATopicIsMissingWhileItIsWaitedFor) {
    struct listener : client_observer {
        void topic_missing(std::string_view topic, clock::duration limit) override { told.emplace_back(topic, limit); }
        std::vector<std::pair<std::string, clock::duration>> told;
    };
    for (const bool created : {false, true}) {
        simulation world(1);
        embedded_broker broker(world.host("broker"), {.port = 9092, .advertise = {{"broker", 9092}}});
        const auto heard = std::make_shared<listener>();
        auto& here = world.host("client");
        std::vector<std::string> logged;
        client_options o{.bootstrap_servers = {"broker:9092"}, .allow_auto_create_topics = created};
        o.log = {log_level::warning, [&](const log_line& l) { logged.push_back(to_string(l)); }};
        auto c = client::make(here, o, heard).value();
        std::optional<result<topic_metadata>> got;
        start(here.executor(), c.topic("orders", c.in(30s)), [&](result<topic_metadata> t) { got.emplace(std::move(t)); });
        start(here.executor(), c.topic("orders", c.in(30s)), [](result<topic_metadata>) {});
        world.run_until(world.now() + 2s);
        const bool found = got && *got;
        EXPECT_EQ(got.has_value(), created);
        c.core()->close();
        world.run_until(world.now() + 1s);
        if (created) {
            EXPECT_TRUE(found);
            EXPECT_TRUE(heard->told.empty() && logged.empty()) << "it was made by asking for it";
            continue;
        }
        ASSERT_EQ(heard->told.size(), 1u) << "once for both, and at once";
        EXPECT_EQ(heard->told[0].first, "orders");
        EXPECT_GT(heard->told[0].second, 25s);
        ASSERT_EQ(logged.size(), 1u);
        EXPECT_NE(logged[0].find("event=topic-missing text=\"topic orders does not exist yet; it is waited for, 2"), std::string::npos) << logged[0];
    }
}

TEST(Client, IsAwaitedFromAnyThreadAndCompletesAFuture) {
    asio::io_context io;
    auto c = client::make(io, {.bootstrap_servers = {"127.0.0.1:1"}}).value();
    auto waiting = start(io, c.topic("orders", c.in(50ms)), asio::use_future);
    std::thread one([&] { io.run(); }), other([&] { io.run(); });
    const auto got = waiting.get();
    EXPECT_FALSE(got);
    EXPECT_NE(got.error().message().find("127.0.0.1:1"), std::string::npos) << got.error().message();
    { const auto gone = std::move(c); }
    one.join();
    other.join();
}
}  // namespace client_test
