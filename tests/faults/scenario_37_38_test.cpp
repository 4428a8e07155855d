// SPDX-License-Identifier: Apache-2.0
// 37: logins that are refused, and brokers that lie. 38: brokers that are not trusted, and TLS that ends where it should not.
#if KWIRE_HAVE_OPENSSL
#include "net/certificates.hpp"
#include "net/sasl_peer.hpp"
#include "session.hpp"
#include "simulated.hpp"
#include "support/canary.hpp"

namespace kwire_test::scenario_37_38_test {
using support::canary;

client_options logging_in(std::string mechanism) {
    client_options o{.bootstrap_servers = {"kafka:9092"}};
    o.security.protocol = security_protocol::sasl_plaintext;
    o.security.sasl_mechanism = std::move(mechanism);
    o.security.sasl_username = "user";
    o.security.sasl_password = secret(std::string(canary));
    return o;
}

/// Says `first` to the first message of SCRAM, in which N is the client's nonce, and `last` to the second.
sasl_script scram(std::string first, std::string last = "") {
    sasl_script broker;
    broker.handshake = offers(0, {"SCRAM-SHA-256"});
    broker.says = [first, last](const std::string& m) {
        if (!m.starts_with("n,,")) return std::optional(told(last));
        auto text = first;
        if (const auto at = text.find('N'); at != text.npos) text.replace(at, 1, m.substr(m.find("r=") + 2));
        return std::optional(told(text));
    };
    return broker;
}

TEST(Scenario37, WhoIsRefusedOrLiedToSendsNoRequestAndMakesNoStorm) {
    const std::string salt = ",s=W22ZaJ0SNY7soEsUEjb6gQ==", good = "r=Nx" + salt + ",i=4096";
    sasl_script refusing = scram("");
    refusing.says = [](const std::string&) { return std::optional(refused("Authentication failed due to invalid credentials")); };
    sasl_script other;
    other.handshake = offers(33, {"PLAIN", "GSSAPI"});
    const struct {
        const char* what;
        sasl_script broker;
        const char* reason;
    } all[] = {
        {"a wrong password", refusing, "the broker says: Authentication failed due to invalid credentials: SASL_AUTHENTICATION_FAILED"},
        {"a mechanism that is not offered", other, "SCRAM-SHA-256 is not offered by this listener; it offers PLAIN, GSSAPI"},
        {"another's nonce", scram("r=xxxxxxxx" + salt + ",i=4096"), "does not continue ours"},
        {"one iteration", scram("r=Nx" + salt + ",i=1"), "asks for 1 iterations"},
        {"2^31 iterations", scram("r=Nx" + salt + ",i=2147483648"), "asks for 2147483648 iterations"},
        {"8 MiB at first", scram("r=Nx,s=" + std::string(8u << 20, 'A')), "over the limit of 65536 bytes while authenticating"},
        {"a wrong signature", scram(good, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), "signature is wrong"},
        {"no signature", scram(good, "x=1"), "no signature"},
    };
    for (const auto& one : all) {
        SCOPED_TRACE(one.what);
        const auto heard = std::make_shared<heard_by_broker>();
        simulated_world w;
        w.serve_script("kafka", plays(one.broker, heard));
        const auto said = expect_failure(w, logging_in("SCRAM-SHA-256"), one.reason);
        EXPECT_EQ(heard->others, 0) << "a request before it was known who is who";
        EXPECT_GT(heard->handshakes, 0);
        support::expect_without(canary, said, "an error");
    }
}

struct authority {
    certificate_folder folder;
    const certificate ca = make_certificate({.common_name = "a CA", .ca = true});
    const std::string ca_file = folder.write("ca.pem", {ca});

