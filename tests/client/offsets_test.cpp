// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/offsets.hpp>

#include "support/run_in.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <gtest/gtest.h>

namespace kwire::offsets_test {
using namespace std::chrono_literals;

offset_lookup one(offset_spec what) { return offset_lookup({{"orders", 0, what, 4, {}}}, isolation_level::read_uncommitted); }

list_offsets_response says(std::int64_t offset, errc code = errc::none, std::int64_t timestamp = -1) {
    list_offsets_response r;
    r.topics.emplace_back().name = "orders";
    auto& p = r.topics[0].partitions.emplace_back();
    p.offset = offset;
    p.error_code = code;
    p.timestamp = timestamp;
    return r;
}
std::int64_t asks(offset_lookup& l) {
    const auto m = l.next();
    if (!m) return 0;
    EXPECT_EQ(m->replica_id, -1);
    EXPECT_EQ(m->topics[0].partitions[0].current_leader_epoch, 4);
    return m->topics[0].partitions[0].timestamp;
}

TEST(OffsetLookup, AsksForBothEndsByKafkasNumbers) {
    auto oldest = one(offset_spec::oldest()), newest = one(offset_spec::newest());
    EXPECT_EQ(asks(oldest), -2);
    EXPECT_EQ(asks(newest), -1);
    newest.answered(says(70));
    EXPECT_FALSE(newest.next());
    EXPECT_EQ((*newest.items()[0].found)->offset, 70);
    EXPECT_TRUE((*newest.items()[0].found)->at_end);
}

TEST(OffsetLookup, ATimestampThatIsTooYoungIsTheEnd) {
    auto l = one(offset_spec::since(std::chrono::sys_time<std::chrono::milliseconds>(1700ms)));
    EXPECT_EQ(asks(l), 1700);
    l.answered(says(-1));
    EXPECT_EQ(asks(l), -1);
    l.answered(says(70));
    EXPECT_FALSE(l.next());
    EXPECT_EQ((*l.items()[0].found)->offset, 70);
    EXPECT_TRUE((*l.items()[0].found)->at_end);
}

TEST(OffsetLookup, TheHighestTimestampOfAnEmptyLogIsItsEnd) {
    auto l = one(offset_spec::max_timestamp());
    EXPECT_EQ(asks(l), -3);
    l.answered(says(-1));
    EXPECT_EQ(asks(l), -1);
    l.answered(says(70));
    EXPECT_EQ((*l.items()[0].found)->offset, 70);
    EXPECT_TRUE((*l.items()[0].found)->at_end);
}

// An older broker would take -3 for a time before all records, and answer with the oldest.
TEST(OffsetLookup, TheHighestTimestampIsNotAskedOfABrokerThatDoesNotKnowIt) {
    auto old = one(offset_spec::max_timestamp()), young = one(offset_spec::max_timestamp());
    EXPECT_FALSE(old.next(6));
    EXPECT_EQ(old.items()[0].found->error(), client_errc::version_not_supported);
    EXPECT_TRUE(young.next(7));
}

TEST(OffsetLookup, ATimeBefore1970IsNotTakenForANameOfAnEnd) {
    for (const auto when : {-1ms, -2ms, -3ms, -1000ms}) {
        auto l = one(offset_spec::since(std::chrono::sys_time<std::chrono::milliseconds>(when)));
        EXPECT_EQ(asks(l), 0) << when.count();
    }
}

TEST(OffsetLookup, BeforeTheEndDoesNotGoBeforeTheBeginning) {
    for (const auto& [back, expected] : {std::pair{10, 60}, {20, 55}, {1000, 55}, {0, 70}, {-3, 70}}) {
        auto l = one(offset_spec::before_end(back));
        EXPECT_EQ(asks(l), -1);
        l.answered(says(70));
        EXPECT_EQ(asks(l), -2);
        l.answered(says(55));
        EXPECT_EQ((*l.items()[0].found)->offset, expected) << back;
        EXPECT_EQ((*l.items()[0].found)->at_end, expected == 70) << back;
    }
}

TEST(OffsetLookup, AnOffsetNeedsNoQuestion) {
    auto l = one(offset_spec::at(7));
    EXPECT_FALSE(l.next());
    EXPECT_EQ((*l.items()[0].found)->offset, 7);
}

TEST(OffsetLookup, WhatTheAnswerLeavesOutIsAnError) {
    auto l = one(offset_spec::oldest());
    l.next();
    l.answered({});
    ASSERT_FALSE(l.next());
    EXPECT_EQ(l.items()[0].found->error(), client_errc::unexpected_answer);
}

TEST(OffsetLookup, KeepsTheBrokersError) {
    auto l = one(offset_spec::oldest());
    l.next();
    l.answered(says(-1, errc::topic_authorization_failed));
    EXPECT_EQ(l.items()[0].found->error(), errc::topic_authorization_failed);
}

struct Offsets : ::testing::Test {
    using outcomes = std::vector<result<located_offset>>;
    outcomes ask(std::vector<offset_query> queries, clock::duration within = 10s) {
        return support::run_in(sim, host, list_offsets(c, std::move(queries), c.in(within)), 60s);
    }
    simulation sim{7};
    environment& host = sim.host("client");
    embedded_broker broker{{&sim.host("one"), &sim.host("two")},
                           {.nodes = 2, .topics = {{"orders", 3}}, .port = 9092, .advertise = {{"one", 9092}, {"two", 9093}}}};
    client c = client::make(host, {.bootstrap_servers = {"one:9092"}}).value();
};

TEST_F(Offsets, AreAskedOfEachLeader) {
    broker.move_leader("orders", 0, 1);
    broker.move_leader("orders", 1, 2);
    const auto got = ask({{"orders", 0, offset_spec::newest()}, {"orders", 1, offset_spec::oldest()}, {"orders", 2, offset_spec::at(5)}});
    for (const auto& r : got) ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(got[0]->offset, 0);
    EXPECT_EQ(got[1]->offset, 0);
    EXPECT_EQ(got[2]->offset, 5);
}

TEST_F(Offsets, AreAskedAgainAfterALeaderMoved) {
    ask({{"orders", 0, offset_spec::newest()}});
    broker.move_leader("orders", 0, broker.leader("orders", 0) == 1 ? 2 : 1);
    const auto got = ask({{"orders", 0, offset_spec::newest()}});
    ASSERT_TRUE(got[0]) << got[0].error().message();
}

TEST_F(Offsets, AreRefusedForAPartitionThatIsNotThere) {
    const auto got = ask({{"orders", 17, offset_spec::newest()}, {"orders", 0, offset_spec::newest()}});
    ASSERT_FALSE(got[0]);
    EXPECT_EQ(got[0].error().message().substr(0, 70), "list offsets: orders[17]: it has 3 partitions, numbered from 0: unknow");
    EXPECT_TRUE(got[1]);
}

TEST_F(Offsets, AreFoundOfPartitionsThatATopicWasGivenSince) {
    ask({{"orders", 0, offset_spec::newest()}});
    broker.delete_topic("orders");
    ASSERT_TRUE(broker.create_topic("orders", 5));
    const auto got = ask({{"orders", 0, offset_spec::newest()}, {"orders", 3, offset_spec::newest()}, {"orders", 4, offset_spec::newest()}});
    for (const auto& r : got) EXPECT_TRUE(r) << r.error().message();
    broker.clear_history();
    EXPECT_FALSE(ask({{"orders", 5, offset_spec::newest()}, {"orders", 6, offset_spec::newest()}})[1]);
    EXPECT_EQ(broker.history_of<metadata_request>().size(), 1u) << "asked once for both";
}

TEST_F(Offsets, EndAtTheDeadlineWhenNobodyLeads) {
    ask({{"orders", 0, offset_spec::newest()}});
    broker.move_leader("orders", 0, -1);
    const auto before = sim.now();
    const auto got = ask({{"orders", 0, offset_spec::newest()}}, 3s);
    ASSERT_FALSE(got[0]);
    EXPECT_LE(sim.now(), before + 3250ms);
}

TEST_F(Offsets, EndAtOnceWhenTheClientIsClosedInAPauseBetweenAttempts) {
    ask({{"orders", 0, offset_spec::newest()}});
    broker.move_leader("orders", 0, -1);
    std::optional<outcomes> got;
    start(host.executor(), list_offsets(c, {{"orders", 0, offset_spec::newest()}}, c.in(60s)), [&](outcomes o) { got.emplace(std::move(o)); });
    sim.run_until(sim.now() + 10s);  // the pauses are long by now
    ASSERT_FALSE(got);
    c.core()->close();
    sim.run_until(sim.now() + 1ms);
    ASSERT_TRUE(got);
    EXPECT_FALSE(got->front());
}
}  // namespace kwire::offsets_test
