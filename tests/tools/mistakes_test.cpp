// SPDX-License-Identifier: Apache-2.0
// What users get wrong, and what the command says to it: nothing that was given is passed over, nothing is waited for in silence.
#include "errors_doc.hpp"
#include "served.hpp"

#include <list>

namespace kwire::testing::mistakes_test {
using list = std::vector<std::string>;

/// The first line of stderr, of a command that ends with a usage error.
std::string refusal(list words) {
    const auto e = kwire(std::move(words));
    EXPECT_EQ(e.status, 2) << e.err;
    EXPECT_EQ(e.out, "");
    return e.err.substr(0, e.err.find('\n'));
}
list with(list words, const list& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

TEST(Mistakes, WhatAnotherOptionRulesOutIsRefused) {
    const list consume{"-C", "-b", "127.0.0.1:1", "-t", "orders"}, produce{"-P", "-b", "127.0.0.1:1", "-t", "orders"};
    for (const list& given : {list{"-f", "%s"}, list{"-K", ":"}, list{"-D", ";"}, list{"-O"}}) {
        EXPECT_EQ(refusal(with(with(consume, {"-J"}), given)), "kwire: consume: " + given[0] + " would have no effect with -J");
        EXPECT_EQ(refusal(with(with(consume, given), {"--json"})), "kwire: consume: " + given[0] + " would have no effect with --json");
    }
    for (const std::string given : {"-K", "-D", "--key-delimiter"})
        EXPECT_EQ(refusal(with(produce, {given, ":", "some-file"})),
                  "kwire: produce: " + given + " would have no effect with a file that is one record; -l makes its lines records");
    EXPECT_EQ(refusal({"schema", "ConsumerProtocolSubscription", "--response"}),
              "kwire: schema: --response would have no effect with ConsumerProtocolSubscription, which is shown in all its versions");
    EXPECT_EQ(kwire(with(produce, {"-l", "-K:", "/no/such/file", "-m", "100ms"})).status, 1) << "with -l they have a meaning";
}

TEST(Mistakes, PropertiesThatAreForSomebodyElseAreRefused) {
    const list at{"-b", "127.0.0.1:1"};
    EXPECT_EQ(refusal(with({"-L", "-X", "acks=1"}, at)), "kwire: metadata: -X acks would have no effect: it is for producers");
    EXPECT_EQ(refusal(with({"-L", "-X", "topic.message.timeout.ms=1"}, at)),
              "kwire: metadata: -X topic.message.timeout.ms would have no effect: it is for producers");
    EXPECT_EQ(refusal(with({"-C", "-t", "t", "--property", "linger.ms=1"}, at)),
              "kwire: consume: --property linger.ms would have no effect: it is for producers");
    EXPECT_EQ(refusal(with({"-P", "-t", "t", "-X", "isolation.level=read_committed"}, at)),
              "kwire: produce: -X isolation.level would have no effect: it is for consumers");
    EXPECT_EQ(refusal(with({"api-versions", "-X", "fetch.min.bytes=1"}, at)),
              "kwire: api-versions: -X fetch.min.bytes would have no effect: it is for consumers");
    EXPECT_EQ(refusal(with({"-Q", "-t", "t:0:-1", "-X", "fetch.min.bytes=1"}, at)),
              "kwire: offsets: -X fetch.min.bytes would have no effect: it is for consumers");
    const served broker({"-t", "t"});
    EXPECT_EQ(kwire({"-Q", "-b", broker.address(), "-t", "t:0:-1", "-X", "isolation.level=read_committed"}).err, "");
    // A file may serve producers, consumers and all else.
    const std::string path = ::testing::TempDir() + "kwire-mistakes-test.conf";
    std::ofstream(path) << "bootstrap.servers=" << broker.address() << "\nacks=all\nisolation.level=read_committed\n";
    EXPECT_EQ(kwire({"-L", "-F", path}).err, "");
    EXPECT_EQ(kwire({"-L"}, {}, {"KWIRE_CONFIG=" + path}).status, 0);
    std::filesystem::remove(path);
}

TEST(Mistakes, PropertiesOfOtherClientsAreAnsweredWithWhatToDo) {
    const auto e = kwire({"-C", "-b", "127.0.0.1:1", "-t", "t", "-X", "group.id=billing"});
    EXPECT_EQ(e.status, 2);
    EXPECT_EQ(
        e.err,
        "kwire: consume: -X: there is no property 'group.id': kwire has no consumer groups yet; read topics and partitions, from the offsets that "
        "you name\nnext: see kwire -X list for all properties and what they take\n");
    EXPECT_EQ(kwire({"-P", "-b", "127.0.0.1:1", "-t", "t", "-z", "zip"}).err,
              "kwire: produce: -z: compression.type: 'zip' is not allowed: expected none, gzip, snappy, lz4 or zstd\n"
              "next: see kwire -X list for all properties and what they take\n");
}

TEST(Mistakes, ASilentPortIsToldOfByEveryVerb) {
    const peer_thread silent([](std::shared_ptr<scripted_peer> p) -> task<void> { co_await p->ignore_all(); });
    std::list<program> all;  // one beside the other, since each waits
    for (const list& words : {list{"-L"}, list{"-C", "-t", "t"}, list{"-P", "-t", "t"}, list{"-Q", "-t", "t:0:-1"}, list{"api-versions"}})
        all.emplace_back(with(with({kwire_program}, words), {"-b", silent.address(), "-m", "2s"}));
    for (auto& one : all) {
        const auto e = one.wait();
        EXPECT_EQ(e.status, 1);
        EXPECT_NE(e.err.find(silent.address() + ": connected, but ApiVersions was not answered (is it a Kafka listener? "), std::string::npos)
            << e.err;
    }
}

TEST(Mistakes, ATopicThatDoesNotExistIsToldOfWhileItIsWaitedFor) {
    const served broker;
    program reading({kwire_program, "-C", "-b", broker.address(), "-t", "oders", "-m", "40", "-u"});
    const std::string said = "% topic oders does not exist (yet): waiting for it until -m is over, 40 s\n";
    EXPECT_EQ(reading.wait_for("\n", 2), said);
    ASSERT_EQ(kwire({"-P", "-b", broker.address(), "-t", "oders"}, "hello\n").err, "") << "what sending creates is not missing";
    EXPECT_EQ(reading.wait_for("hello\n"), "hello\n");
    reading.signal(SIGINT);
    EXPECT_TRUE(reading.wait().err.starts_with(said));
    const auto quiet = kwire({"-C", "-b", broker.address(), "-t", "none", "-q", "-m", "200ms"});
    EXPECT_TRUE(quiet.err.starts_with("kwire: failed to read none: ")) << quiet.err;
}
}  // namespace kwire::testing::mistakes_test
