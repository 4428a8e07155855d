// SPDX-License-Identifier: Apache-2.0
// SASL over connections, in both worlds, against brokers that follow a script.
#include "sasl_peer.hpp"
#include "scram_exchanges.hpp"
#include "support/canary.hpp"
#include "support/has.hpp"
#include "worlds.hpp"

#include <kwire/net/sasl.hpp>

namespace kwire::authenticate_test {
using support::canary;
using support::has;

class Authentication : public InBothWorlds {
  protected:
    using mechanism = std::function<std::shared_ptr<sasl_client>()>;

    /// Opens a connection that authenticates so to a broker that behaves so; returns the error, or nothing.
    std::string open(sasl_script broker, mechanism how = plain, std::int16_t highest = 1) {
        *heard = {};
        std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
        w->server().spawn(follow_script(&w->server(), a, plays(std::move(broker), heard)));
        const auto watch = std::make_shared<watching>();
        connection_options o;
        o.peer = "broker 2 at here:9092";
        o.watch = watch;
        o.authenticate = [how = std::move(how), highest](std::shared_ptr<connection> c, clock::time_point deadline) {
            return authenticate(std::move(c), how(), deadline, highest);
        };
        const auto c = connection::make(w->client(), w->client().make_stream(), std::move(o));
        std::optional<std::string> text;
        w->client().spawn(open_and_close(c, {w->server_name(), a->port()}, w->client().now() + 20s, a, &text));
        w->run();
        EXPECT_TRUE(text) << "something waits for ever";
        EXPECT_LE(c.use_count(), 1) << "a loop is left";
        support::expect_without(canary, watch->all, "what an observer was shown");
        EXPECT_EQ(watch->secret_bytes, 0u) << "or how long it is";
        support::expect_without(canary, text.value_or(""), "an error");
        return text.value_or("");
    }
    static std::shared_ptr<sasl_client> plain() { return make_sasl_plain("user", secret(std::string(canary))); }
    static mechanism bearer(result<oauth_token> given) {
        return [given] { return std::shared_ptr<sasl_client>(make_sasl_oauthbearer([given](clock::time_point) { return give(given); })); };
    }

    const std::shared_ptr<heard_by_broker> heard = std::make_shared<heard_by_broker>();
    const std::string credentials = std::string("\0user\0", 6) + std::string(canary);

  private:
    struct watching : observer {
        std::string all;
        std::size_t secret_bytes = 0;
        void request_written(const observed_request& r, std::span<const bytes> frame) override {
            for (const auto& piece : frame) all += as_text(piece);
            if (r.api_key == 36) secret_bytes += r.request_bytes;
        }
        void response_read(const observed_request&, bytes frame) override { all += as_text(frame); }
    };
    static task<result<oauth_token>> give(result<oauth_token> given) { co_return given; }
    static task<void> open_and_close(std::shared_ptr<connection> c, endpoint where, clock::time_point by, std::shared_ptr<acceptor> listening,
                                     std::optional<std::string>* out) {
        const auto opened = co_await c->open(where, by);
        *out = opened ? "" : opened.error().message();
        c->close();
        listening->close();
    }
};

// A mechanism of a user's own, which counts down.
class countdown final : public sasl_client {
  public:
    explicit countdown(int from) : at_(from) {}
    std::string_view name() const noexcept override { return "COUNTDOWN"; }
    result<secret> start() override { return secret(std::to_string(at_)); }
    result<std::optional<secret>> next(bytes from_broker) override {
        if (as_text(from_broker) != std::to_string(at_)) return error(security_errc::peer_not_trusted, "COUNTDOWN: the broker cannot count");
        if (at_ == 0) return std::optional<secret>();
        return std::optional(secret(std::to_string(--at_)));
    }

