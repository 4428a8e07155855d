// SPDX-License-Identifier: Apache-2.0
// Scenario 37: what becomes of a pool whose brokers refuse it, and of one whose password is changed meanwhile.
#include "sasl_peer.hpp"

#include <kwire/net/pool.hpp>
#include <kwire/net/sasl.hpp>
#include <kwire/net/simulation.hpp>

#include <asio/awaitable.hpp>

#include <gtest/gtest.h>

namespace kwire::refused_login_test {
using namespace std::chrono_literals;

// A broker whose sessions last for two seconds, and a client of it. Either side's password can be changed.
struct RefusedLogin : ::testing::Test {
    RefusedLogin() {
        sasl_script how;
        how.says = [this](const std::string& m) -> std::optional<std::string> {
            if (instead) return instead();
            return m.ends_with('\0' + brokers_password) ? told("", 2000) : refused("invalid credentials");
        };
        auto& host = sim.host("kafka");
        listening = host.listen("", 9092).value();
        host.spawn(follow_script(&host, listening, plays(std::move(how), heard)));
        pool_options o;
        o.bootstrap = {{"kafka", 9092}};
        o.connection.authenticate = [this](std::shared_ptr<connection> c, clock::time_point deadline) {
            return authenticate(std::move(c), make_sasl_plain("user", secret(our_password)), deadline);
        };
        pools = pool::make(here, std::move(o));
    }
    ~RefusedLogin() override {
        pools->close();
        listening->close();
        sim.run_until(sim.now() + 1s);
    }
    // What connecting ends with: the error, or nothing.
    std::string connect() {
        std::optional<std::string> said;
        here.spawn([](std::shared_ptr<pool> p, clock::time_point by, std::optional<std::string>* out) -> task<void> {
            const auto got = co_await p->connect_any(by);
            *out = got ? "" : got.error().message();
        }(pools, sim.now() + 60s, &said));
        EXPECT_TRUE(sim.run_while_not([&] { return said.has_value(); }, sim.now() + 2min)) << "it never ends";
        return said.value_or("");
    }

    std::string brokers_password = "old", our_password = "old";
    std::function<std::optional<std::string>()> instead;  // of judging the password
    const std::shared_ptr<heard_by_broker> heard = std::make_shared<heard_by_broker>();
    simulation sim{7};
    environment& here = sim.host("client");
    std::shared_ptr<acceptor> listening;
    std::shared_ptr<pool> pools;
};

TEST_F(RefusedLogin, IsTriedAgainAfterPausesThatGrowHoweverEagerTheCaller) {
    our_password = "mistyped";
    const auto until = sim.now() + 60s;
    int asked = 0;
    while (sim.now() < until) {
        const auto why = connect();
        EXPECT_NE(why.find("PLAIN: the broker says: invalid credentials: SASL_AUTHENTICATION_FAILED"), std::string::npos) << why;
        ++asked;
    }
    EXPECT_GE(asked, 5);
    EXPECT_LE(heard->connections, 16) << "100 ms, doubled up to 10 s, ±20 %";
    EXPECT_EQ(heard->others, 0) << "no request before we are known";
}

TEST_F(RefusedLogin, NamesTheBrokerOnceHoweverTheAuthenticationEnds) {
    for (const auto& answer : {std::optional<std::string>("\1"), std::optional<std::string>()}) {
        instead = [answer] { return answer; };  // cut short, or nothing: it hangs up
        const auto why = connect();
        const auto first = why.find("bootstrap broker kafka:9092");
        ASSERT_NE(first, std::string::npos) << why;
        EXPECT_EQ(why.find("kafka:9092", first + 20), std::string::npos) << why;
    }
}

TEST_F(RefusedLogin, APasswordThatIsChangedEndsTheSessionAtItsRenewalAndTheNewOneIsGood) {
    ASSERT_EQ(connect(), "");
    const auto before = heard->handshakes;
    sim.run_until(sim.now() + 10s);
    EXPECT_GE(heard->handshakes, before + 4) << "renewed all the time";
    EXPECT_EQ(heard->connections, 1);
    brokers_password = "new";
    sim.run_until(sim.now() + 2s);
    const auto why = connect();
    EXPECT_NE(why.find("invalid credentials: SASL_AUTHENTICATION_FAILED"), std::string::npos) << why;
    our_password = "new";
    EXPECT_EQ(connect(), "");
    sim.run_until(sim.now() + 10s);
    EXPECT_EQ(connect(), "");
    EXPECT_LE(heard->connections, 3) << "one with the old password, one that was refused, one with the new";
    EXPECT_EQ(heard->others, 0);
}
}  // namespace kwire::refused_login_test
