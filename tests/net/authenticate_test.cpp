// SPDX-License-Identifier: Apache-2.0
// SASL over connections, in both worlds, against peers that follow a script.
#include "scripted_peer.hpp"
#include "worlds.hpp"

#include <kwire/net/sasl.hpp>

namespace kwire {
namespace {
constexpr std::string_view canary = "canary-sEcReT";

std::string short_string(const std::string& s) { return int16_bytes(static_cast<int>(s.size())) + s; }
std::string sized(const std::string& s) { return int32_bytes(static_cast<std::int64_t>(s.size())) + s; }
std::string offers(int code, const std::vector<std::string>& mechanisms) {
    std::string body = int16_bytes(code) + int32_bytes(static_cast<std::int64_t>(mechanisms.size()));
    for (const auto& m : mechanisms) body += short_string(m);
    return body;
}
// SaslAuthenticate v1
std::string told(const std::string& message, std::int64_t lifetime = 0) {
    return int16_bytes(0) + int16_bytes(-1) + sized(message) + int32_bytes(lifetime >> 32) + int32_bytes(lifetime);
}
std::string refused(const std::string& why) { return int16_bytes(58) + short_string(why) + sized("") + int32_bytes(0) + int32_bytes(0); }

struct said {
    bool over = false;  // the peer is gone
    std::string handshake, message;
};

// What a broker hears until its client has said its first message, SaslAuthenticate v1.
task<said> hear(std::shared_ptr<scripted_peer> p) {
    said s;
    const auto shake = co_await p->read();
    s.over = !shake || shake->api_key != 17;
    if (s.over) co_return s;
    s.handshake = shake->frame.substr(15 + 2);  // behind the header: "kwire" is the client's id
    std::string plenty = offers(0, {"PLAIN"});
    co_await p->answer(shake->correlation_id, std::move(plenty));
    const auto asked = co_await p->read();
    s.over = !asked || asked->api_key != 36;
    if (s.over) co_return s;
    s.message = asked->frame.substr(15 + 4);
    std::string done = told("");
    co_await p->answer(asked->correlation_id, std::move(done));
    co_return s;
}
const std::vector<scripted_peer::api> with_sasl{{17, 0, 1}, {36, 0, 1}}, version_0_only{{17, 0, 0}};

class Authentication : public InBothWorlds {
  protected:
    // Opens a connection that authenticates so to a peer that behaves so; returns the error, or nothing.
    std::string open(script peer, std::function<std::shared_ptr<sasl_client>()> how, std::int16_t highest = 1) {
        std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
        w->server().spawn(follow_script(&w->server(), a, std::move(peer)));
        struct watching : observer {
            std::string all;
            std::size_t secret_bytes = 0;
            void request_written(const observed_request& r, std::span<const bytes> frame) override {
                for (const auto& piece : frame) all += as_text(piece);
                if (r.api_key == 36) secret_bytes += r.request_bytes;
            }
            void response_read(const observed_request&, bytes frame) override { all += as_text(frame); }
        };
        const auto watch = std::make_shared<watching>();
        connection_options o;
        o.peer = "broker 2 at here:9092";
        o.watch = watch;
        o.authenticate = [how = std::move(how), highest](std::shared_ptr<connection> c, clock::time_point deadline) {
            return authenticate(std::move(c), how(), deadline, highest);
        };
        const auto c = connection::make(w->client(), w->client().make_stream(), std::move(o));
        std::optional<std::string> text;
        w->client().spawn([](std::shared_ptr<connection> to, endpoint at, clock::time_point by, std::shared_ptr<acceptor> listening,
                             std::optional<std::string>& out) -> task<void> {
            const auto opened = co_await to->open(at, by);
            out = opened ? "" : opened.error().message();
            to->close();
            listening->close();
        }(c, {w->server_name(), a->port()}, w->client().now() + 20s, a, text));
        w->run();
        if (auto* real = dynamic_cast<real_world*>(w.get())) real->io.restart();
        EXPECT_TRUE(text) << "something waits for ever";
        EXPECT_LE(c.use_count(), 1) << "a loop is left";
        EXPECT_EQ(watch->all.find(canary), std::string::npos) << "an observer was shown the secret";
        EXPECT_EQ(watch->secret_bytes, 0u) << "or how long it is";
        EXPECT_EQ(text.value_or("").find(canary), std::string::npos) << *text;
        return text.value_or("");
    }
    static std::shared_ptr<sasl_client> plain() { return make_sasl_plain("user", secret(std::string(canary))); }
    static bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }
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
}  // namespace

TEST_P(Authentication, PlainSaysUserAndPasswordOnce) {
    said got;
    const auto text = open(
        [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello(with_sasl);
            got = co_await hear(p);
            co_await p->ignore_all();
        },
        plain);
    EXPECT_EQ(text, "");
    EXPECT_EQ(got.handshake, "PLAIN");
    EXPECT_EQ(got.message, std::string("\0user\0", 6) + std::string(canary));
}

TEST_P(Authentication, SaysWhatTheListenerOffersInstead) {
    const auto text = open(
        [](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello(with_sasl);
            const auto shake = co_await p->read();
            if (!shake) co_return;
            std::string others = offers(33, {"SCRAM-SHA-256", "GSS\nAPI"});
            co_await p->answer(shake->correlation_id, std::move(others));
            const auto more = co_await p->read();
            EXPECT_FALSE(more) << "nothing is sent after that";
        },
        plain);
    EXPECT_TRUE(has(text,
                    "broker 2 at here:9092: SaslHandshake v1: PLAIN is not offered by this listener; it offers SCRAM-SHA-256, GSS?API "
                    "(sasl.mechanism): UNSUPPORTED_SASL_MECHANISM"))
        << text;
}

TEST_P(Authentication, SaysThatAListenerAsksForNoSasl) {
    const auto text = open(
        [](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello(with_sasl);
            const auto shake = co_await p->read();
            if (!shake) co_return;
            std::string none = offers(34, {});
            co_await p->answer(shake->correlation_id, std::move(none));
            co_await p->ignore_all();
        },
        plain);
    EXPECT_TRUE(has(text, "this listener asks for no SASL (use security.protocol=PLAINTEXT or SSL")) << text;
}

TEST_P(Authentication, AWrongPasswordIsRefusedWithTheBrokersWordsBeforeAnyRequest) {
    for (const std::string words : {"Authentication failed: Invalid username or password", "no canary-sEcReT here"}) {
        const auto text = open(
            [&](std::shared_ptr<scripted_peer> p) -> task<void> {
                co_await p->say_hello(with_sasl);
                const auto shake = co_await p->read();
                if (!shake) co_return;
                std::string plenty = offers(0, {"PLAIN"});
                co_await p->answer(shake->correlation_id, std::move(plenty));
                const auto asked = co_await p->read();
                if (!asked) co_return;
                std::string no = refused(words);
                co_await p->answer(asked->correlation_id, std::move(no));
                const auto more = co_await p->read();
                EXPECT_FALSE(more) << "nothing is sent after that";
            },
            plain);
        EXPECT_TRUE(has(text, "broker 2 at here:9092: SaslAuthenticate v1: PLAIN: the broker says: ")) << text;
        EXPECT_TRUE(has(text, "SASL_AUTHENTICATION_FAILED")) << text;
        EXPECT_EQ(has(text, words), !has(words, canary)) << text;
    }
}

TEST_P(Authentication, MessagesTravelBareBehindAHandshakeOfVersion0) {
    std::string heard;
    const auto text = open(
        [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello(version_0_only);
            const auto shake = co_await p->read();
            if (!shake) co_return;
            EXPECT_EQ(shake->version, 0);
            std::string plenty = offers(0, {"COUNTDOWN"});
            co_await p->answer(shake->correlation_id, std::move(plenty));
            for (int i = 0; i < 3; ++i) {
                const auto n = co_await p->read_bare();
                heard += n.value_or("?");
                std::string same = sized(n.value_or("?"));
                co_await p->write(std::move(same));
            }
            co_await p->ignore_all();
        },
        [] { return std::make_shared<countdown>(2); });
    EXPECT_EQ(text, "");
    EXPECT_EQ(heard, "210");
}

TEST_P(Authentication, AnEmptyBareMessageIsAnAnswer) {
    const auto text = open(
        [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello(with_sasl);
            const auto shake = co_await p->read();
            if (!shake) co_return;
            EXPECT_EQ(shake->version, 0) << "asked for";
            std::string plenty = offers(0, {"PLAIN"});
            co_await p->answer(shake->correlation_id, std::move(plenty));
            const auto message = co_await p->read_bare();
            EXPECT_EQ(message, std::string("\0user\0", 6) + std::string(canary));
            std::string nothing = sized("");
            co_await p->write(std::move(nothing));
            co_await p->ignore_all();
        },
        plain, 0);
    EXPECT_EQ(text, "");
}

TEST_P(Authentication, ABrokerThatHangsUpOnABareMessageRefusedIt) {
    const auto text = open(
        [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello(version_0_only);
            const auto shake = co_await p->read();
            if (!shake) co_return;
            std::string plenty = offers(0, {"PLAIN"});
            co_await p->answer(shake->correlation_id, std::move(plenty));
            co_await p->read_bare();
            p->close();
        },
        plain);
    EXPECT_TRUE(has(text, "PLAIN: the broker hung up instead of an answer: wrong credentials")) << text;
}

TEST_P(Authentication, AMechanismCanTakeManyMessagesButNotEndlessOnes) {
    for (const int from : {3, 1000}) {
        const auto text = open(
            [&](std::shared_ptr<scripted_peer> p) -> task<void> {
                co_await p->say_hello(with_sasl);
                auto shake = co_await p->read();
                if (!shake) co_return;
                std::string plenty = offers(0, {"COUNTDOWN"});
                co_await p->answer(shake->correlation_id, std::move(plenty));
                for (;;) {
                    const auto asked = co_await p->read();
                    if (!asked) co_return;
                    std::string same = told(asked->frame.substr(15 + 4));
                    co_await p->answer(asked->correlation_id, std::move(same));
                }
            },
            [from] { return std::make_shared<countdown>(from); });
        EXPECT_EQ(text.empty(), from == 3) << text;
        EXPECT_EQ(has(text, "COUNTDOWN: the exchange does not come to an end"), from == 1000) << text;
    }
}

TEST_P(Authentication, AMessageOfEightMebibytesEndsTheConnection) {
    const auto text = open(
        [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello(with_sasl);
            const auto shake = co_await p->read();
            if (!shake) co_return;
            std::string plenty = offers(0, {"PLAIN"});
            co_await p->answer(shake->correlation_id, std::move(plenty));
            const auto asked = co_await p->read();
            if (!asked) co_return;
            std::string much = told(std::string(8u << 20, 'x'));
            co_await p->answer(asked->correlation_id, std::move(much));
        },
        plain);
    EXPECT_TRUE(has(text, "bytes is over the limit of 65536 bytes while authenticating")) << text;
}

TEST_P(Authentication, ATokenIsFetchedSentAndItsRefusalAcknowledged) {
    int fetched = 0;
    std::string acknowledgement;
    const auto bearer = [&] {
        return std::shared_ptr<sasl_client>(make_sasl_oauthbearer([&](clock::time_point) -> task<result<oauth_token>> {
            ++fetched;
            co_return oauth_token{secret(std::string(canary)), {{"logicalCluster", "lkc-1"}}};
        }));
    };
    said got;
    const auto well = open(
        [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello(with_sasl);
            got = co_await hear(p);
            co_await p->ignore_all();
        },
        bearer);
    EXPECT_EQ(well, "");
    EXPECT_EQ(got.handshake, "OAUTHBEARER");
    EXPECT_EQ(got.message, "n,,\1auth=Bearer " + std::string(canary) + "\1logicalCluster=lkc-1\1\1");
    const auto text = open(
        [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello(with_sasl);
            const auto shake = co_await p->read();
            if (!shake) co_return;
            std::string plenty = offers(0, {"OAUTHBEARER"});
            co_await p->answer(shake->correlation_id, std::move(plenty));
            auto asked = co_await p->read();
            if (!asked) co_return;
            std::string no = told(R"({"status":"invalid_token"})");
            co_await p->answer(asked->correlation_id, std::move(no));
            asked = co_await p->read();
            if (!asked) co_return;
            acknowledgement = asked->frame.substr(15 + 4);
            std::string why = refused(R"({"status":"invalid_token"})");
            co_await p->answer(asked->correlation_id, std::move(why));
        },
        bearer);
    EXPECT_EQ(acknowledgement, "\1");
    EXPECT_TRUE(has(text, R"(OAUTHBEARER: the broker says: {"status":"invalid_token"}: SASL_AUTHENTICATION_FAILED)")) << text;
    EXPECT_EQ(fetched, 2);
}

TEST_P(Authentication, ATokenThatCannotBeHadOrSentSaysSo) {
    const auto peer = [](std::shared_ptr<scripted_peer> p) -> task<void> {
        co_await p->say_hello(with_sasl);
        co_await p->ignore_all();
    };
    const auto none = open(peer, [] {
        return std::shared_ptr<sasl_client>(make_sasl_oauthbearer([](clock::time_point) -> task<result<oauth_token>> {
            co_return error(client_errc::timed_out, "the identity provider does not answer");
        }));
    });
    EXPECT_TRUE(has(none, "OAUTHBEARER: the token provider: the identity provider does not answer")) << none;
    const auto broken = open(peer, [] {
        return std::shared_ptr<sasl_client>(make_sasl_oauthbearer(
            [](clock::time_point) -> task<result<oauth_token>> { co_return oauth_token{secret(std::string(canary) + "\1auth=Bearer other")}; }));
    });
    EXPECT_TRUE(has(broken, "no bearer token may")) << broken;
}

INSTANTIATE_TEST_SUITE_P(Both, Authentication, testing::Bool(), world_name);
}  // namespace kwire
