// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/counters.hpp>

#include <gtest/gtest.h>

namespace kwire::counters_test {
using namespace std::chrono_literals;

TEST(TimeCounter, KnowsTheLongestOfTheLastHalfMinuteOrTwo) {
    constexpr clock::time_point start{1000h};
    time_counter c;
    c.add(50ms, start);
    c.add(10ms, start + 1s);
    EXPECT_EQ(c.at(start + 1s), (timing{2, 60ms, 50ms}));
    c.add(20ms, start + 31s);  // the next window
    EXPECT_EQ(c.at(start + 31s).longest, 50ms) << "the last window counts too";
    c.add(5ms, start + 62s);
    EXPECT_EQ(c.at(start + 62s).longest, 20ms);
    EXPECT_EQ(c.at(start + 200s).longest, 0ms) << "nothing of late";
    c.add(1ms, start + 300s);
    EXPECT_EQ(c.at(start + 300s), (timing{5, 86ms, 1ms}));
}

TEST(NetworkCounters, KeepOnesForEachBroker) {
    const auto all = std::make_shared<network_counters>();
    all->of(2)->requests.add(3);
    all->of(1)->requests.add();
    all->of(2)->requests.add();
    std::string seen;
    all->for_each([&](std::int32_t id, const broker_counters& b) { seen += std::to_string(id) + ":" + std::to_string(b.requests.value()) + " "; });
    EXPECT_EQ(seen, "1:1 2:4 ");
}
}  // namespace kwire::counters_test
