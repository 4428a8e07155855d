// SPDX-License-Identifier: Apache-2.0
// What every environment must do, held against the real one and the simulated one alike.
#include "worlds.hpp"

#include <asio/error.hpp>

#include <algorithm>
#include <numeric>

namespace kwire::environment_test {
class Environment : public InBothWorlds {};

task<void> echo(std::shared_ptr<acceptor> a) {
    auto s = co_await a->accept();
    std::vector<std::byte> block(100'000);
    while (s) {
        const auto n = co_await (*s)->read_some(block);
        if (!n) break;
        const std::vector<bytes> all{bytes(block.data(), *n)};
        const auto written = co_await (*s)->write(all);
        if (!written) break;
    }
}

TEST_P(Environment, CarriesGatheredBytesInOrder) {
    std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
    w->server().spawn(echo(a));
    const auto pieces_sent = std::make_shared<std::vector<std::string>>();
    for (int i = 0; i < 300; ++i) pieces_sent->push_back(std::string(std::size_t(i % 7) * 991, char('a' + i % 26)));
    std::string sent = std::accumulate(pieces_sent->begin(), pieces_sent->end(), std::string()), received;
    std::shared_ptr<stream> s = w->client().make_stream();
    w->client().spawn([](std::shared_ptr<stream> to, std::string host, std::uint16_t port, std::shared_ptr<std::vector<std::string>> texts,
                         std::size_t total, std::string& got, environment& env) -> task<void> {
        const auto connected = co_await to->connect(host, port);
        EXPECT_TRUE(connected);
        env.spawn([](std::shared_ptr<stream> out, std::shared_ptr<std::vector<std::string>> strings) -> task<void> {
            std::vector<bytes> pieces;
            for (const auto& t : *strings) pieces.push_back(as_bytes(t));
            const auto written = co_await out->write(pieces);
            EXPECT_TRUE(written);
        }(to, texts));
        std::vector<std::byte> block(4096);
        while (got.size() < total) {
            const auto n = co_await to->read_some(block);
            if (!n) break;
            got += as_text(bytes(block.data(), *n));
        }
        to->close();
    }(s, w->server_name(), a->port(), pieces_sent, sent.size(), received, w->client()));
    w->run();
    EXPECT_EQ(received, sent);
}

TEST_P(Environment, EndsAReadWithEofWhenThePeerEndsInGoodOrder) {
    std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
    w->server().spawn([](std::shared_ptr<acceptor> from) -> task<void> { const auto closes_at_once = co_await from->accept(); }(a));
    std::error_code ended;
    std::shared_ptr<stream> s = w->client().make_stream();
    w->client().spawn([](std::shared_ptr<stream> to, std::string host, std::uint16_t port, std::error_code& how) -> task<void> {
        const auto connected = co_await to->connect(host, port);
        EXPECT_TRUE(connected);
        std::byte block[1];
        const auto n = co_await to->read_some(block);
        EXPECT_FALSE(n);
        if (!n) how = n.error().code();
    }(s, w->server_name(), a->port(), ended));
    w->run();
    EXPECT_EQ(ended, std::error_code(asio::error::eof)) << ended.message();
}

TEST_P(Environment, CloseEndsEveryWaitForGood) {
    std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
    std::shared_ptr<stream> s = w->client().make_stream();
    std::shared_ptr<timer> t = w->client().make_timer();
    int ended = 0;
    w->client().spawn([](environment& env, std::shared_ptr<stream> to, std::shared_ptr<acceptor> from, std::shared_ptr<timer> never, std::string host,
                         int& count) -> task<void> {
        const auto connected = co_await to->connect(host, from->port());
        EXPECT_TRUE(connected);
        env.spawn([](std::shared_ptr<stream> reading, int& n) -> task<void> {
            std::byte block[1];
            for (int i = 0; i < 2; ++i) {
                const auto got = co_await reading->read_some(block);
                EXPECT_EQ(got.error(), client_errc::closed);
                ++n;
            }
        }(to, count));
        env.spawn([](std::shared_ptr<timer> waiting, int& n) -> task<void> {
            for (int i = 0; i < 2; ++i) {
                const bool due = co_await waiting->wait();
                EXPECT_FALSE(due);
                ++n;
            }
        }(never, count));
        env.spawn([](std::shared_ptr<acceptor> listening, int& n) -> task<void> {
            auto first = co_await listening->accept();
            EXPECT_TRUE(first);
            for (int i = 0; i < 2; ++i) {
                const auto more = co_await listening->accept();
                EXPECT_EQ(more.error(), client_errc::closed);
                ++n;
            }
        }(from, count));
        const auto soon = env.make_timer();
        soon->expires_at(env.now() + 20ms);
        co_await soon->wait();
        to->close();
        never->close();
        from->close();
    }(w->client(), s, a, t, w->server_name(), ended));
    w->run();
    EXPECT_EQ(ended, 6);
}

TEST_P(Environment, TellsACoarseTimeThatIsNeverAheadAndHardlyBehind) {
    environment& env = w->client();
    const auto pause = [&](clock::duration d) {
        env.spawn([](environment& e, clock::duration how_long) -> task<void> {
            const auto t = e.make_timer();
            t->expires_at(e.now() + how_long);
            co_await t->wait();
        }(env, d));
        w->run();
    };
    const auto behind = [&] {
        const auto exact = env.wall_now();
        const auto coarse = env.coarse_wall_now();
        EXPECT_LE(coarse, env.wall_now());
        return exact - coarse;
    };
    for (int round = 0; round < 3; ++round) {
        pause(60ms);  // longer than it may be behind, so that a clock that stands still is found
        auto least = behind();
        for (int again = 0; again < 200 && least > 50ms; ++again) {  // a virtual machine may miss a tick
            pause(2ms);
            least = std::min(least, behind());
        }
        EXPECT_LE(least, 50ms);
    }
}

TEST_P(Environment, MovesAWaitThatIsOn) {
    environment& env = w->client();
    std::shared_ptr<timer> t = env.make_timer();
    t->expires_at(env.now() + 30min);
    const auto began = env.now();
    clock::time_point at{};
    env.spawn([](environment& e, std::shared_ptr<timer> moved, clock::time_point& when) -> task<void> {
        const bool due = co_await moved->wait();
        EXPECT_TRUE(due);
        when = e.now();
    }(env, t, at));
    env.spawn([](environment& e, std::shared_ptr<timer> moved) -> task<void> {
        const auto soon = e.make_timer();
        soon->expires_at(e.now() + 5ms);
        co_await soon->wait();
        moved->expires_at(e.now() + 5ms);
    }(env, t));
    w->run();
    EXPECT_GE(at, began + 10ms);
    EXPECT_LT(at, began + 10min);
}

TEST_P(Environment, SaysThatNothingListensAndThatANameIsUnknown) {
    auto a = w->server().listen(w->server_name(), 0).value();
    const auto port = a->port();
    a.reset();
    std::error_code closed_port;
    bool unknown_name = false;
    w->client().spawn([](environment& env, std::string host, std::uint16_t p, std::error_code& refused, bool& unknown) -> task<void> {
        const auto s = env.make_stream(), other = env.make_stream();
        const auto first = co_await s->connect(host, p);
        if (!first) refused = first.error().code();
        const auto second = co_await other->connect("no-such-host.invalid", p);
        unknown = !second && second.error().context().find("no-such-host.invalid") != std::string::npos;
    }(w->client(), w->server_name(), port, closed_port, unknown_name));
    w->run();
    EXPECT_EQ(closed_port, std::error_code(asio::error::connection_refused)) << closed_port.message();
    EXPECT_TRUE(unknown_name);
}

INSTANTIATE_TEST_SUITE_P(Both, Environment, ::testing::Bool(), world_name);

TEST(AsioEnvironment, EndsALookupThatNobodyWaitsForAnyMore) {
    asio::io_context io(1);
    const auto env = make_asio_environment(io);
    std::shared_ptr<stream> s = env->make_stream();
    bool ended = false;
    env->spawn([](std::shared_ptr<stream> to, bool& over) -> task<void> {
        const auto connected = co_await to->connect("no-such-host.invalid", 9092);
        EXPECT_EQ(connected.error(), client_errc::closed);
        over = true;
    }(s, ended));
    io.poll_one();
    s->close();
    io.run_for(20s);
    EXPECT_TRUE(ended);
}

TEST(AsioEnvironment, ListensOnAndConnectsToIPv6) {
    asio::io_context io(1);
    const auto env = make_asio_environment(io);
    auto listening = env->listen("[::1]", 0);
    if (!listening) GTEST_SKIP() << "no IPv6 here: " << listening.error().message();
    std::shared_ptr<acceptor> a = *std::move(listening);
    bool connected = false;
    env->spawn([](environment& e, std::uint16_t port, bool& done) -> task<void> {
        const auto s = e.make_stream();
        const auto there = co_await s->connect("::1", port);
        done = there.has_value();
    }(*env, a->port(), connected));
    io.run_for(20s);
    EXPECT_TRUE(connected);
}

TEST(AsioEnvironment, DoesNotSwallowAnException) {
    asio::io_context io(1);
    const auto env = make_asio_environment(io);
    env->spawn([]() -> task<void> {
        throw std::runtime_error("a bug");
        co_return;
    }());
    EXPECT_THROW(io.run(), std::runtime_error);
}

TEST(Simulation, GivesUpASilentConnectWithTimedOut) {
    simulation world(3);
    world.sky.silent = 1000;
    world.host("there");
    auto& here = world.host("here");
    std::error_code how;
    const auto began = world.now();
    clock::time_point ended{};
    here.spawn([](environment& env, std::error_code& why, clock::time_point& when) -> task<void> {
        const auto s = env.make_stream();
        const auto connected = co_await s->connect("there", 1);
        if (!connected) why = connected.error().code();
        when = env.now();
    }(here, how, ended));
    world.run_until(world.now() + 1h);
    EXPECT_EQ(how, std::error_code(asio::error::timed_out));
    EXPECT_GT(ended, began + 2min);
}

TEST(Simulation, DestroysTheCoroutinesOfAHostThatCrashes) {
    simulation world(4);
    auto& here = world.host("here");
    const auto alive = std::make_shared<int>(1);
    here.spawn([](environment& env, std::shared_ptr<int>) -> task<void> {
        const auto t = env.make_timer();
        co_await t->wait();
        ADD_FAILURE() << "went on after the crash";
    }(here, alive));
    world.run_until(world.now() + 1s);
    EXPECT_EQ(alive.use_count(), 2);
    world.crash("here", false);
    EXPECT_EQ(alive.use_count(), 1);
}

TEST(Simulation, DoesNotSwallowAnException) {
    simulation world(5);
    world.host("here").spawn([]() -> task<void> {
        throw std::runtime_error("a bug");
        co_return;
    }());
    EXPECT_THROW(world.run_until(world.now() + 1s), std::runtime_error);
}
}  // namespace kwire::environment_test