    certificate broker(certificate_plan plan = {.common_name = "x", .names = "DNS:kafka"}) const {
        plan.issuer = &ca;
        return make_certificate(plan);
    }
    std::shared_ptr<tls_context> listener(const certificate& shown, const std::string& client_ca = "") const {
        return make_tls_server({folder.write("server.pem", {shown}), folder.write_key("server.key", shown), client_ca});
    }
    client_options trusting() const {
        return {.bootstrap_servers = {"kafka:9092"}, .security = {.protocol = security_protocol::ssl, .ssl_ca_location = ca_file}};
    }
};

TEST(Scenario38, ABrokerThatIsNotTrustedOrDoesNotTrustUsIsRefusedWithTheReasonAndMakesNoStorm) {
    const authority a;
    const auto other_ca = make_certificate({.common_name = "another CA", .ca = true});
    const auto good = a.broker();
    const struct {
        const char* what;
        certificate shown;
        const char* reason;
        std::string client_ca = "";
    } all[] = {
        {"expired", a.broker({.common_name = "x", .names = "DNS:kafka", .from_days = -10, .to_days = -1}), "certificate has expired"},
        {"wrong host", a.broker({.common_name = "kafka", .names = "DNS:other"}), "is not for 'kafka' but for DNS:other"},
        {"self-signed", make_certificate({.common_name = "x", .names = "DNS:kafka"}), "self-signed certificate"},
        {"wrong CA", make_certificate({.common_name = "x", .names = "DNS:kafka", .issuer = &other_ca}), "unable to get local issuer certificate"},
        {"no certificate of ours", good, "client certificate", a.ca_file},
    };
    for (const auto& one : all) {
        SCOPED_TRACE(one.what);
        simulated_world w;
        bool greeted = false;
        w.serve_script(
            "kafka",
            [&greeted](std::shared_ptr<scripted_peer> p) -> task<void> {
                greeted = co_await p->say_hello();
                co_await p->ignore_all();
            },
            a.listener(one.shown, one.client_ca));
        expect_failure(w, a.trusting(), one.reason);
        EXPECT_FALSE(greeted);
    }
}

TEST(Scenario38, AListenerOfTls11IsRefused) {
    const authority a;
    simulated_world w;
    w.serve_script("kafka", [](std::shared_ptr<scripted_peer> p) -> task<void> {
        std::vector<std::byte> hello(1000);
        const auto heard = co_await p->raw().read_some(hello);
        if (!heard) co_return;
        co_await p->write(std::string("\x16\x03\x02\0\x2a\2\0\0\x26\x03\x02", 11) + std::string(32, 'r') + std::string("\0\xc0\x13\0", 4));
        const auto alert = co_await p->raw().read_some(hello);
        EXPECT_TRUE(alert) << "it is told why";
    });
    expect_failure(w, a.trusting(), "no version of TLS that both sides allow");
}

std::string cluster_of_one() {
    const std::string none("\0", 1);
    std::string body = none + int32_bytes(0);                                          // no tags; no throttle
    body += "\2" + int32_bytes(1) + "\6kafka" + int32_bytes(9092) + none + none;       // one broker, no rack, no tags
    body += none + int32_bytes(1) + "\1" + int32_bytes(std::int64_t(1) << 31) + none;  // no cluster id; no topics
    return body;
}

/// Answers SASL PLAIN, and then whatever is asked with the metadata of a cluster of one; who is not known yet is counted.
task<void> careful_broker(std::shared_ptr<scripted_peer> p, int* too_early) {
    const std::vector<scripted_peer::api> sasl{{17, 0, 1}, {36, 0, 1}};
    const bool greeted = co_await p->say_hello(sasl);
    if (!greeted) co_return;
    bool known = false;
    for (;;) {
        const auto r = co_await p->read();
        if (!r) co_return;
        std::string body;
        if (r->api_key == 17) {
            body = offers(0, {"PLAIN"});
        } else if (r->api_key == 36) {
            known = r->frame.ends_with(canary);
            body = known ? told("") : refused("who?");
        } else {
            if (!known) ++*too_early;
            body = cluster_of_one();
        }
        const bool answered = co_await p->answer(r->correlation_id, std::move(body));
        if (!answered) co_return;
    }
}

struct lived {
    result<cluster_metadata> got;
    clock::duration took;
    std::vector<std::array<std::uint64_t, 2>> carried;
    int too_early;
};
lived live(const authority& a, const std::shared_ptr<tls_context>& listener, const std::function<void(simulation&)>& spoil) {
    simulated_world w(3);
    w.world.sky.fragmented = 0;
    spoil(w.world);
    int too_early = 0;
    w.serve_script(
        "kafka", [&too_early](std::shared_ptr<scripted_peer> p) { return careful_broker(std::move(p), &too_early); }, listener);
    auto o = quick_client({"kafka:9092"});
    o.security = logging_in("PLAIN").security;
    o.security.protocol = security_protocol::sasl_ssl;
    o.security.ssl_ca_location = a.ca_file;
    const auto c = client::make(w.here, std::move(o)).value();
    auto got = w.run(c.cluster(c.in(20s)));
    return {std::move(got), w.took, w.world.carried(), too_early};
}

void cut_everywhere(std::uint64_t stride) {
    const authority a;
    const auto listener = a.listener(a.broker());
    const auto whole = live(a, listener, [](simulation&) {});
    ASSERT_TRUE(whole.got) << whole.got.error().message();
    ASSERT_EQ(whole.carried.size(), 1u);
    int cuts = 0;
    for (const std::size_t side : {0u, 1u})
        for (std::uint64_t at = 0; at <= whole.carried[0][side]; at += stride)
            for (const auto how : {cut_kind::reset, cut_kind::finish}) {
                const auto one = live(a, listener, [&](simulation& s) { s.cut(1, side == 0, at, how); });
                const auto what = std::string(side == 0 ? "from" : "to") + " the client cut after " + std::to_string(at) +
                                  (how == cut_kind::reset ? " (RST)" : " (FIN)");
                ++cuts;
                ASSERT_TRUE(one.got) << what << ": " << one.got.error().message();
                ASSERT_EQ(one.got->brokers.size(), 1u) << what;
                ASSERT_EQ(one.too_early, 0) << what << ": a request before it was known who is who";
                ASSERT_LE(one.took, whole.took + 2s) << what;
                ASSERT_LE(one.carried.size(), 3u) << what << ": a storm of connections";
            }
    EXPECT_GT(cuts, 100);
    std::printf("%d cuts\n", cuts);
}

TEST(Scenario38, AConnectionOverTlsAndSaslThatIsCutIsMadeAgain) { cut_everywhere(19); }
TEST(Scenario38Full, AConnectionOverTlsAndSaslThatIsCutAtAnyByteIsMadeAgain) { cut_everywhere(1); }
}  // namespace kwire_test::scenario_37_38_test
#endif
