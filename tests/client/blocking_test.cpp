// SPDX-License-Identifier: Apache-2.0
#include <kwire/broker/broker_thread.hpp>
#include <kwire/client/blocking.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace blocking_test {
using namespace kwire;
using namespace std::chrono_literals;

TEST(BlockingProducer, SendsAndTellsWhere) {
    broker_thread broker({.topics = {{"t", 3}}});
    auto c = blocking::client::make({.bootstrap_servers = {broker.bootstrap()}}).value();
    auto p = blocking::producer::make(c, {}).value();
    for (int i = 0; i < 100; ++i) {
        const std::string value = "message " + std::to_string(i);
        const auto sent = p.send({.topic = "t", .partition = i % 3, .value = as_bytes(value)});
        ASSERT_TRUE(sent) << sent.error().message();
        EXPECT_EQ(sent->partition, i % 3);
        EXPECT_EQ(sent->offset, i / 3);
        EXPECT_GT(sent->timestamp, 0);
    }
    const auto end = broker.run([](embedded_broker& b) { return b.log_end_offset("t", 0); });
    EXPECT_EQ(end, 34);
}

TEST(BlockingProducer, EnqueuesFromSeveralThreadsAndFlushes) {
    broker_thread broker({.topics = {{"t", 4}}});
    auto c = blocking::client::make({.bootstrap_servers = {broker.bootstrap()}}).value();
    std::atomic<int> told{0};
    auto p = blocking::producer::make(c, {.buffer_memory = 2 * 1024 * 1024}, [&](const batch_delivery& d) {
                 EXPECT_FALSE(d.why) << d.why->message();
                 told += d.count;
             }).value();
    constexpr int threads = 4, each = 5000;
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t) {
        all.emplace_back([&, t] {
            const std::string value(100, 'x');
            for (int i = 0; i < each; ++i) {
                const auto h = p.enqueue({.topic = "t", .partition = t, .value = as_bytes(value)});
                ASSERT_TRUE(h) << h.error().message();
                if (i % 1000 != 999) continue;
                const auto sent = p.delivered(*h);
                ASSERT_TRUE(sent) << sent.error().message();
                EXPECT_EQ(sent->offset, i);
            }
        });
    }
    for (auto& t : all) t.join();
    const auto flushed = p.flush(60s);
    ASSERT_TRUE(flushed) << flushed.error().message();
    EXPECT_EQ(told, threads * each);
}

TEST(BlockingProducer, EndsEachRecordOnceWhenItIsClosedWhileThreadsCompressBatches) {
    broker_thread broker({.topics = {{"t", 4}}});
    auto c = blocking::client::make({.bootstrap_servers = {broker.bootstrap()}}).value();
    std::atomic<int> told{0}, appended{0};
    auto p = blocking::producer::make(c, {.batch_size = 16 * 1024, .buffer_memory = 2 * 1024 * 1024, .compression = codec::gzip},
                                      [&](const batch_delivery& d) { told += d.count; })
                 .value();
    std::vector<std::thread> all;
    for (int t = 0; t < 3; ++t) {
        all.emplace_back([&, t] {
            const std::string value(1000, 'x');
            auto h = p.enqueue({.topic = "t", .partition = t, .value = as_bytes(value)});
            for (; h; h = p.enqueue({.topic = "t", .partition = t, .value = as_bytes(value)})) ++appended;
            EXPECT_EQ(h.error(), client_errc::closed);
        });
    }
    while (told < 1000) std::this_thread::yield();
    const auto closed = p.close(0s);
    for (auto& t : all) t.join();
    EXPECT_EQ(told, appended) << (closed ? "all was sent" : closed.error().message());
}

TEST(BlockingProducer, SendsFromSeveralThreads) {
    broker_thread broker({.topics = {{"t", 4}}});
    auto c = blocking::client::make({.bootstrap_servers = {broker.bootstrap()}}).value();
    auto p = blocking::producer::make(c, {}).value();
    std::vector<std::thread> all;
    for (int t = 0; t < 4; ++t) {
        all.emplace_back([&, t] {
            for (int i = 0; i < 300; ++i) {
                const auto sent = p.send({.topic = "t", .partition = t, .value = as_bytes("x")});
                ASSERT_TRUE(sent) << sent.error().message();
                EXPECT_EQ(sent->offset, i);
            }
        });
    }
    for (auto& t : all) t.join();
}

TEST(BlockingProducer, SaysWhyNothingCanBeSent) {
    auto c = blocking::client::make({.bootstrap_servers = {"127.0.0.1:1"}}).value();
    auto p = blocking::producer::make(c, {.delivery_timeout = 300ms, .linger = 0ms}).value();
    const auto sent = p.send({.topic = "t", .value = as_bytes("x")});
    ASSERT_FALSE(sent);
    EXPECT_EQ(outcome_of(sent), delivery_outcome::not_written);
    EXPECT_TRUE(sent.error().message().starts_with("failed to send to t: ")) << sent.error().message();
    EXPECT_NE(sent.error().message().find("127.0.0.1:1"), std::string::npos) << sent.error().message();
}

TEST(BlockingProducer, EndsWhatIsPendingWhenItIsDestroyed) {
    std::atomic<int> told{0};
    std::optional<handle> h;
    broker_thread broker({.topics = {{"t", 1}}});
    broker.run([](embedded_broker& b) { b.on_request([](const received_request& r) { return r.api_key == 0 ? reaction::hanging() : reaction{}; }); });
    {
        auto c = blocking::client::make({.bootstrap_servers = {broker.bootstrap()}}).value();
        auto p = blocking::producer::make(c, {.linger = 0ms}, [&](const batch_delivery& d) { told += d.count; }).value();
        h.emplace(p.enqueue({.topic = "t", .value = as_bytes("x")}).value());
        const auto flushed = p.flush(100ms);
        EXPECT_FALSE(flushed);
    }
    EXPECT_EQ(told, 1);
    ASSERT_TRUE(h->done());
    EXPECT_EQ(h->get().error(), client_errc::closed);
    EXPECT_EQ(outcome_of(h->get()), delivery_outcome::unknown);
}

TEST(BlockingClient, KnowsTopicsAndBrokers) {
    broker_thread broker({.nodes = 2, .topics = {{"t", 3}}});
    auto c = blocking::client::make({.bootstrap_servers = {broker.bootstrap().substr(0, broker.bootstrap().find(','))}}).value();
    const auto t = c.topic("t", 10s);
    ASSERT_TRUE(t) << t.error().message();
    EXPECT_EQ(t->partitions.size(), 3u);
    const auto all = c.cluster(10s);
    ASSERT_TRUE(all) << all.error().message();
    EXPECT_EQ(all->brokers.size(), 2u);
    EXPECT_EQ(all->topics.size(), 1u);
    const auto none = c.cluster(10s, std::vector<std::string>{"absent"});
    ASSERT_TRUE(none) << none.error().message();
    ASSERT_EQ(none->topics.size(), 1u);
    EXPECT_EQ(none->topics[0].why, errc::unknown_topic_or_partition);
}
}  // namespace blocking_test
