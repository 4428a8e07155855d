// SPDX-License-Identifier: Apache-2.0
// The counters' text against a reader that is not ours: Prometheus' own client library for Python.
#include "program.hpp"

#include "support/missing.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/client/blocking.hpp>
#include <kwire/client/blocking_consumer.hpp>

#include <gtest/gtest.h>

namespace kwire::testing::prometheus_test {
TEST(Prometheus, ItsOwnLibraryReadsOurCounters) {
    const std::string python = "/usr/bin/python3";  // Debian's and Ubuntu's, which has what their packages bring
    const bool here = run({python, "-c", "import prometheus_client"}).status == 0;
    if (support::skip_or_fail(here ? "" : "python3-prometheus-client is not here")) return;
    broker_thread broker({.topics = {{"t", 1}}});
    const auto c = blocking::client::make({.bootstrap_servers = {broker.bootstrap()}}).value();
    const auto p = blocking::producer::make(c, {}).value();
    for (int i = 0; i < 7; ++i) { ASSERT_TRUE(p.send({.topic = "t", .partition = 0, .value = as_bytes("x")})); }
    const auto now = c.counters();
    const auto text = to_prometheus(now, "client_id", "a \"b\"\\\nc");
    const auto e = run({python, "-c",
                        "import sys\n"
                        "from prometheus_client.parser import text_string_to_metric_families as parse\n"
                        "for f in parse(sys.stdin.read()):\n"
                        "  for s in f.samples:\n"
                        "    assert s.labels['client_id'] == 'a \"b\"\\\\\\nc', s\n"
                        "    print(f.type, s.name, s.labels.get('node_id', ''), repr(s.value))\n"},
                       text);
    ASSERT_EQ(e.status, 0) << e.err;
    const auto has = [&](const std::string& line) { return ("\n" + e.out).find("\n" + line + "\n") != std::string::npos; };
    EXPECT_TRUE(has("counter kafka_producer_record_send_total  7.0")) << e.out;
    EXPECT_TRUE(has("counter kafka_producer_record_acknowledged_total  7.0")) << e.out;
    EXPECT_TRUE(has("gauge kafka_client_connection_count  " + std::to_string(now.connection_count) + ".0")) << e.out;
    for (const auto& b : now.brokers) {
        const auto node = " " + std::to_string(b.node_id) + " ";
        EXPECT_TRUE(has("counter kafka_client_request_total" + node + std::to_string(b.request_total) + ".0")) << e.out;
        EXPECT_TRUE(has("summary kafka_client_request_latency_seconds_count" + node + std::to_string(b.request_latency.count) + ".0")) << e.out;
    }
    EXPECT_EQ(std::count(e.out.begin(), e.out.end(), '\n'), std::count(text.begin(), text.end(), '\n') - std::count(text.begin(), text.end(), '#'))
        << "every sample, and nothing else";
}
}  // namespace kwire::testing::prometheus_test
