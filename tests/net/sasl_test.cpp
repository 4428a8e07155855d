// SPDX-License-Identifier: Apache-2.0
// The mechanisms that need no cryptography, message by message.
#include "worlds.hpp"

#include <kwire/net/sasl.hpp>

namespace kwire::sasl_test {
const std::string canary = "canary-sEcReT";

std::string started(sasl_client& m) {
    auto first = m.start();
    return first ? first->reveal() : first.error().message();
}

// An OAUTHBEARER mechanism that has been given this.
std::unique_ptr<sasl_client> bearer(result<oauth_token> given, std::string* failure = nullptr) {
    simulation world(1);
    auto m = make_sasl_oauthbearer([given](clock::time_point) -> task<result<oauth_token>> { co_return given; });
    world.host("here").spawn([](sasl_client* of, clock::time_point by, std::string* text) -> task<void> {
        const auto done = co_await of->prepare(by);
        if (!done && text) *text = done.error().message();
    }(m.get(), world.now() + 1s, failure));
    world.run_until(world.now() + 1s);
    return m;
}

TEST(SaslPlain, SaysUserAndPasswordAndIsOver) {
    const auto m = make_sasl_plain("user", secret(canary));
    EXPECT_EQ(m->name(), "PLAIN");
    EXPECT_EQ(started(*m), std::string("\0user\0", 6) + canary);
    const auto over = m->next({});
    ASSERT_TRUE(over);
    EXPECT_FALSE(*over);
    EXPECT_TRUE(m->reveals("no " + canary + " here"));
    EXPECT_FALSE(m->reveals("invalid credentials"));
}

TEST(SaslPlain, RefusesWhatWouldShiftItsParts) {
    EXPECT_NE(started(*make_sasl_plain(std::string("a\0b", 3), secret(canary))).find("zero byte"), std::string::npos);
    EXPECT_NE(started(*make_sasl_plain("a", secret(std::string("x\0y", 3)))).find("zero byte"), std::string::npos);
}

TEST(SaslOauthbearer, SendsTheTokenAndAcknowledgesARefusal) {
    const auto m = bearer(oauth_token{secret(canary), {{"logicalCluster", "lkc-1"}}});
    EXPECT_EQ(m->name(), "OAUTHBEARER");
    EXPECT_EQ(started(*m), "n,,\1auth=Bearer " + canary + "\1logicalCluster=lkc-1\1\1");
    const auto well = bearer(oauth_token{secret(canary)})->next({});
    ASSERT_TRUE(well);
    EXPECT_FALSE(*well);
    const auto again = m->next(as_bytes(R"({"status":"invalid_token"})"));
    ASSERT_TRUE(again && *again);
    EXPECT_EQ((*again)->reveal(), "\1");
    const auto end = m->next({});
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().message(), "OAUTHBEARER: the token was refused: {\"status\":\"invalid_token\"}: the broker refuses this client");
    const auto talkative = bearer(oauth_token{secret(canary)});
    ASSERT_TRUE(talkative->next(as_bytes("{" + canary + "}")));
    EXPECT_EQ(talkative->next({}).error().message().find(canary), std::string::npos);
}

TEST(SaslOauthbearer, RefusesWhatIsNoTokenAndSaysWhyThereIsNone) {
    for (const auto& text : {canary + "\1auth=Bearer other", std::string(), canary + " ", canary + "\n"})
        EXPECT_NE(started(*bearer(oauth_token{secret(text)})).find("no bearer token may"), std::string::npos);
    for (const auto* key : {"auth", "a b", "", "a=b"})
        EXPECT_NE(started(*bearer(oauth_token{secret(canary), {{key, "x"}}})).find("extension"), std::string::npos) << key;
    std::string failure;
    bearer(error(client_errc::timed_out, "the identity provider does not answer"), &failure);
    EXPECT_EQ(failure, "OAUTHBEARER: the token provider: the identity provider does not answer: timed out");
}
}  // namespace kwire::sasl_test
