// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/fetch_budget.hpp>
#include <kwire/client/fetch_planner.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <optional>

namespace kwire::fetch_planner_test {
using namespace std::chrono_literals;

constexpr std::size_t room = 64u << 20;

struct broker {
    explicit broker(int partitions) {
        for (int i = 0; i < partitions; ++i) {
            all.emplace_back("orders", i, offset_spec::at(0), fetch_partition_options{});
            all.back().leader(1, 0, {});
            list.push_back(&all.back());
        }
    }
    fetch_plan plan(int lane, std::size_t free = room) { return planner.plan(lane, list, free, now); }
    fetch_plan send(int lane) {
        auto p = plan(lane);
        if (!p.parts.empty()) planner.sent(lane, p, now);
        return p;
    }
    /// Answers each partition of `p` with records up to `next`, of `high`; the application reads them at once.
    void answer(int lane, fetch_plan& p, std::int64_t next, std::int64_t high, clock::duration took = 1ms) {
        now += took;
        for (auto& part : p.parts) {
            fetch_response::partition a;
            a.high_watermark = a.last_stable_offset = high;
            part.which->answered(part.question, a, next > part.question.fetch_offset ? fetched_range{next, 0, 0} : fetched_range{}, now, 0);
            part.which->taken(part.which->generation());
            part.which->delivered(part.which->generation(), next, 0);
        }
        planner.ended(lane, now, true);
    }

