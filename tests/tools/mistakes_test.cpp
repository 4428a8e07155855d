// SPDX-License-Identifier: Apache-2.0
// What users get wrong, and what the command says to it: nothing that was given is passed over, nothing is waited for in silence.
#include "errors_doc.hpp"
#include "served.hpp"

#include <list>

namespace kwire::testing::mistakes_test {
using list = std::vector<std::string>;

list with(list words, const list& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

TEST(Mistakes, PropertiesOfOtherClientsAreAnsweredWithWhatToDo) {
    const auto e = kwire({"-C", "-b", "127.0.0.1:1", "-t", "t", "-X", "group.id=billing"});
    EXPECT_EQ(e.status, 2);
    EXPECT_EQ(e.err,
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
