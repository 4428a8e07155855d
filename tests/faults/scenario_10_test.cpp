// SPDX-License-Identifier: Apache-2.0
// 10: agreeing on versions, with brokers that refuse, mislead, or change.
#include "session.hpp"
#include "simulated.hpp"

#include <kwire/net/connection.hpp>
#include <kwire/protocol/messages/produce.hpp>

namespace kwire_test::scenario_10_test {
TEST(Scenario10, ABrokerThatRefusesIsAskedTwiceAtMostWhateverItHints) {
    struct hint {
        const char* name;
        std::string versions;  // of ApiVersions itself, as the refusal names them
        int second;
    };
    const hint all[] = {
        {"none", int32_bytes(0), 0},
        {"lower", int32_bytes(1) + scripted_peer::range(18, 0, 2), 2},
        {"not lower", int32_bytes(1) + scripted_peer::range(18, 0, 9), 0},
        {"beyond us", int32_bytes(1) + scripted_peer::range(18, 7, 9), 0},
        {"upside down", int32_bytes(1) + scripted_peer::range(18, 3, 1), 0},
        {"below zero", int32_bytes(1) + scripted_peer::range(18, -5, -1), 0},
    };
    for (const auto& one : all) {
        SCOPED_TRACE(one.name);
        std::vector<int> asked;
        simulated_world w;
        w.serve_script("kafka", [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            for (;;) {
                const auto r = co_await p->read();
                if (!r) co_return;
                asked.push_back(r->version);
                co_await p->answer(r->correlation_id, int16_bytes(35) + one.versions);
            }
        });
        const auto c = connection::make(w.here, w.here.make_stream(), {});
        const auto opened = w.run(c->open({"kafka", 9092}, w.world.now() + 5s));
        ASSERT_FALSE(opened);
        EXPECT_TRUE(has(opened.error().message(), "UNSUPPORTED_VERSION (35)")) << opened.error().message();
        EXPECT_EQ(asked, (std::vector<int>{4, one.second}));
        EXPECT_LE(w.took, 1s);
    }
}

TEST(Scenario10, BrokersThatAreRolledToOtherVersionsAreFollowed) {
    simulated_world w;
    w.serve_brokers(2, {.versions = version_profile::kafka_2_8, .default_partitions = 2});
    const auto c = client::make(w.here, quick_client({"b1:9092", "b2:9093"})).value();
    int round = 0;
    for (const auto profile : {version_profile::kafka_2_8, version_profile::kafka_3_9, version_profile::kafka_4_3, version_profile::kafka_3_9}) {
        SCOPED_TRACE(to_string(profile));
        if (++round > 1) {
            w.brokers.reset();
            w.pass(100ms);
            w.serve_brokers(2, {.versions = profile, .default_partitions = 2});
        }
        const auto topic = "t" + std::to_string(round);
        const auto got = w.run(session(&c, topic, 6, 2));
        ASSERT_TRUE(got) << got.error().message();
        EXPECT_EQ(*got, expected_session(6, 2));
        EXPECT_LE(w.took, 5s);
        const auto newest = std::min(find_offered(profile, produce_request::api_key)->offered.last, produce_request::last_version);
        bool produced = false;
        for (const auto& r : w.brokers->history())
            if (r.api_key == produce_request::api_key) {
                produced = true;
                EXPECT_EQ(r.api_version, newest);
            }
        EXPECT_TRUE(produced);
    }
}
}  // namespace kwire_test::scenario_10_test
