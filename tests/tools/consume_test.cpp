// SPDX-License-Identifier: Apache-2.0
// kwire consume against the embedded broker: where it begins, what it prints, and how it ends.
#include "served.hpp"

#include "support/missing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace kwire::testing::consume_test {
class Consume : public ::testing::Test {
  protected:
    using list = std::vector<std::string>;
    Consume() { produce({"-p", "0"}, "a0\na1\na2\na3\n"), produce({"-p", "1"}, "b0\nb1\n"); }
    void produce(list more, std::string_view input, const std::string& topic = "t") {
        more.insert(more.begin(), {"produce", "-b", broker.address(), "-t", topic});
        const auto e = kwire(std::move(more), input);
        EXPECT_EQ(e.status, 0) << e.err;
    }
    list words(list more, const std::string& topic = "t") {
        more.insert(more.begin(), {"consume", "-b", broker.address(), "-t", topic, "-q"});
        return more;
    }
    /// One partition, to its end.
    std::string read(list more, const std::string& partition = "0") {
        more.insert(more.end(), {"-e", "-p", partition, "-D", " "});
        const auto e = kwire(words(std::move(more)));
        EXPECT_EQ(e.status, 0) << e.err;
        return e.out;
    }
    program running(list more) {
        more = words(std::move(more));
        more.insert(more.begin(), kwire_program);
        return program(std::move(more));
    }
    served broker{list{"-t", "t:3"}};
};

TEST_F(Consume, BeginsWhereItIsTold) {
    EXPECT_EQ(read({}), "a0 a1 a2 a3 ");
    EXPECT_EQ(read({"-o", "beginning"}), "a0 a1 a2 a3 ");
    EXPECT_EQ(read({"-o", "2"}), "a2 a3 ");
    EXPECT_EQ(read({"-o", "-1"}), "a3 ");
    EXPECT_EQ(read({"-o", "-100"}), "a0 a1 a2 a3 ");
    EXPECT_EQ(read({"-o", "end"}), "");
    EXPECT_EQ(read({"-o", "s@0"}), "a0 a1 a2 a3 ");
    EXPECT_EQ(read({"-o", "s@99999999999999"}), "");
    EXPECT_EQ(read({}, "2"), "");
    EXPECT_EQ(kwire(words({"-o", "stored"})).status, 2);
}

TEST_F(Consume, ReadsAllPartitionsAndEndsAtTheirEnds) {
    const auto e = kwire({"consume", "-b", broker.address(), "-t", "t", "-e", "-f", "%p:%s\\n"});
    EXPECT_EQ(e.status, 0);
    for (const std::string record : {"0:a0", "0:a3", "1:b0", "1:b1"})
        EXPECT_NE(("\n" + e.out).find("\n" + record + "\n"), std::string::npos) << record;
    EXPECT_EQ(std::ranges::count(e.out, '\n'), 6);
    EXPECT_EQ(std::ranges::count(e.err, '\n'), 3) << e.err;
    EXPECT_TRUE(std::regex_search(e.err, std::regex("% Reached end of topic t \\[2\\] at offset 0"))) << e.err;
    EXPECT_TRUE(e.err.ends_with(": exiting\n")) << e.err;
}

TEST_F(Consume, StopsAtATimeWithoutBeingToldToExit) {
    const auto split = read({"-f", "%T "});
    const auto first = split.substr(0, split.find(' '));
    const auto none = kwire(words({"-o", "e@" + first, "-p", "0"}));
    EXPECT_EQ(none.status, 0);
    EXPECT_EQ(none.out, "");
    EXPECT_EQ(kwire(words({"-o", "e@1", "-o", "1", "-e"})).out, "");
    EXPECT_EQ(read({"-o", "2", "-o", "e@99999999999999"}), "a2 a3 ");
}

TEST_F(Consume, SaysAsKcatWhereAStopTimestampWasReached) {
    const auto until = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"consume", "-b", broker.address(), "-t", "t", "-o", "e@1"});
        return kwire(std::move(more));
    };
    const auto one = until({"-p", "0"});
    EXPECT_EQ(one.status, 0);
    EXPECT_EQ(one.err, "% Reached stop timestamp for topic t [0] at offset 0: exiting\n");
    EXPECT_EQ(until({"-p", "0", "-q"}).err, "");
    const auto all = until({"-e"}).err;
    EXPECT_NE(all.find("% Reached stop timestamp for topic t [0] at offset 0"), std::string::npos) << all;
    EXPECT_NE(all.find("% Reached stop timestamp for topic t [1] at offset 0"), std::string::npos) << all;
    EXPECT_NE(all.find("% Reached end of topic t [2] at offset 0"), std::string::npos) << all;
    EXPECT_TRUE(all.ends_with(": exiting\n")) << all;
    if (support::skip_or_fail(support::lacking("kcat"))) return;
    const auto kcat = run({"kcat", "-C", "-b", broker.address(), "-t", "t", "-p", "0", "-o", "s@0", "-o", "e@1", "-e"});
    EXPECT_EQ(kcat.err, one.err);
}

TEST_F(Consume, CountsOverAllPartitions) {
    EXPECT_EQ(std::ranges::count(kwire(words({"-c", "5"})).out, '\n'), 5);
    EXPECT_EQ(kwire(words({"-c", "2", "-p", "0"})).out, "a0\na1\n");
    EXPECT_EQ(kwire(words({"-c", "0"})).out, "");
}

