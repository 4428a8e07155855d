// SPDX-License-Identifier: Apache-2.0
// The embedded broker as Kafka 2.8, 3.9 and 4.3: what it offers it also answers, and nothing beyond; and how topics come about.
#include "requests.hpp"
#include "support/odd_batches.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/protocol/messages/api_versions.hpp>
#include <kwire/protocol/messages/find_coordinator.hpp>
#include <kwire/protocol/messages/init_producer_id.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/offset_for_leader_epoch.hpp>

namespace kwire::testing::profiles_test {
constexpr version_profile profiles[] = {version_profile::kafka_2_8, version_profile::kafka_3_9, version_profile::kafka_4_3};

template <message Request> Request plain() {
    Request r;
    if constexpr (std::is_same_v<Request, api_versions_request>) r.client_software_name = "raw", r.client_software_version = "1";
    if constexpr (std::is_same_v<Request, produce_request>) r.acks = -1;
    return r;
}

/// Every offered version is answered; the ones beside them close the connection.
template <message Request> void answers_all_of(broker_thread& broker, version_profile as) {
    const auto* offered = find_offered(as, Request::api_key);
    ASSERT_NE(offered, nullptr) << Request::name;
    for (auto v = offered->accepted_since; v <= offered->offered.last; ++v) {
        raw_peer peer(broker.bootstrap());
        EXPECT_TRUE(peer.ask(plain<Request>(), v)) << Request::name << " v" << v << " as " << to_string(as);
    }
    if (Request::api_key == api_versions_request::api_key) return;
    for (const int v : {offered->accepted_since - 1, offered->offered.last + 1}) {
        if (v < Request::first_version || v > Request::last_version) continue;
        raw_peer peer(broker.bootstrap());
        peer.send(plain<Request>(), static_cast<std::int16_t>(v));
        EXPECT_TRUE(peer.is_closed()) << Request::name << " v" << v << " as " << to_string(as);
    }
}

metadata_request about(std::optional<std::string_view> name, bool make = true) {
    metadata_request r;
    r.topics.emplace();
    r.topics->emplace_back().name = name;
    r.allow_auto_topic_creation = make;
    return r;
}
errc asked(raw_peer& peer, std::string_view name, bool make = true) { return peer.ask(about(name, make), 9)->topics.at(0).error_code; }

TEST(BrokerProfile, AnswersEveryVersionThatItOffers) {
    for (const auto as : profiles) {
        broker_thread broker({.versions = as});
        answers_all_of<api_versions_request>(broker, as);
        answers_all_of<metadata_request>(broker, as);
        answers_all_of<produce_request>(broker, as);
        answers_all_of<fetch_request>(broker, as);
        answers_all_of<list_offsets_request>(broker, as);
        answers_all_of<init_producer_id_request>(broker, as);
        answers_all_of<offset_for_leader_epoch_request>(broker, as);
        answers_all_of<find_coordinator_request>(broker, as);
    }
}

TEST(BrokerProfile, SaysInApiVersionsWhatItOffers) {
    for (const auto as : profiles) {
        broker_thread broker({.versions = as});
        raw_peer peer(broker.bootstrap());
        const auto said = peer.ask(plain<api_versions_request>(), 3);
        ASSERT_EQ(said->api_keys.size(), offered_apis(as).size());
        for (const auto& a : said->api_keys) {
            const auto* offered = find_offered(as, a.api_key);
            ASSERT_NE(offered, nullptr);
            EXPECT_EQ(a.min_version, offered->offered.first);
            EXPECT_EQ(a.max_version, offered->offered.last);
        }
    }
}

TEST(BrokerProfile, RefusesSoftwareNamesThatKip511DoesNotAllow) {
    broker_thread broker;
    raw_peer peer(broker.bootstrap());
    api_versions_request r;
    r.client_software_name = "no spaces";
    r.client_software_version = "1";
    EXPECT_EQ(peer.ask(r, 3)->error_code, errc::invalid_request);
    r.client_software_name = "fine";
    EXPECT_EQ(peer.ask(r, 3)->error_code, errc::none);
}

TEST(BrokerProfile, AreKnownByTheirNames) {
    for (const auto as : profiles) EXPECT_EQ(parse_version_profile(to_string(as)).value(), as);
    const auto other = parse_version_profile("1.0");
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().message().find("2.8 3.9 4.3"), std::string::npos) << other.error().message();
}

