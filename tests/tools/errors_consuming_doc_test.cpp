// SPDX-License-Identifier: Apache-2.0
// docs/errors.md, "Reading".
#include "errors_doc.hpp"

#include <kwire/protocol/messages/fetch.hpp>

namespace kwire::testing::errors_consuming_doc_test {
bool is_fetch(const received_request& r) { return r.api_key == fetch_request::api_key; }

TEST(ErrorsDoc, OffsetsThatAreNotThere) {
    simulated_kafka none;
    none.append(3);
    expect_documented("An offset that does not exist", none.failure_to_read({.auto_offset_reset = offset_reset::none}, offset_spec::at(1000)));
    simulated_kafka moved;
    moved.append(3);
    expect_documented("An offset that does not exist, and a reset",
                      moved.failure_to_read({.auto_offset_reset = offset_reset::earliest}, offset_spec::at(1000)));
}

TEST(ErrorsDoc, RecordsThatCannotBeRead) {
    simulated_kafka corrupt;
    corrupt.append(3);
    corrupt.brokers->on_request([](const received_request& r) { return is_fetch(r) ? reaction::corrupting() : reaction{}; });
    expect_documented("A batch with a wrong checksum", corrupt.failure_to_read());
    simulated_kafka large;
    large.append(100, codec::gzip);
    expect_documented("A batch that expands beyond the limit", large.failure_to_read({.max_decompressed_batch_bytes = 1000}));
}

TEST(ErrorsDoc, WhatTheBrokerDoesNotGiveOut) {
    simulated_kafka k;
    k.append(3);
    k.brokers->on_request([](const received_request& r) { return is_fetch(r) ? reaction::failing(errc::topic_authorization_failed) : reaction{}; });
    expect_documented("A topic that one may not read", k.failure_to_read());
    simulated_kafka damaged;
    damaged.append(3);
    damaged.brokers->on_request([](const received_request& r) { return is_fetch(r) ? reaction::failing(errc::kafka_storage_error) : reaction{}; });
    expect_documented("A broker whose disk fails", damaged.failure_to_read());
}

TEST(ErrorsDoc, ALogThatWasTruncated) {
    simulated_kafka k;
    for (int i = 0; i < 5; ++i) k.append(10);
    const auto from = consumer::make(k.kafka, {.auto_offset_reset = offset_reset::none}).value();
    ASSERT_TRUE(k.run(from.assign("orders", 0, offset_spec::oldest())));
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(k.run(from.next()));
    k.brokers->truncate("orders", 0, 30);
    k.brokers->move_leader("orders", 0, k.brokers->leader("orders", 0) == 1 ? 2 : 1);
    for (int i = 0; i < 3; ++i) k.append(10);
    start(k.here.executor(), from.next(), [](auto) {});
    const auto e = k.run(from.next_error());
    ASSERT_TRUE(e);
    expect_documented("A log that was truncated", e->why.message());
}

TEST(ErrorsDoc, ATopicThatWasMadeAgain) {
    simulated_kafka k;
    k.append(3);
    const auto from = consumer::make(k.kafka, {.auto_offset_reset = offset_reset::none}).value();
    ASSERT_TRUE(k.run(from.assign("orders", 0, offset_spec::oldest())));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(k.run(from.next()));
    k.brokers->delete_topic("orders");
    ASSERT_TRUE(k.brokers->create_topic("orders", 1));
    start(k.here.executor(), from.next(), [](auto) {});
    const auto e = k.run(from.next_error());
    ASSERT_TRUE(e);
    expect_documented("A topic that was deleted and made again", e->why.message());
}

TEST(ErrorsDoc, APartitionThatIsReadTwice) {
    simulated_kafka k;
    const auto from = consumer::make(k.kafka, {}).value();
    ASSERT_TRUE(k.run(from.assign("orders", 0, offset_spec::oldest())));
    expect_documented("A partition that is read already", k.failure_of(from.assign("orders", 0, offset_spec::oldest())));
}

TEST(ErrorsDoc, ABrokerThatGoesAwayWhileOneReads) {
    simulated_kafka k;
    k.append(3);
    const auto from = consumer::make(k.kafka, {}).value();
    ASSERT_TRUE(k.run(from.assign("orders", 0, offset_spec::oldest())));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(k.run(from.next()));
    k.sim.crash("kafka-1", false);
    k.sim.crash("kafka-2", false);
    const auto e = k.run(from.next_error());
    ASSERT_TRUE(e);
    expect_documented("A broker that goes away while one reads", e->why.message());
}
}  // namespace kwire::testing::errors_consuming_doc_test
