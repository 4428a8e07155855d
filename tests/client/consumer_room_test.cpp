// SPDX-License-Identifier: Apache-2.0
// Who has no room in fetch.buffer.memory: what it gets all the same, how soon, and how much that comes to.
#include "consumer_world.hpp"

#include <kwire/protocol/messages/fetch.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>

namespace kwire::consumer_room_test {
using namespace std::chrono_literals;

struct ConsumerRoom : kwire_test::consumer_world {
    void lead(int one, int two, int three) {
        broker.move_leader("orders", 0, one);
        broker.move_leader("orders", 1, two);
        broker.move_leader("orders", 2, three);
    }
    /// Partition 2, whose batches are kept until the buffer is full of them.
    void fill(const consumer& k) {
        for (int i = 0; i < 40; ++i) produce(2, 20 * i, 20, codec::none, std::string(2000, 'x'));
        hoard.emplace(run(k.consume_partition("orders", 2, offset_spec::oldest())).value());
        for (;;) {
            const auto w = begin(hoard->next_batch());
            pass(2s);
            if (!w->got) break;
            kept.push_back(**std::move(w->got));
        }
    }
    void let_go() {
        kept.clear();
        hoard.reset();
        pass(1s);
    }
    template <class T> void cancelled(task<T> work, clock::duration after) {
        asio::cancellation_signal stop;
        std::optional<T> got;
        start(host.executor(), std::move(work), asio::bind_cancellation_slot(stop.slot(), [&](T t) { got.emplace(std::move(t)); }));
        pass(after);
        stop.emit(asio::cancellation_type::terminal);
        pass(100ms);
        ASSERT_TRUE(got);
        EXPECT_FALSE(*got);
    }
    /// So many, as a loop reads that lets go of the last one when the next is there.
    template <class Next> void read_holding_the_last(int count, Next next) {
        auto last = run(next());
        for (int i = 1; i < count; ++i) {
            ASSERT_TRUE(last) << i;
            last = run(next());
        }
        ASSERT_TRUE(last) << count;
    }
    static constexpr std::size_t small = 256 << 10;

