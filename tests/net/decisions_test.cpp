// SPDX-License-Identifier: Apache-2.0
// The small decisions: how long to pause, which version to speak, what an address says.
#include <kwire/net/backoff.hpp>
#include <kwire/net/broker_versions.hpp>
#include <kwire/net/endpoint.hpp>

#include <gtest/gtest.h>

namespace kwire::decisions_test {
using namespace std::chrono_literals;

TEST(Backoff, DoublesFrom100MillisecondsTo10SecondsWithATwentyPercentJitter) {
    const backoff_options usual;
    const clock::duration whole[] = {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 10s, 10s};
    int failures = 0;
    for (const auto pause : whole) {
        ++failures;
        clock::duration least = 1h, most = 0s;
        for (std::uint64_t i = 0; i < 10'000; ++i) {
            const auto drawn = backoff_after(failures, usual, i * 0x9e3779b97f4a7c15u);
            least = std::min(least, drawn), most = std::max(most, drawn);
        }
        EXPECT_GE(least, pause * 8 / 10) << failures;
        EXPECT_LE(most, pause * 12 / 10) << failures;
        EXPECT_LT(least, pause * 85 / 100) << "hardly any jitter";
        EXPECT_GT(most, pause * 115 / 100) << "hardly any jitter";
    }
    EXPECT_LE(backoff_after(1'000'000, usual, 1), 12s);
}

TEST(Backoff, ForgetsFailuresAfterASuccess) {
    const clock::time_point now{1000s};
    backoff b;
    EXPECT_LE(b.not_before(), now);
    for (int i = 0; i < 5; ++i) b.failed(now, 0);
    EXPECT_GE(b.not_before(), now + 1s);
    b.succeeded();
    EXPECT_LE(b.not_before(), now);
    b.failed(now, 0);
    EXPECT_EQ(b.not_before(), now + 80ms);
}

TEST(BrokerVersions, PicksTheHighestThatBothKnow) {
    broker_versions v;
    v.set(3, {0, 9});
    EXPECT_EQ(v.pick(3, "Metadata", {0, 13}).value(), 9);
    EXPECT_EQ(v.pick(3, "Metadata", {0, 4}).value(), 4);
    EXPECT_EQ(v.pick(3, "Metadata", {9, 13}).value(), 9);
}

TEST(BrokerVersions, SaysWhatBothSidesSpeakIfNothingIsInCommon) {
    broker_versions v;
    v.set(1, {0, 3});
    const auto none = v.pick(1, "Fetch", {4, 18});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error(), client_errc::version_not_supported);
    EXPECT_NE(none.error().message().find("Fetch: this client speaks v4 to v18, the broker v0 to v3"), std::string::npos) << none.error().message();
    const auto unknown = v.pick(77, "ShareFetch", {0, 1});
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message().find("ShareFetch: the broker does not have this API"), std::string::npos);
}

TEST(BrokerVersions, NeverSpeaksWhatBrokersOfferButDoNotMean) {
    broker_versions v;
    v.set(0, {0, 2});  // Kafka 4 lists these for old librdkafkas and refuses them
    v.set(22, {0, 6});
    EXPECT_FALSE(v.pick(0, "Produce", {0, 13}));
    EXPECT_EQ(v.pick(22, "InitProducerId", {0, 6}).value(), 5);
    EXPECT_EQ(v.offered(22), (version_range{0, 6}));
}

TEST(VersionProbe, FallsBackToTheHighestThatIsNamed) {
    version_probe p({0, 4});
    EXPECT_EQ(p.asking(), 4);
    EXPECT_TRUE(p.refused(version_range{0, 3}));
    EXPECT_EQ(p.asking(), 3);
    EXPECT_FALSE(p.refused(version_range{0, 2})) << "two attempts are enough";
}

TEST(VersionProbe, FallsBackToZeroIfNothingOfUseIsNamed) {
    for (const auto named : {std::optional<version_range>(), std::optional(version_range{0, 4}), std::optional(version_range{7, 9}),
                             std::optional(version_range{3, 1})}) {
        version_probe p({0, 4});
        EXPECT_TRUE(p.refused(named));
        EXPECT_EQ(p.asking(), 0);
        EXPECT_FALSE(p.refused(named));
    }
}

TEST(Endpoint, ReadsWhatPeopleWrite) {
    EXPECT_EQ(parse_endpoint("broker.example:1234").value(), (endpoint{"broker.example", 1234}));
    EXPECT_EQ(parse_endpoint("broker.example").value(), (endpoint{"broker.example", 9092}));
    EXPECT_EQ(parse_endpoint("[::1]:1234").value(), (endpoint{"::1", 1234}));
    EXPECT_EQ(parse_endpoint("[fe80::1%eth0]").value(), (endpoint{"fe80::1%eth0", 9092}));
    EXPECT_EQ(parse_endpoint(":39092").value(), (endpoint{"localhost", 39092}));
    EXPECT_EQ(parse_endpoints(" a:1, b:2 ,,[::2]:3").value(), (std::vector<endpoint>{{"a", 1}, {"b", 2}, {"::2", 3}}));
    EXPECT_EQ(to_string(endpoint{"::1", 1}), "[::1]:1");
    EXPECT_EQ(to_string(endpoint{"h", 1}), "h:1");
}

TEST(Endpoint, SaysWhatIsWrong) {
    const std::pair<const char*, const char*> wrong[] = {
        {"::1:9092", "brackets"},         {"[::1", "not closed"}, {"[::1]9092", "port is expected"}, {"h:0", "1 to 65535"},
        {"h:65536", "1 to 65535"},        {"h:", "1 to 65535"},   {"h:9092x", "1 to 65535"},         {"", "host is missing"},
        {"http://h", "without a scheme"}, {"a b:1", "HOST:PORT"},
    };
    for (const auto& [text, what] : wrong) {
        const auto parsed = parse_endpoint(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error(), client_errc::invalid_argument);
        EXPECT_NE(parsed.error().message().find(what), std::string::npos) << parsed.error().message();
    }
    EXPECT_FALSE(parse_endpoints(" , "));
}
}  // namespace kwire::decisions_test
