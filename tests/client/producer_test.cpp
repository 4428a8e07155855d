// SPDX-License-Identifier: Apache-2.0
#include "producer_world.hpp"

#include <kwire/protocol/messages/produce.hpp>

namespace {
using namespace kwire_test;

TEST(Producer, TellsPartitionAndOffsetOfEachRecord) {
    producer_world w({});
    w.send_many(30);
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.count(delivery_outcome::acked), 30);
    for (const auto& r : w.records) EXPECT_TRUE(*r->end) << r->end->error().message();
    w.check();
    int in_batches = 0;
    for (const auto& b : w.batches) in_batches += b.count;
    EXPECT_EQ(in_batches, 30);
}
}  // namespace
