// SPDX-License-Identifier: Apache-2.0
#include <kwire/proxy/fault_proxy.hpp>

#include <kwire/net/asio_environment.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <asio/awaitable.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>

#include <gtest/gtest.h>

#include <optional>

namespace kwire::fault_proxy_test {
using namespace std::chrono_literals;

// Metadata v1 with the correlation id 5, and an answer to it.
const std::string question(
    "\0\0\0\x0c\0\x03\0\x01\0\0\0\x05"
    "abcd",
    16),
    reply(
        "\0\0\0\x08\0\0\0\x05"
        "ABCD",
        12);

struct heard {
    std::string bytes;
    std::error_code end;
};

task<void> write_all(std::shared_ptr<stream> to, std::string text, bool* done) {
    const std::vector<bytes> pieces{as_bytes(text)};
    const auto written = co_await to->write(pieces);
    if (done) *done = written.has_value();
}
/// Until the other side ends, or `enough` bytes are here.
task<void> listen_to(std::shared_ptr<stream> from, heard* into, std::size_t enough = std::string::npos) {
    std::vector<std::byte> block(64 * 1024);
    while (into->bytes.size() < enough) {
        const auto n = co_await from->read_some(block);
        if (!n) {
            into->end = n.error().code();
            co_return;
        }
        into->bytes += as_text(bytes(block.data(), *n));
    }
}

// A client, the proxy, and a broker's side; all is done by hand.
class FaultProxy : public ::testing::Test {
  public:
    FaultProxy() { proxy.forward_to({"127.0.0.1", listening->port()}); }
    /// Runs until `done` is true.
    bool until(const std::function<bool()>& done) {
        io.restart();
        const auto limit = std::chrono::steady_clock::now() + 60s;
        while (!done() && std::chrono::steady_clock::now() < limit) io.run_one_for(100ms);
        return done();
    }
    void connect() {
        client = env->make_stream();
        bool there = false;
        env->spawn([](FaultProxy& t, bool& connected) -> task<void> {
            const auto at = t.proxy.address();
            const auto made = co_await t.client->connect(at.host, at.port);
            EXPECT_TRUE(made);
            auto accepted = co_await t.listening->accept();
            EXPECT_TRUE(accepted);
            t.broker = *std::move(accepted);
            connected = true;
        }(*this, there));
        ASSERT_TRUE(until([&] { return there; }));
    }
    /// The client asks, the broker answers, both listen until the end or until all is here.
    void exchange() {
        connect();
        env->spawn(write_all(client, question, nullptr));
        env->spawn(listen_to(client, &at_client, reply.size()));
        env->spawn([](FaultProxy& t) -> task<void> {
            co_await listen_to(t.broker, &t.at_broker, question.size());
            if (t.at_broker.bytes.size() == question.size()) co_await write_all(t.broker, reply, nullptr);
        }(*this));
    }
    bool over() const { return at_client.bytes.size() == reply.size() || at_client.end; }

    asio::io_context io{1};
    std::unique_ptr<environment> env = make_asio_environment(io);
    std::unique_ptr<acceptor> listening = env->listen("127.0.0.1", 0).value();
    fault_proxy proxy{io.get_executor()};
    std::shared_ptr<stream> client, broker;
    heard at_client, at_broker;
};

TEST_F(FaultProxy, PassesOnBothWaysAndEndsWhenBothHaveEnded) {
    connect();
    std::string large(3'000'000, '\0');
    for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 3);
    bool sent = false, answered = false;
    env->spawn(write_all(client, large, &sent));
    env->spawn(listen_to(broker, &at_broker, large.size()));
    env->spawn(write_all(broker, large, &answered));
    env->spawn(listen_to(client, &at_client, large.size()));
    ASSERT_TRUE(until([&] { return sent && answered && at_client.bytes.size() == large.size() && at_broker.bytes.size() == large.size(); }));
    EXPECT_TRUE(at_broker.bytes == large && at_client.bytes == large);
    EXPECT_EQ(proxy.passed(direction::to_broker), large.size());
    EXPECT_EQ(proxy.passed(direction::to_client), large.size());
    EXPECT_EQ(proxy.connections(), 1u);
    client->close();
    at_broker = {};
    env->spawn(listen_to(broker, &at_broker));
    ASSERT_TRUE(until([&] { return bool(at_broker.end); }));
    EXPECT_EQ(at_broker.end, std::error_code(asio::error::eof));
    broker->close();
    EXPECT_TRUE(until([&] { return proxy.connections() == 0; }));
    EXPECT_EQ(proxy.accepted(), 1u);
}

TEST_F(FaultProxy, EndsInGoodOrderOrBreaksAtTheByteThatIsNamed) {
    for (std::size_t k = 0; k < reply.size(); ++k)
        for (const bool in_good_order : {true, false}) {
            at_client = at_broker = {};
            proxy.next<metadata_request>(direction::to_client, in_good_order ? fault::finish(k) : fault::reset(k));
            exchange();
            ASSERT_TRUE(until([&] { return bool(at_client.end); })) << k;
            EXPECT_EQ(at_client.bytes, reply.substr(0, k));
            EXPECT_EQ(at_client.end, in_good_order ? std::error_code(asio::error::eof) : std::error_code(asio::error::connection_reset)) << k;
        }
    client->close();
    EXPECT_TRUE(until([&] { return proxy.connections() == 0; }));
}

