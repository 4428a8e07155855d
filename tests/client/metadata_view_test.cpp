// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/metadata_view.hpp>

#include <gtest/gtest.h>

namespace metadata_view_test {
using namespace kwire;
using namespace std::chrono_literals;

constexpr clock::time_point start{1h};

topic_metadata topic(std::string name, std::vector<leader_hint> leaders, char id = 1) {
    topic_metadata t;
    t.name = std::move(name);
    t.id.raw[0] = static_cast<std::byte>(id);
    for (const auto& l : leaders)
        t.partitions.push_back({static_cast<std::int32_t>(t.partitions.size()), l.leader, l.leader_epoch, {}, {}, {}, errc::none});
    return t;
}
topic_metadata refused(std::string name, errc why) {
    topic_metadata t;
    t.name = std::move(name);
    t.why = why;
    return t;
}
cluster_metadata cluster(std::vector<topic_metadata> topics) { return {"id", 1, {{1, {"a", 1}, {}}, {2, {"b", 2}, {}}}, std::move(topics)}; }

struct view : metadata_view {
    view() : metadata_view({}) {}
    /// Asks when it is due and is told `answer`.
    void refresh(cluster_metadata answer) {
        now = std::max(now, next_refresh());
        begin_refresh(now);
        updated(std::move(answer), now, 0);
    }
    leader_hint leader(std::int32_t p = 0) const {
        const auto* known = partition("t", p);
        return known ? leader_hint{known->leader, known->leader_epoch} : leader_hint{};
    }
    clock::time_point now = start;
};

TEST(MetadataView, AsksAtOnceForATopicThatIsNewAndThenWhenItIsTooOld) {
    view v;
    EXPECT_EQ(v.next_refresh(), clock::time_point::max());
    EXPECT_TRUE(v.want("t"));
    EXPECT_LE(v.next_refresh(), start);
    EXPECT_EQ(v.begin_refresh(start), std::vector<std::string>{"t"});
    EXPECT_EQ(v.next_refresh(), clock::time_point::max()) << "while a request is under way";
    v.updated(cluster({topic("t", {{1, 0}})}), start, 0);
    EXPECT_EQ(v.next_refresh(), start + 300s);
    EXPECT_FALSE(v.want("t"));
    EXPECT_EQ(v.next_refresh(), start + 300s);
}

TEST(MetadataView, AsksAtMostTenTimesASecondHoweverOftenItIsSuspected) {
    view v;
    v.want("t");
    int asked = 0;
    for (auto now = start; now < start + 10s; now += 1ms) {
        v.suspect();
        if (v.next_refresh() > now) continue;
        v.begin_refresh(now);
        v.updated(cluster({topic("t", {{1, 0}})}), now, 0);
        ++asked;
    }
    EXPECT_LE(asked, 101);
    EXPECT_GE(asked, 90);
}

TEST(MetadataView, AsksAgainWithGrowingPausesWhileATopicIsMissingOrHasNoLeader) {
    for (const auto& answer : {cluster({}), cluster({refused("t", errc::leader_not_available)}), cluster({topic("t", {{1, 0}, {-1, 0}})})}) {
        view v;
        v.want("t");
        std::vector<clock::duration> pauses;
        for (int i = 0; i < 8; ++i) {
            const auto before = v.now;
            v.refresh(answer);
            if (i > 0) pauses.push_back(v.now - before);
        }
        EXPECT_GE(pauses.front(), 80ms);
        EXPECT_LE(pauses.front(), 120ms);
        EXPECT_GE(pauses.back(), 800ms);
        EXPECT_LE(pauses.back(), 1200ms);
        EXPECT_GE(v.fruitless(), 2);
    }
}

TEST(MetadataView, DoesNotAskAgainForATopicThatMayNotBeSeenUnlessItIsWantedAnew) {
    view v;
    v.want("t");
    v.refresh(cluster({refused("t", errc::topic_authorization_failed)}));
    ASSERT_TRUE(v.topic("t"));
    EXPECT_EQ(v.topic("t")->why, errc::topic_authorization_failed);
    EXPECT_EQ(v.next_refresh(), v.now + 300s);
    EXPECT_TRUE(v.want("t"));
    EXPECT_LE(v.next_refresh(), v.now + 100ms);
}

TEST(MetadataView, PausesAfterFailuresAndSaysWhy) {
    view v;
    v.want("t");
    v.begin_refresh(start);
    v.failed(client_errc::no_broker_available, start, 0);
    ASSERT_TRUE(v.last_failure());
    EXPECT_EQ(*v.last_failure(), client_errc::no_broker_available);
    EXPECT_GT(v.next_refresh(), start);
    EXPECT_LE(v.next_refresh(), start + 120ms);
    v.refresh(cluster({topic("t", {{1, 0}})}));
    EXPECT_FALSE(v.last_failure());
}

TEST(MetadataView, NeverGoesBackToAnOlderLeaderEpoch) {
    view v;
    v.want("t");
    v.refresh(cluster({topic("t", {{1, 7}})}));
    v.suspect();
    v.refresh(cluster({topic("t", {{2, 6}})}));
    EXPECT_EQ(v.leader(), (leader_hint{1, 7}));
    v.suspect();
    v.refresh(cluster({topic("t", {{2, 8}})}));
    EXPECT_EQ(v.leader(), (leader_hint{2, 8}));
}

TEST(MetadataView, TakesAnUnknownEpochForNoStepBackAndStillRefusesOlderOnesAfterIt) {
    view v;
    v.want("t");
    v.refresh(cluster({topic("t", {{1, 7}})}));
    v.suspect();
    v.refresh(cluster({topic("t", {{1, -1}})}));
    EXPECT_EQ(v.leader(), (leader_hint{1, 7}));
    v.suspect();
    v.refresh(cluster({topic("t", {{2, -1}})}));
    EXPECT_EQ(v.leader(), (leader_hint{2, -1}));
    v.suspect();
    v.refresh(cluster({topic("t", {{1, 6}})}));
    EXPECT_EQ(v.leader(), (leader_hint{2, -1}));
}

TEST(MetadataView, KeepsLeadersWhenATopicVanishesFromAnAnswer) {
    view v;
    v.want("t");
    v.refresh(cluster({topic("t", {{1, 7}})}));
    v.suspect();
    v.refresh(cluster({}));
    EXPECT_EQ(v.leader(), (leader_hint{1, 7}));
    EXPECT_EQ(v.topic("t")->why, errc::unknown_topic_or_partition);
    v.refresh(cluster({topic("t", {{1, 7}, {2, 0}})}));
    EXPECT_EQ(v.topic("t")->why, errc::none);
    EXPECT_EQ(v.leader(1), (leader_hint{2, 0}));
}

TEST(MetadataView, TakesATopicWithAnotherIdForAnotherTopic) {
    view v;
    v.want("t");
    v.refresh(cluster({topic("t", {{1, 7}, {1, 7}})}));
    v.suspect();
    v.refresh(cluster({topic("t", {{2, 0}}, 9)}));
    EXPECT_EQ(v.leader(), (leader_hint{2, 0}));
    EXPECT_EQ(v.topic("t")->partitions.size(), 1u);
    EXPECT_FALSE(v.topic(topic("t", {}).id));
    EXPECT_TRUE(v.topic(topic("t", {}, 9).id));
}

TEST(MetadataView, TakesAHintOnlyIfItsEpochIsNewer) {
    view v;
    v.want("t");
    v.refresh(cluster({topic("t", {{1, 7}})}));
    EXPECT_FALSE(v.hint("t", 0, {2, 7}));
    EXPECT_FALSE(v.hint("t", 0, {2, -1}));
    EXPECT_FALSE(v.hint("t", 1, {2, 9}));
    EXPECT_FALSE(v.hint("u", 0, {2, 9}));
    EXPECT_TRUE(v.hint("t", 0, {2, 8}));
    EXPECT_EQ(v.leader(), (leader_hint{2, 8}));
    v.suspect();
    v.refresh(cluster({topic("t", {{1, 7}})}));
    EXPECT_EQ(v.leader(), (leader_hint{2, 8})) << "the brokers' view lags behind the hint";
}

TEST(MetadataView, CountsRefreshesThatDidNotHelpSoThatAnotherBrokerCanBeAsked) {
    view v;
    v.want("t");
    for (int i = 0; i < 3; ++i) {
        v.refresh(cluster({topic("t", {{1, 7}})}));
        v.suspect();
    }
    EXPECT_GE(v.fruitless(), 2);
    v.refresh(cluster({topic("t", {{2, 8}})}));
    EXPECT_EQ(v.fruitless(), 0);
}

TEST(MetadataView, FillsHolesInTheNumbersOfPartitionsAndIgnoresAbsurdOnes) {
    metadata_response r;
    r.topics.push_back({});
    r.topics[0].name = "t";
    for (const auto index : {2, 0, 2'000'000'000}) r.topics[0].partitions.push_back({errc::none, index, 1, 0, {}, {}, {}, {}});
    const auto c = to_cluster(r);
    ASSERT_EQ(c.topics[0].partitions.size(), 3u);
    EXPECT_EQ(c.topics[0].partitions[1].leader, -1);
    EXPECT_EQ(c.topics[0].partitions[2].partition, 2);
}
}  // namespace metadata_view_test