TEST(BrokerTopics, AreMadeWhenFirstNamedAndUsableAtOnce) {
    broker_thread broker({.default_partitions = 3});
    raw_peer peer(broker.bootstrap());
    EXPECT_EQ(asked(peer, "new", false), errc::unknown_topic_or_partition);
    const auto made = peer.ask(about("new"), 9);
    ASSERT_EQ(made->topics.at(0).partitions.size(), 3u);
    for (const auto& p : made->topics.at(0).partitions) EXPECT_EQ(p.leader_id, 1);
    EXPECT_EQ(produce(peer, "new", batch_of(1)).base_offset, 0);
    EXPECT_EQ(produce(peer, "other", batch_of(1)).error_code, errc::unknown_topic_or_partition) << "Produce makes none";
}

TEST(BrokerTopics, AreNotMadeWhereThatIsSwitchedOff) {
    broker_thread broker({.auto_create_topics = false});
    raw_peer peer(broker.bootstrap());
    EXPECT_EQ(asked(peer, "new"), errc::unknown_topic_or_partition);
    EXPECT_FALSE(broker.run([](embedded_broker& b) { return b.has_topic("new"); }));
}

TEST(BrokerTopics, HaveNamesOfLettersDigitsDotsUnderscoresAndHyphens) {
    broker_thread broker;
    raw_peer peer(broker.bootstrap());
    for (const auto* wrong : {"", ".", "..", "a b", "a/b", "\xc3\xa4"}) EXPECT_EQ(asked(peer, wrong), errc::invalid_topic_exception) << wrong;
    EXPECT_EQ(asked(peer, std::string(250, 'a')), errc::invalid_topic_exception);
    for (const auto& right : {std::string("a.b_c-D9"), std::string(249, 'a'), std::string("...")}) EXPECT_EQ(asked(peer, right), errc::none) << right;
}

TEST(BrokerTopics, AreFoundByTheIdThatMetadataNames) {
    broker_thread broker({.topics = {{"t", 1}}});
    raw_peer peer(broker.bootstrap());
    const auto named = peer.ask(about("t"), 12);
    metadata_request r;
    r.topics.emplace();
    r.topics->emplace_back().name.reset();
    r.topics->at(0).topic_id = named->topics.at(0).topic_id;
    EXPECT_EQ(peer.ask(r, 12)->topics.at(0).name, "t");
    r.topics->at(0).topic_id.raw[0] ^= std::byte{1};
    EXPECT_EQ(peer.ask(r, 12)->topics.at(0).error_code, errc::unknown_topic_id);
    auto f = fetch_of("", 0);
    f.topics[0].topic_id = r.topics->at(0).topic_id;
    EXPECT_EQ(peer.ask(f, 17)->responses.at(0).partitions.at(0).error_code, errc::unknown_topic_id);
}

TEST(BrokerTopics, AreLedByAnotherNodeOnceTheirLeaderIsGone) {
    broker_thread broker({.nodes = 3, .topics = {{"t", 1}}});
    const auto leader = broker.run([](embedded_broker& b) { return b.leader("t", 0); });
    const auto other = broker.run([&](embedded_broker& b) {
        b.stop_node(leader);
        return b.leader("t", 0);
    });
    EXPECT_NE(other, leader);
    EXPECT_GT(other, 0);
    raw_peer third(broker.run([&](embedded_broker& b) { return to_string(b.address(6 - leader - other)); }));
    const auto refused = produce(third, "t", batch_of(1), 10);
    EXPECT_EQ(refused.error_code, errc::not_leader_or_follower);
    EXPECT_EQ(refused.current_leader.leader_id, other);
    raw_peer second(broker.run([&](embedded_broker& b) { return to_string(b.address(other)); }));
    EXPECT_EQ(produce(second, "t", batch_of(1)).error_code, errc::none);
    broker.run([&](embedded_broker& b) { b.start_node(leader).value(); });
    EXPECT_EQ(broker.run([](embedded_broker& b) { return b.leader("t", 0); }), other) << "no preferred election";
}
}  // namespace kwire::testing::profiles_test
