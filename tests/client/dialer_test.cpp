// SPDX-License-Identifier: Apache-2.0
// Ways to brokers that a program has a hand in: an address map, and docs/examples/socks5.hpp.
#include "../docs/examples/socks5.hpp"
#include "support/run_in.hpp"
#include "support/socks_server.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/client.hpp>
#include <kwire/net/simulation.hpp>

#include <gtest/gtest.h>

namespace dialer_test {
using namespace kwire;
using namespace std::chrono_literals;

struct Dialer : ::testing::Test {
    result<topic_metadata> look_up(client_options o) {
        auto c = client::make(world.host("client"), std::move(o)).value();
        return support::run_in(world, world.host("client"), c.topic("orders", c.in(2s)), 10s);
    }
    simulation world{5};
    embedded_broker broker{{&world.host("inside")}, {.topics = {{"orders", 3}}, .port = 9092, .advertise = {{"inside", 9092}}}};
    support::socks_server proxy{world.host("proxy"), {}};
};

TEST_F(Dialer, GoesThroughASocksProxyWhichLooksNamesUp) {
    world.part("client", "inside", true);
    const std::shared_ptr<acceptor> a = proxy.at.listen("", 1080).value();
    proxy.at.spawn(support::accept_all(a, proxy));
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

TEST_F(Dialer, ADeadProxyIsNotTakenForADeadBroker) {
    const auto got = look_up({.bootstrap_servers = {"inside:9092"}, .dialer = socks5({"proxy", 1080})});
    ASSERT_FALSE(got);
    EXPECT_NE(got.error().message().find("broker inside:9092: connect: SOCKS proxy proxy:1080: Connection refused"), std::string::npos)
        << got.error().message();
}

TEST_F(Dialer, FindsBrokersWhereAnAddressMapSaysTheyAre) {
    embedded_broker hidden({&world.host("host")}, {.topics = {{"orders", 3}}, .port = 9092, .advertise = {{"pod-7", 9092}}});
    client_options o{.bootstrap_servers = {"host:9092"}};
    o.address_map = [](const broker_address& b) { return b.where.host == "pod-7" ? endpoint{"host", b.where.port} : b.where; };
    auto c = client::make(world.host("client"), o).value();
    (void)support::run_in(world, world.host("client"), c.topic("orders", c.in(2s)), 10s);
    const auto got = support::run_in(world, world.host("client"), c.call(1, metadata_request(), c.in(2s)), 10s);
    EXPECT_TRUE(got) << got.error().message();
}
}  // namespace dialer_test
