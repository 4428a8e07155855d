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
}  // namespace producer_deadlines_test
