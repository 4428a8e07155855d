// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/tls.hpp>

#if KWIRE_HAVE_OPENSSL
#include "context.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
error wrong(std::string_view setting, const std::string& file, std::string_view what) {
    std::string text(setting);
    text += ": ";
    text += file;
    text += ": ";
    text += what;
    return error(client_errc::invalid_configuration, std::move(text));
}

// Always set: without one OpenSSL asks for the password at the terminal.
int give_password(char* into, int size, int, void* held) {
    const auto& password = static_cast<const secret*>(held)->reveal();
    if (password.empty() || password.size() > static_cast<std::size_t>(size)) return -1;
    return static_cast<int>(password.copy(into, password.size()));
}

std::string listed(const std::string& all, bool of_tls_1_3) {
    std::string some;
    for (std::size_t at = 0; at < all.size();) {
        const auto end = std::min(all.find_first_of(":,", at), all.size());
        const auto name = all.substr(at, end - at);
        if (!name.empty() && name.starts_with("TLS_") == of_tls_1_3) some += (some.empty() ? "" : ":") + name;
        at = end + 1;
    }
    return some;
}

result<void> choose_ciphers(SSL_CTX* made, const std::string& suites) {
    const auto newer = listed(suites, true), older = listed(suites, false);
    if (!newer.empty() && SSL_CTX_set_ciphersuites(made, newer.c_str()) != 1)
        return error(client_errc::invalid_configuration, "ssl.cipher.suites: OpenSSL does not know all of " + newer);
    if (!older.empty() && SSL_CTX_set_cipher_list(made, older.c_str()) != 1)
        return error(client_errc::invalid_configuration, "ssl.cipher.suites: OpenSSL knows none of " + older);
    return {};
}

void choose_versions(SSL_CTX* made, bool older, bool newer) {
    SSL_CTX_set_min_proto_version(made, older ? TLS1_2_VERSION : TLS1_3_VERSION);
    SSL_CTX_set_max_proto_version(made, newer ? TLS1_3_VERSION : TLS1_2_VERSION);
}

result<ssl_ctx_ptr> begin(const SSL_METHOD* side, int security_level) {
    ERR_clear_error();
    ssl_ctx_ptr made(SSL_CTX_new(side));
    if (!made) return error(security_errc::broken, "OpenSSL: " + openssl_says());
    SSL_CTX_set_security_level(made.get(), security_level);
    SSL_CTX_set_options(made.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(made.get(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(made.get(), SSL_SESS_CACHE_OFF);
    return made;
}

result<void> trust(SSL_CTX* made, const std::string& where) {
    if (where.empty()) {
        if (SSL_CTX_set_default_verify_paths(made) != 1) return error(security_errc::broken, "the system's certificates: " + openssl_says());
        return {};
    }
    std::error_code ignored;
    const bool folder = std::filesystem::is_directory(where, ignored);
    if (SSL_CTX_load_verify_locations(made, folder ? nullptr : where.c_str(), folder ? where.c_str() : nullptr) != 1)
        return wrong("ssl.ca.location", where, openssl_says());
    return {};
}

result<void> present(SSL_CTX* made, const std::string& certificate, const std::string& key, const secret& password) {
    if (certificate.empty()) return {};
    if (SSL_CTX_use_certificate_chain_file(made, certificate.c_str()) != 1) return wrong("ssl.certificate.location", certificate, openssl_says());
    SSL_CTX_set_default_passwd_cb(made, give_password);
    SSL_CTX_set_default_passwd_cb_userdata(made, const_cast<secret*>(&password));
    const bool read = SSL_CTX_use_PrivateKey_file(made, key.c_str(), SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(made, nullptr);
    const bool other = !read && ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH;
    if (other) return wrong("ssl.key.location", key, "is not the key of the certificate in " + certificate);
    if (!read)
        return wrong("ssl.key.location", key,
                     openssl_says() + (password.empty() ? " (if it is encrypted, set ssl.key.password)" : " (is ssl.key.password right?)"));
    return {};
}

result<ssl_ctx_ptr> client_context(const security_options& s) {
    auto made = begin(TLS_client_method(), 2);
    if (!made) return made;
    SSL_CTX* const c = made->get();
    const auto& versions = s.ssl_enabled_protocols;
    const auto wanted = [&](std::string_view v) { return versions.empty() || std::ranges::find(versions, v) != versions.end(); };
    choose_versions(c, wanted("TLSv1.2"), wanted("TLSv1.3"));
    SSL_CTX_set_verify(c, s.verify_certificate ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    auto done = choose_ciphers(c, s.ssl_cipher_suites);
    if (done && s.verify_certificate) done = trust(c, s.ssl_ca_location);
    if (done) done = present(c, s.ssl_certificate_location, s.ssl_key_location, s.ssl_key_password);
    SSL_CTX_set_security_level(c, 2);
    if (!done) return std::move(done).error();
    return made;
}

result<ssl_ctx_ptr> server_context(const tls_server_options& o) {
    auto made = begin(TLS_server_method(), o.security_level);
    if (!made) return made;
    SSL_CTX* const c = made->get();
    choose_versions(c, o.protocols.find("TLSv1.2") != o.protocols.npos, o.protocols.find("TLSv1.3") != o.protocols.npos);
    auto done = present(c, o.certificate, o.key, secret());
    if (done && !o.client_ca.empty()) {
        done = trust(c, o.client_ca);
        SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    if (!done) return std::move(done).error();
    return made;
}
}  // namespace

std::string openssl_says() {
    const auto first = ERR_get_error();
    ERR_clear_error();
    if (first == 0) return "no reason given";
    if (ERR_SYSTEM_ERROR(first)) return std::generic_category().message(ERR_GET_REASON(first));
    const char* reason = ERR_reason_error_string(first);
    return reason ? reason : "error " + std::to_string(first);
}

std::map<std::string, tls_context::stamp> tls_context::look() const {
    std::map<std::string, stamp> all;
    for (const auto& file : files_) {
        std::error_code gone;
        stamp s;
        s.changed = std::filesystem::last_write_time(file, gone);
        if (!gone) s.size = std::filesystem::is_directory(file, gone) ? 0 : std::filesystem::file_size(file, gone);
        if (!gone) all[file] = s;
    }
    return all;
}

result<ssl_ptr> tls_context::connection() {
    auto now = look();  // before they are read: a change meanwhile is seen the next time
    if (!made_ || now != seen_) {
        auto made = make_();
        if (!made) return std::move(made).error();
        made_ = *std::move(made);
        seen_ = std::move(now);
    }
    ERR_clear_error();
    ssl_ptr one(SSL_new(made_.get()));
    if (!one) return error(security_errc::broken, "OpenSSL: " + openssl_says());
    return one;
}

std::shared_ptr<tls_context> make_tls_client(const security_options& s) {
    std::vector<std::string> files;
    for (const auto* file : {&s.ssl_ca_location, &s.ssl_certificate_location, &s.ssl_key_location})
        if (!file->empty()) files.push_back(*file);
    const bool names = s.verify_certificate && s.verify_host_name;
    return std::make_shared<tls_context>(
        false, names, [s] { return client_context(s); }, std::move(files));
}

std::shared_ptr<tls_context> make_tls_server(const tls_server_options& o) {
    return std::make_shared<tls_context>(
        true, false, [o] { return server_context(o); }, std::vector<std::string>{o.certificate, o.key});
}
}  // namespace kwire
#endif
