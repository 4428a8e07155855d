// SPDX-License-Identifier: Apache-2.0
#if KWIRE_HAVE_OPENSSL
#include "session.hpp"

#include "../printable.hpp"

#include <asio/error.hpp>
#include <asio/ip/address.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>

namespace kwire::inline v0 {
namespace {
int to_int(std::size_t n) { return static_cast<int>(std::min<std::size_t>(n, 1u << 30)); }

std::string name_of(X509* certificate) {
    char text[256] = "";
    X509_NAME_oneline(X509_get_subject_name(certificate), text, sizeof text);
    return printable(text);
}

// "::1" of "[::1]", "host" of "host."
std::string bare_name(std::string name) {
    if (name.size() > 2 && name.front() == '[' && name.back() == ']') return name.substr(1, name.size() - 2);
    if (name.size() > 1 && name.back() == '.') name.pop_back();
    return name;
}

bool is_address(const std::string& name) {
    std::error_code no;
    asio::ip::make_address(name, no);
    return !no;
}

std::string text_of(const ASN1_STRING* s) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(s)), static_cast<std::size_t>(ASN1_STRING_length(s))};
}
std::string address_in(const ASN1_OCTET_STRING* s) {
    const auto raw = text_of(s);
    if (raw.size() == 4) {
        asio::ip::address_v4::bytes_type b;
        std::memcpy(b.data(), raw.data(), b.size());
        return asio::ip::address_v4(b).to_string();
    }
    asio::ip::address_v6::bytes_type b{};
    if (raw.size() == b.size()) std::memcpy(b.data(), raw.data(), b.size());
    return asio::ip::address_v6(b).to_string();
}

// Whom a certificate is for: "DNS:kafka-1, IP:10.0.0.1"; empty if that is nobody.
std::string names_in(X509* certificate) {
    const std::unique_ptr<GENERAL_NAMES, freed_by<GENERAL_NAMES_free>> all(
        static_cast<GENERAL_NAMES*>(certificate ? X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr) : nullptr));
    std::string text;
    const int count = all ? sk_GENERAL_NAME_num(all.get()) : 0;
    for (int i = 0; i < count && i < 8; ++i) {
        const GENERAL_NAME* const one = sk_GENERAL_NAME_value(all.get(), i);
        std::string name;
        if (one->type == GEN_DNS) name = "DNS:" + printable(text_of(one->d.dNSName), 80);
        if (one->type == GEN_IPADD) name = "IP:" + address_in(one->d.iPAddress);
        if (!name.empty()) text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

// What an alert of the broker's, or a failure of ours, asks of who runs this client.
std::string_view advice(int reason) {
    switch (reason) {
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_HTTP_REQUEST:
        case SSL_R_PACKET_LENGTH_TOO_LONG:
        case SSL_R_UNEXPECTED_MESSAGE:
            return " (what answers speaks no TLS: a plaintext listener? check the port, or set security.protocol=PLAINTEXT or SASL_PLAINTEXT)";
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: return " (no version of TLS that both sides allow; ssl.enabled.protocols, and TLS 1.2 is the least)";
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
        case SSL_R_NO_CIPHERS_AVAILABLE:
        case SSL_R_NO_SHARED_CIPHER: return " (no cipher that both sides allow: ssl.cipher.suites)";
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED: return " (the broker does not accept our certificate, that of ssl.certificate.location)";
        default: return "";
    }
}
constexpr std::string_view demands = "the broker demands a client certificate, and none is set (set ssl.certificate.location and ssl.key.location)",
                           broke_off =
                               "the broker broke off when it was shown no client certificate, for which it had asked (set "
                               "ssl.certificate.location and ssl.key.location)";
bool is_alert(int reason) { return reason > 1000 && reason < 1256; }  // SSL_AD_REASON_OFFSET and a byte
}  // namespace

