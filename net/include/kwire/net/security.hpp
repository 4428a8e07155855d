// SPDX-License-Identifier: Apache-2.0
// How a connection is protected: the security protocol, who we are (SASL) and whom we trust (TLS).
//
// There is no way from TLS back to plaintext, and what would have no effect is refused. TLS and SCRAM need OpenSSL; in a
// build without it they are errors of the configuration that name the option KWIRE_WITH_OPENSSL.
// Source: Kafka's security.protocol, sasl.* and ssl.* settings; KIP-12, KIP-255.
#pragma once

#include <kwire/net/environment.hpp>
#include <kwire/net/secret.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kwire::inline v0 {
class sasl_client;
struct oauth_token;
struct pool_options;

enum class security_protocol { plaintext, ssl, sasl_plaintext, sasl_ssl };

struct security_options {
    security_protocol protocol = security_protocol::plaintext;

    std::string sasl_mechanism{};  // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER
    std::string sasl_username{};
    secret sasl_password{};
    bool sasl_allow_cleartext = false;  // PLAIN over a connection without TLS
    secret sasl_oauthbearer_token{};    // the token itself, where no provider is given
    /// Makes the token for each authentication of OAUTHBEARER; see sasl.hpp.
    std::function<task<result<oauth_token>>(clock::time_point deadline)> sasl_oauthbearer_provider{};
    /// Makes a mechanism of one's own for each authentication; the name is then the mechanism's.
    std::function<std::shared_ptr<sasl_client>()> sasl_custom{};

    std::string ssl_ca_location{};                     // PEM file or directory; empty: the system's
    std::string ssl_certificate_location{};            // PEM, our own certificate and the chain behind it
    std::string ssl_key_location{};                    // PEM, its private key
    secret ssl_key_password{};                         // if the key is encrypted
    std::string ssl_cipher_suites{};                   // OpenSSL's spelling, names of TLS 1.3 begin with TLS_; empty: its defaults
    std::vector<std::string> ssl_enabled_protocols{};  // TLSv1.2, TLSv1.3; empty: both
    bool verify_certificate = true;                    // enable.ssl.certificate.verification
    bool verify_host_name = true;                      // ssl.endpoint.identification.algorithm: https or none
};

/// Whether this build has OpenSSL, and with it TLS and SCRAM.
bool has_openssl() noexcept;

/// Finds what cannot work, or would have no effect. client_errc::invalid_configuration, or not_supported_by_build, with the
/// setting's name. No file is read.
result<void> check(const security_options& s);

/// Has the pool's connections protected so; check() it first. Certificates and keys are read when a connection is made, and
/// again once their files have changed.
void protect(pool_options& pool, const security_options& s);
}  // namespace kwire
