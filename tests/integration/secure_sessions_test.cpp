// SPDX-License-Identifier: Apache-2.0
// Sessions with real Kafka that end: renewed under load (KIP-368), and after a password was changed. And that kwire tells
// nobody the password, whatever it does.
#include "secure_kafka.hpp"
#include "support/canary.hpp"
#include "tools/program.hpp"

#include <kwire/client/blocking_consumer.hpp>
#include <kwire/client/observer.hpp>
#include <kwire/protocol/messages/alter_user_scram_credentials.hpp>

#if KWIRE_HAVE_OPENSSL
#include <openssl/evp.h>

#include <atomic>
#include <thread>

namespace secure_sessions_test {
using namespace kwire;
using kwire::support::has;
using namespace std::chrono_literals;

class SecureSessions : public kwire::support::secure_kafka_test {
  protected:
    std::string fresh(const std::string& what) { return what + "-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count()); }
    /// Gives the user this password for both SCRAM mechanisms, over the plaintext listener.
    void set_password(const std::string& user, const std::string& password) {
        asio::io_context io;
        const auto env = make_asio_environment(io);
        pool_options o;
        o.bootstrap = {parse_endpoint(kafka().bootstrap).value()};
        const auto p = pool::make(*env, std::move(o));
        std::string failure = "no answer";
        env->spawn(alter(env.get(), p, user, password, &failure));
        io.run();
        ASSERT_EQ(failure, "");
    }
    /// Until the broker has learned of it: the last answer of ask().
    std::string ask_until(const security_options& s, bool let_in) {
        std::string text;
        for (const auto until = std::chrono::steady_clock::now() + 30s; std::chrono::steady_clock::now() < until;
             std::this_thread::sleep_for(100ms)) {
            text = ask(s);
            if (text.empty() == let_in) break;
        }
        return text;
    }
    security_options scram(const std::string& user, const std::string& password) {
        auto s = sasl("SCRAM-SHA-256", true);
        s.sasl_username = user;
        s.sasl_password = secret(password);
        return s;
    }

  private:
    static std::vector<std::byte> salted(const std::string& password, std::string_view salt, int mechanism) {
        std::vector<std::byte> out(mechanism == 1 ? 32 : 64);
        PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), reinterpret_cast<const unsigned char*>(salt.data()),
                          static_cast<int>(salt.size()), 4096, mechanism == 1 ? EVP_sha256() : EVP_sha512(), static_cast<int>(out.size()),
                          reinterpret_cast<unsigned char*>(out.data()));
        return out;
    }
    static task<void> alter(environment* env, std::shared_ptr<pool> all, std::string user, std::string password, std::string* failure) {
        constexpr std::string_view salt = "a salt for tests";
        *failure = "";
        for (const int mechanism : {1, 2}) {  // a request may name a user once
            const auto proven = salted(password, salt, mechanism);
            alter_user_scram_credentials_request m;
            m.upsertions = {{user, static_cast<std::int8_t>(mechanism), 4096, as_bytes(salt), proven, {}}};
            const auto got = co_await all->call_any(m, env->now() + 30s);
            if (!got) *failure += got.error().message();
            else if (const auto& r = got->message.results.at(0); r.error_code != errc::none) *failure += std::string(r.error_message.value_or(""));
        }
        all->close();
    }
};

// The fixture limits sessions of SCRAM-SHA-256 over TLS to three seconds.
TEST_P(SecureSessions, AreRenewedUnderLoadAndNothingIsLostOrReordered) {
    struct counting : client_observer {
        std::atomic<int> connections{0}, logins{0};
        void connecting(std::string_view) override { ++connections; }
        void request_written(const observed_request& r, std::span<const bytes>) override { logins += r.api == "SaslHandshake"; }
    };
    const auto watch = std::make_shared<counting>();
    const client_options o{.bootstrap_servers = {kafka().bootstrap_sasl_tls}, .security = sasl("SCRAM-SHA-256", true)};
    const auto c = blocking::client::make(o, {}, watch).value();
    auto p = blocking::producer::make(c, {.linger = 1ms, .batch_size = 4000}).value();
    const auto topic = fresh("renewed");
    auto k = blocking::consumer::make(c).value();
    ASSERT_TRUE(p.send({.topic = topic, .partition = 0, .value = as_bytes("0")}));
    auto reading = k.consume_partition(topic, 0, offset_spec::oldest());
    ASSERT_TRUE(reading) << reading.error().message();
    int sent = 1, seen = 0;
    const auto read = [&](clock::duration wait) {
        const auto r = reading->next(wait);
        if (!r) return false;
        EXPECT_EQ(as_text(r->value.value_or(bytes())), std::to_string(seen)) << "in the order in which they were sent, each once";
        EXPECT_EQ(r->offset, seen++);
        return true;
    };
    const auto until = std::chrono::steady_clock::now() + 14s;
    while (std::chrono::steady_clock::now() < until && !HasFailure()) {
        for (int i = 0; i < 200; ++i) {
            const auto text = std::to_string(sent++);
            const auto h = p.enqueue({.topic = topic, .partition = 0, .value = as_bytes(text)});
            ASSERT_TRUE(h) << h.error().message();
        }
        while (seen + 1000 < sent && read(10s)) {}
        std::this_thread::sleep_for(2ms);
    }
    const auto flushed = p.flush(60s);
    ASSERT_TRUE(flushed) << flushed.error().message();
    while (seen < sent && read(30s)) {}
    EXPECT_EQ(seen, sent);
    EXPECT_GE(watch->logins - watch->connections, 6) << "each of three connections was authenticated again several times";
    RecordProperty("records", sent), RecordProperty("connections", watch->connections), RecordProperty("logins", watch->logins);
}

