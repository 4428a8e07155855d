// SPDX-License-Identifier: Apache-2.0
// What client telemetry pushes, read by a decoder that is not ours: protoc, which knows no schema of it. The field numbers
// are those of OpenTelemetry's metrics.proto.
#include "program.hpp"

#include "support/missing.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/producer.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>
#include <kwire/protocol/messages/push_telemetry.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <regex>

namespace kwire::testing::telemetry_test {
/// The first push of a producer that has sent one record.
std::string pushed(bool delta) {
    simulation world(7);
    broker_options o;
    o.topics = {{"t", 1}};
    o.advertise = {{"b", 9092}};
    o.port = 9092;
    o.telemetry = telemetry_options{.interval = 10s, .delta = delta};
    embedded_broker broker({&world.host("b")}, o);
    const auto c = client::make(world.host("client"), {.bootstrap_servers = {"b:9092"}, .enable_metrics_push = true}).value();
    const auto p = producer::make(c, {.linger = 0ms}).value();
    start(world.host("client").executor(), p.send({.topic = "t", .partition = 0, .value = as_bytes("x")}),
          [](result<delivery> d) { EXPECT_TRUE(d); });
    world.run_until(world.now() + 20s);
    const auto all = broker.history_of<push_telemetry_request>();
    return all.empty() ? std::string() : std::string(as_text(all.front().metrics));
}
double number(const std::string& hex) { return std::bit_cast<double>(std::stoull(hex, nullptr, 16)); }

TEST(TelemetryPush, IsWhatOpenTelemetrysSchemaSays) {
    if (support::skip_or_fail(support::lacking("protoc"))) return;
    for (const bool delta : {true, false}) {
        const auto e = run({"/usr/bin/env", "protoc", "--decode_raw"}, pushed(delta));
        ASSERT_EQ(e.status, 0) << e.err;
        const std::string text = std::regex_replace(e.out, std::regex("\\s+"), " ");
        // MetricsData.resource_metrics { resource, scope_metrics { scope { name, version }, metrics … } }
        EXPECT_TRUE(text.starts_with("1 { 1: \"\" 2 { 1 { 1: \"kwire\" 2: \"" KWIRE_VERSION "\" } 2 { 1: \"org.apache.kafka.producer.")) << e.out;
        const std::string times = "2: 0x([0-9a-f]{16}) 3: 0x([0-9a-f]{16}) ";
        std::smatch m;
        const std::regex gauge("2 \\{ 1: \"org\\.apache\\.kafka\\.producer\\.record\\.queue\\.time\\.avg\" 2: \"[^\"]+\" 3: \"ms\" 5 \\{ 1 \\{ " +
                               times + "4: 0x([0-9a-f]{16}) \\} \\} \\}");
        ASSERT_TRUE(std::regex_search(text, m, gauge)) << e.out;
        EXPECT_LT(std::stoull(m.str(1), nullptr, 16), std::stoull(m.str(2), nullptr, 16)) << "from, to";
        EXPECT_GT(std::stoull(m.str(1), nullptr, 16), 1'600'000'000'000'000'000u) << "nanoseconds since 1970";
        EXPECT_GE(number(m.str(3)), 0.0);
        EXPECT_LT(number(m.str(3)), 10'000.0);
        const std::regex sum("2 \\{ 1: \"org\\.apache\\.kafka\\.producer\\.connection\\.creation\\.total\" 2: \"[^\"]+\" 3: \"1\" 7 \\{ 1 \\{ " +
                             times + "6: 0x([0-9a-f]{16}) \\} 2: ([12]) 3: 1 \\} \\}");
        ASSERT_TRUE(std::regex_search(text, m, sum)) << e.out;
        EXPECT_GE(std::stoull(m.str(3), nullptr, 16), 2u);
        EXPECT_EQ(m.str(4), delta ? "1" : "2") << "AGGREGATION_TEMPORALITY_DELTA, _CUMULATIVE";
        const std::regex labelled("1: \"org\\.apache\\.kafka\\.producer\\.node\\.request\\.latency\\.max\" 2: \"[^\"]+\" 3: \"ms\" 5 \\{ 1 \\{ " +
                                  times + "4: 0x([0-9a-f]{16}) 7 \\{ 1: \"node_id\" 2 \\{ 1: \"1\" \\} \\} \\} \\}");
        ASSERT_TRUE(std::regex_search(text, m, labelled)) << e.out;
        EXPECT_GT(number(m.str(3)), 0.0);
    }
}
}  // namespace kwire::testing::telemetry_test