result<std::unique_ptr<tls_session>> tls_session::make(tls_context& context, std::string name) {
    auto ssl = context.connection();
    if (!ssl) return std::move(ssl).error();
    std::unique_ptr<tls_session> made(new tls_session(*std::move(ssl), bare_name(std::move(name))));
    SSL* const s = made->ssl_.get();
    BIO* const in = BIO_new(BIO_s_mem());
    BIO* const out = BIO_new(BIO_s_mem());
    if (in) BIO_set_mem_eof_return(in, -1);  // empty is not the end
    SSL_set_bio(s, in, out);
    if (!in || !out) return error(security_errc::broken, "OpenSSL: " + openssl_says());
    SSL_set_app_data(s, made.get());
    if (context.server) {
        SSL_set_accept_state(s);
        return made;
    }
    SSL_set_connect_state(s);
    SSL_set_cert_cb(s, asked_for_certificate, made.get());
    auto expected = made->expect_name(context.verify_host_name);
    if (!expected) return std::move(expected).error();
    return made;
}

result<void> tls_session::expect_name(bool verify_name) {
    SSL* const s = ssl_.get();
    if (SSL_get_verify_mode(s) != SSL_VERIFY_NONE) SSL_set_verify(s, SSL_VERIFY_PEER, verify);
    const bool address = is_address(name_);
    if (!address && SSL_set_tlsext_host_name(s, name_.c_str()) != 1)
        return error(client_errc::invalid_argument, "'" + printable(name_) + "' cannot be the name of a host");
    if (!verify_name) return {};
    X509_VERIFY_PARAM* const rules = SSL_get0_param(s);
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int set = address ? X509_VERIFY_PARAM_set1_ip_asc(rules, name_.c_str()) : X509_VERIFY_PARAM_set1_host(rules, name_.data(), name_.size());
    if (set != 1 || name_.empty()) return error(client_errc::invalid_argument, "'" + printable(name_) + "' cannot be the name of a host");
    return {};
}

int tls_session::verify(int good, X509_STORE_CTX* at) {
    if (good) return good;
    auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(at, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* self = static_cast<tls_session*>(SSL_get_app_data(ssl));
    X509* const bad = X509_STORE_CTX_get_current_cert(at);
    if (bad && self->bad_certificate_.empty()) self->bad_certificate_ = name_of(bad);
    self->names_ = names_in(X509_STORE_CTX_get0_cert(at));  // the session has no certificate before it is trusted
    self->depth_ = X509_STORE_CTX_get_error_depth(at);
    return 0;
}

// Which is how one learns why a peer that does not get one hangs up: in TLS 1.3 it does so when we believe that all is well.
int tls_session::asked_for_certificate(SSL* ssl, void* self) {
    static_cast<tls_session*>(self)->owes_certificate_ = SSL_get_certificate(ssl) == nullptr;
    return 1;
}

result<bool> tls_session::shake_hands() {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    if (done == 1) return true;
    const int why = SSL_get_error(ssl_.get(), done);
    if (why == SSL_ERROR_WANT_READ) return false;
    return failed(why).within("TLS handshake");
}

void tls_session::received(bytes sealed) {
    while (!sealed.empty()) {
        const int n = BIO_write(SSL_get_rbio(ssl_.get()), sealed.data(), to_int(sealed.size()));
        if (n <= 0) throw std::bad_alloc();  // the only way in which memory can fail to take bytes
        sealed = sealed.subspan(static_cast<std::size_t>(n));
    }
}

result<std::size_t> tls_session::open(std::span<std::byte> into) {
    std::size_t all = 0;
    while (all < into.size()) {
        ERR_clear_error();
        const int n = SSL_read(ssl_.get(), into.data() + all, to_int(into.size() - all));
        if (n > 0) {
            all += static_cast<std::size_t>(n);
            owes_certificate_ = false;
            continue;
        }
        const int why = SSL_get_error(ssl_.get(), n);
        if (all > 0 || why == SSL_ERROR_WANT_READ) break;  // an end or an error comes again
        if (why == SSL_ERROR_ZERO_RETURN) return owes_certificate_ ? cut_off(false) : error(asio::error::eof);
        return failed(why).within("TLS");
    }
    return all;
}

result<void> tls_session::seal(bytes data) {
    while (!data.empty()) {
        ERR_clear_error();
        const int n = SSL_write(ssl_.get(), data.data(), to_int(data.size()));
        if (n <= 0) return failed(SSL_get_error(ssl_.get(), n)).within("TLS");
        data = data.subspan(static_cast<std::size_t>(n));
    }
    return {};
}

bytes tls_session::to_send() const {
    char* data = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &data);
    if (size <= 0) return {};
    return std::as_bytes(std::span(data, static_cast<std::size_t>(size)));
}

