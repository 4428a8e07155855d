// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/accumulator.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace accumulator_test {
using namespace kwire;
using namespace std::chrono_literals;

struct accumulating {
    explicit accumulating(producer_options o = {})
        : options(o), a(
                          o, [this] { return now; }, [this] { ++wakes; }, 1,
                          [this] {
                              if (compressing) compressing();
                          }) {
        topic_metadata t;
        t.name = "t";
        for (std::int32_t p = 0; p < 4; ++p) t.partitions.push_back({p, 1, 0, {}, {}, {}, errc::none});
        a.update(t);
    }
    result<handle> append(std::int32_t partition, std::size_t size = 100, accumulator::haste how = accumulator::haste::linger) {
        const std::string value(size, 'x');
        return a.append({.topic = "t", .partition = partition, .value = as_bytes(value)}, 1000, how);
    }
    std::vector<produce_batch*> take() {
        std::vector<produce_batch*> out;
        next = a.take(now, out, [](auto&, std::size_t) { return true; });
        return out;
    }
    void end(produce_batch* b) {
        b->settled = true;
        b->state->succeed(0, -1);
        a.settled(*b);
        std::exchange(b->state, nullptr)->release();
        a.give_back(*b);
    }
    producer_options options;
    clock::time_point now{1h}, next{};
    std::atomic<int> wakes = 0;
    std::function<void()> compressing;  // called by who is about to compress a batch
    accumulator a;
};

TEST(Accumulator, KeepsABatchOpenUntilItLingeredOrIsFull) {
    accumulating x({.linger = 5ms, .batch_size = 1000});
    ASSERT_TRUE(x.append(0));
    EXPECT_TRUE(x.take().empty());
    EXPECT_EQ(x.next, x.now + 5ms);
    x.now += 5ms;
    const auto lingered = x.take();
    ASSERT_EQ(lingered.size(), 1u);
    EXPECT_EQ(lingered[0]->writer.count(), 1);
    for (int i = 0; i < 9; ++i) ASSERT_TRUE(x.append(1));
    const auto full = x.take();
    ASSERT_EQ(full.size(), 1u);
    EXPECT_LE(full[0]->writer.size(), 1000u);
    EXPECT_EQ(full[0]->writer.count(), 8);
    for (auto* b : {lingered[0], full[0]}) x.end(b);
}

TEST(Accumulator, WakesTheStrandOnlyWhenItWouldNotLookInTime) {
    accumulating x({.linger = 5ms, .batch_size = 1000});
    ASSERT_TRUE(x.append(0));
    EXPECT_EQ(x.wakes, 1);
    ASSERT_TRUE(x.append(1));
    EXPECT_EQ(x.wakes, 1) << "woken already";
    EXPECT_TRUE(x.take().empty());
    ASSERT_TRUE(x.append(2));
    EXPECT_EQ(x.wakes, 1) << "the strand looks before this batch is due";
    for (int i = 0; i < 8; ++i) ASSERT_TRUE(x.append(0));
    EXPECT_EQ(x.wakes, 2) << "a batch is full";
    ASSERT_TRUE(x.append(3, 100, accumulator::haste::mine));
    EXPECT_EQ(x.wakes, 2);
}

TEST(Accumulator, SendsUrgentBatchesAtOnce) {
    accumulating x({.linger = 60s});
    ASSERT_TRUE(x.append(0));
    ASSERT_TRUE(x.append(1, 100, accumulator::haste::now));
    const auto taken = x.take();
    ASSERT_EQ(taken.size(), 1u);
    EXPECT_EQ(taken[0]->lane->partition(), 1);
    x.end(taken[0]);
}

TEST(Accumulator, SpendsNoMoreThanItsBudgetAndTakesItBack) {
    accumulating x({.batch_size = 8192, .max_request_size = 16384, .buffer_memory = 64 * 1024});
    int fitted = 0;
    for (int round = 0; round < 50; ++round) {
        auto got = x.append(fitted % 4, 1000);
        for (; got; got = x.append(fitted % 4, 1000)) {
            ++fitted;
            ASSERT_LE(x.a.memory_used(), 64u * 1024);
        }
        EXPECT_EQ(got.error(), client_errc::buffer_full);
        auto taken = x.take();
        EXPECT_FALSE(taken.empty()) << "under pressure nothing lingers";
        for (; !taken.empty(); taken = x.take())
            for (auto* b : taken) x.end(b);
    }
    EXPECT_GT(fitted, 50 * 35);
    x.now += 1s;
    for (auto* b : x.take()) x.end(b);
    EXPECT_EQ(x.a.memory_used(), 0u);
    EXPECT_EQ(x.a.unsettled(), 0u);
}

