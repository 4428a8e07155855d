// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/in_flight.hpp>

#include <gtest/gtest.h>

namespace kwire::in_flight_test {
using namespace std::chrono_literals;
constexpr clock::time_point start{1000s};
constexpr request_name produce{"Produce", 0, 9, 1};
struct counted {
    int completions = 0;
    completion one() {
        return [this](result<answer>, sent) { ++completions; };
    }
};

TEST(InFlight, PairsAnswersInOrder) {
    in_flight table;
    counted done;
    for (int id = 7; id < 10; ++id) table.add(id, produce, start, start + 1s, done.one());
    for (int id = 7; id < 10; ++id) {
        auto due = table.answered(id);
        ASSERT_TRUE(due);
        EXPECT_EQ(due->id, id);
        EXPECT_TRUE(due->done);
    }
    EXPECT_EQ(table.size(), 0u);
    EXPECT_EQ(table.next_deadline(), clock::time_point::max());
}

TEST(InFlight, RemembersWhenTheSocketHadTakenARequest) {
    in_flight table;
    counted done;
    table.add(1, produce, start, start + 1s, done.one());
    table.written(start + 1ms);
    table.add(2, produce, start, start + 1s, done.one());
    table.add(3, produce, start, start + 1s, done.one());
    EXPECT_EQ(table.answered(1)->written, start + 1ms);
    table.written(start + 5ms);
    EXPECT_EQ(table.answered(2)->written, start + 5ms);
    EXPECT_EQ(table.answered(3)->written, start + 5ms);
}

TEST(InFlight, RefusesAnyIdButTheOldestAndNamesBoth) {
    in_flight table;
    counted done;
    table.add(7, produce, start, start + 1s, done.one());
    table.add(8, produce, start, start + 1s, done.one());
    for (const int id : {6, 8, 9}) {
        const auto due = table.answered(id);
        ASSERT_FALSE(due);
        EXPECT_EQ(due.error(), client_errc::unexpected_answer);
        EXPECT_NE(due.error().message().find("correlation id " + std::to_string(id) + " where 7 is due"), std::string::npos) << due.error().message();
    }
    EXPECT_EQ(table.waiting(), 2u);
}

TEST(InFlight, RefusesAnAnswerThatNobodyAskedFor) {
    in_flight table;
    const auto due = table.answered(1);
    ASSERT_FALSE(due);
    EXPECT_NE(due.error().message().find("no request waits"), std::string::npos);
}

TEST(InFlight, KeepsThePlaceOfARequestThatTimedOut) {
    in_flight table;
    counted done;
    table.add(1, produce, start, start + 1s, done.one());
    table.add(2, produce, start, start + 5s, done.one());
    EXPECT_EQ(table.next_deadline(), start + 1s);
    EXPECT_TRUE(table.expire(start + 999ms).empty());
    const auto overdue = table.expire(start + 1s);
    ASSERT_EQ(overdue.size(), 1u);
    EXPECT_EQ(overdue[0].id, 1);
    EXPECT_TRUE(overdue[0].done);
    EXPECT_EQ(table.next_deadline(), start + 5s);
    const auto late = table.answered(1);
    ASSERT_TRUE(late);
    EXPECT_FALSE(late->done);
    EXPECT_TRUE(table.answered(2)->done);
}

TEST(InFlight, WithdrawsARequestButKeepsItsPlace) {
    in_flight table;
    counted done;
    table.add(1, produce, start, start + 1s, done.one());
    EXPECT_TRUE(table.withdraw(1).done);
    EXPECT_FALSE(table.withdraw(1).done);
    EXPECT_FALSE(table.withdraw(99).done);
    EXPECT_EQ(table.waiting(), 0u);
    EXPECT_TRUE(table.expire(start + 1h).empty());
    EXPECT_FALSE(table.answered(1)->done);
}

TEST(InFlight, GivesEveryWaiterUpOnce) {
    in_flight table;
    counted done;
    for (int id = 0; id < 5; ++id) table.add(id, produce, start, start + 1s * (1 + id), done.one());
    (void)table.answered(0);
    (void)table.expire(start + 2s);
    const auto all = table.take_all();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all.front().id, 2);
    EXPECT_TRUE(table.take_all().empty());
    EXPECT_EQ(table.size(), 0u);
}

TEST(UniqueFunction, OwnsWhatItHoldsWhateverItsSize) {
    const auto small = std::make_shared<int>(1);
    struct large {
        std::shared_ptr<int> held;
        long more[20] = {};
        int operator()(int i) { return *held + i; }
    };
    {
        unique_function<int(int)> f = [small](int i) { return *small + i; }, g = large{small};
        EXPECT_EQ(f(1), 2);
        EXPECT_EQ(g(2), 3);
        auto h = std::move(f);
        EXPECT_FALSE(f);  // NOLINT: moved from is empty, that is the point
        EXPECT_EQ(h(3), 4);
        g = std::move(h);
        EXPECT_EQ(g(4), 5);
        EXPECT_EQ(small.use_count(), 2);
    }
    EXPECT_EQ(small.use_count(), 1);
    unique_function<int()> owner = [only = std::make_unique<int>(7)] { return *only; };
    EXPECT_EQ(owner(), 7);
}
}  // namespace kwire::in_flight_test