    std::optional<partition_consumer> hoard;
    std::vector<consumed_batch> kept;
};

TEST_F(ConsumerRoom, PartitionsThatShareAnAnswerDoNotWaitForEachOther) {
    lead(1, 1, 1);
    for (int p = 0; p < 2; ++p) produce(p, 0, 3, codec::none, std::string(100, 'x'));
    const auto k = make({.fetch_buffer_memory = small});
    fill(k);
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    const auto q = run(k.consume_partition("orders", 1, offset_spec::oldest())).value();
    const auto keeps = begin(p.next_batch());
    auto reads = begin(q.next_batch());
    pass(2s);
    ASSERT_TRUE(keeps->got && reads->got);
    for (int i = 1; i < 40; ++i) produce(1, 3 * i, 3, codec::none, std::string(100, 'x'));
    for (int i = 1; i < 40; ++i) {
        reads.reset();
        reads = begin(q.next_batch());
        pass(5s);
        ASSERT_TRUE(reads->got) << i;
    }
}

// Half a second is waited once, not for every answer.
TEST_F(ConsumerRoom, WhoStarvesGoesOnBesideOthersThatWait) {
    lead(1, 1, 1);
    for (int i = 0; i < 40; ++i) produce(1, 20 * i, 20, codec::none, std::string(1000, 'x'));
    const auto k = make({.fetch_buffer_memory = small});
    fill(k);
    const auto idle = run(k.consume_partition("orders", 0, offset_spec::newest())).value();
    const auto waits = begin(idle.next_batch());
    for (const int throttle : {0, 50}) {
        const auto y = run(k.consume_partition("orders", 1, offset_spec::oldest())).value();
        broker.on_request(
            [&](const received_request& r) { return r.api_key == fetch_request::api_key ? reaction::throttling(throttle) : reaction{}; });
        const auto begun = sim.now();
        for (int i = 0; i < 40; ++i) ASSERT_TRUE(run(y.next_batch()));
        EXPECT_LT(sim.now() - begun, 4s) << throttle;
    }
    EXPECT_FALSE(waits->got);
}

// The answer beyond the buffer does not come: whoever finds room meanwhile does not wait for it.
TEST_F(ConsumerRoom, ABrokerThatHangsHoldsNobodyElseUp) {
    lead(1, 2, 2);
    produce(0, 0, 3);
    for (int i = 0; i < 200; ++i) produce(1, 20 * i, 20, codec::none, std::string(100, 'x'));
    const auto k = make({.fetch_buffer_memory = small});
    fill(k);
    const auto x = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    broker.on_request(
        [](const received_request& r) { return r.api_key == fetch_request::api_key && r.node_id == 1 ? reaction::hanging() : reaction{}; });
    const auto waits = begin(x.next_batch());
    pass(2s);
    let_go();
    const auto y = run(k.consume_partition("orders", 1, offset_spec::oldest())).value();
    broker.clear_history();
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(run(y.next_batch()));
    EXPECT_LT(broker.history_of<fetch_request>().size(), 40u) << "there is room for large answers";
    ASSERT_FALSE(waits->got);
    broker.move_leader("orders", 0, 2);
    ASSERT_TRUE(run(k.partitions("orders")));
    pass(500ms);
    EXPECT_TRUE(waits->got) << "the new leader is asked at once";
}

TEST_F(ConsumerRoom, ASeekDoesNotWaitForWhatIsUnderWay) {
    lead(1, 1, 1);
    produce(0, 0, 3);
    const auto k = make({.fetch_max_wait = 20s, .fetch_buffer_memory = small});
    fill(k);
    const auto x = run(k.consume_partition("orders", 0, offset_spec::newest())).value();
    const auto waits = begin(x.next_batch());
    pass(2s);
    x.seek(offset_spec::oldest());
    pass(500ms);
    EXPECT_TRUE(waits->got);
}

// The wait was cancelled, and then there was something to read: that is no reason to exceed the buffer for the others.
TEST_F(ConsumerRoom, WhoWentAwayIsGivenNoMore) {
    constexpr int count = 30;
    ASSERT_TRUE(broker.create_topic("many", count));
    const auto large = kwire_test::batch_of(0, 90, codec::none, std::string(10'000, 'x'));
    std::size_t held[2];
    for (const bool looked : {false, true}) {
        const auto k = make({.fetch_buffer_memory = 1 << 20});
        ASSERT_TRUE(run(k.assign("many", offset_spec::newest())));
        pass(2s);
        if (looked) cancelled(k.next_batch(), 1s);
        for (int p = 0; p < count; ++p) ASSERT_TRUE(broker.append("many", p, as_bytes(large)));
        pass(30s);
        held[looked] = k.buffered_bytes();
    }
    EXPECT_LE(held[true], held[false] + 2 * large.size());
}

TEST_F(ConsumerRoom, ReadersExpandBeyondTheBufferOnlyAfterAWhile) {
    constexpr int count = 20;
    ASSERT_TRUE(broker.create_topic("many", count));
    const auto b = kwire_test::batch_of(0, 150, codec::gzip, std::string(6000, 'x'));
    for (int p = 0; p < count; ++p) ASSERT_TRUE(broker.append("many", p, as_bytes(b)));
    const auto k = make({.fetch_buffer_memory = 1 << 20});
    std::vector<partition_consumer> all;
    for (int p = 0; p < count; ++p) all.push_back(run(k.consume_partition("many", p, offset_spec::oldest())).value());
    pass(2s);
    std::vector<std::shared_ptr<pending<result<consumed_batch>>>> reads;
    for (auto& p : all) reads.push_back(begin(p.next_batch()));
    pass(300ms);
    EXPECT_LE(k.buffered_bytes(), std::size_t(2) << 20);
    pass(1s);
    for (const auto& r : reads) EXPECT_TRUE(r->got);
}

// Small ones have room, large ones have not: half a second is waited once.
TEST_F(ConsumerRoom, SmallBatchesBetweenLargeOnesMakeNobodyWaitAgain) {
    produce(1, 0, 100, codec::gzip, std::string(6000, 'x'));
    for (int i = 0; i < 20; ++i) {
        produce(0, 0, 100, codec::gzip, std::string(5000, 'x'));
        produce(0, 0, 1, codec::gzip, std::string(100, 'x'));
    }
    const auto k = make({.fetch_buffer_memory = 1 << 20});
    const auto keeps = run(k.consume_partition("orders", 1, offset_spec::oldest())).value();
    const auto for_ever = run(keeps.next_batch()).value();
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    const auto begun = sim.now();
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(run(p.next_batch()));
    EXPECT_LT(sim.now() - begun, 3s);
}

// for (auto b = co_await p.next_batch(); b; b = co_await p.next_batch()), and the same with records.
TEST_F(ConsumerRoom, WhoHoldsTheLastOneGetsTheNext) {
    lead(1, 1, 1);
    const auto k = make({.fetch_buffer_memory = small});
    fill(k);
    for (const auto how : {codec::none, codec::gzip}) {
        const auto from = broker.log_end_offset("orders", 0);
        for (int i = 0; i < 40; ++i) produce(0, 0, 20, how, std::string(3000, 'x'));
        const auto batches = run(k.consume_partition("orders", 0, offset_spec::at(from))).value();
        read_holding_the_last(40, [&] { return batches.next_batch(); });
        batches.close();
        const auto records = run(k.consume_partition("orders", 0, offset_spec::at(from))).value();
        read_holding_the_last(800, [&] { return records.next(); });
    }
}

TEST_F(ConsumerRoom, WhatIsPausedMakesRoomForAnExpansion) {
    for (int i = 0; i < 100; ++i) produce(0, 0, 20, codec::none, std::string(1000, 'x'));
    for (int i = 0; i < 8; ++i) produce(2, 0, 66, codec::gzip, std::string(7000, 'x'));
    const auto k = make({.fetch_buffer_memory = 1 << 20});
    ASSERT_TRUE(run(k.assign("orders", 0, offset_spec::oldest())));
    pass(2s);
    k.pause("orders", 0);
    ASSERT_GT(k.buffered_bytes(), 100'000u);
    ASSERT_TRUE(run(k.assign("orders", 2, offset_spec::oldest())));
    read_holding_the_last(8, [&] { return k.next_batch(); });
}

TEST_F(ConsumerRoom, APauseInTheMidstOfAnAnswerFetchesNoMore) {
    for (int i = 0; i < 2000; ++i) produce(0, 0, 5, codec::none, std::string(1000, 'x'));
    const auto k = make({.fetch_buffer_memory = 8 << 20});
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    pass(2s);
    ASSERT_TRUE(run(p.next_batch()));
    const auto before = k.buffered_bytes();
    for (int i = 0; i < 30; ++i) {
        p.pause();
        cancelled(p.next_batch(), 100ms);
        p.resume();
        ASSERT_TRUE(run(p.next_batch()));
        pass(200ms);
    }
    EXPECT_LT(k.buffered_bytes(), 2 * before);
}
}  // namespace kwire::consumer_room_test
