// SPDX-License-Identifier: Apache-2.0
// kwire serve, and the verbs that look at a cluster, against each other and with kcat where it is there.
#include "served.hpp"

#include "support/missing.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace kwire::testing::serve_test {
TEST(Serve, SaysWhereItListensAndEndsOnASignal) {
    for (const int number : {SIGINT, SIGTERM}) {
        served s;
        ASSERT_TRUE(s.address().starts_with("127.0.0.1:")) << s.address();
        const auto before = std::chrono::steady_clock::now();
        s.process().signal(number);
        const auto e = s.process().wait();
        EXPECT_EQ(e.status, 0);
        EXPECT_EQ(e.out, "listening on " + s.address() + "\n");
        EXPECT_EQ(e.err, "");
        EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
    }
}

TEST(Serve, AddressesThatCannotBeAreReported) {
    EXPECT_EQ(kwire({"serve", "--listen", "127.0.0.1:x"}).status, 2);
    EXPECT_EQ(kwire({"serve", "--listen", "127.0.0.1:0", "--advertise", "a:0"}).status, 2);
    EXPECT_EQ(kwire({"serve", "--listen", "127.0.0.1:0", "-t", "a:0"}).status, 2);
    served s;
    const auto taken = kwire({"serve", "--listen", s.address()});
    EXPECT_EQ(taken.status, 1);
    EXPECT_NE(taken.err.find("in use"), std::string::npos) << taken.err;
}

TEST(Serve, TellsClientsTheAdvertisedAddress) {
    served s({"--advertise", "broker.example:1234"});
    EXPECT_NE(kwire({"-L", "-b", s.address()}).out.find("broker 1 at broker.example:1234 (controller)"), std::string::npos);
}

TEST(Serve, TellsWithVWhatAClientDid) {
    served s({"-v"});
    const auto sends = [&](const std::string& what) {
        const auto colon = s.address().find(':');
        const auto to = "/dev/tcp/" + s.address().substr(0, colon) + "/" + s.address().substr(colon + 1);
        run({"/bin/bash", "-c", "exec 3<>" + to + " && printf '" + what + "' >&3 && cat <&3"});
    };
    sends("GET / HTTP/1.1\\r\\n\\r\\n");
    sends("\\x16\\x03\\x01\\x02\\x00\\x01");
    sends("EHLO there\\r\\n");
    sends("\\x7f\\x00\\x00\\x00");
    sends("\\x00\\x00\\x00\\x02hi");
    s.process().signal(SIGTERM);
    EXPECT_EQ(s.process().wait().err,
              "% connection 1 closed: an HTTP client, not one of Kafka: what it sends begins with \"GET \": malformed bytes\n"
              "% connection 2 closed: the client speaks TLS (a handshake of TLS 1.0), and this listener is plaintext (security.protocol=PLAINTEXT): "
              "malformed bytes\n"
              "% connection 3 closed: no Kafka client: what it sends begins with \"EHLO\": malformed bytes\n"
              "% connection 4 closed: a request of 2130706432 bytes is over the limit of 104857600 bytes: too large\n"
              "% connection 5 closed: a request of 2 bytes, which cannot hold even the header: malformed bytes\n");
}

TEST(Metadata, IsPrintedAsKcatDoes) {
    served s({"-t", "orders:2", "-t", "notes", "--partitions", "3"});
    const auto e = kwire({"metadata", "-b", s.address()});
    EXPECT_EQ(e.status, 0);
    EXPECT_EQ(e.err, "");
    const auto expected =
        " 1 brokers:\n"
        "  broker 1 at " +
        s.address() +
        " (controller)\n"
        " 2 topics:\n"
        "  topic \"notes\" with 3 partitions:\n"
        "    partition 0, leader 1, replicas: 1, isrs: 1\n"
        "    partition 1, leader 1, replicas: 1, isrs: 1\n"
        "    partition 2, leader 1, replicas: 1, isrs: 1\n"
        "  topic \"orders\" with 2 partitions:\n"
        "    partition 0, leader 1, replicas: 1, isrs: 1\n"
        "    partition 1, leader 1, replicas: 1, isrs: 1\n";
    const std::string from = "Metadata for all topics (from broker 1: " + s.address() + "/1";
    EXPECT_TRUE(e.out.starts_with(from + ", cluster ")) << e.out;
    EXPECT_EQ(e.out.substr(e.out.find('\n') + 1), expected);
    if (support::skip_or_fail(support::lacking("kcat"))) return;
    const auto kcat = run({"kcat", "-b", s.address(), "-L"});
    EXPECT_EQ(kcat.status, 0) << kcat.err;
    EXPECT_EQ(kcat.out, from + "):\n" + expected);
}

TEST(Metadata, NamesTheBrokerThatAnsweredNotTheFirstThatWasNamed) {
    served s;
    const auto e = kwire({"metadata", "-b", "127.0.0.1:1," + s.address()});
    EXPECT_TRUE(e.out.starts_with("Metadata for all topics (from broker 1: " + s.address() + "/1, cluster ")) << e.out;
    served elsewhere({"--advertise", "broker.example:1234"});
    const auto unknown = kwire({"metadata", "-b", elsewhere.address()});
    EXPECT_TRUE(unknown.out.starts_with("Metadata for all topics (from broker -1: " + elsewhere.address() + "/bootstrap, cluster ")) << unknown.out;
    if (support::skip_or_fail(support::lacking("kcat"))) return;
    const auto kcat = run({"kcat", "-b", elsewhere.address(), "-L", "-m", "1"});
    EXPECT_TRUE(kcat.out.starts_with("Metadata for all topics (from broker -1: " + elsewhere.address() + "/bootstrap)")) << kcat.out;
}

