// SPDX-License-Identifier: Apache-2.0
// docs/errors.md, "TLS and SASL".
#include "errors_doc.hpp"

#include <net/sasl_peer.hpp>

#if KWIRE_HAVE_OPENSSL
#include <net/certificates.hpp>

namespace kwire::testing::errors_security_doc_test {
/// Everything that a listener with TLS needs, and a folder for it; the page has bare names for its paths.
struct pki {
    certificate_folder folder;
    const certificate ca = make_certificate({.common_name = "Kafka CA", .ca = true});
    const certificate server = make_certificate({.common_name = "kafka-1", .names = "IP:127.0.0.1", .issuer = &ca});
    const std::string ca_file = folder.write("ca.pem", {ca});

    std::shared_ptr<tls_context> listener(const std::vector<certificate>& chain, std::string client_ca = {}) const {
        return make_tls_server({folder.write("server.pem", chain), folder.write_key("server.key", chain.front()), std::move(client_ca)});
    }
    replacements as_in_the_page(const peer_thread& p) const {
        auto all = p.as_in_the_page();
        all.emplace_back(folder.path(""), "");
        return all;
    }
};

script silent() {
    return [](std::shared_ptr<scripted_peer> p) { return p->ignore_all(); };
}
script broker(sasl_script how) { return plays(std::move(how), std::make_shared<heard_by_broker>()); }

std::vector<std::string> over_tls(const peer_thread& p, const pki& keys) {
    return {"-L", "-b", p.address(), "-X", "security.protocol=SSL", "-X", "ssl.ca.location=" + keys.ca_file};
}
std::vector<std::string> as_user(const std::string& address, const std::string& mechanism) {
    return {"-L",
            "-b",
            address,
            "-X",
            "security.protocol=SASL_PLAINTEXT",
            "-X",
            "sasl.mechanism=" + mechanism,
            "-X",
            "sasl.username=user",
            "-X",
            "sasl.password.env=KAFKA_PASSWORD"};
}

TEST(ErrorsDoc, TlsWhereNoneIsSpoken) {
    const pki keys;
    simulated_kafka k({}, {.security = {.protocol = security_protocol::ssl, .ssl_ca_location = keys.ca_file}});
    k.serve([](std::shared_ptr<scripted_peer>) -> task<void> { co_return; });
    expect_documented("TLS on a plaintext listener", k.failure_of(k.kafka.cluster(k.kafka.in(5s))));
}

TEST(ErrorsDoc, CertificatesThatAreNotTrusted) {
    const pki keys;
    const peer_thread good(silent(), keys.listener({keys.server, keys.ca}));
    expect_documented("A certificate from an unknown CA",
                      on_the_console({"-L", "-b", good.address(), "-X", "security.protocol=SSL"}, keys.as_in_the_page(good)));
    const auto other = make_certificate({.common_name = "x", .names = "DNS:kafka-1,DNS:kafka-1.example", .issuer = &keys.ca});
    const peer_thread misnamed(silent(), keys.listener({other}));
    expect_documented("A certificate for another name", on_the_console(over_tls(misnamed, keys), keys.as_in_the_page(misnamed)));
    const auto nameless = make_certificate({.common_name = "127.0.0.1", .issuer = &keys.ca});
    const peer_thread common(silent(), keys.listener({nameless}));
    expect_documented("A certificate with a common name only", on_the_console(over_tls(common, keys), keys.as_in_the_page(common)));
    const auto old = make_certificate({.common_name = "kafka-1", .names = "IP:127.0.0.1", .issuer = &keys.ca, .from_days = -10, .to_days = -1});
    const peer_thread expired(silent(), keys.listener({old}));
    expect_documented("A certificate that has expired", on_the_console(over_tls(expired, keys), keys.as_in_the_page(expired)));
}

TEST(ErrorsDoc, CertificatesOfOurOwn) {
    const pki keys;
    const auto server = make_certificate({.common_name = "x", .names = "DNS:kafka-1", .issuer = &keys.ca});
    simulated_kafka k({}, {.security = {.protocol = security_protocol::ssl, .ssl_ca_location = keys.ca_file}});
    k.serve(silent(), keys.listener({server}, keys.ca_file));
    expect_documented("A listener that demands a client certificate", k.failure_of(k.kafka.cluster(k.kafka.in(5s))));
    const peer_thread good(silent(), keys.listener({keys.server}));
    auto words = over_tls(good, keys);
    words.back() = "ssl.ca.location=/no/such/ca.pem";
    expect_documented("A file of certificates that cannot be read", on_the_console(words, keys.as_in_the_page(good), {}, 2));
}

TEST(ErrorsDoc, Logins) {
    const peer_thread refusing(broker({.says = [](const std::string&) {
        return refused("Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512");
    }}));
    expect_documented("A wrong password", on_the_console(as_user(refusing.address(), "SCRAM-SHA-512"), refusing.as_in_the_page()));
    const peer_thread others(broker({.handshake = offers(33, {"PLAIN", "SCRAM-SHA-256"})}));
    expect_documented("A mechanism that the listener does not offer",
                      on_the_console(as_user(others.address(), "SCRAM-SHA-512"), others.as_in_the_page()));
    const peer_thread none(broker({.handshake = offers(34, {})}));
    expect_documented("SASL on a listener without it", on_the_console(as_user(none.address(), "SCRAM-SHA-512"), none.as_in_the_page()));
    simulated_kafka strict;
    strict.serve([](std::shared_ptr<scripted_peer> p) -> task<void> {
        co_await p->say_hello();
        co_await p->read();
    });
    const auto hung_up = strict.failure_of(strict.kafka.cluster(strict.kafka.in(5s)));
    expect_documented("A listener that asks for SASL", replaced(hung_up, {{"Metadata v9: ", ""}}));  // there if the last try got so far
}

TEST(ErrorsDoc, ABrokerThatDoesNotKnowThePassword) {
    const peer_thread liar(broker({.says = [](const std::string& m) {
        const auto nonce = m.substr(m.find("r=") + 2);
        return told(m.starts_with("n,,") ? "r=" + nonce + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096" : "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }}));
    expect_documented("A broker that does not know the password", on_the_console(as_user(liar.address(), "SCRAM-SHA-256"), liar.as_in_the_page()));
}

TEST(ErrorsDoc, APasswordThatOthersCouldRead) {
    const auto words = as_user("127.0.0.1:9092", "PLAIN");
    expect_documented("A password without TLS", on_the_console(words, {}, {}, 2));
}
}  // namespace kwire::testing::errors_security_doc_test
#endif
