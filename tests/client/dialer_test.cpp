// SPDX-License-Identifier: Apache-2.0
// Ways to brokers that a program has a hand in: an address map, and docs/examples/socks5.hpp.
#include "../docs/examples/socks5.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/client.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>

#include <gtest/gtest.h>

#include <optional>

namespace {
using namespace kwire;
using namespace std::chrono_literals;

task<std::string> read_exactly(std::shared_ptr<stream> from, std::size_t count) {
    std::vector<std::byte> got(count);
    for (std::size_t n = 0; n < count;) {
        const auto more = co_await from->read_some(std::span(got).subspan(n));
        if (!more) co_return std::string();
        n += *more;
    }
    co_return std::string(as_text(got));
}
task<void> relay(std::shared_ptr<stream> from, std::shared_ptr<stream> to) {
    std::vector<std::byte> block(16 * 1024);
    for (bool on = true; on;) {
        const auto n = co_await from->read_some(block);
        if (!n) break;
        const std::vector<bytes> pieces{bytes(block.data(), *n)};
        const auto written = co_await to->write(pieces);
        on = written.has_value();
    }
    to->close();
}
struct socks_server {
    environment& at;
    std::string refusal;  // if not empty: the answer to a greeting
    std::vector<std::string> asked_for{};
};
task<void> serve_socks(std::shared_ptr<stream> inside, socks_server& s) {
    const auto greeting = co_await read_exactly(inside, 3);
    EXPECT_EQ(greeting, std::string("\5\1\0", 3));
    const std::string fine = s.refusal.empty() ? std::string("\5\0", 2) : s.refusal;
    const std::vector<bytes> chosen{as_bytes(fine)};
    const auto greeted = co_await inside->write(chosen);
    const auto head = co_await read_exactly(inside, 5);
    if (!greeted || head.empty()) co_return;
    EXPECT_EQ(head.substr(0, 4), std::string("\5\1\0\3", 4));
    const auto where = co_await read_exactly(inside, static_cast<std::size_t>(head[4]) + 2);
    const std::string host = where.substr(0, where.size() - 2);
    const auto port = static_cast<std::uint16_t>(static_cast<unsigned char>(where[where.size() - 2]) << 8 | static_cast<unsigned char>(where.back()));
    s.asked_for.push_back(host + ":" + std::to_string(port));
    const std::shared_ptr<stream> outside = s.at.make_stream();
    const auto reached = co_await outside->connect(host, port);
    const std::string told = std::string("\5", 1) + (reached ? '\0' : '\4') + std::string("\0\1\0\0\0\0\0\0", 8);
    const std::vector<bytes> answer{as_bytes(told)};
    const auto answered = co_await inside->write(answer);
    if (!answered || !reached) co_return;
    s.at.spawn(relay(inside, outside));
    co_await relay(outside, inside);
}
task<void> accept_all(std::shared_ptr<acceptor> a, socks_server& s) {
    for (;;) {
        auto next = co_await a->accept();
        if (!next) co_return;
        s.at.spawn(serve_socks(std::shared_ptr<stream>(*std::move(next)), s));
    }
}

struct Dialer : testing::Test {
    result<topic_metadata> look_up(client_options o) {
        auto c = client::make(world.host("client"), std::move(o)).value();
        std::optional<result<topic_metadata>> got;
        start(world.host("client").executor(), c.topic("orders", c.in(2s)), [&](result<topic_metadata> t) { got.emplace(std::move(t)); });
        world.run_while_not([&] { return got.has_value(); }, world.now() + 10s);
        if (!got) return error(client_errc::timed_out, "it hangs");
        return *std::move(got);
    }
    simulation world{5};
    embedded_broker broker{{&world.host("inside")}, {.topics = {{"orders", 3}}, .port = 9092, .advertise = {{"inside", 9092}}}};
    socks_server proxy{world.host("proxy"), {}};
};

TEST_F(Dialer, GoesThroughASocksProxyWhichLooksNamesUp) {
    world.part("client", "inside", true);
    const std::shared_ptr<acceptor> a = proxy.at.listen("", 1080).value();
    proxy.at.spawn(accept_all(a, proxy));
    client_options o{.bootstrap_servers = {"inside:9092"}};
    EXPECT_FALSE(look_up(o)) << "there is a way without the proxy";
    o.dialer = socks5({"proxy", 1080});
    const auto got = look_up(o);
    EXPECT_TRUE(got) << got.error().message();
    ASSERT_FALSE(proxy.asked_for.empty());
    EXPECT_EQ(proxy.asked_for.front(), "inside:9092");
    o.bootstrap_servers = {"nowhere:9092"};
    const auto lost = look_up(o);
    ASSERT_FALSE(lost);
    EXPECT_NE(lost.error().message().find("SOCKS proxy proxy:1080 cannot connect to nowhere, it says 4"), std::string::npos)
        << lost.error().message();
    proxy.refusal = "\5\xff";
    const auto refused = look_up(o);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("SOCKS proxy proxy:1080 wants authentication"), std::string::npos) << refused.error().message();
}

TEST_F(Dialer, FindsBrokersWhereAnAddressMapSaysTheyAre) {
    embedded_broker hidden({&world.host("host")}, {.topics = {{"orders", 3}}, .port = 9092, .advertise = {{"pod-7", 9092}}});
    client_options o{.bootstrap_servers = {"host:9092"}};
    o.address_map = [](const broker_address& b) { return b.where.host == "pod-7" ? endpoint{"host", b.where.port} : b.where; };
    auto c = client::make(world.host("client"), o).value();
    std::optional<result<decoded<metadata_response>>> got;
    std::optional<result<topic_metadata>> known;
    const auto here = world.host("client").executor();
    start(here, c.topic("orders", c.in(2s)), [&](result<topic_metadata> t) { known.emplace(std::move(t)); });
    ASSERT_TRUE(world.run_while_not([&] { return known.has_value(); }, world.now() + 10s));
    start(here, c.call(1, metadata_request(), c.in(2s)), [&](result<decoded<metadata_response>> r) { got.emplace(std::move(r)); });
    ASSERT_TRUE(world.run_while_not([&] { return got.has_value(); }, world.now() + 10s));
    EXPECT_TRUE(*got) << got->error().message();
}
}  // namespace
