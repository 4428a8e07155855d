// SPDX-License-Identifier: Apache-2.0
// What a client counts: against what a simulated cluster saw, and read from another thread.
#include <kwire/client/blocking.hpp>
#include <kwire/client/consumer.hpp>

#include "producer_world.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/protocol/messages/produce.hpp>

#include <regex>
#include <sstream>
#include <thread>

namespace kwire_test::counters_test {
TEST(Counters, AgreeWithWhatTheClusterSaw) {
    producer_world w({.nodes = 2, .options = {.linger = 0ms}});
    w.send_many(30);
    ASSERT_TRUE(w.run_to_end());
    w.cluster->next<produce_request>(reaction::failing(errc::not_enough_replicas));
    w.send_many(1);
    ASSERT_TRUE(w.run_to_end());
    w.world.run_until(w.world.now() + 1s);
    const auto c = w.cl->counters();
    EXPECT_EQ(c.record_send_total, 31u);
    EXPECT_EQ(c.record_acknowledged_total, 31u);
    EXPECT_EQ(c.record_retry_total, 1u);
    EXPECT_EQ(c.record_error_total, 0u);
    EXPECT_EQ(c.record_queue_time.count, c.batch_total);
    EXPECT_GT(c.batch_byte_total, 0u);
    EXPECT_GT(c.produce_throttle_time.count, 0u);
    EXPECT_EQ(c.produce_throttle_time.total, 0ns);
    const auto all = c.all_brokers();
    EXPECT_EQ(all.request_total, w.cluster->history().size());
    EXPECT_EQ(all.response_total, all.request_total);
    EXPECT_EQ(all.request_latency.count, all.response_total);
    EXPECT_GE(all.request_latency.longest, all.request_latency.total / static_cast<std::int64_t>(all.request_latency.count));
    EXPECT_EQ(all.request_error_total, 0u);
    std::size_t bytes = 0;
    for (const auto& r : w.cluster->history()) bytes += r.frame->size() + 4;
    EXPECT_EQ(all.outgoing_byte_total, bytes);
    EXPECT_EQ(c.connection_count, w.cluster->connections());
    EXPECT_GE(c.brokers.size(), 2u);
}

TEST(Counters, TellOfFailuresAndLostConnections) {
    producer_world w({.options = {.delivery_timeout = 2s, .linger = 0ms}});
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    w.cluster->next<produce_request>(reaction::closing_before());
    w.send_many(3);
    w.cluster->on_request([](const received_request& r) { return r.api_key == produce_request::api_key ? reaction::closing_before() : reaction{}; });
    ASSERT_TRUE(w.run_to_end());
    const auto c = w.cl->counters();
    EXPECT_EQ(c.record_acknowledged_total, static_cast<std::uint64_t>(w.count(delivery_outcome::acked)));
    EXPECT_EQ(c.record_error_total, 3u);
    EXPECT_GT(c.record_retry_total, 0u);
    EXPECT_GT(c.all_brokers().request_error_total, 0u);
    EXPECT_GT(c.all_brokers().connection_close_total, 0u);
    EXPECT_LT(c.all_brokers().response_total, c.all_brokers().request_total);
}

TEST(Counters, CanBeReadByAnyThreadAtAnyTime) {
    broker_thread broker({.topics = {{"t", 2}}});
    const auto c = blocking::client::make({.bootstrap_servers = {broker.bootstrap()}}).value();
    std::atomic<bool> over{false};
    std::thread reader([&] {
        std::uint64_t last = 0;
        while (!over) {
            const auto now = c.counters();
            EXPECT_GE(now.record_send_total, last);
            last = now.record_send_total;
        }
    });
    const auto p = blocking::producer::make(c, {}).value();
    for (int i = 0; i < 300; ++i) { EXPECT_TRUE(p.send({.topic = "t", .partition = i % 2, .value = as_bytes("x")})); }
    over = true;
    reader.join();
    EXPECT_EQ(c.counters().record_acknowledged_total, 300u);
}

// The form's own rules: a family's two comments once and before its samples, names and numbers of the right shape.
TEST(Counters, PrintTheExpositionFormatStrictly) {
    producer_world w({.options = {.linger = 0ms}});
    w.send_many(9);
    ASSERT_TRUE(w.run_to_end());
    const auto text = to_prometheus(w.cl->counters(), "client_id", "a \"quoted\"\\\nid");
    EXPECT_TRUE(text.ends_with('\n'));
    const std::regex help("# HELP ([a-z_]+) .+"), type("# TYPE ([a-z_]+) (counter|gauge|summary)");
    const std::regex sample("([a-z_]+)\\{client_id=\"a \\\\\"quoted\\\\\"\\\\\\\\\\\\nid\"(,node_id=\"-?[0-9]+\")?\\} [0-9.e+-]+");
    std::set<std::string> families, samples;
    std::string family, kind;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        std::smatch m;
        if (std::regex_match(line, m, help)) {
            EXPECT_TRUE(families.insert(family = m.str(1)).second) << "twice: " << line;
        } else if (std::regex_match(line, m, type)) {
            EXPECT_EQ(m.str(1), family) << line;
            kind = m.str(2);
            EXPECT_EQ(kind == "counter", family.ends_with("_total")) << line;
        } else {
            ASSERT_TRUE(std::regex_match(line, m, sample)) << line;
            EXPECT_TRUE(samples.insert(line.substr(0, line.rfind(' '))).second) << "twice: " << line;
            const auto name = m.str(1);
            EXPECT_TRUE(kind == "summary" ? name == family + "_sum" || name == family + "_count" : name == family) << line;
        }
    }
    EXPECT_GT(families.size(), 20u);
    EXPECT_NE(text.find("\nkafka_producer_record_send_total{client_id=\"a \\\"quoted\\\"\\\\\\nid\"} 9\n"), std::string::npos) << text;
}
}  // namespace kwire_test::counters_test
