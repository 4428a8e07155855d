// SPDX-License-Identifier: Apache-2.0
// 25: dead brokers in the metadata. 26: advertised addresses that cannot be reached. 27: names.
#include "real.hpp"
#include "session.hpp"
#include "simulated.hpp"

namespace kwire_test::scenario_25_27_test {
/// Records in flight to each partition of "t"; ends are written down.
struct sent_to_each {
    sent_to_each(simulated_world& w, const producer& p, int partitions) {
        for (std::int32_t i = 0; i < partitions; ++i) {
            producer_record r;
            r.topic = "t";
            r.partition = i;
            r.value = as_bytes("value");
            ends.push_back(w.begin(p.send(r)));
        }
    }
    std::vector<std::shared_ptr<std::optional<result<delivery>>>> ends;
};

TEST(Scenario25, FiveDeadBrokersOfSixHoldUpNobody) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        simulated_world w(seed);
        w.serve_brokers(6, {.topics = {{"t", 6}}, .replication_factor = 1});
        for (int dead = 2; dead <= 6; ++dead) w.world.crash("b" + std::to_string(dead), dead % 2 == 0);
        std::vector<std::string> bootstrap;
        for (int i = 1; i <= 6; ++i) bootstrap.push_back("b" + std::to_string(i) + ":" + std::to_string(9091 + i));
        const auto c = client::make(w.here, {.bootstrap_servers = bootstrap}).value();
        const auto known = w.run(c.topic("t", c.in(10s)));
        ASSERT_TRUE(known) << known.error().message();
        EXPECT_LE(w.took, 2s) << "five others are tried beside the one that is silent";
        const auto p = producer::make(c, {.delivery_timeout = 8s}).value();
        const sent_to_each sent(w, p, 6);
        w.pass(1s);
        for (std::int32_t i = 0; i < 6; ++i) {
            const bool alive = w.brokers->leader("t", i) == 1;
            const auto& end = *sent.ends[static_cast<std::size_t>(i)];
            EXPECT_EQ(end.has_value(), alive) << "partition " << i;
            if (alive && end) { EXPECT_TRUE(*end) << end->error().message(); }
        }
        w.pass(8s);
        for (std::int32_t i = 0; i < 6; ++i) {
            const auto node = w.brokers->leader("t", i);
            const auto& end = *sent.ends[static_cast<std::size_t>(i)];
            ASSERT_TRUE(end) << "partition " << i << " outlived its deadline";
            if (node == 1) continue;
            ASSERT_FALSE(*end);
            EXPECT_TRUE(has(end->error().message(), "broker " + std::to_string(node) + " at b" + std::to_string(node))) << end->error().message();
            EXPECT_EQ(outcome_of(*end), delivery_outcome::not_written);
        }
    }
}

TEST(Scenario25, WhenEveryBootstrapAddressIsDeadALearnedBrokerIsAsked) {
    simulated_world w;
    w.serve_brokers(3, {.default_partitions = 3});
    const auto c = client::make(w.here, quick_client({"b1:9092"})).value();
    ASSERT_TRUE(w.run(session(&c, "before", 6, 3)));
    w.world.crash("b1", true);
    w.brokers->stop_node(1);
    const auto got = w.run(session(&c, "after", 6, 3));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(*got, expected_session(6, 3));
    EXPECT_LE(w.took, 6s) << "one attempt to connect, which is silent, and little more";
}

TEST(Scenario25, WhenEveryLearnedBrokerIsDeadTheBootstrapAddressIsAskedAgain) {
    simulated_world w;
    w.world.alias("kafka", "b1");
    w.serve_brokers(2, {.default_partitions = 2});
    const auto c = client::make(w.here, quick_client({"kafka:9092"})).value();
    ASSERT_TRUE(w.run(session(&c, "t", 6, 2)));
    for (const auto* name : {"b1", "b2"}) w.world.crash(name, true);
    w.brokers.reset();
    auto& elsewhere = w.world.host("elsewhere");
    embedded_broker moved(elsewhere, {.port = 9092, .advertise = {{"elsewhere", 9092}}, .default_partitions = 2});
    w.world.alias("kafka", "elsewhere");
    const auto got = w.run(session(&c, "t", 6, 2));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(*got, expected_session(6, 2));
    EXPECT_LE(w.took, 12s);
}