TEST_F(Consume, ShowsWhatTheBatchSays) {
    produce({"-z", "gzip"}, std::string(2000, 'x'), "z");
    const auto compressed = kwire(words({"-e", "-f", "%{codec} %{epoch} %{pid} %{crc} %{topic_id} %T %S"}, "z")).out;
    EXPECT_TRUE(std::regex_match(compressed, std::regex("gzip 0 [0-9]+ [0-9a-f]{8} [-_A-Za-z0-9]{22} [0-9]{13} 2000"))) << compressed;
    EXPECT_EQ(compressed.find(" 00000000 "), std::string::npos) << "a checksum";
    produce({"-X", "enable.idempotence=false"}, "plain", "y");
    EXPECT_EQ(kwire(words({"-e", "-f", "%{codec} %{epoch} %{pid} %{hex}"}, "y")).out, "none -1 -1 706c61696e");
    const auto json = kwire(words({"-e", "-J"}, "y")).out;
    EXPECT_TRUE(
        std::regex_match(json, std::regex("\\{\"topic\":\"y\",\"partition\":0,\"offset\":0,\"tstype\":\"create\",\"ts\":[0-9]{13},\"broker\":1,"
                                          "\"key\":null,\"payload\":\"plain\"\\}\n")))
        << json;
}

TEST_F(Consume, NeverCreatesTheTopic) {
    const auto e = kwire(words({"-m", "300ms"}, "nope"));
    EXPECT_EQ(e.status, 1);
    EXPECT_EQ(e.out, "");
    EXPECT_TRUE(e.err.starts_with("kwire: failed to read nope: ")) << e.err;
    const auto offset = kwire({"offsets", "-b", broker.address(), "-t", "nope:0:-1", "-m", "300ms"});
    EXPECT_EQ(offset.status, 1);
    EXPECT_NE(kwire({"-L", "-b", broker.address()}).out.find(" 1 topics:"), std::string::npos);
}

TEST_F(Consume, EndsWhenEveryPartitionHasStopped) {
    // Each of them is read from an offset that it does not have, and there is no other place to go on at.
    const auto all = kwire(words({"-o", "99", "-X", "auto.offset.reset=none"}));
    EXPECT_EQ(all.status, 1);
    EXPECT_EQ(all.out, "");
    for (const std::string partition : {"t[0]", "t[1]", "t[2]"}) EXPECT_NE(all.err.find(partition), std::string::npos) << all.err;
    EXPECT_NE(all.err.find("OFFSET_OUT_OF_RANGE"), std::string::npos) << all.err;
    // One stops, the others come to their end.
    const auto some = kwire(words({"-o", "2", "-e", "-f", "%s ", "-X", "auto.offset.reset=none"}));
    EXPECT_EQ(some.status, 1);
    EXPECT_EQ(some.out, "a2 a3 ");
    EXPECT_NE(some.err.find("t[2]"), std::string::npos) << some.err;
}

TEST_F(Consume, APartitionThatIsNotThereIsAFailure) {
    const auto e = kwire(words({"-p", "7"}));
    EXPECT_EQ(e.status, 1);
    EXPECT_NE(e.err.find('7'), std::string::npos) << e.err;
    EXPECT_EQ(kwire(words({"-p", "-1"})).status, 2);
}

TEST_F(Consume, ASignalIsTheEndUnlessAnEndWasAskedFor) {
    for (const int number : {SIGINT, SIGTERM}) {
        program p = running({"-p", "0", "-u"});
        p.wait_for("a3\n");
        p.signal(number);
        const auto e = p.wait();
        EXPECT_EQ(e.status, 0);
        EXPECT_EQ(e.out, "a0\na1\na2\na3\n");
        EXPECT_EQ(e.err, "");
        program counting = running({"-p", "0", "-u", "-c", "9"});
        counting.wait_for("a3\n");
        counting.signal(number);
        const auto cut = counting.wait();
        EXPECT_EQ(cut.status, 130);
        EXPECT_EQ(cut.err, "");
    }
}

TEST_F(Consume, WhatLiesReadyIsPrintedBeforeItWaits) {
    program p = running({"-p", "0"});  // without -u, into a pipe
    EXPECT_EQ(p.wait_for("a3\n"), "a0\na1\na2\na3\n");
    produce({"-p", "0"}, "a4\n");
    EXPECT_NE(p.wait_for("a4\n").find("a4\n"), std::string::npos);
}

TEST_F(Consume, AReaderThatGoesAwayEndsItWithoutAWord) {
    program p = running({"-p", "0", "-u"});
    p.wait_for("a3\n");
    p.close_output();
    produce({"-p", "0"}, "a4\n");
    const auto e = p.wait();
    EXPECT_EQ(e.status, 0);
    EXPECT_EQ(e.err, "");
    const auto full = run({"/bin/sh", "-c", kwire_program + " consume -e -q -t t -b " + broker.address() + " > /dev/full"});
    EXPECT_EQ(full.status, 1);
    EXPECT_NE(full.err.find("No space left on device"), std::string::npos) << full.err;
}

TEST_F(Consume, ABrokerThatIsGoneIsWaitedFor) {
    program p({kwire_program, "consume", "-b", broker.address(), "-t", "t", "-p", "0", "-v"});
    p.wait_for("a3\n");
    broker.process().signal(SIGKILL);
    broker.process().wait();
    EXPECT_NE(p.wait_for("% cannot connect to", 2).find("% cannot connect to"), std::string::npos);
    p.signal(SIGINT);
    EXPECT_EQ(p.wait().status, 0);
}
}  // namespace kwire::testing::consume_test