TEST_P(SecureSessions, EndAtTheirRenewalWhenThePasswordWasChangedAndTheNewOneIsGood) {
    const auto user = fresh("rotated");
    set_password(user, "first-password");
    ASSERT_EQ(ask_until(scram(user, "first-password"), true), "");
    asio::io_context io;
    const auto env = make_asio_environment(io);
    pool_options o;
    o.bootstrap = {parse_endpoint(kafka().bootstrap_sasl_tls).value()};
    o.connect_limit = 20s;
    std::shared_ptr<connection> held;
    o.connection.on_closed = [&] { io.stop(); };
    protect(o, scram(user, "first-password"));
    const auto p = pool::make(*env, std::move(o));
    env->spawn([](environment* e, std::shared_ptr<pool> all, std::shared_ptr<connection>* out, asio::io_context* end) -> task<void> {
        const auto got = co_await all->connect_any(e->now() + 30s);
        if (got) *out = *got;
        end->stop();
    }(env.get(), p, &held, &io));
    io.run();
    ASSERT_TRUE(held);
    io.restart();
    std::thread meanwhile([&] { io.run_for(60s); });  // the session is renewed in time, with whichever password is good then
    set_password(user, "second-password");
    EXPECT_TRUE(has(ask_until(scram(user, "first-password"), false), "SASL_AUTHENTICATION_FAILED"));
    EXPECT_EQ(ask_until(scram(user, "second-password"), true), "");
    meanwhile.join();
    ASSERT_TRUE(held->closed());
    const auto why = held->why_closed()->message();
    EXPECT_TRUE(has(why, "authenticate again: SaslAuthenticate v2: SCRAM-SHA-256: the broker says: ")) << why;
    EXPECT_TRUE(has(why, "SASL_AUTHENTICATION_FAILED")) << why;
    p->close();
    io.restart();
    io.run();
}

TEST_P(SecureSessions, OfTheCommandTellNobodyThePassword) {
    const std::string canary(support::canary), user = fresh("canary"), topic = fresh("secret");
    set_password(user, canary);
    ASSERT_EQ(ask_until(scram(user, canary), true), "");
    const auto folder = std::filesystem::temp_directory_path() / fresh("kwire-secrets");
    std::filesystem::create_directory(folder);
    std::ofstream(folder / "password") << canary << '\n';
    std::ofstream(folder / "client.properties") << "security.protocol=SASL_SSL\nssl.ca.location=" << kafka().ca_file
                                                << "\nsasl.mechanism=SCRAM-SHA-512\nsasl.username=" << user << "\nsasl.password=" << canary << '\n';
    const std::vector<std::string> shared{"-X", "security.protocol=SASL_SSL",   "-X", "ssl.ca.location=" + kafka().ca_file,
                                          "-X", "sasl.mechanism=SCRAM-SHA-512", "-X", "sasl.username=" + user};
    const auto and_then = [](std::vector<std::string> all, const std::vector<std::string>& more) {
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    const std::vector<std::string> ways[] = {{"-F", (folder / "client.properties").string()},
                                             and_then(shared, {"-X", "sasl.password=" + canary}),
                                             and_then(shared, {"-X", "sasl.password.file=" + (folder / "password").string()}),
                                             and_then(shared, {"-X", "sasl.password.env=THAT"})};
    const std::vector<std::string> commands[] = {
        {"-P", "-t", topic}, {"-L"}, {"-Q", "-t", topic + ":0:-1"}, {"-C", "-t", topic, "-e", "-o", "beginning"}, {"api-versions"}};
    for (const auto& way : ways) {
        for (const auto& command : commands) {
            const auto done =
                kwire::testing::kwire(and_then(and_then(command, {"-b", kafka().bootstrap_sasl_tls, "-vvv"}), way), "a record\n", {"THAT=" + canary});
            EXPECT_EQ(done.status, 0) << command[0] << " " << way.back() << ": " << done.err;
            support::expect_without(canary, done.out + done.err, command[0]);
            EXPECT_TRUE(has(done.err, " SaslAuthenticate v2 corr ") && has(done.err, ", <redacted>")) << done.err;
            if (command[0] == "-C") { EXPECT_TRUE(has(done.out, "a record")) << done.out; }
        }
    }
    std::filesystem::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Kafka, SecureSessions, ::testing::ValuesIn(kwire::support::kafka_versions()), kwire::support::version_name);
}  // namespace secure_sessions_test
#endif
