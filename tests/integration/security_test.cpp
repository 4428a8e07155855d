// SPDX-License-Identifier: Apache-2.0
// TLS and SASL against real Kafka: who is let in, who is not, and what each is told.
#include "support/kafka.hpp"

#include <kwire/net/asio_environment.hpp>
#include <kwire/net/pool.hpp>
#include <kwire/net/sasl.hpp>
#include <kwire/net/security.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#if KWIRE_HAVE_OPENSSL
namespace {
using namespace kwire;
using namespace std::chrono_literals;

std::string base64url(std::string_view text) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    unsigned bits = 0, count = 0;
    for (const char c : text) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) out += digits[bits >> (count - 6) & 63];
    }
    if (count > 0) out += digits[bits << (6 - count) & 63];
    return out;
}

/// An unsecured JWT, as brokers take it that have no other validator.
std::string token(const std::string& subject, std::chrono::seconds lasts) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const auto claims = "{\"sub\":\"" + subject + "\",\"iat\":" + std::to_string(now - 10) + ",\"exp\":" + std::to_string(now + lasts.count()) + "}";
    return base64url(R"({"alg":"none"})") + "." + base64url(claims) + ".";
}

class SecureKafka : public kwire::support::kafka_test {
  protected:
    security_options sasl(std::string mechanism, bool tls) {
        security_options s;
        s.protocol = tls ? security_protocol::sasl_ssl : security_protocol::sasl_plaintext;
        if (tls) s.ssl_ca_location = kafka().ca_file;
        s.sasl_mechanism = std::move(mechanism);
        s.sasl_allow_cleartext = !tls;
        if (s.sasl_mechanism == "OAUTHBEARER") {
            s.sasl_oauthbearer_token = secret(token("kwire", 1h));
            return s;
        }
        s.sasl_username = kafka().sasl_user;
        s.sasl_password = secret(kafka().sasl_password);
        return s;
    }
    std::string address(const security_options& s) {
        switch (s.protocol) {
            case security_protocol::ssl: return kafka().bootstrap_tls;
            case security_protocol::sasl_plaintext: return kafka().bootstrap_sasl;
            case security_protocol::sasl_ssl: return kafka().bootstrap_sasl_tls;
            case security_protocol::plaintext: break;
        }
        return kafka().bootstrap;
    }
    /// Asks for all topics over a connection protected so; the error, or nothing.
    std::string ask(const security_options& s) { return ask(s, address(s)); }
    static std::string ask(const security_options& s, const std::string& where) {
        if (const auto usable = check(s); !usable) return usable.error().message();
        asio::io_context io;
        const auto env = make_asio_environment(io);
        pool_options o;
        o.bootstrap = {parse_endpoint(where).value()};
        o.connect_limit = 20s;
        protect(o, s);
        const auto p = pool::make(*env, std::move(o));
        std::string text = "no answer";
        env->spawn([](environment* e, std::shared_ptr<pool> all, std::string& out) -> task<void> {
            metadata_request m;
            m.topics.reset();
            const auto got = co_await all->call_any(m, e->now() + 30s);
            out = got ? "" : got.error().message();
            if (got) { EXPECT_EQ(got->message.brokers.size(), 1u); }
            all->close();
        }(env.get(), p, text));
        io.run();
        return text;
    }
    static bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }
};

TEST_P(SecureKafka, IsReachedOverTls) {
    security_options s;
    s.protocol = security_protocol::ssl;
    s.ssl_ca_location = kafka().ca_file;
    for (const auto* version : {"TLSv1.2", "TLSv1.3"}) {
        s.ssl_enabled_protocols = {version};
        EXPECT_EQ(ask(s), "") << version;
    }
    s.ssl_certificate_location = kafka().client_cert;
    s.ssl_key_location = kafka().client_key;
    EXPECT_EQ(ask(s), "");
}

TEST_P(SecureKafka, LetsInWithEachMechanismWithAndWithoutTls) {
    for (const bool tls : {true, false})
        for (const auto* mechanism : {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"})
            EXPECT_EQ(ask(sasl(mechanism, tls)), "") << mechanism << (tls ? " over TLS" : "");
}

TEST_P(SecureKafka, RefusesAWrongPasswordWithItsReason) {
    for (const auto* mechanism : {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}) {
        auto s = sasl(mechanism, true);
        s.sasl_password = secret("wrong-canary");
        const auto text = ask(s);
        EXPECT_TRUE(has(text, "SASL_AUTHENTICATION_FAILED")) << text;
        EXPECT_TRUE(has(text, std::string(mechanism) + ": the broker says: ")) << text;
        EXPECT_FALSE(has(text, "canary")) << text;
    }
}

TEST_P(SecureKafka, RefusesAnExpiredTokenWithItsReason) {
    auto s = sasl("OAUTHBEARER", true);
    s.sasl_oauthbearer_token = secret(token("kwire", -5s));
    const auto text = ask(s);
    EXPECT_TRUE(has(text, "SASL_AUTHENTICATION_FAILED")) << text;
    EXPECT_TRUE(has(text, "OAUTHBEARER: the broker says: ")) << text;
}

TEST_P(SecureKafka, NamesTheMechanismsThatItOffersInstead) {
    struct strange final : sasl_client {
        std::string_view name() const noexcept override { return "STRANGE"; }
        result<secret> start() override { return secret("x"); }
        result<std::optional<secret>> next(bytes) override { return std::optional<secret>(); }
    };
    security_options s;
    s.protocol = security_protocol::sasl_ssl;
    s.ssl_ca_location = kafka().ca_file;
    s.sasl_custom = [] { return std::make_shared<strange>(); };
    const auto text = ask(s);
    EXPECT_TRUE(has(text, "STRANGE is not offered by this listener; it offers ")) << text;
    EXPECT_TRUE(has(text, "SCRAM-SHA-512")) << text;
}

TEST_P(SecureKafka, IsNotTrustedWithoutItsCa) {
    security_options s;
    s.protocol = security_protocol::ssl;
    const auto text = ask(s);
    EXPECT_TRUE(has(text, "is not trusted: self-signed certificate in certificate chain")) << text;
}

TEST_P(SecureKafka, SaysWhichSideSpeaksTls) {
    security_options s;
    const auto plain_to_tls = ask(s, kafka().bootstrap_tls);
    EXPECT_TRUE(has(plain_to_tls, "TLS listener")) << plain_to_tls;
    s.protocol = security_protocol::ssl;
    s.ssl_ca_location = kafka().ca_file;
    const auto tls_to_plain = ask(s, kafka().bootstrap);
    EXPECT_TRUE(has(tls_to_plain, "plaintext listener?")) << tls_to_plain;
    const auto sasl_to_plain = ask(sasl("SCRAM-SHA-256", false), kafka().bootstrap);
    EXPECT_TRUE(has(sasl_to_plain, "asks for no SASL")) << sasl_to_plain;
}

INSTANTIATE_TEST_SUITE_P(Kafka, SecureKafka, testing::ValuesIn(kwire::support::kafka_versions()), kwire::support::version_name);
}  // namespace
#endif
