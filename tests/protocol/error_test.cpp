// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/error.hpp>

#include <gtest/gtest.h>

namespace kwire::error_test {
TEST(Error, TellsItsStoryOutermostFirst) {
    const auto e = error(errc::not_leader_or_follower, "Produce v13").within("failed to send to orders");
    EXPECT_TRUE(e.message().starts_with("failed to send to orders: Produce v13: NOT_LEADER_OR_FOLLOWER (6)")) << e.message();
    EXPECT_TRUE(e.retriable());
    EXPECT_EQ(e, errc::not_leader_or_follower);
}

TEST(Error, DoesNotRepeatWhatItsStorySaysAlready) {
    EXPECT_EQ(error(client_errc::closed, "the producer is closed").message(), "the producer is closed");
    EXPECT_EQ(error(client_errc::closed, "send").message(), "send: closed");
    EXPECT_EQ(error(client_errc::closed).message(), "closed");
}
}  // namespace kwire::error_test
