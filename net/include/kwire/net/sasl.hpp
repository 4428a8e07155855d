// SPDX-License-Identifier: Apache-2.0
// SASL: how a client proves who it is, before its first request.
//
// A mechanism is a small class that turns the broker's messages into answers and touches no socket. kwire has PLAIN,
// SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER; to add another, derive from sasl_client and hand a function that makes
// it to security_options::sasl_custom (docs/examples/sasl_mechanism.cpp). One object serves one authentication.
//
// What goes over the connection is authenticate()'s: SaslHandshake names the mechanism, then each message travels in
// SaslAuthenticate, or bare behind its size where the broker knows version 0 of the handshake only.
// Source: RFC 4422 (SASL), 4616 (PLAIN), 5802 and 7677 (SCRAM), 7628 (OAUTHBEARER); KIP-12, 43, 84, 152, 255, 368.
#pragma once

#include <kwire/net/connection.hpp>
#include <kwire/net/secret.hpp>
#include <kwire/net/security_errc.hpp>

#include <optional>

namespace kwire::inline v0 {
class sasl_client {
  public:
    virtual ~sasl_client() = default;
    /// As brokers list it in sasl.enabled.mechanisms: "SCRAM-SHA-256".
    virtual std::string_view name() const noexcept = 0;
    /// What must be fetched before the exchange can begin, a token for instance. May wait, until the deadline at most.
    virtual task<result<void>> prepare(clock::time_point deadline);
    /// The client's first message.
    virtual result<secret> start() = 0;
    /// What to say to the broker's message; nothing once the exchange is over and all that there was to verify is right.
    /// An error ends the connection; it should say what is wrong and hold no secret.
    virtual result<std::optional<secret>> next(bytes from_broker) = 0;
    /// True if `text`, which the broker sent to explain a failure, holds what must not be printed.
    virtual bool reveals(std::string_view /*text*/) const { return false; }
};

/// RFC 4616: user and password as they are. Whoever can read the connection can read them.
std::unique_ptr<sasl_client> make_sasl_plain(std::string username, secret password);

enum class scram_hash { sha256, sha512 };
struct scram_options {
    scram_hash hash = scram_hash::sha256;
    std::string username;
    secret password;
    std::string extensions = {};  // "tokenauth=true": the user and password are a delegation token's id and HMAC (KIP-48)
    std::string nonce = {};       // printable, without a comma; empty: 192 bits from OpenSSL's generator
};
/// RFC 5802: proves to know the password without sending it, and has the broker prove that it knows it, too. The broker's
/// first message may have 4 KiB, a salt of 1 KiB, and ask for 4,096 to 131,072 iterations (0.12 s of a core).
/// not_supported_by_build in a build without OpenSSL.
result<std::unique_ptr<sasl_client>> make_sasl_scram(scram_options options);

struct oauth_token {
    secret token;                                                      // as the Authorization header of HTTP bears it
    std::vector<std::pair<std::string, std::string>> extensions = {};  // KIP-342: "logicalCluster", …; letters only
};
/// Called for each authentication, on the client's strand; it may wait, until the deadline at most.
using oauth_token_provider = std::function<task<result<oauth_token>>(clock::time_point deadline)>;
/// RFC 7628: a bearer token.
std::unique_ptr<sasl_client> make_sasl_oauthbearer(oauth_token_provider provider);

/// Runs the exchange on a connection that knows its versions and is not used by anybody else. Returns how long the session
/// lasts (KIP-368); zero: without end. Errors: unsupported_sasl_mechanism with what the listener offers,
/// sasl_authentication_failed with what the broker says, security_errc::peer_not_trusted if the broker is the wrong one.
/// `highest_handshake`: 0 makes the messages travel bare also where the broker knows better.
task<result<std::chrono::milliseconds>> authenticate(std::shared_ptr<connection> on, std::shared_ptr<sasl_client> how, clock::time_point deadline,
                                                     std::int16_t highest_handshake = 1);
}  // namespace kwire