TEST(Scenario26, AnAdvertisedAddressThatCannotBeReachedIsNamedWithItsCure) {
    for (const std::string advertised : {"10.255.255.1", "no-such-host.invalid", "127.0.0.1"}) {
        SCOPED_TRACE(advertised);
        simulated_world w;
        w.world.host("10.255.255.1");
        w.world.crash("10.255.255.1", true);
        w.world.alias("kafka", "b1");
        w.serve_brokers(1, {.topics = {{"t", 1}}, .advertise = {{advertised, 9092}}});
        const auto c = client::make(w.here, {.bootstrap_servers = {"kafka:9092"}}).value();
        EXPECT_TRUE(w.run(c.topic("t", c.in(5s)))) << "the bootstrap address is good";
        const auto sent = w.send_one(c, 12s);
        ASSERT_FALSE(sent);
        EXPECT_TRUE(has(sent.error().message(),
                        "the cluster was reached, but not at the address that this broker advertises (fix its advertised.listeners, or map the "
                        "address): broker 1 at " +
                            advertised + ":9092"))
            << sent.error().message();
        EXPECT_EQ(outcome_of(sent), delivery_outcome::not_written);
        EXPECT_LE(w.took, 12s + 250ms);
    }
}

/// Partitions 0 and 2 are led by brokers that are well, 1 by one whose name makes trouble.
void expect_others_unaffected(simulated_world& w) {
    const auto c = client::make(w.here, {.bootstrap_servers = {"b1:9092"}}).value();
    const auto p = producer::make(c, {.delivery_timeout = 20s}).value();
    const sent_to_each sent(w, p, 3);
    w.pass(1s);
    for (std::int32_t i = 0; i < 3; ++i) {
        const auto& end = *sent.ends[static_cast<std::size_t>(i)];
        EXPECT_EQ(end.has_value(), w.brokers->leader("t", i) != 2) << "partition " << i;
        if (end) { EXPECT_TRUE(*end) << end->error().message(); }
    }
    w.pass(20s);
    for (const auto& end : sent.ends) EXPECT_TRUE(end->has_value());
}

TEST(Scenario27, ANameThatIsUnknownOrSlowHoldsUpOnlyItsOwnBroker) {
    for (const bool unknown : {true, false}) {
        simulated_world w;
        const endpoint second{unknown ? "no-such-host.invalid" : "slow", 9093};
        w.world.alias("slow", "b2");
        w.world.slow_names["slow"] = 10s;
        w.serve_brokers(3, {.topics = {{"t", 3}}, .advertise = {{"b1", 9092}, second, {"b3", 9094}}, .replication_factor = 1});
        expect_others_unaffected(w);
    }
}

TEST(Scenario27, ABrokerIsLookedUpAgainAtEachConnect) {
    simulated_world w;
    w.world.alias("kafka-1", "first");
    auto& first = w.world.host("first");
    auto& second = w.world.host("second");
    auto here = std::make_unique<embedded_broker>(first, broker_options{.port = 9092, .advertise = {{"kafka-1", 9092}}});
    const auto c = client::make(w.here, quick_client({"kafka-1:9092"})).value();
    ASSERT_TRUE(w.run(session(&c, "t1", 3, 1)));
    w.world.crash("first", false);
    here = std::make_unique<embedded_broker>(second, broker_options{.port = 9092, .advertise = {{"kafka-1", 9092}}});
    w.world.alias("kafka-1", "second");
    const auto got = w.run(session(&c, "t2", 3, 1));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_LE(w.took, 2s);
}

TEST(Scenario27, TwoBrokersAtOneAddressAreTwo) {
    simulated_world w;
    w.serve_brokers(1);
    const auto p = pool::make(w.here, {});
    p->update_brokers({{1, {"b1", 9092}}, {2, {"b1", 9092}}});
    const auto one = w.run(p->connect(1, role::produce, w.world.now() + 5s)), two = w.run(p->connect(2, role::produce, w.world.now() + 5s));
    ASSERT_TRUE(one && two);
    EXPECT_NE(*one, *two);
    EXPECT_EQ((*one)->peer(), "broker 1 at b1:9092");
    EXPECT_EQ((*two)->peer(), "broker 2 at b1:9092");
    p->close();
    w.pass(1s);
}

TEST(Scenario27, ANameWithADeadAddressAndALiveOneIsReached) {
    real_world w;
    auto& env = w.env;
    embedded_broker broker(*env, {.default_partitions = 1});  // on 127.0.0.1 only; localhost is ::1 as well where there is IPv6
    auto c = client::make(*env, quick_client({"localhost:" + std::to_string(broker.address(1).port)})).value();
    const auto got = w.run(c.cluster(c.in(20s)));
    EXPECT_TRUE(got) << got.error().message();
}
}  // namespace kwire_test::scenario_25_27_test
