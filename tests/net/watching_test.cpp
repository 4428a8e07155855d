// SPDX-License-Identifier: Apache-2.0
// What an observer is told of requests, and that nothing is paid for where there is none.
#include "echo.hpp"

#include "support/allocations.hpp"

#include <kwire/net/connection.hpp>
#include <kwire/net/simulation.hpp>
#include <kwire/protocol/messages/heartbeat.hpp>

#include <asio/awaitable.hpp>

#include <gtest/gtest.h>

namespace kwire::watching_test {
using namespace std::chrono_literals;
task<void> pause(environment& env, clock::duration d) {
    const auto t = env.make_timer();
    t->expires_at(env.now() + d);
    co_await t->wait();
}

// A host's environment that counts how often it is asked for the time.
struct counting_environment final : environment {
    explicit counting_environment(environment& e) : real(e) {}
    environment& real;
    mutable int asked = 0;
    std::unique_ptr<stream> make_stream() override { return real.make_stream(); }
    result<std::unique_ptr<acceptor>> listen(std::string host, std::uint16_t port) override { return real.listen(std::move(host), port); }
    std::unique_ptr<timer> make_timer() override { return real.make_timer(); }
    clock::time_point now() const override { return ++asked, real.now(); }
    std::chrono::system_clock::time_point wall_now() const override { return real.wall_now(); }
    std::uint64_t random() override { return real.random(); }
    asio::any_io_executor executor() override { return real.executor(); }
    void spawn(task<void> work) override { real.spawn(std::move(work)); }
};

struct recording final : observer {
    std::vector<observed_request> written, read, decoded, failed;
    std::vector<std::size_t> sizes;
    std::string peer;
    void request_written(const observed_request& r, std::span<const bytes> frame) override {
        written.push_back(r);
        std::size_t size = 0;
        for (const auto& piece : frame) size += piece.size();
        sizes.push_back(size);
    }
    void response_read(const observed_request& r, bytes frame) override {
        read.push_back(r);
        sizes.push_back(frame.size() + 4);
    }
    void response_decoded(const observed_request& r) override {
        decoded.push_back(r);
        peer = r.peer;
    }
    void request_failed(const observed_request& r, const error&) override { failed.push_back(r); }
};

struct watched_world {
    watched_world() { world.sky.fragmented = 0; }
    using body = std::function<task<void>(std::shared_ptr<connection>)>;
    void play(script peer, body client, connection_options options = {}) {
        auto& server = world.host("server");
        std::shared_ptr<acceptor> a = server.listen("", 0).value();
        server.spawn(follow_script(&server, a, std::move(peer)));
        options.peer = "broker 2 at server:9092";
        const auto c = connection::make(here, here.make_stream(), std::move(options));
        bool ended = false;
        here.spawn([](body run, std::shared_ptr<connection> to, endpoint at, clock::time_point by, std::shared_ptr<acceptor> listening,
                      bool& over) -> task<void> {
            const auto opened = co_await to->open(at, by);
            EXPECT_TRUE(opened);
            co_await run(to);
            to->close();
            listening->close();
            over = true;
        }(std::move(client), c, {"server", a->port()}, in(10s), a, ended));
        world.run_until(in(1h));
        EXPECT_TRUE(ended) << "something waits for ever";
    }
    clock::time_point in(clock::duration d) { return here.real.now() + d; }
    simulation world{1};
    counting_environment here{world.host("client")};
};
class Watching : public ::testing::Test, protected watched_world {};

// 100 ms after the request the first half of the answer, 50 ms later the rest.
task<void> answer_slowly(std::shared_ptr<scripted_peer> p, environment* env, std::string what) {
    const bool known = co_await p->say_hello();
    EXPECT_TRUE(known);
    for (;;) {
        const auto r = co_await p->read();
        if (!r) co_return;
        const std::string frame = frame_of(int32_bytes(r->correlation_id) + what);
        co_await pause(*env, 100ms);
        co_await p->write(frame.substr(0, 7));
        co_await pause(*env, 50ms);
        co_await p->write(frame.substr(7));
    }
}

TEST_F(Watching, TellsWhereTheTimeOfARequestWent) {
    const auto watch = std::make_shared<recording>();
    connection_options o;
    o.watch = watch;
    o.most_in_flight = 1;
    clock::duration took{};
    auto& server = world.host("server");
    play([&](std::shared_ptr<scripted_peer> p) { return answer_slowly(p, &server, int16_bytes(0)); },
         [&](std::shared_ptr<connection> c) -> task<void> {
             const auto began = here.now();
             c->send(echo_request(std::string(10, '\0')), in(10s), [](result<answer> got, sent) { EXPECT_TRUE(got); });
             const auto got = co_await c->call(echo_request(std::string(5'000, '\0')), in(10s));
             EXPECT_TRUE(got);
             if (!got) co_return;
             co_await pause(here, 30ms);  // the turn of whoever waits
             heartbeat_response read;
             const auto whole = c->read(read, *got);
             EXPECT_TRUE(whole);
             took = here.now() - began;
         },
         o);
    ASSERT_EQ(watch->written.size(), 4u);  // two of them ApiVersions
    ASSERT_EQ(watch->read.size(), 4u);
    ASSERT_EQ(watch->decoded.size(), 3u);
    EXPECT_TRUE(watch->failed.empty());
    EXPECT_EQ(watch->written[3].took.queued, watch->read[3].took.queued);

    const observed_request& r = watch->decoded.back();
    EXPECT_EQ(watch->peer, "broker 2 at server:9092");
    EXPECT_EQ(r.api, "Echo");
    EXPECT_EQ(r.api_key, 99);
    EXPECT_EQ(r.correlation_id, 4);
    EXPECT_EQ(r.request_bytes, 4u + 2 + 2 + 4 + 2 + 5'000);
    EXPECT_EQ(r.response_bytes, 4u + 4 + 2);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(watch->sizes[2 * i], watch->written[i].request_bytes);
        EXPECT_EQ(watch->sizes[2 * i + 1], watch->read[i].response_bytes);
    }
    const auto near = [](clock::duration d, clock::duration expected) { return d >= expected && d <= expected + 10ms; };
    EXPECT_TRUE(near(r.took.queued, 150ms)) << "behind the first one: " << r.took.queued.count();
    EXPECT_TRUE(near(r.took.written, 0ms)) << r.took.written.count();
    EXPECT_TRUE(near(r.took.first_byte, 100ms)) << r.took.first_byte.count();
    EXPECT_TRUE(near(r.took.complete, 45ms)) << r.took.complete.count();
    EXPECT_TRUE(near(r.took.decoded, 30ms)) << r.took.decoded.count();
    EXPECT_EQ(r.took.total(), took) << "the parts are all there is";
    EXPECT_EQ(watch->read[2].took.queued, 0ms);
    EXPECT_EQ(watch->read[2].took.decoded, 0ms);
}

TEST_F(Watching, TellsOfAnAnswerThatCannotBeUnderstood) {
    const auto watch = std::make_shared<recording>();
    connection_options o;
    o.watch = watch;
    play(
        echo_all,
        [&](std::shared_ptr<connection> c) -> task<void> {
            const auto got = co_await c->call(echo_request(std::string(1, '\0')), in(10s));
            heartbeat_response read;
            const auto whole = c->read(read, *got);
            EXPECT_FALSE(whole);
        },
        o);
    EXPECT_EQ(watch->read.size(), 3u);
    EXPECT_EQ(watch->decoded.size(), 2u);
    ASSERT_EQ(watch->failed.size(), 1u);
    EXPECT_EQ(watch->failed.front().correlation_id, 3);
}

TEST_F(Watching, CostsNeitherTimeNorMemoryWhereNobodyWatches) {
    constexpr int calls = 500;
    struct cost {
        int asked = 0;
        std::size_t memory = 0;
        int watched = 0;
    };
    const auto measure = [&](std::shared_ptr<observer> watch) {
        cost all;
        watched_world w;  // the same each time
        connection_options o;
        o.watch = std::move(watch);
        w.play(
            echo_all,
            [&](std::shared_ptr<connection> c) -> task<void> {
                for (int i = 0; i < 2 * calls; ++i) {
                    if (i == calls) all = {w.here.asked, kwire::testing::allocated_bytes(), 0};  // what is grown once is grown
                    const auto got = co_await c->call(echo_request(std::string(2, '\0')), w.in(10s));
                    all.watched += got && got->watched;
                }
                all.asked = w.here.asked - all.asked;
                all.memory = kwire::testing::allocated_bytes() - all.memory;
            },
            o);
        return all;
    };
    const auto without = measure(nullptr), again = measure(nullptr), with = measure(std::make_shared<observer>());
    EXPECT_LE(without.asked, 3 * calls) << "sent, handed to the socket, read";
    EXPECT_EQ(without.watched, 0);
    EXPECT_EQ(with.asked, without.asked + calls) << "and written";
    EXPECT_EQ(with.watched, calls);
    EXPECT_EQ(without.memory, again.memory) << "or nothing can be said of it";
    EXPECT_GE(with.memory, without.memory + calls * sizeof(observed_request)) << "what is counted is not where it is taken";
}
}  // namespace kwire::watching_test
