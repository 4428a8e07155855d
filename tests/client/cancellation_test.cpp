// SPDX-License-Identifier: Apache-2.0
// Cancelling on a thread that is not the client's, which is what ThreadSanitizer is to see.
//
// The client's strand runs on a thread of its own, operations are started, cancelled and completed on the test's. When a
// cancellation arrives is left to chance, so that it meets operations at every stage: before they reach the strand, while they
// wait there, on their way back, and when they are over.
#include "support/loop_thread.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/client/client.hpp>
#include <kwire/client/offsets.hpp>
#include <kwire/client/producer.hpp>
#include <kwire/client/start.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace cancellation_test {
using namespace kwire;
using namespace std::chrono_literals;

struct operation {
    asio::cancellation_signal stop;
    std::error_code how;
    int ends = 0;
};
std::error_code code_of(const std::vector<result<located_offset>>& got) { return got.front() ? std::error_code() : got.front().error().code(); }
template <class T> std::error_code code_of(const result<T>& got) { return got ? std::error_code() : got.error().code(); }

struct Cancellation : ::testing::Test {
    /// Runs `f` on our thread after so many other turns of it.
    void after(int turns, std::function<void()> f) {
        if (turns == 0) return f();
        asio::post(ours, [this, turns, f = std::move(f)]() mutable { after(turns - 1, std::move(f)); });
    }
    template <class T> operation& begin(task<T> work) {
        operation& o = *all.emplace_back(std::make_unique<operation>());
        start(ours, std::move(work), asio::bind_cancellation_slot(o.stop.slot(), [this, at = &o](T got) {
                  EXPECT_EQ(std::this_thread::get_id(), here) << "it completes elsewhere";
                  ++at->ends;
                  at->how = code_of(got);
              }));
        return o;
    }
    client make() { return client::make(theirs.io, {.bootstrap_servers = {broker.bootstrap()}, .allow_auto_create_topics = false}).value(); }
    /// Runs our thread's loop until nothing is left to do there.
    bool all_is_over() {
        ours.restart();
        ours.run_for(60s);
        return ours.stopped();
    }

    const std::thread::id here = std::this_thread::get_id();
    broker_thread broker{{.topics = {{"t", 3}}}};
    support::loop_thread theirs;
    asio::io_context ours{1};
    std::vector<std::unique_ptr<operation>> all;
};

task<void> wait_for_nothing(const client* c, std::error_code& how) {
    const auto got = co_await c->topic("nowhere", c->in(1h));
    how = code_of(got);
}
task<void> close_slowly(const client* c, bool& over) {
    co_await c->close(c->in(1h));
    over = true;
}

TEST_F(Cancellation, EndsEachOperationOnceWhereverItMeetsIt) {
    {
        const auto c = make();
        const auto p = producer::make(c, {.linger = 0ms}).value();
        begin(c.topic("t", c.in(60s)));  // call() asks a broker that is known
        ASSERT_TRUE(all_is_over());
        all.clear();
        const auto begin_one = [&](int kind) -> operation& {
            const auto deadline = c.in(1h);
            switch (kind) {
                case 0: return begin(c.topic("nowhere", deadline));
                case 1: return begin(c.topic("t", deadline));
                case 2: return begin(c.cluster(deadline));
                case 3: return begin(list_offsets(c, {{"t", 0, offset_spec::newest()}, {"t", 1, offset_spec::oldest()}}, deadline));
                case 4: return begin(c.call(1, metadata_request(), deadline));
                case 5: return begin(p.send({.topic = "t", .value = as_bytes("some record")}));
                default: return begin(p.flush(deadline));
            }
        };
        for (int i = 0; i < 420; ++i) {
            operation& o = begin_one(i % 7);
            const auto how = i % 2 == 0 ? asio::cancellation_type::terminal : asio::cancellation_type::partial;
            after(i * i % 101, [&o, how] { o.stop.emit(how); });
        }
        ASSERT_TRUE(all_is_over()) << "an operation does not end";
        for (std::size_t i = 0; i < all.size(); ++i) {
            EXPECT_EQ(all[i]->ends, 1) << i;
            EXPECT_TRUE(all[i]->how == client_errc::cancelled || (i % 7 > 0 && !all[i]->how)) << i << ": " << all[i]->how.message();
        }
        const operation& next = begin(c.topic("t", c.in(60s)));
        ASSERT_TRUE(all_is_over());
        EXPECT_FALSE(next.how) << "the client is not as usable as before: " << next.how.message();
    }
    EXPECT_TRUE(theirs.ends()) << "something of the client is left";
}

TEST_F(Cancellation, BeforeItBeginsIsAnAnswerToEachQuery) {
    const auto c = make();
    asio::cancellation_signal stop;
    std::vector<result<located_offset>> got;
    start(ours, list_offsets(c, {{"t", 0, offset_spec::newest()}, {"t", 1, offset_spec::oldest()}}, c.in(1h)),
          asio::bind_cancellation_slot(stop.slot(), [&got](std::vector<result<located_offset>> g) { got = std::move(g); }));
    stop.emit(asio::cancellation_type::terminal);
    ASSERT_TRUE(all_is_over());
    ASSERT_EQ(got.size(), 2u);
    for (const auto& one : got) EXPECT_EQ(one.error(), client_errc::cancelled) << one.error().message();
}

TEST_F(Cancellation, OfACoroutineOfOnesOwnEndsWhatItAwaits) {
    {
        const auto c = make();
        std::vector<std::error_code> ends(50);
        for (std::size_t i = 0; i < ends.size(); ++i) {
            const auto stop = std::make_shared<asio::cancellation_signal>();
            asio::co_spawn(ours, wait_for_nothing(&c, ends[i]), asio::bind_cancellation_slot(stop->slot(), [stop](std::exception_ptr bug) {
                               if (bug) std::rethrow_exception(bug);
                           }));
            after(1 + static_cast<int>(i), [stop] { stop->emit(asio::cancellation_type::terminal); });
        }
        ASSERT_TRUE(all_is_over()) << "a coroutine does not end";
        for (const auto& how : ends) EXPECT_EQ(how, client_errc::cancelled) << how.message();
    }
    EXPECT_TRUE(theirs.ends()) << "something of the client is left";
}

TEST_F(Cancellation, OfCloseClosesAtOnce) {
    broker.run([](embedded_broker& b) {
        b.on_request([](const received_request& r) { return r.api_key == metadata_request::api_key ? reaction::hanging() : reaction{}; });
    });
    {
        const auto c = make();
        const operation& waiting = begin(c.cluster(c.in(1h)));
        asio::cancellation_signal stop;
        bool over = false;
        asio::co_spawn(ours, close_slowly(&c, over), asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr bug) {
                           if (bug) std::rethrow_exception(bug);
                       }));
        after(20, [&stop] { stop.emit(asio::cancellation_type::terminal); });
        ASSERT_TRUE(all_is_over()) << "it waits for its deadline";
        EXPECT_TRUE(over);
        EXPECT_EQ(waiting.ends, 1);
        EXPECT_EQ(waiting.how, client_errc::closed) << waiting.how.message();
    }
    EXPECT_TRUE(theirs.ends()) << "something of the client is left";
}
}  // namespace cancellation_test