TEST(Accumulator, HasRoomForEachRecordAllowedWhenItIsEmptyIfTheOptionsAreInOrder) {
    int in_order = 0;
    for (const std::size_t most : {1000u, 5000u, 8192u, 20'000u}) {
        for (std::size_t memory = most; memory <= most + 600; memory += 8) {
            const producer_options o{.linger = 0ms, .batch_size = most, .max_request_size = most, .buffer_memory = memory};
            if (!check(o)) continue;
            ++in_order;
            accumulating x(o);
            auto largest = most;
            auto first = x.append(0, largest);
            while (!first && first.error() == client_errc::too_large) first = x.append(0, --largest);
            ASSERT_TRUE(first) << first.error().message() << ": " << largest << " bytes into " << memory << ", " << most << " are allowed";
            for (const std::size_t size : {largest, std::size_t{1}, most / 2, largest - 30, largest - 300, largest}) {
                for (auto* b : x.take()) x.end(b);
                ASSERT_EQ(x.a.memory_used(), 0u);
                const auto h = x.append(0, size);
                ASSERT_TRUE(h) << h.error().message() << ": " << size << " bytes into " << memory << ", " << most << " are allowed";
            }
            EXPECT_GT(largest, most - 80);
        }
    }
    EXPECT_GT(in_order, 0);
}

TEST(Accumulator, CountsManyPartitionsWithLittleEachAtLittle) {
    accumulating x;
    topic_metadata many;
    many.name = "many";
    for (std::int32_t p = 0; p < 1000; ++p) many.partitions.push_back({p, 1, 0, {}, {}, {}, errc::none});
    x.a.update(many);
    for (std::int32_t p = 0; p < 1000; ++p) ASSERT_TRUE(x.a.append({.topic = "many", .partition = p, .value = as_bytes("x")}, 1));
    EXPECT_LT(x.a.memory_used(), 1000u * 5000);
}

TEST(Accumulator, GivesARecordLargerThanABatchOneOfItsOwn) {
    accumulating x({.batch_size = 1000, .max_request_size = 100'000});
    ASSERT_TRUE(x.append(0, 50'000));
    EXPECT_EQ(x.append(0, 100'000).error(), client_errc::too_large);
    ASSERT_TRUE(x.append(0, 10));
    const auto taken = x.take();
    ASSERT_EQ(taken.size(), 1u);
    EXPECT_EQ(taken[0]->writer.count(), 1);
    x.end(taken[0]);
}

TEST(Accumulator, RefusesATooLargeRecordAlsoWhereABatchIsOpen) {
    accumulating x({.batch_size = 100'000, .max_request_size = 1000});
    ASSERT_TRUE(x.append(0, 10));
    EXPECT_EQ(x.append(0, 1000).error(), client_errc::too_large);
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(x.append(0, 100));
    x.now += 1s;
    for (auto taken = x.take(); !taken.empty(); taken = x.take())
        for (auto* b : taken) {
            EXPECT_LE(b->writer.size(), 1000u) << "batches obey the limit too";
            x.end(b);
        }
}

TEST(Accumulator, SettlesRoundsOfAFlushOneByOne) {
    accumulating x({.linger = 60s});
    ASSERT_TRUE(x.append(0));
    const auto first = x.a.begin_flush();
    EXPECT_FALSE(x.a.flushed(first));
    const auto before = x.take();
    ASSERT_EQ(before.size(), 1u);
    ASSERT_TRUE(x.append(0));
    x.end(before[0]);
    EXPECT_TRUE(x.a.flushed(first)) << "what came after it does not count";
    const auto second = x.a.begin_flush();
    EXPECT_FALSE(x.a.flushed(second));
    for (auto* b : x.take()) x.end(b);
    EXPECT_TRUE(x.a.flushed(second));
    EXPECT_TRUE(x.a.flushed(x.a.begin_flush())) << "nothing to wait for";
}

TEST(Accumulator, TellsOverdueBatchesWhetherOpenOrClosed) {
    accumulating x({.delivery_timeout = 10s, .linger = 1s, .batch_size = 1000});
    for (int i = 0; i < 12; ++i) ASSERT_TRUE(x.append(0));
    EXPECT_EQ(x.a.next_deadline(), x.now + 10s);
    std::vector<produce_batch*> overdue;
    x.a.take_overdue(x.now + 9s, overdue);
    EXPECT_TRUE(overdue.empty());
    x.a.take_overdue(x.now + 10s, overdue);
    EXPECT_EQ(overdue.size(), 2u);
    for (auto* b : overdue) x.end(b);
}

TEST(Accumulator, TellsABatchThatIsDueBeforeThoseInFrontOfIt) {
    for (const auto compression : {codec::none, codec::gzip}) {
        accumulating x({.delivery_timeout = 10s, .linger = 1s, .batch_size = 1000, .compression = compression});
        const auto begun = x.now;
        const auto append_due = [&](clock::time_point latest) {
            const std::string value(700, 'x');
            ASSERT_TRUE(x.a.append({.topic = "t", .partition = 0, .value = as_bytes(value)}, 1, accumulator::haste::linger, latest));
        };
        for (const auto due : {9s, 5s, 7s, 3s}) append_due(begun + due);  // each in a batch of its own; the last is open
        std::vector<std::int64_t> seconds;
        for (int i = 0; i < 4; ++i) {
            const auto next = x.a.next_deadline();
            std::vector<produce_batch*> overdue;
            x.a.take_overdue(next - 1ms, overdue);
            EXPECT_TRUE(overdue.empty());
            x.a.take_overdue(next, overdue);
            ASSERT_EQ(overdue.size(), 1u);
            EXPECT_EQ(overdue[0]->deadline, next);
            seconds.push_back((next - begun) / 1s);
            x.end(overdue[0]);
        }
        EXPECT_EQ(seconds, (std::vector<std::int64_t>{3, 5, 7, 9}));
        EXPECT_EQ(x.a.next_deadline(), clock::time_point::max());
    }
}

TEST(Accumulator, LooksUpATopicThatItDoesNotKnow) {
    accumulating x;
    EXPECT_EQ(x.a.append({.topic = "new", .value = as_bytes("x")}, 1).error(), client_errc::buffer_full);
    EXPECT_EQ(x.wakes, 1);
    EXPECT_EQ(x.a.append({.topic = "new", .value = as_bytes("x")}, 1).error(), client_errc::buffer_full);
    EXPECT_EQ(x.a.take_news().topics, std::vector<std::string>{"new"});
    EXPECT_TRUE(x.a.take_news().topics.empty());
    x.a.refuse("new", errc::topic_authorization_failed);
    EXPECT_EQ(x.a.append({.topic = "new", .value = as_bytes("x")}, 1).error(), errc::topic_authorization_failed);
    x.a.forget("new");
    x.a.forget("t");
    ASSERT_TRUE(x.append(0));
    EXPECT_EQ(x.a.append({.topic = "new", .value = as_bytes("x")}, 1).error(), client_errc::buffer_full);
    EXPECT_EQ(x.a.take_news().topics, std::vector<std::string>{"new"}) << "it is looked for again";
}

TEST(Accumulator, HandsOutHandlesThatOutliveItAndKnowTheirRecord) {
    std::optional<handle> kept;
    {
        accumulating x({.linger = 0ms});
        ASSERT_TRUE(x.append(2));
        auto second = x.append(2);
        const auto taken = x.take();
        ASSERT_EQ(taken.size(), 1u);
        EXPECT_FALSE(second->done());
        taken[0]->state->succeed(40, -1);
        EXPECT_EQ(second->get()->offset, 41);
        EXPECT_EQ(second->get()->partition, 2);
        EXPECT_EQ(second->get()->timestamp, 1000);
        kept.emplace(*std::move(second));
        x.a.settled(*taken[0]);
        std::exchange(taken[0]->state, nullptr)->release();
        x.a.give_back(*taken[0]);
    }
    EXPECT_EQ(kept->get()->offset, 41);
}

TEST(Accumulator, LeavesTheMemoryOfABatchThatEndsToWhoeverIsCompressingIt) {
    accumulating x({.linger = 60s, .batch_size = 4096, .max_request_size = 8192, .buffer_memory = 20'000, .compression = codec::gzip});
    produce_batch* ended = nullptr;
    x.compressing = [&] {
        if (ended) return;
        std::vector<produce_batch*> all;
        x.a.take_overdue(clock::time_point::max(), all);
        ASSERT_EQ(all.size(), 2u) << "that batch, and the one which was begun behind it";
        ended = all[0];
        for (auto* b : all) x.end(b);
        EXPECT_EQ(x.a.unsettled(), 0u);
        EXPECT_GT(x.a.memory_used(), 4096u) << "it is not free yet";
        ASSERT_TRUE(x.append(1, 2000));
        ASSERT_TRUE(x.append(2, 2000));
        for (auto* b : x.take()) EXPECT_NE(b, ended) << "its memory was given to others";
    };
    std::vector<handle> handles;
    while (!ended) {
        auto h = x.append(0);
        ASSERT_TRUE(h);
        handles.push_back(*std::move(h));
    }
    for (const auto& h : handles) EXPECT_TRUE(h.done());
    EXPECT_TRUE(x.a.take_news().room) << "who waits for memory is told";
    EXPECT_FALSE(x.a.take_news().room);
    EXPECT_GT(x.wakes, 0);
    std::vector<produce_batch*> rest;
    x.a.take_overdue(clock::time_point::max(), rest);
    EXPECT_EQ(rest.size(), 2u);
    for (auto* b : rest) x.end(b);
    EXPECT_EQ(x.a.memory_used(), 0u);
}

// For ThreadSanitizer.
TEST(Accumulator, EndsBatchesWhileOtherThreadsCompressThem) {
    accumulating x({.linger = 0ms, .batch_size = 16'384, .max_request_size = 16'384, .buffer_memory = 80'000, .compression = codec::gzip});
    std::atomic<int> threads_left{3};
    std::atomic<bool> compressing{false};
    x.compressing = [&] {
        compressing = true;
        while (compressing) std::this_thread::yield();
    };
    std::vector<std::thread> threads;
    std::vector<handle> handles[3];
    for (std::int32_t t = 0; t < 3; ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t i = 0; i < 2000;) {
                std::string value(200, 'x');
                for (std::size_t k = 0; k < value.size(); k += 2) value[k] = static_cast<char>(i * 7 + k * k);
                auto h = x.a.append({.topic = "t", .partition = t, .value = as_bytes(value)}, 1);
                if (!h) continue;
                handles[t].push_back(*std::move(h));
                ++i;
            }
            --threads_left;
        });
    }
    for (bool last = false; !last;) {
        last = threads_left == 0;
        if (!last && !compressing) continue;
        std::vector<produce_batch*> ended;
        x.a.take_overdue(clock::time_point::max(), ended);
        compressing = false;
        for (auto* b : ended) x.end(b);
    }
    for (auto& t : threads) t.join();
    for (const auto& of_thread : handles)
        for (const auto& h : of_thread) ASSERT_TRUE(h.done());
    EXPECT_EQ(x.a.unsettled(), 0u);
    EXPECT_EQ(x.a.memory_used(), 0u);
}

TEST(Accumulator, TakesRecordsOfManyThreadsEachInItsOrder) {
    accumulating x({.linger = 0ms, .batch_size = 2000, .compression = codec::gzip});
    std::vector<std::thread> threads;
    for (std::int32_t t = 0; t < 4; ++t) {
        threads.emplace_back([&x, t] {
            for (int i = 0; i < 2000; ++i) {
                const std::string value = std::to_string(i);
                const auto h = x.a.append({.topic = "t", .partition = t, .value = as_bytes(value)}, 1);
                ASSERT_TRUE(h);
            }
        });
    }
    int next[4] = {};
    decompressor expander;
    buffer room;
    const auto total = [&] { return next[0] + next[1] + next[2] + next[3]; };
    while (total() < 8000) {
        for (auto* b : x.take()) {
            b->writer.seal();
            record_batches all(b->writer.wire());
            batch_view view;
            ASSERT_TRUE(all.next(view).value());
            auto reader = view.records(expander, room).value();
            record_view r;
            while (reader.next(r)) EXPECT_EQ(as_text(*r.value), std::to_string(next[b->lane->partition()]++));
            x.end(b);
        }
    }
    for (auto& t : threads) t.join();
}
}  // namespace accumulator_test