void tls_session::sent() { BIO_reset(SSL_get_wbio(ssl_.get())); }

bool tls_session::end() {
    if (failed_ || !SSL_is_init_finished(ssl_.get())) return false;
    ERR_clear_error();
    return SSL_shutdown(ssl_.get()) >= 0;
}

error tls_session::cut_off(bool while_shaking) const {
    if (owes_certificate_) return error(client_errc::connection_lost, "TLS: " + std::string(broke_off));
    if (while_shaking)
        return error(client_errc::connection_lost,
                     "TLS handshake: the peer hung up (is it a plaintext listener? then use the broker's TLS port, or "
                     "security.protocol=PLAINTEXT or SASL_PLAINTEXT)");
    return error(client_errc::connection_lost, "TLS: the stream was cut off, it ended without close_notify");
}

error tls_session::failed(int why) {
    failed_ = true;
    const long verdict = SSL_get_verify_result(ssl_.get());
    const auto code = ERR_peek_error();
    const int reason = ERR_GET_REASON(code);
    if (why == SSL_ERROR_SSL && reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verdict != X509_V_OK && !SSL_is_server(ssl_.get()))
        return untrusted(verdict);
    std::string what = openssl_says();
    if (owes_certificate_)  // Kafka 2.8 says it with bytes that are no TLS
        return error(security_errc::refused_by_peer, std::string(is_alert(reason) ? demands : broke_off) + ": " + what);
    what += advice(reason);
    return error(is_alert(reason) ? security_errc::refused_by_peer : security_errc::broken, std::move(what));
}

error tls_session::misnamed() const {
    const auto wanted = printable(name_);
    if (names_.empty())
        return error(security_errc::peer_not_trusted, "the broker's certificate is not for '" + wanted +
                                                          "': it has no subjectAltName, and its common name does not count (other clients may "
                                                          "accept it; reissue it with subjectAltName=" +
                                                          (is_address(name_) ? "IP:" : "DNS:") + wanted + ")");
    return error(security_errc::peer_not_trusted,
                 "the broker's certificate is not for '" + wanted + "' but for " + names_ +
                     " (connect by such a name, which advertised.listeners must bear as well, or reissue the certificate)");
}

error tls_session::untrusted(long why) {
    ERR_clear_error();
    if (why == X509_V_ERR_HOSTNAME_MISMATCH || why == X509_V_ERR_IP_ADDRESS_MISMATCH) return misnamed();
    std::string what = "the broker's certificate is not trusted: ";
    if (depth_ > 0) what = "the broker's certificate is not trusted because of one behind it: ";
    what += X509_verify_cert_error_string(why);
    if (!bad_certificate_.empty()) what += " (" + bad_certificate_ + ")";
    const bool unsigned_by_others = why == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN || why == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT;
    const bool signer_missing = why == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY || why == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
    if (unsigned_by_others) what += "; to trust it, set ssl.ca.location to a PEM file with that certificate";
    if (signer_missing) what += "; set ssl.ca.location to a PEM file with the CA that signed it, or have the broker send its whole chain";
    return error(security_errc::peer_not_trusted, std::move(what));
}
}  // namespace kwire
#endif
