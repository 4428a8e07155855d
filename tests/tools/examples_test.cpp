// SPDX-License-Identifier: Apache-2.0
// The programs of docs/examples, as a reader of the README runs them.
#include "support/loop_thread.hpp"
#include "support/places.hpp"
#include "support/socks_server.hpp"

#include "program.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/net/asio_environment.hpp>
#include <kwire/protocol/batch_writer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace kwire::testing::examples_test {
std::string example(const std::string& name) { return support::program("example-" + name).string(); }
const char* const consumers[] = {"consumer", "consumer-blocking"};
const char* const producers[] = {"producer", "producer-blocking"};

TEST(Examples, SendTenMessagesAndReadThemUntilASignal) {
    for (const auto* producer : producers) {
        for (const auto* consumer : consumers) {
            for (const int number : {SIGINT, SIGTERM}) {
                broker_thread broker({.topics = {{"test_topic", 3}}});
                program p({example(consumer), "--brokers", broker.bootstrap()});
                const auto sent = run({example(producer), "--brokers", broker.bootstrap(), "--interval", "0"});
                EXPECT_EQ(sent.status, 0) << sent.err;
                EXPECT_EQ(std::count(sent.out.begin(), sent.out.end(), '\n'), 10);
                EXPECT_TRUE(sent.out.starts_with("message sent to partition ")) << sent.out;
                for (int i = 0; i < 10; ++i) p.wait_for(": test message " + std::to_string(i) + "\n");
                p.signal(number);
                const auto e = p.wait();
                EXPECT_EQ(e.status, 0) << consumer;
                EXPECT_EQ(e.err, "") << consumer;
                EXPECT_TRUE(e.out.starts_with("Consumed message from partition ")) << e.out;
                EXPECT_TRUE(e.out.ends_with("\nShutting down consumer\n")) << consumer << ": " << e.out;
                EXPECT_EQ(std::count(e.out.begin(), e.out.end(), '\n'), 11) << consumer << ": " << e.out;
            }
        }
    }
}

TEST(Examples, TellTheErrorsOfAPartitionAndReadOn) {
    for (const auto* consumer : consumers) {
        broker_thread broker({.topics = {{"test_topic", 2}}});
        broker.run([](embedded_broker& b) {
            for (int partition = 0; partition < 2; ++partition) {
                batch_writer w(1000);
                w.append({1000, {}, as_bytes("whole"), {}});
                w.seal();
                ASSERT_TRUE(b.append("test_topic", partition, w.wire()));
            }
            b.on_request([](const received_request& r) {
                if (r.api_key != 1) return reaction{};
                reaction refused;
                refused.error_for = [](std::string_view, std::int32_t p) { return p == 0 ? errc::topic_authorization_failed : errc::none; };
                return refused;
            });
        });
        program p({example(consumer), "--brokers", broker.bootstrap()});
        const auto& out = p.wait_for("Consumed error from partition 0: ");
        EXPECT_NE(out.find("Consumed error from partition 0: test_topic[0]: "), std::string::npos) << consumer << ": " << out;
        EXPECT_NE(p.wait_for("TOPIC_AUTHORIZATION_FAILED").find("TOPIC_AUTHORIZATION_FAILED"), std::string::npos) << consumer;
        EXPECT_NE(p.wait_for("partition 1 at offset 0: whole\n").find("Consumed message from partition 1 at offset 0: whole\n"), std::string::npos);
        p.signal(SIGTERM);
        EXPECT_EQ(p.wait().status, 0) << consumer;
    }
}

TEST(Examples, ReadNullsAsNothing) {
    for (const auto* consumer : consumers) {
        broker_thread broker({.topics = {{"test_topic", 1}}});
        broker.run([](embedded_broker& b) {
            batch_writer w(1000);
            w.append({1000, {}, {}, {}});
            w.seal();
            ASSERT_TRUE(b.append("test_topic", 0, w.wire()));
        });
        program p({example(consumer), "--brokers", broker.bootstrap()});
        EXPECT_EQ(p.wait_for("\n"), "Consumed message from partition 0 at offset 0: \n") << consumer;
    }
}

// The signal is sent once a thread of the program catches or blocks it (not the one that waits for it: the kernel unblocks it
// there), and the program sleeps: ThreadSanitizer loses one that comes while it makes ready for the first call that blocks.
TEST(Examples, EndOnASignalAlsoWhereNobodyAnswers) {
    const std::string script =
        "\"$0\" --brokers 127.0.0.1:1 & p=$!; "
        "until grep -qsE '^Sig(Blk|Cgt):.*[4-7c-f][0-9a-f]{3}$' /proc/$p/task/*/status && grep -qs '^State:.S' /proc/$p/status; do "
        "kill -0 $p || exit 99; sleep 0.01; done; "
        "kill -TERM $p; wait $p";
    for (const auto* consumer : consumers) {
        const auto e = run({"sh", "-c", script, example(consumer)});
        EXPECT_EQ(e.status, 0) << consumer;
        EXPECT_EQ(e.out, "Shutting down consumer\n") << consumer;
        EXPECT_EQ(e.err, "") << consumer;
    }
}

TEST(Examples, ListBrokersThroughAProxyOrForwardedPorts) {
    broker_thread broker;
    const std::string listed = "1 " + broker.bootstrap() + "\n";
    support::loop_thread loop;
    const auto env = make_asio_environment(loop.io);
    support::socks_server proxy{*env, {}};
    const std::shared_ptr<acceptor> listening = env->listen("127.0.0.1", 0).value();
    const auto address = "127.0.0.1:" + std::to_string(listening->port());
    env->spawn(support::accept_all(listening, proxy));
    const auto e = run({example("through-a-proxy"), "--brokers", broker.bootstrap(), "--proxy", address});
    asio::post(loop.io, [listening] { listening->close(); });
    EXPECT_TRUE(loop.ends());
    EXPECT_EQ(e.status, 0) << e.err;
    EXPECT_EQ(e.out, listed);
    EXPECT_EQ(proxy.asked_for, std::vector<std::string>{broker.bootstrap()});
    const auto without = run({example("through-a-proxy"), "--brokers", broker.bootstrap(), "--forwarded", "yes"});
    EXPECT_EQ(without.status, 0) << without.err;
    EXPECT_EQ(without.out, listed);
}

TEST(Examples, SayWhatIsWrongWithTheirFlags) {
    for (const auto* name : {"consumer", "consumer-blocking", "producer", "producer-blocking", "through-a-proxy"}) {
        EXPECT_EQ(run({example(name), "--brokers"}).status, 2) << name;
        const auto e = run({example(name), "--brokers", "host:port"});
        EXPECT_EQ(e.status, 1) << name;
        EXPECT_NE(e.err.find("host:port"), std::string::npos) << name << ": " << e.err;
    }
}

TEST(Examples, HaveAtMost45Lines) {
    int seen = 0;
    for (const auto& file : std::filesystem::directory_iterator(support::source_dir() / "docs/examples")) {
        if (file.path().extension() != ".cpp") continue;
        std::ifstream in(file.path());
        const auto lines = std::count(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>(), '\n');
        EXPECT_LE(lines, 45) << file.path();
        ++seen;
    }
    EXPECT_GE(seen, 4);
}
}  // namespace kwire::testing::examples_test
