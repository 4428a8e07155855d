// SPDX-License-Identifier: Apache-2.0
// TLS over any stream: a filter that is a stream itself, in the real world and in the simulated one.
//
// TLS 1.2 and 1.3. A client verifies the peer's certificate and that it bears the name or address connected to, and says
// that name (SNI); only subjectAltName counts, never the common name. OpenSSL's security level 2: no SHA-1, no RSA below
// 2048 bits. A stream that ends without close_notify is a lost connection, not its end.
// Thread-safety: as the environment's.
// Source: RFC 8446, RFC 5246, RFC 6125, RFC 6066 (SNI).
#pragma once

#include <kwire/net/environment.hpp>
#include <kwire/net/security.hpp>
#include <kwire/net/security_errc.hpp>

namespace kwire::inline v0 {
/// What connections have in common: whom to trust, who we are. Read from files when it is first needed and again when
/// they have changed. One object can serve many connections of one strand.
class tls_context;

/// The ssl_ and verify_ settings of `s`.
std::shared_ptr<tls_context> make_tls_client(const security_options& s);

struct tls_server_options {
    std::string certificate, key;  // PEM files
    std::string client_ca{};       // who signs clients' certificates, which are then demanded; empty: none are asked for
    std::string protocols = "TLSv1.2,TLSv1.3";
    int security_level = 2;  // less only to play a bad server
};
/// The other side, for brokers in tests and demonstrations.
std::shared_ptr<tls_context> make_tls_server(const tls_server_options& o);

/// connect() connects `over` and shakes hands; what it is given as host is where, `name` is who: a host name, or an IP
/// address. Without OpenSSL connect() fails with not_supported_by_build.
std::unique_ptr<stream> make_tls_stream(environment& env, std::unique_ptr<stream> over, std::shared_ptr<tls_context> context, std::string name);

/// The server's side of a stream that was accepted; `over` is not to be used any more.
task<result<std::unique_ptr<stream>>> accept_tls(environment& env, std::unique_ptr<stream> over, std::shared_ptr<tls_context> context);
}  // namespace kwire
