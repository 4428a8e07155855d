// SPDX-License-Identifier: Apache-2.0
// TLS in both worlds: who is trusted, who is not and why, and what becomes of streams that end in strange ways.
#if KWIRE_HAVE_OPENSSL
#include "certificates.hpp"
#include "scripted_peer.hpp"
#include "support/has.hpp"
#include "worlds.hpp"

#include <kwire/net/event.hpp>
#include <kwire/net/tls.hpp>

#include <asio/error.hpp>

#include <fstream>
#include <numeric>

namespace kwire::tls_test {
using support::has;
const std::string broker_name = "kafka.example";

struct seen {
    std::string failure;  // of connecting, or of the first exchange; empty if all went well
    std::error_code code;
    std::string echoed;
};

// Lets its user read few bytes at a time, and only so many in all.
class narrow_stream final : public stream {
  public:
    narrow_stream(std::unique_ptr<stream> over, std::size_t at_once, std::size_t most) : over_(std::move(over)), at_once_(at_once), left_(most) {}
    task<result<void>> connect(std::string host, std::uint16_t port) override { return over_->connect(std::move(host), port); }
    task<result<std::size_t>> read_some(std::span<std::byte> into) override {
        if (left_ == 0) co_return error(asio::error::eof);
        const auto some = into.first(std::min(into.size(), std::min(at_once_, left_)));
        auto n = co_await over_->read_some(some);
        if (n) left_ -= *n, taken += *n;
        co_return std::move(n);
    }
    task<result<void>> write(std::span<const bytes> pieces) override { return over_->write(pieces); }
    void close() noexcept override { over_->close(); }
    void close_with(bytes last) noexcept override { over_->close_with(last); }
    static inline std::size_t taken = 0;

