// SPDX-License-Identifier: Apache-2.0
// Scenario 37: a password is in nothing that a command prints, however it was given, whatever the broker does.
#include "errors_doc.hpp"
#include "served.hpp"
#include "support/canary.hpp"

#include <net/sasl_peer.hpp>

#include <gtest/gtest.h>

namespace kwire::testing::secrets_test {
const std::string canary(support::canary);

using words = std::vector<std::string>;
const words commands[] = {{"-L"}, {"-Q", "-t", "orders:0:-1"}, {"-C", "-t", "orders", "-e"}, {"-P", "-t", "orders"}, {"api-versions"}};

words with(words all, const words& more) {
    all.insert(all.end(), more.begin(), more.end());
    return all;
}
std::string printed(const words& all, const std::string& where, std::vector<std::string> environment = {}) {
    const auto done = kwire(all, "hello\n", std::move(environment));
    support::expect_without(canary, done.out + done.err, where);
    EXPECT_NE(done.status, 0);
    return done.err;
}
std::string refuses(const std::string& m) { return refused("invalid credentials: " + m.substr(m.find(canary) == m.npos ? m.size() : 0)); }

struct behaviour {
    std::string name;
    std::function<std::optional<std::string>(const std::string&)> says;
    std::string handshake = offers(0, {"PLAIN"});
    bool about_scram = false;
};
// What an honest broker and a dishonest one say to PLAIN and to SCRAM; scenario 37.
std::vector<behaviour> behaviours() {
    const auto first = [](std::string rest) { return [rest](const std::string& m) { return told("r=" + m.substr(m.find("r=") + 2) + rest); }; };
    const std::string salt = "s=W22ZaJ0SNY7soEsUEjb6gQ==", in_order = offers(0, {"PLAIN"});
    const auto good = first("x," + salt + ",i=4096");
    return {
        {"wrong password", refuses},
        {"hangs up", [](const std::string&) { return std::nullopt; }},
        {"wrong mechanism", refuses, offers(33, {"GSSAPI"})},
        {"no SASL", refuses, offers(34, {})},
        {"another nonce", [salt](const std::string&) { return told("r=other," + salt + ",i=4096"); }, in_order, true},
        {"one iteration", first("x," + salt + ",i=1"), in_order, true},
        {"2^31 iterations", first("x," + salt + ",i=2147483648"), in_order, true},
        {"8 MiB", [](const std::string&) { return told(std::string(8u << 20, 'x')); }},
        {"wrong signature", [good](const std::string& m) { return m.starts_with("n,,") ? good(m) : told("v=AAAA"); }, in_order, true},
        {"no signature", [good](const std::string& m) { return m.starts_with("n,,") ? good(m) : told(""); }, in_order, true},
        {"the password itself", [](const std::string&) { return refused("not " + canary); }},
    };
}

TEST(Secrets, AreInNothingThatACommandPrintsOfALoginThatFails) {
    std::size_t next = 0;  // the commands take turns
    for (const auto& b : behaviours()) {
        const auto heard = std::make_shared<heard_by_broker>();
        const peer_thread peer(plays({.says = b.says, .handshake = b.handshake}, heard));
        for (const std::string mechanism : {"SCRAM-SHA-256", "OAUTHBEARER", "PLAIN"}) {
            if (mechanism == "PLAIN" && b.about_scram) continue;  // which does not look at what the broker says
            words login{"-b",
                        peer.address(),
                        "-vvv",
                        "-m",
                        "2s",
                        "-X",
                        "security.protocol=SASL_PLAINTEXT",
                        "-X",
                        "sasl.mechanism=" + mechanism,
                        "-X",
                        "message.timeout.ms=1000",
                        "-X",
                        "sasl.allow.cleartext=true",
                        "-X",
                        "reconnect.backoff.ms=500"};
            if (mechanism == "OAUTHBEARER") login = with(login, {"-X", "sasl.oauthbearer.token=" + canary});
            else login = with(login, {"-X", "sasl.username=user", "-X", "sasl.password=" + canary});
            printed(with(commands[next++ % std::size(commands)], login), b.name + ", " + mechanism);
        }
        EXPECT_EQ(heard->others, 0) << b.name << ": a request before it is over";
    }
}

TEST(Secrets, AreInNothingThatAnyCommandPrintsHoweverTheyAreGiven) {
    const peer_thread peer(plays({.says = refuses}, std::make_shared<heard_by_broker>()));
    const auto file = std::filesystem::temp_directory_path() / ("kwire-secret-" + std::to_string(::getpid()));
    std::ofstream(file) << canary << '\n';
    const auto config = file.string() + ".properties";
    std::ofstream(config) << "sasl.password = " << canary << "\nsasl.username=user\nsecurity.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n"
                          << "sasl.allow.cleartext=true\n";
    const words user{"-X", "security.protocol=SASL_PLAINTEXT", "-X", "sasl.mechanism=PLAIN",
                     "-X", "sasl.allow.cleartext=true",        "-X", "sasl.username=user"};
    for (const auto& command : commands) {
        const auto to = with(command, {"-b", peer.address(), "-vvv"});
        const auto says = "PLAIN: the broker says: (something with the secret in it): SASL_AUTHENTICATION_FAILED";
        const std::string results[] = {printed(with(with(to, user), {"-X", "sasl.password=" + canary}), command[0] + " -X"),
                                       printed(with(with(to, user), {"-X", "sasl.password.file=" + file.string()}), command[0] + " .file"),
                                       printed(with(with(to, user), {"-X", "sasl.password.env=THAT"}), command[0] + " .env", {"THAT=" + canary}),
                                       printed(with(to, {"-F", config}), command[0] + " -F")};
        for (const auto& text : results) EXPECT_NE(text.find(says), text.npos) << command[0] << ": " << text;
    }
    std::filesystem::remove(file);
    std::filesystem::remove(config);
}

TEST(Secrets, AreInNoDumpAndInNoErrorOfASettingThatIsWrong) {
    const auto dump = kwire({"-L", "-X", "sasl.password=" + canary, "-X", "ssl.key.password=" + canary, "-X", "dump"});
    EXPECT_NE(dump.out.find("sasl.password=<redacted>"), std::string::npos);
    support::expect_without(canary, dump.out + dump.err, "dump");
    const words to{"-L", "-b", "127.0.0.1:1", "-vvv", "-m", "1s"};
    for (const words& wrong : {words{"-X", "sasl.password:" + canary}, words{"-X", "sasl.pasword=" + canary}, words{"-X", "sasl.password", canary},
                               words{"-X", "sasl.password=" + canary}, words{"-X", "ssl.key.password=" + canary},
                               words{"-X", "security.protocol=SASL_SSL", "-X", "sasl.password=" + canary}})
        printed(with(to, wrong), wrong[1]);
}

TEST(Secrets, AreInNoLogOfTheEmbeddedBroker) {
    served broker({"-vvv"});
    const auto login = kwire({"-L", "-b", broker.address(), "-vvv", "-X", "security.protocol=SASL_PLAINTEXT", "-X", "sasl.mechanism=PLAIN", "-X",
                              "sasl.allow.cleartext=true", "-X", "sasl.username=user", "-X", "sasl.password=" + canary});
    EXPECT_NE(login.status, 0);
    broker.process().signal(SIGTERM);
    const auto ended = broker.process().wait();
    support::expect_without(canary, login.out + login.err + ended.out + ended.err, "serve");
}
}  // namespace kwire::testing::secrets_test
