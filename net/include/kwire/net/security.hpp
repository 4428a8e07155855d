// SPDX-License-Identifier: Apache-2.0
// How a connection is protected: the security protocol, who we are (SASL) and whom we trust (TLS).
//
// This version speaks PLAINTEXT only. All settings are read and kept, and check() of client_options refuses what would
// have no effect, so that nobody believes a connection protected that is not.
// Source: Kafka's security.protocol, sasl.* and ssl.* settings.
#pragma once

#include <string>
#include <utility>

namespace kwire::inline v0 {
/// Text that is never printed: it has no operator<<, and properties show it as <redacted>. Reading it is spelled out.
class secret {
  public:
    secret() = default;
    explicit secret(std::string text) : text_(std::move(text)) {}
    bool empty() const noexcept { return text_.empty(); }
    const std::string& reveal() const noexcept { return text_; }

  private:
    std::string text_;
};

enum class security_protocol { plaintext, ssl, sasl_plaintext, sasl_ssl };

struct security_options {
    security_protocol protocol = security_protocol::plaintext;

    std::string sasl_mechanism;  // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER; empty: none chosen
    std::string sasl_username;
    secret sasl_password;
    bool sasl_allow_cleartext = false;  // PLAIN over a connection without TLS

    std::string ssl_ca_location;           // PEM file or directory; empty: the system's
    std::string ssl_certificate_location;  // PEM, our own certificate
    std::string ssl_key_location;          // PEM, its private key
    secret ssl_key_password;
    std::string ssl_cipher_suites;   // OpenSSL's spelling; empty: its defaults
    bool verify_certificate = true;  // enable.ssl.certificate.verification
    bool verify_host_name = true;    // ssl.endpoint.identification.algorithm: https or none
};
}  // namespace kwire