TEST(Metadata, OfATopicThatIsNotThereIsAFailureAndMakesNone) {
    served s;
    const auto e = kwire({"-b", s.address(), "-L", "-t", "nope"});
    EXPECT_EQ(e.status, 1);
    EXPECT_TRUE(e.err.starts_with("kwire: topic nope: UNKNOWN_TOPIC_OR_PARTITION (3): ")) << e.err;
    EXPECT_NE(e.err.find("\nnext: "), std::string::npos) << e.err;
    EXPECT_EQ(kwire({"-b", s.address(), "-L", "-J", "-t", "nope"}).err, e.err);
    EXPECT_NE(e.out.find("topic \"nope\" with 0 partitions: UNKNOWN_TOPIC_OR_PARTITION"), std::string::npos) << e.out;
    EXPECT_NE(kwire({"-b", s.address(), "-L"}).out.find(" 0 topics:"), std::string::npos);
}

TEST(Metadata, AsJsonIsOneObject) {
    served s({"-t", "orders"});
    const auto e = kwire({"-b", s.address(), "-L", "-J"});
    EXPECT_TRUE(e.out.starts_with("{\"originating_broker\":{\"id\":1,\"name\":\"" + s.address() + "/1\"},\"query\":{\"topic\":\"*\"}")) << e.out;
    EXPECT_NE(e.out.find("\"topics\":[{\"topic\":\"orders\",\"topic_id\":\""), std::string::npos);
    EXPECT_NE(e.out.find("\"partitions\":[{\"partition\":0,\"leader\":1,\"leader_epoch\":0,\"replicas\":[{\"id\":1}],\"isrs\":[{\"id\":1}]}]}]}\n"),
              std::string::npos);
}

TEST(Metadata, NobodyListeningIsAFailureThatSaysSo) {
    const auto e = kwire({"-L", "-b", "127.0.0.1:1", "-m", "2"});
    EXPECT_EQ(e.status, 1);
    EXPECT_EQ(e.out, "");
    EXPECT_NE(e.err.find("127.0.0.1:1"), std::string::npos) << e.err;
    EXPECT_NE(e.err.find("nothing listens"), std::string::npos) << e.err;
    EXPECT_EQ(kwire({"-L"}).status, 2);  // no brokers named
}

TEST(Offsets, AreFoundAsKcatFindsThem) {
    if (support::skip_or_fail(support::lacking("kcat"))) return;
    served s({"-t", "orders:2"});
    ASSERT_EQ(run({"kcat", "-b", s.address(), "-P", "-t", "orders", "-p", "0"}, "a\nb\nc\n").status, 0);
    const std::string future = std::to_string(
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count() + 3'600'000);
    const std::vector<std::vector<std::string>> questions = {{"-t", "orders:0:-1"},
                                                             {"-t", "orders:0:-2"},
                                                             {"-t", "orders:0:1000"},
                                                             {"-t", "orders:0:" + future},
                                                             {"-t", "orders:0:-1", "-t", "orders:1:-1"}};
    for (const auto& question : questions) {
        auto words = question;
        words.insert(words.begin(), {"-b", s.address(), "-Q"});
        const auto ours = kwire(words);
        words.insert(words.begin(), "kcat");
        EXPECT_EQ(ours.out, run(words).out);
        EXPECT_EQ(ours.status, 0) << ours.err;
    }
    EXPECT_EQ(kwire({"offsets", "-b", s.address(), "-t", "orders:0:-1"}).out, "orders [0] offset 3\n");
    EXPECT_EQ(kwire({"offsets", "-b", s.address(), "-J", "-t", "orders:0:-1", "-t", "orders:1:-2"}).out,
              "{\"orders\":{\"topic\":\"orders\",\"0\":{\"partition\":0,\"offset\":3},\"1\":{\"partition\":1,\"offset\":0}}}\n");
}

TEST(Offsets, OfWhatIsNotThereAreFailures) {
    served s({"-t", "orders"});
    const auto e = kwire({"-Q", "-b", s.address(), "-m", "2", "-t", "orders:7:-1", "-t", "orders:0:-2"});
    EXPECT_EQ(e.status, 1);
    EXPECT_EQ(e.out, "orders [0] offset 0\n");  // what could be found is told
    EXPECT_NE(e.err.find("orders[7]"), std::string::npos) << e.err;
    for (const std::string wrong : {"orders", "orders:0", "orders:x:-1", "orders:0:-9", ":0:-1", "orders:0:"})
        EXPECT_EQ(kwire({"-Q", "-b", s.address(), "-t", wrong}).status, 2) << wrong;
    EXPECT_EQ(kwire({"-Q", "-b", s.address()}).status, 2);
}

TEST(ApiVersions, ShowsBothSidesAndWhatWouldBeUsed) {
    served s({"--as", "2.8"});
    const auto e = kwire({"api-versions", "-b", s.address()});
    EXPECT_EQ(e.status, 0) << e.err;
    EXPECT_TRUE(e.out.starts_with("API                           key  broker  kwire   use  flexible  note\n")) << e.out;
    EXPECT_NE(e.out.find("\nMetadata                        3  0-11    0-13     11  9+\n"), std::string::npos) << e.out;
    const auto json = kwire({"api-versions", "-b", s.address(), "-J"});
    EXPECT_NE(json.out.find("{\"key\":3,\"name\":\"Metadata\",\"broker\":{\"min\":0,\"max\":11},\"kwire\":{\"min\":0,\"max\":13},\"use\":11,"
                            "\"flexibleSince\":9}\n"),
              std::string::npos)
        << json.out;
}
}  // namespace kwire::testing::serve_test
