// SPDX-License-Identifier: Apache-2.0
// docs/errors.md, "Topics and partitions" and "Sending".
#include "errors_doc.hpp"

#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/produce.hpp>

namespace kwire::testing::errors_producing_doc_test {
bool is_produce(const received_request& r) { return r.api_key == produce_request::api_key; }

/// What sending fails with when the broker answers every Produce with `code`.
std::string refused_with(errc code) {
    simulated_kafka k;
    k.brokers->on_request([=](const received_request& r) { return is_produce(r) ? reaction::failing(code) : reaction{}; });
    return k.failure_to_send({.delivery_timeout = 3s});
}
std::vector<std::string> produce_to(const broker_thread& b, std::string topic, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"-P", "-b", b.bootstrap(), "-t", std::move(topic)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

TEST(ErrorsDoc, TopicsThatDoNotExist) {
    const broker_thread b({.topics = {{"orders", 3}}, .auto_create_topics = false});
    const auto page = as_in_the_page(b);
    expect_documented("Sending to a topic that does not exist",
                      on_the_console(produce_to(b, "oders", {"-X", "message.timeout.ms=5000"}), page, "hello"));
    expect_documented("Reading a topic that does not exist", on_the_console({"-C", "-b", b.bootstrap(), "-t", "oders", "-e"}, page));
    auto looked = kwire({"-L", "-b", b.bootstrap(), "-t", "oders"});
    EXPECT_TRUE(looked.err.ends_with('\n'));
    looked.err.pop_back();
    expect_documented("Looking at a topic that does not exist", replaced("$ kwire -L -b " + b.bootstrap() + " -t oders\n" + looked.err, page));
    expect_documented("A name that no topic can have", on_the_console(produce_to(b, "our orders"), page, "hello"));
}

TEST(ErrorsDoc, PartitionsThatDoNotExist) {
    const broker_thread b({.topics = {{"orders", 3}}});
    const auto page = as_in_the_page(b);
    expect_documented("Sending to a partition that does not exist", on_the_console(produce_to(b, "orders", {"-p", "7"}), page, "hello"));
    expect_documented("Reading a partition that does not exist", on_the_console({"-C", "-b", b.bootstrap(), "-t", "orders", "-p", "7", "-e"}, page));
    expect_documented("Offsets of a partition that does not exist", on_the_console({"-Q", "-b", b.bootstrap(), "-t", "orders:7:-1"}, page));
    simulated_kafka k;
    expect_documented("A record without a partition", k.failure_to_send({.partitioner = partitioner_kind::manual}));
}

TEST(ErrorsDoc, RecordsThatAreTooLarge) {
    simulated_kafka k;
    expect_documented("A record over max.request.size", k.failure_to_send({}, std::string(2'000'000, 'x')));
    const broker_thread b({.topics = {{"orders", 1}}, .max_message_bytes = 1000});
    const auto printed = on_the_console(produce_to(b, "orders"), as_in_the_page(b), std::string(2000, 'x'));
    expect_documented("A message over the broker's limit", replaced(printed, {{std::string(2000, 'x'), "xxxxx…"}}));
}

TEST(ErrorsDoc, WhatTheBrokerRefuses) {
    simulated_kafka few({.min_insync_replicas = 2});
    few.brokers->set_isr("orders", 0, {few.brokers->leader("orders", 0)});
    expect_documented("Not enough replicas", few.failure_to_send({.delivery_timeout = 3s}));
    expect_documented("A topic that one may not write to", refused_with(errc::topic_authorization_failed));
    expect_documented("A record that the broker refuses", refused_with(errc::invalid_record));
    expect_documented("A codec that the broker does not know", refused_with(errc::unsupported_compression_type));
    expect_documented("Another producer with the same id", refused_with(errc::invalid_producer_epoch));
}

TEST(ErrorsDoc, PartitionsWithoutALeader) {
    simulated_kafka k;
    k.brokers->move_leader("orders", 0, -1);
    expect_documented("A partition that nobody leads", k.failure_to_send({.delivery_timeout = 3s}));
}

TEST(ErrorsDoc, ABrokerThatIsKilledWhileASendWaits) {
    simulated_kafka k;
    k.brokers->on_request([](const received_request& r) { return is_produce(r) ? reaction::hanging() : reaction{}; });
    k.sim.at(k.sim.now() + 1s, [&] {
        k.sim.crash("kafka-1", false);
        k.sim.crash("kafka-2", false);
    });
    expect_documented("A broker that is killed while a send waits", k.failure_to_send({.delivery_timeout = 5s}));
}

TEST(ErrorsDoc, ADeadlineThatPassesWhileASendWaits) {
    simulated_kafka k;
    k.brokers->on_request([](const received_request& r) { return is_produce(r) ? reaction::hanging() : reaction{}; });
    expect_documented("A deadline that passes while a send waits", k.failure_to_send({.delivery_timeout = 3s}));
}

TEST(ErrorsDoc, NoBrokerWhenSendingBegins) {
    const auto nobody = closed_address();
    expect_documented("Sending while no broker is up",
                      on_the_console({"-P", "-b", nobody, "-t", "orders", "-X", "message.timeout.ms=5000"}, {{nobody, "127.0.0.1:9092"}}, "hello"));
}

TEST(ErrorsDoc, MemoryThatIsSpent) {
    simulated_kafka k;
    k.brokers->on_request([](const received_request& r) { return is_produce(r) ? reaction::hanging() : reaction{}; });
    const auto p = producer::make(k.kafka, {.delivery_timeout = 3s, .batch_size = 1000, .max_request_size = 4000, .buffer_memory = 8000}).value();
    std::string last;
    const std::string value(3000, 'x');
    for (int i = 0; i < 3; ++i)
        start(k.here.executor(), p.enqueue({.topic = "orders", .value = as_bytes(value)}, k.kafka.in(3s)), [&](result<handle> h) {
            if (!h) last = h.error().message();
        });
    k.pass(20s);
    expect_documented("A buffer that stays full", last);
}

TEST(ErrorsDoc, AFlushThatDoesNotEnd) {
    simulated_kafka k;
    k.brokers->on_request([](const received_request& r) { return is_produce(r) ? reaction::hanging() : reaction{}; });
    const auto p = producer::make(k.kafka, {}).value();
    const auto h = k.run(p.enqueue({.topic = "orders", .value = as_bytes("hello")}, k.kafka.in(3s)));
    ASSERT_TRUE(h);
    expect_documented("A flush that does not end in time", k.failure_of(p.flush(k.kafka.in(1s))));
}

TEST(ErrorsDoc, WhatIsClosed) {
    simulated_kafka k;
    const auto p = producer::make(k.kafka, {}).value();
    ASSERT_TRUE(k.run(p.close(k.kafka.in(1s))));
    expect_documented("A producer that is closed", k.failure_of(p.send({.topic = "orders", .value = as_bytes("hello")})));
    const auto reader = consumer::make(k.kafka, {}).value();
    k.run([](const consumer& c) -> task<int> {
        co_await c.close();
        co_return 0;
    }(reader));
    expect_documented("A consumer that is closed", k.failure_of(reader.next()));
    k.kafka.core()->close();
    expect_documented("A client that is closed", k.failure_of(k.kafka.topic("orders", k.kafka.in(1s))));
}
}  // namespace kwire::testing::errors_producing_doc_test
