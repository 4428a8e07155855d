// SPDX-License-Identifier: Apache-2.0
// TLS and SASL against real Kafka: who is let in, who is not, and what each is told.
#include "secure_kafka.hpp"

#if KWIRE_HAVE_OPENSSL
namespace security_test {
using namespace kwire;
using kwire::support::has;
using namespace std::chrono_literals;

class SecureKafka : public kwire::support::secure_kafka_test {};

TEST_P(SecureKafka, IsReachedOverTls) {
    security_options s{.protocol = security_protocol::ssl, .ssl_ca_location = kafka().ca_file};
    for (const auto* version : {"TLSv1.2", "TLSv1.3"}) {
        s.ssl_enabled_protocols = {version};
        EXPECT_EQ(ask(s), "") << version;
    }
    s.ssl_certificate_location = kafka().client_cert;
    s.ssl_key_location = kafka().client_key;
    EXPECT_EQ(ask(s), "");
}

TEST_P(SecureKafka, ThatMissesOurCertificateIsUnderstood) {
    security_options s{.protocol = security_protocol::ssl, .ssl_ca_location = kafka().ca_file};
    for (const auto* version : {"TLSv1.2", "TLSv1.3"}) {
        s.ssl_enabled_protocols = {version};
        s.ssl_certificate_location = s.ssl_key_location = "";
        const auto text = ask(s, kafka().bootstrap_mtls);
        // 2.8 breaks off with bytes that are no TLS, the others with an alert, which a reset may overtake.
        EXPECT_TRUE(has(text, "client certificate")) << version << ": " << text;
        EXPECT_TRUE(has(text, "(set ssl.certificate.location and ssl.key.location)")) << version << ": " << text;
        s.ssl_certificate_location = kafka().client_cert;
        s.ssl_key_location = kafka().client_key;
        EXPECT_EQ(ask(s, kafka().bootstrap_mtls), "") << version;
    }
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
    s.sasl_oauthbearer_token = secret(kwire::support::unsecured_token("kwire", -5s));
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
    EXPECT_TRUE(has(text, "is not trusted because of one behind it: self-signed certificate in certificate chain (/CN=kwire test CA)")) << text;
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

INSTANTIATE_TEST_SUITE_P(Kafka, SecureKafka, ::testing::ValuesIn(kwire::support::kafka_versions()), kwire::support::version_name);
}  // namespace security_test
#endif
