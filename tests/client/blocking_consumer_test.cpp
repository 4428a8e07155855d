// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/blocking_consumer.hpp>

#include <kwire/broker/broker_thread.hpp>
#include <kwire/protocol/batch_writer.hpp>
#include <kwire/protocol/messages/fetch.hpp>

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace blocking_consumer_test {
using namespace kwire;
using namespace std::chrono_literals;

std::string batch_of(int first, int count, std::string_view filling = {}, codec how = codec::none) {
    batch_writer w(1 << 20);
    for (int i = 0; i < count; ++i) {
        const std::string value = "value " + std::to_string(first + i) + std::string(filling);
        EXPECT_TRUE(w.append({1000 + first + i, {}, as_bytes(value), {}}));
    }
    buffer spare;
    compressor coder(how);
    const auto compressed = how == codec::none ? result<void>() : w.compress(coder, spare);
    EXPECT_TRUE(compressed);
    w.seal();
    return std::string(as_text(w.wire()));
}

struct BlockingConsumer : ::testing::Test {
    void produce(int partition, int first, int count, std::string_view filling = {}) {
        const auto b = batch_of(first, count, filling);
        broker.run([&](embedded_broker& it) { ASSERT_TRUE(it.append("t", partition, as_bytes(b))); });
    }
    static std::string value(const result<consumer_record>& r) { return r ? std::string(as_text(r->value.value())) : r.error().message(); }

    broker_thread broker{{.topics = {{"t", 3}}}};
    std::optional<blocking::client> c = blocking::client::make({.bootstrap_servers = {broker.bootstrap()}}).value();
    std::optional<blocking::consumer> k = blocking::consumer::make(*c).value();
};

TEST_F(BlockingConsumer, ReadsAPartitionFromTheOldestRecordOn) {
    produce(1, 0, 3);
    EXPECT_EQ(k->partitions("t").value(), (std::vector<std::int32_t>{0, 1, 2}));
    const auto p = k->consume_partition("t", 1, offset_spec::oldest()).value();
    EXPECT_EQ(p.topic(), "t");
    EXPECT_EQ(p.partition(), 1);
    for (int i = 0; i < 3; ++i) {
        const auto m = p.next(30s);
        EXPECT_EQ(value(m), "value " + std::to_string(i));
        ASSERT_TRUE(m);
        EXPECT_EQ(m->offset, i);
        EXPECT_EQ(m->partition, 1);
        EXPECT_EQ(m->topic, "t");
        EXPECT_EQ(p.position(), i + 1);
    }
    EXPECT_EQ(p.high_watermark(), 3);
}

// Somebody who only ever looks whether there is something waits, too.
TEST_F(BlockingConsumer, WhoPollsIsNotHeldUpByPartitionsThatNobodyReads) {
    for (int partition = 0; partition < 3; ++partition)
        for (int i = 0; i < 5; ++i) produce(partition, 20 * i, 20, std::string(6000, 'x'));
    const auto small = blocking::consumer::make(*c, {.fetch_buffer_memory = 256 << 10}).value();
    std::vector<blocking::partition_consumer> all;
    for (int partition = 0; partition < 3; ++partition) {
        all.push_back(small.consume_partition("t", partition, offset_spec::oldest()).value());
        if (partition == 2) break;
        EXPECT_TRUE(all.back().next(30s));
        const auto lies_ready = all.back().next_error(100ms);
        EXPECT_EQ(lies_ready.error(), client_errc::timed_out);
    }
    for (int i = 0; i < 100; ++i) {
        auto m = all[2].try_next();
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        while (!m && std::chrono::steady_clock::now() < deadline) {
            EXPECT_EQ(all[1].next_error(1ms).error(), client_errc::timed_out);  // the loop runs
            m = all[2].try_next();
        }
        ASSERT_TRUE(m) << i;
        ASSERT_EQ((*m)->offset, i);
    }
}

// Other threads let go of the batches, in whatever moment: the reader that waits for their room is always woken.
TEST_F(BlockingConsumer, WhoWaitsForRoomIsWokenByWhateverThreadMakesIt) {
    constexpr int batches = 5000;
    const auto b = batch_of(0, 20, std::string(5000, 'x'), codec::gzip);
    broker.run([&](embedded_broker& it) {
        for (int i = 0; i < batches; ++i) ASSERT_TRUE(it.append("t", 0, as_bytes(b)));
    });
    const auto small = blocking::consumer::make(*c, {.fetch_buffer_memory = 1 << 20}).value();
    const auto p = small.consume_partition("t", 0, offset_spec::oldest()).value();
    std::mutex mutex;
    std::condition_variable given;
    std::deque<consumed_batch> hands;
    bool over = false;
    const auto let_go = [&](int spin) {
        for (std::unique_lock lock(mutex);; lock.lock()) {
            given.wait(lock, [&] { return over || !hands.empty(); });
            if (hands.empty()) return;
            auto mine = std::move(hands.front());
            hands.pop_front();
            lock.unlock();
            spin = spin * 7 % 211;
            const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(spin);
            while (std::chrono::steady_clock::now() < until) {}
        }
    };
    std::vector<std::thread> workers;
    for (int i = 1; i <= 3; ++i) workers.emplace_back(let_go, i);
    int read = 0;
    for (; read < batches; ++read) {
        const auto asked = std::chrono::steady_clock::now();
        auto got = p.next_batch(20s);
        const bool woken = got && std::chrono::steady_clock::now() - asked < 19s;  // at its end it looks once more
        EXPECT_TRUE(woken) << read;
        if (!woken) break;
        std::lock_guard lock(mutex);
        hands.push_back(*std::move(got));
        given.notify_one();
    }
    EXPECT_EQ(read, batches);
    std::unique_lock lock(mutex);
    over = true;
    lock.unlock();
    given.notify_all();
    for (auto& w : workers) w.join();
}

TEST_F(BlockingConsumer, AWaitThatIsOverLosesNothing) {
    const auto p = k->consume_partition("t", 0, offset_spec::oldest()).value();
    EXPECT_EQ(p.next(20ms).error(), client_errc::timed_out);
    EXPECT_EQ(p.next_batch(0s).error(), client_errc::timed_out);
    EXPECT_EQ(p.next_error(0s).error(), client_errc::timed_out);
    EXPECT_FALSE(p.try_next());
    EXPECT_FALSE(p.try_next_error());
    for (int i = 0; i < 50; ++i) {
        produce(0, i, 1);
        auto m = p.next(1ms);
        while (!m && m.error() == client_errc::timed_out) m = p.next(1ms);
        EXPECT_EQ(value(m), "value " + std::to_string(i));
    }
}

TEST_F(BlockingConsumer, FetchesAheadWhileNobodyWaits) {
    const auto p = k->consume_partition("t", 0, offset_spec::oldest()).value();
    produce(0, 0, 5);
    auto m = p.try_next();
    for (int i = 0; i < 6000 && !m; ++i) {
        std::this_thread::sleep_for(5ms);
        m = p.try_next();
    }
    ASSERT_TRUE(m) << "the helper runs the loop";
    EXPECT_EQ(value(*m), "value 0");
    for (int i = 1; i < 5; ++i) EXPECT_EQ(value(p.try_next().value()), "value " + std::to_string(i));
    EXPECT_FALSE(p.try_next());
}

TEST_F(BlockingConsumer, SeveralThreadsEachReadOnePartition) {
    constexpr int batches = 200, each = 25;
    std::vector<std::thread> readers;
    for (int partition = 0; partition < 3; ++partition) {
        readers.emplace_back([&, partition] {
            const auto p = k->consume_partition("t", partition, offset_spec::oldest()).value();
            for (int i = 0; i < batches * each; ++i) {
                const auto m = p.next(60s);
                ASSERT_TRUE(m) << m.error().message();
                ASSERT_EQ(m->offset, i);
                ASSERT_EQ(m->partition, partition);
                ASSERT_EQ(value(m), "value " + std::to_string(i));
            }
        });
    }
    for (int b = 0; b < batches; ++b)
        for (int partition = 0; partition < 3; ++partition) produce(partition, b * each, each);
    for (auto& r : readers) r.join();
}

TEST_F(BlockingConsumer, ReadsAllThatIsAssignedAndTellsTheEnds) {
    for (int i = 0; i < 3; ++i) produce(i, 0, 10);
    ASSERT_TRUE(k->assign("t", 0, offset_spec::at(5), true));
    ASSERT_TRUE(k->assign("t", 1, offset_spec::oldest(), true));
    ASSERT_TRUE(k->assign("t", 2, offset_spec::oldest(), true));
    EXPECT_FALSE(k->assign("t", 2, offset_spec::oldest()));
    EXPECT_EQ(k->assigned().size(), 3u);
    int records = 0;
    for (int ends = 0; ends < 3;) {
        const auto b = k->next_batch(30s);
        ASSERT_TRUE(b) << b.error().message();
        if (b->end_of_partition()) {
            ++ends;
            EXPECT_EQ(b->next_offset(), 10);
            EXPECT_EQ(k->position("t", b->partition()), 10);
            EXPECT_EQ(k->high_watermark("t", b->partition()), 10);
        }
        for ([[maybe_unused]] const auto& r : *b) ++records;
    }
    EXPECT_EQ(records, 25);
    k->seek("t", 1, offset_spec::at(9));
    EXPECT_EQ(value(k->next(30s)), "value 9");
    k->pause("t", 1);
    produce(1, 10, 1);
    produce(2, 10, 1);
    EXPECT_EQ(k->next(30s)->partition, 2);
    k->resume("t", 1);
    EXPECT_EQ(k->next(30s)->partition, 1);
    k->unassign("t", 0);
    EXPECT_EQ(k->assigned().size(), 2u);
    EXPECT_EQ(k->position("t", 0), -1);
}

TEST_F(BlockingConsumer, AStopIsToldToTheReaderAndByTheErrors) {
    produce(0, 0, 10);
    broker.run([](embedded_broker& b) { b.delete_records("t", 0, 5); });
    auto none = blocking::consumer::make(*c, {.auto_offset_reset = offset_reset::none}).value();
    const auto p = none.consume_partition("t", 0, offset_spec::at(2)).value();
    std::optional<result<consumer_error>> told;
    std::thread errors([&] { told.emplace(p.next_error(60s)); });
    const auto m = p.next(60s);
    errors.join();
    EXPECT_EQ(m.error(), errc::offset_out_of_range) << m.error().message();
    ASSERT_TRUE(*told) << told->error().message();
    EXPECT_TRUE((*told)->stopped);
    EXPECT_EQ((*told)->partition, 0);
    EXPECT_EQ(p.next(60s).error(), errc::offset_out_of_range) << "again, until seek()";
    p.seek(offset_spec::oldest());
    EXPECT_EQ(p.next(60s)->offset, 5);
}

TEST_F(BlockingConsumer, TheNextErrorSaysHowManyNobodyRead) {
    broker.run([](embedded_broker& b) {
        b.on_request([](const received_request& r) {
            return r.api_key == fetch_request::api_key ? reaction::failing(errc::topic_authorization_failed) : reaction{};
        });
    });
    const auto p = k->consume_partition("t", 0, offset_spec::at(0)).value();
    for (int i = 0; i < 1007; ++i) {
        ASSERT_EQ(p.next(60s).error(), errc::topic_authorization_failed);
        p.seek(offset_spec::at(0));
    }
    p.close();
    auto told = p.next_error(60s);
    ASSERT_TRUE(told);
    const auto text = told->why.message();
    EXPECT_TRUE(text.starts_with("after ")) << text;
    EXPECT_NE(text.find(" errors that nobody read: t[0]: "), std::string::npos) << text;
    int read = 0;
    for (; told; told = p.next_error(60s)) ++read;
    EXPECT_EQ(read, 1000);
}

TEST_F(BlockingConsumer, CloseEndsWhatWaitsInOtherThreads) {
    produce(0, 0, 1);
    for (const bool whole_client : {false, true}) {
        if (whole_client) k.emplace(blocking::consumer::make(*c).value());
        std::vector<blocking::partition_consumer> open;
        for (int i = 0; i < 3; ++i) open.push_back(k->consume_partition("t", i, offset_spec::oldest()).value());
        const auto kept = open[0].next(30s);
        std::vector<std::thread> waiting;
        std::atomic<int> ended{0};
        for (const auto& p : open) {
            waiting.emplace_back([&] { ended += p.next().error() == client_errc::closed; });
            waiting.emplace_back([&] { ended += p.next_error().error() == client_errc::closed; });
        }
        waiting.emplace_back([&] { ended += k->next_batch().error() == client_errc::closed; });
        if (whole_client) c->close();
        else k->close();
        for (auto& t : waiting) t.join();
        EXPECT_EQ(ended, 7);
        EXPECT_EQ(open[0].next(30s).error(), client_errc::closed);
        EXPECT_EQ(k->consume_partition("t", 0, offset_spec::oldest()).error(), client_errc::closed);
        EXPECT_EQ(value(kept), "value 0") << "what was handed out stays good";
    }
}

TEST_F(BlockingConsumer, WhatIsClosedByItselfLeavesTheOthersAlone) {
    for (int i = 0; i < 2; ++i) produce(i, 0, 3);
    auto p = k->consume_partition("t", 0, offset_spec::oldest()).value();
    const auto q = k->consume_partition("t", 1, offset_spec::oldest()).value();
    EXPECT_FALSE(k->consume_partition("t", 0, offset_spec::oldest())) << "it is being read";
    p.close();
    EXPECT_EQ(p.next().error(), client_errc::closed);
    p = k->consume_partition("t", 0, offset_spec::at(2)).value();
    EXPECT_EQ(value(p.next(30s)), "value 2");
    EXPECT_EQ(value(q.next(30s)), "value 0");
}

TEST_F(BlockingConsumer, HandlesAndBatchesMayOutliveTheClient) {
    produce(0, 0, 3);
    std::optional<blocking::partition_consumer> p = k->consume_partition("t", 0, offset_spec::oldest()).value();
    std::optional<consumed_batch> b = p->next_batch(30s).value();
    k.reset();
    c.reset();
    EXPECT_EQ(p->next().error(), client_errc::closed);
    p.reset();
    int i = 0;
    for (const auto& r : *b) EXPECT_EQ(as_text(*r.value), "value " + std::to_string(i++));
    EXPECT_EQ(i, 3);
}

TEST_F(BlockingConsumer, SaysWhyAPartitionCannotBeRead) {
    const auto p = k->consume_partition("t", 17, offset_spec::oldest());
    ASSERT_FALSE(p);
    EXPECT_TRUE(p.error().message().starts_with("consume: t[17]: the topic has 3 partitions, numbered from 0: ")) << p.error().message();
    EXPECT_EQ(blocking::consumer::make(*c, {.fetch_min_bytes = 10, .fetch_max_bytes = 5}).error(), client_errc::invalid_configuration);
    const auto contradictory = blocking::consumer::make(*c, {.fetch_max_bytes = 8 << 20, .fetch_buffer_memory = 8 << 20});
    ASSERT_FALSE(contradictory);
    EXPECT_NE(contradictory.error().message().find("fetch.max.bytes is more than three quarters of fetch.buffer.memory"), std::string::npos);
}

// Waiting there would wait for itself; closing is put off until the callback has returned.
TEST_F(BlockingConsumer, DoesNotWaitWithinACallback) {
    struct meddling : client_observer {
        std::function<void()> what;
        void metadata_updated(std::size_t, std::size_t) override {
            if (what) std::exchange(what, {})();
        }
    };
    const auto watch = std::make_shared<meddling>();
    const auto other = blocking::client::make({.bootstrap_servers = {broker.bootstrap()}}, {}, watch).value();
    const auto from = blocking::consumer::make(other).value();
    std::optional<std::error_code> why;
    watch->what = [&] {
        why = from.next().error().code();
        from.close();
    };
    EXPECT_EQ(from.partitions("t").error(), client_errc::closed) << "which was closed while it waited";
    EXPECT_EQ(why, make_error_code(client_errc::invalid_argument));
    EXPECT_EQ(from.next().error(), client_errc::closed);
}
}  // namespace blocking_consumer_test