  private:
    const std::unique_ptr<stream> over_;
    const std::size_t at_once_;
    std::size_t left_;
};

task<result<std::string>> read_all(stream& s, std::size_t size) {
    std::string all;
    std::vector<std::byte> block(10'000);
    while (all.size() < size) {
        const auto n = co_await s.read_some(block);
        if (!n) co_return n.error();
        all += as_text(bytes(block).first(*n));
    }
    co_return std::move(all);
}

task<void> write_beside(stream* s, const std::string* text, std::optional<result<void>>* written, event* over) {
    const std::vector<bytes> pieces{as_bytes(*text).first(text->size() / 3), as_bytes(*text).subspan(text->size() / 3)};
    auto done = co_await s->write(pieces);
    written->emplace(std::move(done));
    over->set();
}

task<result<std::string>> exchange(environment& env, stream& s, std::string text) {
    std::optional<result<void>> written;
    event over(env);
    env.spawn(write_beside(&s, &text, &written, &over));
    auto got = co_await read_all(s, text.size());
    if (!got) s.close();
    while (!written) co_await over.wait();
    if (got && !*written) co_return written->error();
    co_return std::move(got);
}

task<void> echo(environment* env, std::shared_ptr<acceptor> a, std::shared_ptr<tls_context> context, std::string* failure) {
    for (;;) {
        auto next = co_await a->accept();
        if (!next) co_return;
        auto secured = co_await accept_tls(*env, *std::move(next), context);
        if (!secured) {
            *failure = secured.error().message();
            continue;
        }
        std::vector<std::byte> block(30'000);
        for (bool more = true; more;) {
            const auto n = co_await (*secured)->read_some(block);
            if (!n) *failure = n.error().message();
            more = n.has_value();
            if (!more) break;
            const std::vector<bytes> same{bytes(block).first(*n)};
            const auto written = co_await (*secured)->write(same);
            more = written.has_value();
        }
    }
}

// Hears a client's hello and says `what`; nothing: it hangs up.
task<void> answer_hello(std::shared_ptr<acceptor> from, std::string what, std::string* heard) {
    auto next = co_await from->accept();
    if (!next) co_return;
    std::vector<std::byte> block(10'000);
    const std::vector<bytes> all{as_bytes(what)};
    for (bool answered = false;;) {
        const auto n = co_await (*next)->read_some(block);
        if (!n) co_return;
        *heard += as_text(bytes(block).first(*n));
        if (heard->size() < 200 || answered) continue;
        if (what.empty()) co_return;
        const auto written = co_await (*next)->write(all);
        if (!written) co_return;
        answered = true;
    }
}

class Tls : public InBothWorlds {
  protected:
    certificate make(certificate_plan plan) { return make_certificate(plan); }
    /// Plays a server with this chain, the first certificate's own key, and a client with these settings that says `text`.
    seen meet(const std::vector<certificate>& chain, security_options s, std::string name = broker_name, std::string text = "hello",
              tls_server_options server = {}) {
        server.certificate = folder.write("server.pem", chain);
        server.key = folder.write_key("server.key", chain.front());
        return meet(server, std::move(s), std::move(name), std::move(text));
    }
    seen meet(const tls_server_options& server, security_options s, std::string name = broker_name, std::string text = "hello") {
        return meet(make_tls_server(server), make_tls_client(s), std::move(name), std::move(text));
    }
    seen meet(std::shared_ptr<tls_context> server, std::shared_ptr<tls_context> client, std::string name = broker_name, std::string text = "hello") {
        std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
        server_failure.clear();
        w->server().spawn(echo(&w->server(), a, std::move(server), &server_failure));
        return say(a, std::move(client), std::move(name), std::move(text));
    }
    seen say(std::shared_ptr<acceptor> a, std::shared_ptr<tls_context> context, std::string name, std::string text) {
        std::unique_ptr<stream> over = std::make_unique<narrow_stream>(w->client().make_stream(), at_once, most);
        auto tls = make_tls_stream(w->client(), std::move(over), std::move(context), std::move(name));
        std::optional<seen> got;
        w->client().spawn([](environment* env, std::unique_ptr<stream> s, std::string host, std::shared_ptr<acceptor> to, std::string what,
                             std::optional<seen>& out) -> task<void> {
            seen now;
            auto connected = co_await s->connect(std::move(host), to->port());
            if (connected) {
                auto said = co_await exchange(*env, *s, std::move(what));
                if (said) now.echoed = *said;
                else connected = said.error();
            }
            if (!connected) now.failure = connected.error().message(), now.code = connected.error().code();
            s->close();
            to->close();
            out = std::move(now);
        }(&w->client(), std::move(tls), w->server_name(), a, std::move(text), got));
        w->run();
        EXPECT_TRUE(got) << "something waits for ever";
        return got.value_or(seen());
    }
    security_options trusting(const certificate& whom) {
        return {.protocol = security_protocol::ssl, .ssl_ca_location = folder.write("ca.pem", {whom})};
    }

    certificate_folder folder;
    const certificate ca = make({.common_name = "kwire test CA", .ca = true});
    const certificate good = make({.common_name = "a broker", .names = "DNS:kafka.example,IP:127.0.0.1,IP:::1", .issuer = &ca});
    std::string server_failure;
    std::size_t at_once = 1u << 20, most = std::string::npos;
};

TEST_P(Tls, CarriesBytesBothWaysInBothVersions) {
    std::string much(1'500'000, ' ');
    std::iota(much.begin(), much.end(), '\0');
    for (const auto* version : {"TLSv1.2", "TLSv1.3"}) {
        auto s = trusting(ca);
        s.ssl_enabled_protocols = {version};
        for (const std::size_t size : {std::size_t(1), std::size_t(17'000), much.size()}) {
            const auto got = meet({good}, s, broker_name, much.substr(0, size));
            EXPECT_EQ(got.failure, "") << server_failure;
            EXPECT_TRUE(got.echoed == much.substr(0, size));
        }
    }
}

TEST_P(Tls, WhoClosesSaysSo) {
    EXPECT_EQ(meet({good}, trusting(ca)).failure, "");
    EXPECT_EQ(server_failure, error(make_error_code(asio::error::eof)).message());
}

TEST_P(Tls, ByteAfterByteIsNoDifference) {
    at_once = 1;
    EXPECT_EQ(meet({good}, trusting(ca)).echoed, "hello");
}

TEST_P(Tls, NamesAndAddressesOfTheCertificateAreGood) {
    for (const auto* name : {"kafka.example", "kafka.example.", "KAFKA.example", "127.0.0.1", "::1", "[::1]"})
        EXPECT_EQ(meet({good}, trusting(ca), name).failure, "") << name;
    const auto wild = make({.common_name = "x", .names = "DNS:*.kafka.example", .issuer = &ca});
    EXPECT_EQ(meet({wild}, trusting(ca), "b1.kafka.example").failure, "");
    EXPECT_NE(meet({wild}, trusting(ca), "a.b1.kafka.example").failure, "");
}

TEST_P(Tls, FourteenBadCertificatesAreRefusedEachWithItsReason) {
    const auto other_ca = make({.common_name = "another CA", .ca = true});
    const auto between = make({.common_name = "between", .issuer = &ca, .ca = true});
    const auto no_ca = make({.common_name = "no CA", .issuer = &ca});
    const auto narrow_ca = make({.common_name = "narrow CA", .issuer = &ca, .ca = true, .constraints = "critical,permitted;DNS:elsewhere.example"});
    const std::string name = "DNS:kafka.example";
    struct {
        const char* what;
        std::vector<certificate> chain;
        const char* reason;
        std::string host = broker_name;
    } const bad[] = {
        {"expired", {make({.common_name = "x", .names = name, .issuer = &ca, .from_days = -10, .to_days = -1})}, "certificate has expired"},
        {"not yet valid", {make({.common_name = "x", .names = name, .issuer = &ca, .from_days = 1})}, "certificate is not yet valid"},
        {"wrong name",
         {make({.common_name = "x", .names = "DNS:other.example", .issuer = &ca})},
         "is not for 'kafka.example' but for DNS:other.example ("},
        {"common name only", {make({.common_name = "kafka.example", .issuer = &ca})}, "reissue it with subjectAltName=DNS:kafka.example"},
        {"wrong address",
         {make({.common_name = "x", .names = "IP:10.0.0.1,DNS:127.0.0.1", .issuer = &ca})},
         "is not for '127.0.0.1' but for IP:10.0.0.1, DNS:127.0.0.1 (",
         "127.0.0.1"},
        {"wildcard too broad", {make({.common_name = "x", .names = "DNS:*.example", .issuer = &ca})}, "but for DNS:*.example ("},
        {"self-signed", {make({.common_name = "x", .names = name})}, "self-signed certificate"},
        {"unknown CA", {make({.common_name = "x", .names = name, .issuer = &other_ca}), other_ca}, "self-signed certificate in certificate chain"},
        {"incomplete chain", {make({.common_name = "x", .names = name, .issuer = &between})}, "unable to get local issuer certificate"},
        {"issuer is no CA", {make({.common_name = "x", .names = name, .issuer = &no_ca}), no_ca}, "invalid CA certificate"},
        {"for clients only", {make({.common_name = "x", .names = name, .issuer = &ca, .usage = "clientAuth"})}, "purpose"},
        {"name constraint", {make({.common_name = "x", .names = name, .issuer = &narrow_ca}), narrow_ca}, "permitted subtree violation"},
        {"SHA-1", {make({.common_name = "x", .names = name, .issuer = &ca, .hash = EVP_sha1()})}, "digest algorithm too weak"},
        {"1024 bits", {make({.common_name = "x", .names = name, .issuer = &ca, .rsa_bits = 1024})}, "key too weak"},
    };
    EXPECT_EQ(std::size(bad), 14u);
    EXPECT_EQ(meet({make({.common_name = "x", .names = name, .issuer = &between}), between}, trusting(ca)).failure, "") << "a chain that is whole";
    for (const auto& b : bad) {
        const auto got = meet(b.chain, trusting(ca), b.host, "hello", {.certificate = "", .key = "", .security_level = 0});
        EXPECT_TRUE(has(got.failure, "TLS handshake: ") && has(got.failure, b.reason)) << b.what << ": " << got.failure;
        EXPECT_EQ(got.code, security_errc::peer_not_trusted) << b.what << ": " << got.failure;
        EXPECT_FALSE(retriable(got.code));
        EXPECT_NE(server_failure, "") << b.what << ": the server believes that all is well";
    }
}

TEST_P(Tls, WithoutVerificationAnyCertificateWillDo) {
    const auto alone = make({.common_name = "x", .from_days = -10, .to_days = -1});
    security_options s;
    s.verify_certificate = false;
    EXPECT_EQ(meet({alone}, s).echoed, "hello");
    auto no_names = trusting(ca);
    no_names.verify_host_name = false;
    const auto other = make({.common_name = "x", .names = "DNS:other.example", .issuer = &ca});
    EXPECT_EQ(meet({other}, no_names).echoed, "hello");
    EXPECT_NE(meet({alone}, no_names).failure, "") << "it must be trusted all the same";
}

TEST_P(Tls, AClientShowsItsCertificate) {
    const tls_server_options demanding{folder.write("server.pem", {good}), folder.write_key("server.key", good), folder.write("ca.pem", {ca})};
    for (const auto* version : {"TLSv1.2", "TLSv1.3"}) {
        auto s = trusting(ca);
        s.ssl_enabled_protocols = {version};
        const auto without = meet(demanding, s);
        EXPECT_TRUE(has(without.failure, "client certificate")) << without.failure;  // with or without the alert: a reset may overtake it
        EXPECT_TRUE(has(without.failure, "set ssl.certificate.location and ssl.key.location")) << without.failure;
        EXPECT_TRUE(has(server_failure, "peer did not return a certificate")) << server_failure;
        const auto mine = make({.common_name = "client", .issuer = &ca});
        s.ssl_certificate_location = folder.write("client.pem", {mine});
        s.ssl_key_location = folder.write_key("client.key", mine, "key-canary");
        const auto locked = meet(demanding, s);
        EXPECT_TRUE(has(locked.failure, "ssl.key.location: ") && has(locked.failure, "if it is encrypted, set ssl.key.password")) << locked.failure;
        s.ssl_key_password = secret("not-key-canary");
        const auto wrong = meet(demanding, s);
        EXPECT_TRUE(has(wrong.failure, "is ssl.key.password right?")) << wrong.failure;
        EXPECT_FALSE(has(wrong.failure, "canary"));
        s.ssl_key_password = secret("key-canary");
        EXPECT_EQ(meet(demanding, s).failure, "") << server_failure;
        const auto stranger = make({.common_name = "stranger"});
        s.ssl_certificate_location = folder.write("client.pem", {stranger});
        const auto not_its_key = meet(demanding, s);
        EXPECT_TRUE(has(not_its_key.failure, "is not the key of the certificate in ")) << not_its_key.failure;
    }
}

TEST_P(Tls, FilesThatCannotBeReadAreNamedBeforeAnythingIsSent) {
    auto s = trusting(ca);
    s.ssl_ca_location = folder.path("none.pem");
    const auto none = meet({good}, s);
    EXPECT_TRUE(has(none.failure, "ssl.ca.location: " + folder.path("none.pem") + ": No such file")) << none.failure;
    std::ofstream(folder.path("empty.pem")) << "nothing\n";
    s.ssl_ca_location = folder.path("empty.pem");
    const auto empty = meet({good}, s);
    EXPECT_EQ(empty.code, client_errc::invalid_configuration) << empty.failure;
    s = trusting(ca);
    s.ssl_cipher_suites = "NO-SUCH-CIPHER";
    const auto cipher = meet({good}, s);
    EXPECT_TRUE(has(cipher.failure, "ssl.cipher.suites: OpenSSL knows none of NO-SUCH-CIPHER")) << cipher.failure;
}

TEST_P(Tls, CiphersAndVersionsCanBeChosen) {
    auto s = trusting(ca);
    s.ssl_cipher_suites = "TLS_AES_256_GCM_SHA384,ECDHE-ECDSA-AES256-GCM-SHA384";
    EXPECT_EQ(meet({good}, s).failure, "");
    s.ssl_enabled_protocols = {"TLSv1.3"};
    tls_server_options older;
    older.protocols = "TLSv1.2";
    const auto got = meet({good}, s, broker_name, "hello", older);
    EXPECT_TRUE(has(got.failure, "no version of TLS that both sides allow")) << got.failure;
    EXPECT_EQ(got.code, security_errc::refused_by_peer);
}

TEST_P(Tls, CertificatesAreReadAgainWhenTheyChange) {
    const auto later_ca = make({.common_name = "a later and longer name of a CA", .ca = true});
    const auto later = make({.common_name = "x", .names = "DNS:kafka.example", .issuer = &later_ca});
    const auto server = make_tls_server({folder.write("server.pem", {good}), folder.write_key("server.key", good)});
    const auto client = make_tls_client(trusting(ca));
    EXPECT_EQ(meet(server, client).failure, "");
    folder.write("server.pem", {later, later_ca});
    folder.write_key("server.key", later);
    EXPECT_TRUE(has(meet(server, client).failure, "self-signed certificate in certificate chain"));
    folder.write("ca.pem", {later_ca});
    EXPECT_EQ(meet(server, client).failure, "");
}

TEST_P(Tls, APeerThatSpeaksNoTlsIsNamedAsOne) {
    const std::pair<std::string, const char*> answers[] = {
        {"HTTP/1.1 400 Bad Request\r\n\r\n", "speaks no TLS"},
        {std::string("\0\0\0\x0a\0\0\0\1\0\x23\0\0\0\0", 14), "speaks no TLS"},
        {std::string("\x15\x03\x01\0\2\2\x46", 7), "no version of TLS that both sides allow"},
        {std::string("\x16\x03\x02\0\x2a\2\0\0\x26\x03\x02", 11) + std::string(32, 'r') + std::string("\0\xc0\x13\0", 4),
         "no version of TLS that both sides allow"},  // a ServerHello of TLS 1.1
        {std::string("\x15\x03\x03\0\2\2\x28", 7), "no cipher that both sides allow"},
        {"", "TLS handshake: the peer hung up (is it a plaintext listener?"},
    };
    for (const auto& [answer, expected] : answers) {
        std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
        std::string hello;
        w->server().spawn(answer_hello(a, answer, &hello));
        const auto got = say(a, make_tls_client(trusting(ca)), broker_name, "hello");
        EXPECT_TRUE(has(got.failure, expected)) << got.failure;
        EXPECT_TRUE(has(hello, broker_name)) << "the name is said to the server (SNI)";
    }
}

TEST_P(Tls, AnAddressIsNotSaidAsAName) {
    std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
    std::string hello;
    w->server().spawn(answer_hello(a, "", &hello));
    say(a, make_tls_client(trusting(ca)), "192.0.2.77", "hello");
    EXPECT_FALSE(hello.empty());
    EXPECT_FALSE(has(hello, "192.0.2.77"));
}

TEST_P(Tls, AStreamThatIsCutAnywhereIsALostConnectionAndNotAnEnd) {
    narrow_stream::taken = 0;
    EXPECT_EQ(meet({good}, trusting(ca)).echoed, "hello");
    const auto whole = narrow_stream::taken;
    const auto server = make_tls_server({folder.path("server.pem"), folder.path("server.key")});
    const auto client = make_tls_client(trusting(ca));
    ASSERT_GT(whole, 500u);
    const std::size_t step = GetParam() ? 41 : 1;  // each byte where the network costs nothing
    for (most = 0; most + 100 < whole; most += step) {
        const auto got = meet(server, client);
        EXPECT_EQ(got.code, client_errc::connection_lost) << most << " of " << whole << ": " << got.failure;
        EXPECT_TRUE(has(got.failure, "TLS")) << got.failure;
    }
    most = whole - 1;
    const auto got = meet(server, client);
    if (!got.failure.empty()) { EXPECT_TRUE(has(got.failure, "TLS: the stream was cut off, it ended without close_notify")) << got.failure; }
}

INSTANTIATE_TEST_SUITE_P(Both, Tls, ::testing::Bool(), world_name);
}  // namespace kwire::tls_test
#endif