TEST_F(FaultProxy, BreaksAConnectionOnItsWayToTheBroker) {
    proxy.on_connection(
        [](std::uint64_t, direction way) { return way == direction::to_broker ? std::vector{fault::reset(9)} : std::vector<fault>(); });
    exchange();
    ASSERT_TRUE(until([&] { return at_client.end && at_broker.end; }));
    EXPECT_EQ(at_broker.bytes, question.substr(0, 9));
    EXPECT_EQ(at_broker.end, std::error_code(asio::error::connection_reset));
}

TEST_F(FaultProxy, KeepsWhatComesWhileItStalls) {
    proxy.on_connection(
        [](std::uint64_t, direction way) { return way == direction::to_broker ? std::vector{fault::stall(4)} : std::vector<fault>(); });
    connect();
    bool sent = false;
    const std::string large(30'000'000, 'x');
    env->spawn(write_all(client, question + large, &sent));
    env->spawn(listen_to(broker, &at_broker, question.size() + large.size()));
    ASSERT_TRUE(until([&] { return sent; })) << "the sender is not held up";
    EXPECT_EQ(at_broker.bytes, question.substr(0, 4));
    proxy.release();
    ASSERT_TRUE(until([&] { return at_broker.bytes.size() == question.size() + large.size(); }));
    EXPECT_TRUE(at_broker.bytes == question + large);
}

TEST_F(FaultProxy, HoldsUpTheSenderWhenItStopsReading) {
    proxy.on_connection(
        [](std::uint64_t, direction way) { return way == direction::to_broker ? std::vector{fault::stop_reading(4)} : std::vector<fault>(); });
    connect();
    bool sent = false, waited = false;
    const std::string large(30'000'000, 'x');
    env->spawn(write_all(client, question + large, &sent));
    env->spawn(listen_to(broker, &at_broker, question.size() + large.size()));
    env->spawn([](environment& e, bool& over) -> task<void> {
        const auto pause = e.make_timer();
        pause->expires_at(e.now() + 300ms);
        co_await pause->wait();
        over = true;
    }(*env, waited));
    ASSERT_TRUE(until([&] { return waited; }));
    EXPECT_FALSE(sent);
    EXPECT_EQ(at_broker.bytes, question.substr(0, 4));
    proxy.release();
    ASSERT_TRUE(until([&] { return sent && at_broker.bytes.size() == question.size() + large.size(); }));
    EXPECT_TRUE(at_broker.bytes == question + large);
}

TEST_F(FaultProxy, DelaysAnAnswer) {
    proxy.next<metadata_request>(direction::to_client, fault::delay(8, 50ms));
    const auto began = env->now();
    exchange();
    ASSERT_TRUE(until([&] { return over(); }));
    EXPECT_EQ(at_client.bytes, reply);
    EXPECT_GE(env->now() - began, 50ms);
}

TEST_F(FaultProxy, ChangesAndLeavesOutBytesAndDribbles) {
    proxy.on_frame([](const passing_frame& f) {
        if (f.way == direction::to_broker) return std::vector{fault::flip_bit(12, 5), fault::dribble(3)};
        return std::vector{fault::truncate(8, 1), fault::dribble(2, 3, 1ms)};
    });
    exchange();
    ASSERT_TRUE(until([&] { return at_client.bytes.size() == reply.size() - 1; }));
    EXPECT_EQ(at_broker.bytes, question.substr(0, 12) + "Abcd");
    EXPECT_EQ(at_client.bytes, reply.substr(0, 8) + "BCD");
}

TEST_F(FaultProxy, ResetsAClientThatItCannotPassOn) {
    proxy.forward_to({"127.0.0.1", 1});
    client = env->make_stream();
    env->spawn([](FaultProxy& t) -> task<void> {
        const auto at = t.proxy.address();
        const auto made = co_await t.client->connect(at.host, at.port);
        if (made) co_await listen_to(t.client, &t.at_client);
        else t.at_client.end = made.error().code();
    }(*this));
    ASSERT_TRUE(until([&] { return bool(at_client.end); }));
    EXPECT_EQ(at_client.end, std::error_code(asio::error::connection_reset));
}

TEST_F(FaultProxy, BreaksAllConnectionsAtOnce) {
    connect();
    env->spawn(listen_to(client, &at_client));
    env->spawn(listen_to(broker, &at_broker));
    proxy.reset_all();
    ASSERT_TRUE(until([&] { return at_client.end && at_broker.end; }));
    connect();
    EXPECT_EQ(proxy.accepted(), 2u);
    proxy.stop();
    at_client = {};
    env->spawn(listen_to(client, &at_client));
    ASSERT_TRUE(until([&] { return bool(at_client.end); }));
}
}  // namespace kwire::fault_proxy_test
