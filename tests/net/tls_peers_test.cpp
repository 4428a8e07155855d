// SPDX-License-Identifier: Apache-2.0
// TLS beside OpenSSL's own server, and as connections use it: how a stream ends.
#if KWIRE_HAVE_OPENSSL
#include "certificates.hpp"
#include "connections.hpp"
#include "openssl_peer.hpp"

#include <kwire/net/pool.hpp>
#include <kwire/net/tls.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <asio/error.hpp>

namespace kwire {
namespace {
constexpr int tls_versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

struct keys {
    certificate_folder folder;
    const certificate ca = make_certificate({.common_name = "kwire test CA", .ca = true});
    const certificate server = make_certificate({.common_name = "a broker", .names = "DNS:kafka.example,IP:127.0.0.1", .issuer = &ca});
    const std::string ca_file = folder.write("ca.pem", {ca}), server_file = folder.write("server.pem", {server});
    const std::string server_key = folder.write_key("server.key", server);

    security_options trusting() const {
        security_options s;
        s.protocol = security_protocol::ssl;
        s.ssl_ca_location = ca_file;
        return s;
    }
    tls_server_options listener() const { return {server_file, server_key}; }
    openssl_peer::plan openssl(int version) const { return {server_file, server_key, version}; }
};

class TlsPeers : public testing::Test {
  protected:
    std::unique_ptr<stream> tls(const security_options& s) {
        return make_tls_stream(*world.env, world.env->make_stream(), make_tls_client(s), "kafka.example");
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
}  // namespace

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

namespace {
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
}  // namespace

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

INSTANTIATE_TEST_SUITE_P(Both, TlsPool, testing::Bool(), world_name);
}  // namespace kwire
#endif
