// SPDX-License-Identifier: Apache-2.0
// Each batch has a deadline of its own: what others in its lane do moves it neither way.
#include "producer_world.hpp"

#include <kwire/protocol/messages/produce.hpp>

namespace producer_deadlines_test {
using namespace kwire_test;

TEST(ProducerDeadlines, SendWhatComesBehindABatchThatExpiredWhenItsBackoffEnds) {
    producer_world w({.common = {.retry_backoff = 2800ms, .retry_backoff_max = 2800ms}, .options = {.delivery_timeout = 2s, .linger = 0ms}});
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    w.cluster->next<produce_request>(reaction::failing(errc::not_enough_replicas));
    w.send(0, "expires");
    w.world.run_until(w.world.now() + 1800ms);
    w.send(0, "next");
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(outcome_of(*w.records[3]->end), delivery_outcome::not_written);
    EXPECT_EQ(outcome_of(*w.records[4]->end), delivery_outcome::acked) << w.records[4]->end->error().message();
    w.check();
}

// A record that has waited for room is due sooner than one before it that had not.
TEST(ProducerDeadlines, HoldAlsoForABatchBehindOneThatIsDueLater) {
    for (const auto compression : {codec::none, codec::gzip}) {
        producer_world w({.options = {.delivery_timeout = 5s,
                                      .linger = 0ms,
                                      .batch_size = 4096,
                                      .max_request_size = 4096,
                                      .buffer_memory = 20'000,
                                      .compression = compression,
                                      .max_in_flight_requests_per_connection = 1}});
        w.send_many(3);
        ASSERT_TRUE(w.run_to_end());
        w.cluster->on_request([](const received_request& r) { return r.api_key == produce_request::api_key ? reaction::hanging() : reaction{}; });
        const std::string large(3900, 'x');
        int filled = 0;
        while (w.p->try_enqueue({.topic = "t", .partition = 1 + filled % 2, .value = as_bytes(large)})) ++filled;
        ASSERT_EQ(filled, 4);
        bool before = false;
        w.on_told = [&] {  // as soon as there is room; who waits learns of it later
            before = before || w.p->try_enqueue({.topic = "t", .partition = 0, .value = as_bytes(large)}).has_value();
        };
        w.world.run_until(w.world.now() + 1s);
        const auto due = w.world.now() + 5s;
        w.send(0, "waits for room" + std::string(1000, 'y'));
        ASSERT_TRUE(w.run_to_end());
        EXPECT_EQ(outcome_of(*w.records[3]->end), delivery_outcome::not_written) << "another batch is under way";
        EXPECT_TRUE(before);
        EXPECT_GE(w.world.now(), due);
        EXPECT_LE(w.world.now(), due + 250ms);
    }
}
}  // namespace producer_deadlines_test
