// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/security.hpp>

#include <kwire/net/pool.hpp>
#include <kwire/net/sasl.hpp>
#include <kwire/net/tls.hpp>

#include <asio/awaitable.hpp>

namespace kwire::inline v0 {
namespace {
bool has_tls(const security_options& s) { return s.protocol == security_protocol::ssl || s.protocol == security_protocol::sasl_ssl; }
bool has_sasl(const security_options& s) { return s.protocol == security_protocol::sasl_plaintext || s.protocol == security_protocol::sasl_ssl; }
bool is_scram(std::string_view mechanism) { return mechanism == "SCRAM-SHA-256" || mechanism == "SCRAM-SHA-512"; }

std::string_view to_string(security_protocol p) {
    constexpr std::string_view names[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};
    return names[static_cast<std::size_t>(p)];
}

error refuse(std::string text) { return error(client_errc::invalid_configuration, std::move(text)); }
error without_effect(std::string_view setting, std::string_view why) {
    std::string text(setting);
    text += " would have no effect with ";
    return refuse(text += why);
}
error lacks_openssl(std::string what) {
    return error(client_errc::not_supported_by_build, std::move(what += " needs OpenSSL: configure kwire with KWIRE_WITH_OPENSSL=ON"));
}

/// The first setting of SASL that was given a value, empty if none was. sasl.allow.cleartext is a permission, not a wish.
std::string_view first_sasl(const security_options& s) {
    if (!s.sasl_mechanism.empty()) return "sasl.mechanism";
    if (!s.sasl_username.empty()) return "sasl.username";
    if (!s.sasl_password.empty()) return "sasl.password";
    if (!s.sasl_oauthbearer_token.empty()) return "sasl.oauthbearer.token";
    if (s.sasl_oauthbearer_provider) return "the provider of tokens";
    if (s.sasl_custom) return "the custom mechanism";
    return {};
}
std::string_view first_tls(const security_options& s) {
    if (!s.ssl_ca_location.empty()) return "ssl.ca.location";
    if (!s.ssl_certificate_location.empty()) return "ssl.certificate.location";
    if (!s.ssl_key_location.empty()) return "ssl.key.location";
    if (!s.ssl_key_password.empty()) return "ssl.key.password";
    if (!s.ssl_cipher_suites.empty()) return "ssl.cipher.suites";
    if (!s.ssl_enabled_protocols.empty()) return "ssl.enabled.protocols";
    if (!s.verify_certificate) return "enable.ssl.certificate.verification";
    if (!s.verify_host_name) return "ssl.endpoint.identification.algorithm";
    return {};
}

result<void> check_tls(const security_options& s) {
    if (!has_openssl()) return lacks_openssl("security.protocol=" + std::string(to_string(s.protocol)));
    if (s.ssl_certificate_location.empty() != s.ssl_key_location.empty())
        return refuse("ssl.certificate.location and ssl.key.location: one is of no use without the other");
    if (!s.ssl_key_password.empty() && s.ssl_key_location.empty()) return without_effect("ssl.key.password", "no ssl.key.location");
    if (!s.verify_certificate && !s.ssl_ca_location.empty()) return without_effect("ssl.ca.location", "enable.ssl.certificate.verification=false");
    if (s.ssl_cipher_suites.find('@') != std::string::npos)
        return refuse("ssl.cipher.suites: no commands (@SECLEVEL, @STRENGTH), only names of ciphers");
    for (const auto& version : s.ssl_enabled_protocols)
        if (version != "TLSv1.2" && version != "TLSv1.3") return refuse("ssl.enabled.protocols: '" + version + "' is not TLSv1.2 or TLSv1.3");
    return {};
}

// What sends a secret that whoever is at the other end can use.
result<void> check_sends_secret(const security_options& s) {
    if (!has_tls(s) && !s.sasl_allow_cleartext)
        return refuse("sasl.mechanism=" + s.sasl_mechanism +
                      " shows its secret to whoever can read the connection: use security.protocol=SASL_SSL, or " +
                      "a SCRAM mechanism; sasl.allow.cleartext=true allows it all the same");
    if (has_tls(s) && (!s.verify_certificate || !s.verify_host_name))
        return refuse("sasl.mechanism=" + s.sasl_mechanism + " would show its secret to whoever answers, because " +
                      (s.verify_certificate ? "ssl.endpoint.identification.algorithm is none" : "enable.ssl.certificate.verification is false"));
    return {};
}

result<void> check_sasl(const security_options& s) {
    const auto& name = s.sasl_mechanism;
    if (s.sasl_custom) {
        if (name.empty()) return {};
        return without_effect("sasl.mechanism", "a custom mechanism");
    }
    if (name.empty()) return refuse("sasl.mechanism is not set: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER");
    if (name == "OAUTHBEARER") {
        if (!s.sasl_username.empty()) return without_effect("sasl.username", "sasl.mechanism=OAUTHBEARER");
        if (!s.sasl_password.empty()) return without_effect("sasl.password", "sasl.mechanism=OAUTHBEARER");
        if (s.sasl_oauthbearer_token.empty() == !s.sasl_oauthbearer_provider)
            return refuse("sasl.mechanism=OAUTHBEARER needs a token, sasl.oauthbearer.token, or a provider of tokens; one of the two");
        return check_sends_secret(s);
    }
    if (name != "PLAIN" && !is_scram(name))
        return refuse("sasl.mechanism: '" + name + "' is not known: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER (a program can add others)");
    if (is_scram(name) && !has_openssl()) return lacks_openssl("sasl.mechanism=" + name);
    if (!s.sasl_oauthbearer_token.empty() || s.sasl_oauthbearer_provider) return without_effect("a token", "sasl.mechanism=" + name);
    if (s.sasl_username.empty()) return refuse("sasl.username is not set, and sasl.mechanism=" + name + " needs it");
    if (s.sasl_password.empty())
        return refuse("sasl.password is not set, and sasl.mechanism=" + name + " needs it (also as sasl.password.file or .env)");
    if (name == "PLAIN") return check_sends_secret(s);
    return {};
}

task<result<oauth_token>> fixed_token(secret token) { co_return oauth_token{std::move(token)}; }

result<std::shared_ptr<sasl_client>> make_mechanism(const security_options& s) {
    const auto& name = s.sasl_mechanism;
    if (s.sasl_custom) {
        auto made = s.sasl_custom();
        if (!made) return error(client_errc::invalid_configuration, "the custom mechanism is null");
        return made;
    }
    if (name == "PLAIN") return std::shared_ptr<sasl_client>(make_sasl_plain(s.sasl_username, s.sasl_password));
    if (name == "OAUTHBEARER") {
        if (s.sasl_oauthbearer_provider) return std::shared_ptr<sasl_client>(make_sasl_oauthbearer(s.sasl_oauthbearer_provider));
        return std::shared_ptr<sasl_client>(
            make_sasl_oauthbearer([token = s.sasl_oauthbearer_token](clock::time_point) { return fixed_token(token); }));
    }
    if (!is_scram(name)) return refuse("sasl.mechanism: '" + name + "' is not known");
    const auto hash = name == "SCRAM-SHA-256" ? scram_hash::sha256 : scram_hash::sha512;
    auto made = make_sasl_scram({hash, s.sasl_username, s.sasl_password});
    if (!made) return std::move(made).error();
    return std::shared_ptr<sasl_client>(*std::move(made));
}

task<result<std::chrono::milliseconds>> log_in(std::shared_ptr<const security_options> s, std::shared_ptr<connection> on,
                                               clock::time_point deadline) {
    const auto how = make_mechanism(*s);
    if (!how) co_return error(how.error());
    auto done = co_await authenticate(std::move(on), *how, deadline);
    co_return std::move(done);
}
}  // namespace

bool has_openssl() noexcept {
#if KWIRE_HAVE_OPENSSL
    return true;
#else
    return false;
#endif
}

result<void> check(const security_options& s) {
    const auto protocol = "security.protocol=" + std::string(to_string(s.protocol));
    if (!has_sasl(s) && !first_sasl(s).empty()) return without_effect(first_sasl(s), protocol);
    if (!has_tls(s) && !first_tls(s).empty()) return without_effect(first_tls(s), protocol);
    if (has_tls(s)) {
        auto done = check_tls(s);
        if (!done) return done;
    }
    if (has_sasl(s)) return check_sasl(s);
    return {};
}

void protect(pool_options& pool, const security_options& s) {
    if (has_tls(s)) {
        pool.connection.protected_by_tls = true;
        pool.dialer = [under = std::move(pool.dialer), context = make_tls_client(s)](environment& env,
                                                                                     const broker_address& b) -> std::unique_ptr<stream> {
            auto over = under ? under(env, b) : env.make_stream();
            if (!over) return nullptr;
            return make_tls_stream(env, std::move(over), context, b.where.host);
        };
        if (!s.verify_certificate)
            pool.warning = "enable.ssl.certificate.verification=false: this connection is encrypted, but anybody may be at its other end";
        else if (!s.verify_host_name)
            pool.warning = "ssl.endpoint.identification.algorithm=none: whoever holds any trusted certificate may be at the other end";
    }
    if (has_sasl(s)) {
        pool.connection.authenticate = [held = std::make_shared<const security_options>(s)](std::shared_ptr<connection> on,
                                                                                            clock::time_point deadline) {
            return log_in(held, std::move(on), deadline);
        };
    }
}
}  // namespace kwire
