// SPDX-License-Identifier: Apache-2.0
// Real Kafka behind TLS and SASL, for tests.
#pragma once

#include "support/has.hpp"
#include "support/kafka.hpp"

#include <kwire/net/asio_environment.hpp>
#include <kwire/net/pool.hpp>
#include <kwire/net/sasl.hpp>
#include <kwire/net/security.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

namespace kwire::support {
using namespace std::chrono_literals;

inline std::string base64url(std::string_view text) {
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
inline std::string unsecured_token(const std::string& subject, std::chrono::seconds lasts) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const auto claims = "{\"sub\":\"" + subject + "\",\"iat\":" + std::to_string(now - 10) + ",\"exp\":" + std::to_string(now + lasts.count()) + "}";
    return base64url(R"({"alg":"none"})") + "." + base64url(claims) + ".";
}

class secure_kafka_test : public kafka_test {
  protected:
    security_options sasl(std::string mechanism, bool tls) {
        security_options s;
        s.protocol = tls ? security_protocol::sasl_ssl : security_protocol::sasl_plaintext;
        if (tls) s.ssl_ca_location = kafka().ca_file;
        s.sasl_mechanism = std::move(mechanism);
        s.sasl_allow_cleartext = !tls;
        if (s.sasl_mechanism == "OAUTHBEARER") {
            s.sasl_oauthbearer_token = secret(unsecured_token("kwire", 1h));
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
};
}  // namespace kwire::support
