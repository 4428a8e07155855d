// SPDX-License-Identifier: Apache-2.0
// What is looked up before work begins (partitions, leaders, offsets) is asked again until the deadline when the way to the
// brokers fails, over sockets as in simulation.
#include "support/run_in.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/client/consumer.hpp>
#include <kwire/client/offsets.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>
#include <kwire/protocol/messages/list_offsets.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <gtest/gtest.h>

namespace kwire::lookups_test {
using namespace std::chrono_literals;

struct LookUps : ::testing::Test {
    template <class T> T run(task<T> work) { return support::run_in(sim, host, std::move(work), 10min); }
    void hang_up_on(std::int16_t api_key, int times) { broker.next(api_key, reaction::closing_before(), times); }

    simulation sim{17};
    environment& host = sim.host("client");
    embedded_broker broker{{&sim.host("one")}, {.topics = {{"orders", 3}}, .port = 9092, .advertise = {{"one", 9092}}}};
    client c = client::make(host, {.bootstrap_servers = {"one:9092"}}).value();
};

TEST_F(LookUps, AnAssignmentOutlivesLostConnections) {
    hang_up_on(metadata_request::api_key, 4);
    const auto k = consumer::make(c, {}).value();
    const auto assigned = run(k.assign("orders", offset_spec::oldest()));
    EXPECT_TRUE(assigned) << assigned.error().message();
    EXPECT_EQ(k.assigned().size(), 3u);
}

TEST_F(LookUps, PartitionsOutliveLostConnections) {
    hang_up_on(metadata_request::api_key, 4);
    const auto k = consumer::make(c, {}).value();
    const auto found = run(k.partitions("orders"));
    EXPECT_TRUE(found) << found.error().message();
}

TEST_F(LookUps, AClusterAndItsOffsetsOutliveLostConnections) {
    hang_up_on(metadata_request::api_key, 4);
    const auto cluster = run(c.cluster(c.in(20s)));
    EXPECT_TRUE(cluster) << cluster.error().message();
    hang_up_on(list_offsets_request::api_key, 4);
    const auto found = run(list_offsets(c, {{"orders", 0, offset_spec::newest()}}, c.in(20s)));
    EXPECT_TRUE(found[0]) << found[0].error().message();
}

TEST_F(LookUps, PartitionsThatCameLaterAreFound) {
    const auto k = consumer::make(c, {}).value();
    ASSERT_EQ(run(k.partitions("orders")).value().size(), 3u);
    const auto enlarge = [&](int partitions) {
        broker.delete_topic("orders");
        ASSERT_TRUE(broker.create_topic("orders", partitions));
    };
    enlarge(5);
    EXPECT_EQ(run(k.partitions("orders")).value().size(), 5u);
    enlarge(6);
    const auto p = run(k.consume_partition("orders", 5, offset_spec::oldest()));
    EXPECT_TRUE(p) << p.error().message();
    enlarge(7);
    ASSERT_TRUE(run(consumer::make(c, {}).value().assign("orders", 6, offset_spec::oldest())));
    enlarge(8);
    const auto all = consumer::make(c, {}).value();
    ASSERT_TRUE(run(all.assign("orders", offset_spec::oldest())));
    EXPECT_EQ(all.assigned().size(), 8u);
}

TEST_F(LookUps, PartitionsOfATopicThatWasDeletedAreNotToldFromMemory) {
    auto brokers_make_none = client_options{.bootstrap_servers = {"one:9092"}, .allow_auto_create_topics = false};
    const auto other = client::make(host, brokers_make_none).value();
    const auto k = consumer::make(other, {}).value();
    ASSERT_EQ(run(k.partitions("orders")).value().size(), 3u);
    broker.delete_topic("orders");
    const auto gone = run(k.partitions("orders"));
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error(), client_errc::unknown_topic_or_partition) << gone.error().message();
}

TEST_F(LookUps, ABrokerThatIsDownForAMomentIsAskedAgain) {
    broker.stop_node(1);
    sim.at(sim.now() + 2s, [&] { EXPECT_TRUE(broker.start_node(1)); });
    const auto k = consumer::make(c, {}).value();
    const auto assigned = run(k.assign("orders", offset_spec::oldest()));
    EXPECT_TRUE(assigned) << assigned.error().message();
    broker.stop_node(1);
    sim.at(sim.now() + 2s, [&] { EXPECT_TRUE(broker.start_node(1)); });
    const auto cluster = run(c.cluster(c.in(20s)));
    EXPECT_TRUE(cluster) << cluster.error().message();
    broker.stop_node(1);
    sim.at(sim.now() + 2s, [&] { EXPECT_TRUE(broker.start_node(1)); });
    const auto found = run(list_offsets(c, {{"orders", 0, offset_spec::newest()}}, c.in(20s)));
    EXPECT_TRUE(found[0]) << found[0].error().message();
}

TEST_F(LookUps, EndAtTheirDeadlineWithWhatFailedLast) {
    broker.stop_node(1);
    const auto before = sim.now();
    const auto cluster = run(c.cluster(c.in(5s)));
    EXPECT_LE(sim.now() - before, 5250ms);
    EXPECT_GE(sim.now() - before, 3s) << "it gave up before its deadline";
    ASSERT_FALSE(cluster);
    EXPECT_NE(cluster.error().message().find("nothing listens on this port"), std::string::npos) << cluster.error().message();
}

// Sockets have error codes of their own.
TEST(LookUpsOverSockets, ABrokerThatIsDownForAMomentIsAskedAgain) {
    broker_thread b({.topics = {{"orders", 3}}});
    b.run([](embedded_broker& e) { e.stop_node(1); });
    asio::io_context io(1);
    const auto c = client::make(io, {.bootstrap_servers = {b.bootstrap()}}).value();
    std::optional<result<cluster_metadata>> got;
    asio::steady_timer later(io, 300ms);
    later.async_wait([&](std::error_code) { b.run([](embedded_broker& e) { EXPECT_TRUE(e.start_node(1)); }); });
    start(io, c.cluster(c.in(60s)), [&](auto r) {
        got.emplace(std::move(r));
        c.core()->close();
    });
    io.run();
    ASSERT_TRUE(got);
    EXPECT_TRUE(*got) << got->error().message();
}
}  // namespace kwire::lookups_test