  private:
    int at_;
};

TEST_P(Authentication, PlainSaysUserAndPasswordOnce) {
    EXPECT_EQ(open({}), "");
    EXPECT_EQ(heard->mechanism, "PLAIN");
    EXPECT_EQ(heard->messages, std::vector{credentials});
}

TEST_P(Authentication, SaysWhatTheListenerOffersInstead) {
    const auto text = open({.handshake = offers(33, {"SCRAM-SHA-256", "GSS\nAPI"})});
    EXPECT_TRUE(has(text,
                    "broker 2 at here:9092: SaslHandshake v1: PLAIN is not offered by this listener; it offers SCRAM-SHA-256, GSS?API "
                    "(sasl.mechanism): UNSUPPORTED_SASL_MECHANISM"))
        << text;
    EXPECT_EQ(heard->messages.size() + static_cast<std::size_t>(heard->others), 0u) << "nothing is sent after that";
}

TEST_P(Authentication, SaysThatAListenerAsksForNoSasl) {
    const auto text = open({.handshake = offers(34, {})});
    EXPECT_TRUE(has(text, "this listener asks for no SASL (use security.protocol=PLAINTEXT or SSL")) << text;
}

TEST_P(Authentication, AWrongPasswordIsRefusedWithTheBrokersWordsBeforeAnyRequest) {
    for (const std::string words : {"Authentication failed: Invalid username or password", "no canary-sEcReT-7391 here"}) {
        const auto text = open({.says = [words](const std::string&) { return refused(words); }});
        EXPECT_TRUE(has(text, "broker 2 at here:9092: SaslAuthenticate v1: PLAIN: the broker says: ")) << text;
        EXPECT_TRUE(has(text, "SASL_AUTHENTICATION_FAILED")) << text;
        EXPECT_EQ(has(text, words), !has(words, canary)) << text;
        EXPECT_EQ(heard->messages.size(), 1u);
        EXPECT_EQ(heard->others, 0) << "nothing is sent after that";
    }
}

TEST_P(Authentication, MessagesTravelBareBehindAHandshakeOfVersion0) {
    const auto text = open({.says = [](const std::string& n) { return n; }, .apis = {{17, 0, 0}}}, [] { return std::make_shared<countdown>(2); });
    EXPECT_EQ(text, "");
    EXPECT_EQ(heard->version, 0);
    EXPECT_EQ(heard->messages, (std::vector<std::string>{"2", "1", "0"}));
}

TEST_P(Authentication, AnEmptyBareMessageIsAnAnswer) {
    EXPECT_EQ(open({.says = [](const std::string&) { return std::string(); }}, plain, 0), "");
    EXPECT_EQ(heard->version, 0) << "asked for";
    EXPECT_EQ(heard->messages, std::vector{credentials});
}

TEST_P(Authentication, ABrokerThatHangsUpOnABareMessageRefusedIt) {
    const auto text = open({.says = [](const std::string&) { return std::nullopt; }, .apis = {{17, 0, 0}}});
    EXPECT_TRUE(has(text, "PLAIN: the broker hung up instead of an answer: wrong credentials")) << text;
}

TEST_P(Authentication, AMechanismCanTakeManyMessagesButNotEndlessOnes) {
    for (const int from : {3, 1000}) {
        const auto text = open({.says = [](const std::string& n) { return told(n); }}, [from] { return std::make_shared<countdown>(from); });
        EXPECT_EQ(text.empty(), from == 3) << text;
        EXPECT_EQ(has(text, "COUNTDOWN: the exchange does not come to an end"), from == 1000) << text;
    }
}

TEST_P(Authentication, AMessageOfEightMebibytesEndsTheConnection) {
    const auto text = open({.says = [](const std::string&) { return told(std::string(8u << 20, 'x')); }});
    EXPECT_TRUE(has(text, "bytes is over the limit of 65536 bytes while authenticating")) << text;
}

TEST_P(Authentication, ATokenIsSentAndItsRefusalAcknowledged) {
    const auto how = bearer(oauth_token{secret(std::string(canary)), {{"logicalCluster", "lkc-1"}}});
    const auto said = "n,,\1auth=Bearer " + std::string(canary) + "\1logicalCluster=lkc-1\1\1";
    EXPECT_EQ(open({}, how), "");
    EXPECT_EQ(heard->mechanism, "OAUTHBEARER");
    EXPECT_EQ(heard->messages, std::vector{said});
    const std::string why = R"({"status":"invalid_token"})";
    const auto text = open({.says = [why](const std::string& m) { return m == "\1" ? refused(why) : told(why); }}, how);
    EXPECT_EQ(heard->messages, (std::vector<std::string>{said, "\1"}));
    EXPECT_TRUE(has(text, "OAUTHBEARER: the broker says: " + why + ": SASL_AUTHENTICATION_FAILED")) << text;
}

TEST_P(Authentication, ATokenThatCannotBeHadOrSentSaysSo) {
    const auto none = open({}, bearer(error(client_errc::timed_out, "the identity provider does not answer")));
    EXPECT_TRUE(has(none, "OAUTHBEARER: the token provider: the identity provider does not answer")) << none;
    const auto broken = open({}, bearer(oauth_token{secret(std::string(canary) + "\1auth=Bearer other")}));
    EXPECT_TRUE(has(broken, "no bearer token may")) << broken;
    EXPECT_EQ(heard->messages.size(), 0u);
}

#if KWIRE_HAVE_OPENSSL
// Scenario 37: who does not prove that it knows the password is sent no request.
TEST_P(Authentication, ABrokerThatLiesInScramIsSentNoRequest) {
    const auto row = scram_exchanges()[0];
    const auto replaced = [](std::string text, const std::string& what, const std::string& with) {
        return text.replace(text.find(what), what.size(), with);
    };
    const auto& first = row.server_first;
    const struct {
        std::string what, first, last, reason;
    } lies[] = {
        {"another's nonce", replaced(first, "r=rOprNGf", "r=xOprNGf"), "", "does not continue ours"},
        {"one iteration", replaced(first, "i=4096", "i=1"), "", "asks for 1 iterations"},
        {"2^31 iterations", replaced(first, "i=4096", "i=2147483648"), "", "asks for 2147483648 iterations"},
        {"8 MiB at first", replaced(first, "s=", "s=" + std::string(8u << 20, 'A')), "", "over the limit of 65536 bytes while authenticating"},
        {"5 KiB at first", replaced(first, "s=", "s=" + std::string(5000, 'A')), "", "longer than 4096 bytes"},
        {"a wrong signature", first, "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "signature is wrong"},
        {"no signature", first, "", "no signature"},
        {"something else instead", first, "x=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "no signature"},
    };
    const auto scram = [&] { return std::shared_ptr<sasl_client>(make_sasl_scram(row.options()).value()); };
    const auto broker = [&](std::string begin, std::string end) {
        return sasl_script{.says = [begin, end](const std::string& m) { return told(m.starts_with("n,,") ? begin : end); }};
    };
    EXPECT_EQ(open(broker(first, row.server_final), scram), "");
    EXPECT_EQ(heard->messages, (std::vector{row.client_first, row.client_final}));
    for (const auto& lie : lies) {
        const auto text = open(broker(lie.first, lie.last), scram);
        EXPECT_TRUE(has(text, lie.reason)) << lie.what << ": " << text;
        EXPECT_EQ(heard->messages.size(), lie.first == first ? 2u : 1u) << lie.what;
        EXPECT_EQ(heard->others, 0) << lie.what;
        for (const auto& hidden :
             {row.password, std::string("6rriTRBi"), std::string("7rriTRBi"), row.client_final.substr(row.client_final.find("p=") + 2, 8)})
            support::expect_without(hidden, text, lie.what);
    }
}
#endif

INSTANTIATE_TEST_SUITE_P(Both, Authentication, ::testing::Bool(), world_name);
}  // namespace kwire::authenticate_test