    std::deque<fetch_partition> all;
    std::vector<fetch_partition*> list;
    fetch_planner planner{fetch_planner_options{}};
    clock::time_point now{1000h};
};

TEST(FetchPlanner, PartitionsOfABrokerShareOneRequest) {
    broker b(4);
    const auto p = b.send(0);
    EXPECT_EQ(p.parts.size(), 4u);
    EXPECT_EQ(p.max_wait, 0ms) << "where the end is must be known first, so that the first answer comes at once";
    EXPECT_TRUE(b.plan(1).parts.empty());
    EXPECT_EQ(p.reserve, 4u * 64 * 1024);
}

TEST(FetchPlanner, AnAnswerHoldsAsMuchAsWasSet) {
    const auto most = [](consumer_options o) {
        broker b(256);
        fetch_planner planner{planner_options(o)};
        return planner.plan(0, b.list, o.fetch_buffer_memory, b.now).max_bytes;
    };
    EXPECT_EQ(most({}), 8u << 20);
    EXPECT_EQ(most({.fetch_buffer_memory = 4 << 20}), 512u << 10) << "unless set, an eighth of what there is";
    EXPECT_EQ(most({.fetch_max_bytes = 2 << 20, .fetch_buffer_memory = 4 << 20}), 2u << 20);
    EXPECT_EQ(most({.fetch_max_bytes = 100'000}), 100'000u);
}

TEST(FetchPlanner, EachPartitionComesFirstInTurn) {
    broker b(3);
    std::vector<std::int32_t> first;
    for (int i = 0; i < 6; ++i) {
        auto p = b.send(0);
        first.push_back(p.parts.front().which->partition());
        b.answer(0, p, 10 * (i + 1), 1000);
    }
    EXPECT_EQ(first, (std::vector<std::int32_t>{0, 1, 2, 0, 1, 2}));
}

TEST(FetchPlanner, AtTheEndItPollsForLittle) {
    broker b(2);
    auto p = b.send(0);
    b.answer(0, p, 10, 10);
    p = b.send(0);
    EXPECT_TRUE(p.polls);
    EXPECT_EQ(p.max_wait, 500ms);
    EXPECT_EQ(p.parts[0].question.partition_max_bytes, 64u * 1024);
}

TEST(FetchPlanner, WhoIsBehindDoesNotWaitForAPoll) {
    broker b(2);
    auto first = b.send(0);
    b.answer(0, first, 10, 10);
    b.all[1].pause();
    auto poll = b.send(0);
    ASSERT_TRUE(poll.polls);
    ASSERT_EQ(poll.parts.size(), 1u);
    b.all[1].resume();
    b.all[1].seek(offset_spec::at(0));
    auto second = b.send(1);
    ASSERT_EQ(second.parts.size(), 1u) << "the second lane is there for this";
    EXPECT_EQ(second.parts[0].which->partition(), 1);
    EXPECT_FALSE(second.polls);
    b.answer(1, second, 5, 10);
    EXPECT_EQ(b.send(1).parts.size(), 1u) << "and goes on while the poll lasts";
}

TEST(FetchPlanner, NothingIsAskedTwiceAtATime) {
    broker b(2);
    auto first = b.send(0);
    EXPECT_TRUE(b.plan(0).parts.empty());
    b.answer(0, first, 10, 10);
    b.send(0);
    EXPECT_TRUE(b.plan(1).parts.empty());
}

TEST(FetchPlanner, LanesThatPollBothComeTogetherAgain) {
    broker b(2);
    auto first = b.send(0);
    b.answer(0, first, 10, 10);
    b.all[1].pause();
    auto poll = b.send(0);  // until 500 ms from now
    b.all[1].resume();
    auto aside = b.send(1);
    ASSERT_TRUE(aside.polls);
    EXPECT_EQ(aside.max_wait, 100ms) << "so that a partition that wakes up is held up by no more than that";
    int asides = 0;
    while (!aside.parts.empty()) {
        ++asides;
        b.answer(1, aside, 10, 10, 100ms);
        aside = b.send(1);
    }
    EXPECT_EQ(asides, 4);
    EXPECT_EQ(aside.look_again, clock::time_point::max()) << "it waits for the other poll's end, however late that is";
    b.answer(0, poll, 10, 10, 100ms);
    EXPECT_EQ(b.send(0).parts.size(), 2u);
}

TEST(FetchPlanner, AsksForNoMoreThanTheBudgetHasRoomFor) {
    broker b(1000);
    auto first = b.send(0);
    EXPECT_EQ(first.max_bytes, 8u << 20) << "an eighth of the budget, so that one slow reader does not hold it all";
    EXPECT_EQ(first.reserve, 8u << 20);
    b.answer(0, first, 10, 1000);
    EXPECT_EQ(b.plan(0, 3u << 20).max_bytes, 3u << 20);
    const auto none = b.plan(0, 1000);
    EXPECT_TRUE(none.parts.empty());
    EXPECT_TRUE(none.needs_room);
    const auto beyond = b.planner.plan_beyond(0, b.list, b.now);
    EXPECT_EQ(beyond.parts.size(), 1000u);
    EXPECT_EQ(beyond.max_bytes, 64u * 1024);
    EXPECT_EQ(beyond.reserve, 64u * 1024);
}

TEST(FetchPlanner, APartitionThatAsksForMuchNeedsNoMoreRoomThanThereCanBe) {
    broker b(1);
    auto p = b.send(0);
    fetch_response::partition a;
    a.high_watermark = a.last_stable_offset = 1000;
    fetched_range cut;
    cut.cut_batch_size = 30 << 20;
    b.all[0].answered(p.parts[0].question, a, cut, b.now, 0);
    b.planner.ended(0, b.now, true);
    EXPECT_TRUE(b.plan(0, 15 << 20).needs_room);
    p = b.plan(0, 16 << 20);
    ASSERT_EQ(p.parts.size(), 1u);
    EXPECT_EQ(p.parts[0].question.partition_max_bytes, 30u << 20);
    EXPECT_EQ(p.max_bytes, 16u << 20) << "the batch comes whole all the same";
}

TEST(FetchPlanner, LooksAgainWhenABackoffEnds) {
    broker b(1);
    auto p = b.send(0);
    fetch_response::partition a;
    a.error_code = errc::kafka_storage_error;
    b.all[0].answered(p.parts[0].question, a, {}, b.now, 0);
    b.planner.ended(0, b.now, true);
    p = b.plan(0);
    EXPECT_TRUE(p.parts.empty());
    EXPECT_GT(p.look_again, b.now);
    b.now = p.look_again;
    EXPECT_EQ(b.plan(0).parts.size(), 1u);
}

TEST(FetchPlanner, AsksForMoreOfABrokerThatIsFarAway) {
    broker b(1);
    EXPECT_EQ(b.planner.usual_bytes(), 256u * 1024);
    for (int i = 0; i < 8; ++i) {
        auto p = b.send(0);
        b.answer(0, p, 10 * (i + 1), 1000, 100ms);
    }
    EXPECT_EQ(b.planner.usual_bytes(), 10u * 256 * 1024);
    auto p = b.send(0);
    b.answer(0, p, 90, 1000, 1ms);
    EXPECT_EQ(b.planner.usual_bytes(), 256u * 1024) << "it is not far away after all";
}

TEST(FetchPlanner, ABrokerThatHoldsAnAnswerBackIsNotFarAway) {
    broker b(1);
    auto p = b.send(0);
    b.answer(0, p, 10, 10);
    p = b.send(0);
    b.answer(0, p, 10, 10, 500ms);
    EXPECT_EQ(b.planner.usual_bytes(), 256u * 1024);
}

TEST(FetchBudget, CountsWhatIsHeldUntilItIsLetGoOf) {
    const auto budget = fetch_budget::make(100);
    {
        std::optional first = budget->take(60);
        EXPECT_EQ(budget->room(), 40u);
        first->resize(10);
        EXPECT_EQ(budget->room(), 90u);
        auto moved = std::move(*first);
        first->reset();
        EXPECT_EQ(budget->held(), 10u);
        auto more = budget->take(500);
        EXPECT_EQ(budget->room(), 0u);
    }
    EXPECT_EQ(budget->held(), 0u);
}

TEST(FetchBudget, TellsOnceWhenThereIsRoomAgain) {
    const auto budget = fetch_budget::make(100);
    int told = 0;
    budget->on_release([&] { ++told; });
    auto one = budget->take(20), two = budget->take(50), three = budget->take(30);
    one.reset();
    EXPECT_EQ(told, 0) << "nobody waited";
    for (int i = 0; i < 3; ++i) budget->await_release();
    two.reset();
    three.reset();
    EXPECT_EQ(told, 1);
}

TEST(FetchBudget, ALeaseOutlivesItsOwnersUseOfTheBudget) {
    fetch_budget::lease left;
    {
        const auto budget = fetch_budget::make(100);
        left = budget->take(10);
    }
    left.reset();
    EXPECT_EQ(left.size(), 0u);
}
}  // namespace kwire::fetch_planner_test
