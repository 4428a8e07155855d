// SPDX-License-Identifier: Apache-2.0
// TLS beside OpenSSL's own server, and as connections use it: how a stream ends, and what a missing client certificate reads like.
#if KWIRE_HAVE_OPENSSL
#include "certificates.hpp"
#include "connections.hpp"
#include "openssl_peer.hpp"

#include <kwire/net/pool.hpp>
#include <kwire/net/tls.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <asio/error.hpp>

namespace kwire::tls_peers_test {
constexpr int tls_versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
const std::string set_them = "set ssl.certificate.location and ssl.key.location";

struct keys {
    certificate_folder folder;
    const certificate ca = make_certificate({.common_name = "kwire test CA", .ca = true});
    const certificate server = make_certificate({.common_name = "a broker", .names = "DNS:kafka.example,IP:127.0.0.1", .issuer = &ca});
    const std::string ca_file = folder.write("ca.pem", {ca}), server_file = folder.write("server.pem", {server});
    const std::string server_key = folder.write_key("server.key", server);

    security_options trusting() const { return {.protocol = security_protocol::ssl, .ssl_ca_location = ca_file}; }
    tls_server_options listener() const { return {server_file, server_key}; }
    openssl_peer::plan openssl(int version) const { return {server_file, server_key, version}; }
    openssl_peer::plan asking(int version, bool demanding) const { return {server_file, server_key, version, ca_file, demanding}; }
};

class TlsPeers : public ::testing::Test {
  protected:
    std::unique_ptr<stream> tls(const security_options& s) {
        return make_tls_stream(*world.env, world.env->make_stream(), make_tls_client(s), "kafka.example");
    }
    /// What comes of opening a connection of Kafka's to it.
    error failure_to_open(openssl_peer& server, const security_options& s) {
        connection_options o;
        o.peer = "broker 2 at here:9092";
        o.protected_by_tls = true;
        const auto c = connection::make(*world.env, tls(s), std::move(o));
        std::optional<error> why;
        world.env->spawn([](environment* env, std::shared_ptr<connection> to, endpoint where, std::optional<error>* out) -> task<void> {
            const auto opened = co_await to->open(where, env->now() + 15s);
            if (!opened) out->emplace(opened.error());
            to->close();
        }(world.env.get(), c, {"127.0.0.1", server.port()}, &why));
        world.run();
        EXPECT_TRUE(why) << "it came to be";
        return why.value_or(error(client_errc::closed));
    }
    keys k;
    real_world world;
};

task<void> say_hello_and_close(std::unique_ptr<stream> s, std::uint16_t port, std::string* failure) {
    const auto connected = co_await s->connect("127.0.0.1", port);
    if (!connected) *failure = connected.error().message();
    if (!connected) co_return;
    const std::string text = "hello";
    const bytes piece = as_bytes(text);
    const auto written = co_await s->write(std::span(&piece, 1));
    if (!written) *failure = written.error().message();
    s->close();
}

TEST_F(TlsPeers, OpenSslIsToldThatTheStreamEnds) {
    for (const int version : tls_versions) {
        openssl_peer server(k.openssl(version), openssl_peer::read_all);
        std::string failure;
        world.env->spawn(say_hello_and_close(tls(k.trusting()), server.port(), &failure));
        world.run();
        EXPECT_EQ(failure, "");
        EXPECT_EQ(server.ended().read, "hello");
        EXPECT_EQ(server.ended().end, SSL_ERROR_ZERO_RETURN) << "it calls the end unexpected";
        EXPECT_TRUE(server.ended().close_notify);
    }
}

TEST_F(TlsPeers, AServerOfOpenSslThatMissesOurCertificateIsUnderstood) {
    for (const int version : tls_versions) {
        openssl_peer server(k.asking(version, true), openssl_peer::read_all);
        const auto why = failure_to_open(server, k.trusting());
        EXPECT_EQ(server.ended().failure, "peer did not return a certificate");
        EXPECT_TRUE(has(why.message(), "the broker demands a client certificate, and none is set (" + set_them + "): ")) << why.message();
        EXPECT_EQ(why, security_errc::refused_by_peer);
        EXPECT_FALSE(why.retriable());
    }
}

TEST_F(TlsPeers, ACertificateThatIsNotAcceptedIsNotCalledMissing) {
    const auto stranger = make_certificate({.common_name = "stranger"});
    auto s = k.trusting();
    s.ssl_certificate_location = k.folder.write("client.pem", {stranger});
    s.ssl_key_location = k.folder.write_key("client.key", stranger);
    for (const int version : tls_versions) {
        openssl_peer server(k.asking(version, true), openssl_peer::read_all);
        const auto why = failure_to_open(server, s);
        EXPECT_EQ(server.ended().failure, "certificate verify failed");
        EXPECT_TRUE(has(why.message(), "the broker does not accept our certificate, that of ssl.certificate.location")) << why.message();
        EXPECT_EQ(why, security_errc::refused_by_peer);
    }
}

TEST_F(TlsPeers, WhoAsksForACertificateAndHangsUpIsUnderstoodAsWell) {
    const auto hang_up = [](SSL*, openssl_peer::report&) {};
    const auto in_good_order = [](SSL* ssl, openssl_peer::report&) { SSL_shutdown(ssl); };
    const auto reset = [](SSL* ssl, openssl_peer::report&) {
        const linger at_once{1, 0};
        setsockopt(SSL_get_fd(ssl), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    };
    const auto garbage = [](SSL* ssl, openssl_peer::report&) {  // as Kafka 2.8 does: an alert that is not encrypted
        EXPECT_EQ(write(SSL_get_fd(ssl), "\x15\x03\x03\0\2\2\x2a", 7), 7);
        openssl_peer::end(SSL_get_fd(ssl));
    };
    const std::pair<openssl_peer::work, bool> ways[] = {{hang_up, true}, {in_good_order, true}, {reset, true}, {garbage, false}};
    for (const int version : tls_versions)
        for (const auto& [how, retriable] : ways) {
            openssl_peer server(k.asking(version, false), how);
            const auto why = failure_to_open(server, k.trusting());
            EXPECT_TRUE(server.ended().shook_hands);
            EXPECT_TRUE(has(why.message(), "the broker broke off when it was shown no client certificate, for which it had asked (" + set_them + ")"))
                << why.message();
            EXPECT_EQ(why.retriable(), retriable) << why.message();
            openssl_peer unasking(k.openssl(version), how);
            const auto other = failure_to_open(unasking, k.trusting());
            EXPECT_FALSE(has(other.message(), "client certificate")) << other.message();
        }
}

class TlsPool : public InBothWorlds {
  protected:
    /// One connection to a peer over TLS; `busy` writes to it. Closes the pool, and says how long that took.
    clock::duration close(script peer, bool busy) {
        std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
        w->server().spawn(follow_script(&w->server(), a, std::move(peer), make_tls_server(k.listener())));
        pool_options o;
        o.bootstrap = {{w->server_name(), a->port()}};
        auto s = k.trusting();
        s.verify_host_name = false;
        protect(o, s);
        const auto p = pool::make(w->client(), std::move(o));
        std::optional<clock::duration> took;
        w->client().spawn([](environment* env, std::shared_ptr<pool> all, bool writes, std::shared_ptr<acceptor> at,
                             std::optional<clock::duration>* out) -> task<void> {
            const auto there = co_await all->connect_any(env->now() + 15s);
            EXPECT_TRUE(there) << there.error().message();
            if (there && writes) {
                request r = make_request(metadata_request{}, 9, "kwire");
                r.head.resize(64u << 20);
                (*there)->send(std::move(r), env->now() + 1h, [](result<answer> got, sent) { EXPECT_FALSE(got); });
            }
            const auto began = env->now();
            co_await all->close(began + 300ms);
            *out = env->now() - began;
            at->close();
        }(&w->client(), p, busy, a, &took));
        w->run();
        EXPECT_TRUE(took) << "something waits for ever";
        return took.value_or(1h);
    }
    keys k;
};

TEST_P(TlsPool, ThatIsClosedEndsItsStreamsInGoodOrder) {
    std::optional<error> seen;
    close(
        [&seen](std::shared_ptr<scripted_peer> p) -> task<void> {
            const bool known = co_await p->say_hello();
            EXPECT_TRUE(known);
            std::vector<std::byte> block(100);
            const auto n = co_await p->raw().read_some(block);
            if (!n) seen.emplace(n.error());
        },
        false);
    ASSERT_TRUE(seen);
    EXPECT_EQ(*seen, make_error_code(asio::error::eof)) << seen->message();
}

TEST_P(TlsPool, IsNotHeldUpByAPeerThatDoesNotRead) {
    std::shared_ptr<scripted_peer> idle;
    const auto took = close(
        [&idle](std::shared_ptr<scripted_peer> p) -> task<void> {
            const bool known = co_await p->say_hello();
            EXPECT_TRUE(known);
            idle = std::move(p);
        },
        true);
    EXPECT_TRUE(idle);
    EXPECT_GE(took, 300ms) << "nothing was on its way";
    EXPECT_LT(took, 10s);
}

struct warned final : observer {
    std::vector<std::string> all;
    void warning(std::string_view, std::string_view what) override { all.emplace_back(what); }
};

task<void> connect_twice(environment* env, std::shared_ptr<pool> p, std::shared_ptr<acceptor> a) {
    for (int i = 0; i < 2; ++i) {
        const auto there = co_await p->connect_any(env->now() + 15s);
        EXPECT_TRUE(there) << there.error().message();
        if (there) (*there)->close(error(client_errc::connection_lost));
    }
    p->close();
    a->close();
}

TEST_P(TlsPool, WarnsOfEachConnectionWhosePeerIsNotVerified) {
    const std::string unverified = "enable.ssl.certificate.verification=false", unnamed = "ssl.endpoint.identification.algorithm=none";
    for (const auto& turned_off : {std::string(), unverified, unnamed}) {
        auto s = k.trusting();
        s.verify_certificate = turned_off != unverified;
        s.verify_host_name = turned_off != unnamed;
        const auto shown = make_certificate({.common_name = "x", .names = "DNS:server,IP:127.0.0.1", .issuer = &k.ca});
        const auto context = make_tls_server({k.folder.write("shown.pem", {shown}), k.folder.write_key("shown.key", shown)});
        std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
        w->server().spawn(follow_script(
            &w->server(), a,
            [](std::shared_ptr<scripted_peer> p) -> task<void> {
                const bool known = co_await p->say_hello();
                if (known) co_await p->ignore_all();
            },
            context));
        const auto watch = std::make_shared<warned>();
        pool_options o;
        o.bootstrap = {{w->server_name(), a->port()}};
        o.watch = watch;
        protect(o, s);
        w->client().spawn(connect_twice(&w->client(), pool::make(w->client(), std::move(o)), a));
        w->run();
        ASSERT_EQ(watch->all.size(), turned_off.empty() ? 0u : 2u) << turned_off;
        for (const auto& what : watch->all) EXPECT_TRUE(what.starts_with(turned_off)) << what;
    }
}

INSTANTIATE_TEST_SUITE_P(Both, TlsPool, ::testing::Bool(), world_name);
}  // namespace kwire::tls_peers_test
#endif
