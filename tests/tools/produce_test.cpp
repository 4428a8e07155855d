// SPDX-License-Identifier: Apache-2.0
// kwire produce against the embedded broker: what becomes a record, and how it ends.
#include "served.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace kwire::testing::produce_test {
class Produce : public ::testing::Test {
  protected:
    using list = std::vector<std::string>;
    ended produce(list more, std::string_view input = {}) {
        more.insert(more.begin(), {"produce", "-b", broker.address(), "-t", "t"});
        return kwire(std::move(more), input);
    }
    /// Sends `input` and returns what is in the topic then, which is made anew.
    std::string kept(list more, std::string_view input, const std::string& format = "[%k|%K|%s|%S]") {
        const std::string topic = "t" + std::to_string(++made_);
        more.insert(more.begin(), {"produce", "-b", broker.address(), "-t", topic});
        const auto e = kwire(std::move(more), input);
        EXPECT_EQ(e.status, 0) << e.err;
        EXPECT_EQ(e.err, "");
        return shown(topic, format);
    }
    std::string shown(const std::string& topic = "t", const std::string& format = "%s;") {
        return kwire({"consume", "-b", broker.address(), "-t", topic, "-e", "-q", "-f", format}).out;
    }
    /// On its way, with its standard input open.
    program running(list more) {
        more.insert(more.begin(), {kwire_program, "produce", "-b", broker.address(), "-t", "t"});
        return program(std::move(more));
    }
    std::string file(const std::string& name, std::string_view content) {
        auto path = ::testing::TempDir() + "kwire-produce-" + std::to_string(::getpid()) + name;
        std::ofstream(path, std::ios::binary) << content;
        files_.push_back(path);
        return path;
    }
    void TearDown() override {
        for (const auto& path : files_) std::filesystem::remove(path);
    }
    served broker{list{"-t", "t"}};

  private:
    int made_ = 0;
    list files_;
};

TEST_F(Produce, LinesAreRecordsAndEmptyOnesAreNone) {
    EXPECT_EQ(kept({}, "a\n\nb\nlast"), "[|-1|a|1][|-1|b|1][|-1|last|4]");
    EXPECT_EQ(kept({"-D", ";;"}, "a;;b;c;;"), "[|-1|a|1][|-1|b;c|3]");
    EXPECT_EQ(kept({"-D", "\\r\\n"}, "a\r\nb\r\n"), "[|-1|a|1][|-1|b|1]");
    EXPECT_EQ(kept({"-D", "\\x00"}, std::string_view("a\0b\nc\0", 6)), "[|-1|a|1][|-1|b\nc|3]");
    EXPECT_EQ(kept({}, ""), "");
}

TEST_F(Produce, KeysComeFromTheLineFirst) {
    const std::string_view lines = "k1:v1\nnone\n:empty\nk:\nk:a:b\n";
    EXPECT_EQ(kept({"-K:"}, lines), "[k1|2|v1|2][|-1|none|4][|0|empty|5][k|1||0][k|1|a:b|3]");
    EXPECT_EQ(kept({"-K:", "-Z"}, lines), "[k1|2|v1|2][|-1|none|4][|-1|empty|5][k|1||-1][k|1|a:b|3]");
    EXPECT_EQ(kept({"-K:", "-k", "fixed"}, lines), "[k1|2|v1|2][fixed|5|none|4][|0|empty|5][k|1||0][k|1|a:b|3]");
    EXPECT_EQ(kept({"-k", ""}, "v\n"), "[|0|v|1]");
    EXPECT_EQ(kept({"-K", "\\t"}, "k\tv\n"), "[k|1|v|1]");
}

TEST_F(Produce, AFileIsARecordAndWithLLinesAre) {
    const auto one = file("1", "k:a\nb\n"), empty = file("2", "");
    EXPECT_EQ(kept({"-k", "fixed", one, one}, ""), "[fixed|5|k:a\nb\n|6][fixed|5|k:a\nb\n|6]");
    EXPECT_EQ(kept({"-K:", "-l", one}, ""), "[k|1|a|1][|-1|b|1]");
    EXPECT_EQ(kept({"-"}, "x\ny\n"), "[|-1|x\ny\n|4]");
    const auto e = produce({empty});
    EXPECT_EQ(e.status, 0);
    EXPECT_EQ(e.err, "% " + empty + " is empty, nothing was sent\n");
    const auto none = produce({one + "-none"});
    EXPECT_EQ(none.status, 1);
    EXPECT_NE(none.err.find("No such file or directory"), std::string::npos) << none.err;
    EXPECT_EQ(produce({"-l", one, one}).status, 2);
}

TEST_F(Produce, HeadersCodecsAndPartitionsAreAsAskedFor) {
    EXPECT_EQ(kept({"-H", "a=1", "-H", "n", "-H", "a=", "-H", "b=c=d"}, "x\n", "%h"), "a=1,n=NULL,a=,b=c=d");
    const std::string long_line(3000, 'x');
    for (const std::string codec : {"gzip", "gzip:9", "lz4", "snappy", "zstd:7"}) {
        const auto name = codec.substr(0, codec.find(':'));
        const auto e = produce({"-z", codec}, "probe\n");
        if (e.err.find("was built without") != std::string::npos) continue;
        EXPECT_EQ(kept({"-z", codec}, long_line, "%{codec} %S"), name + " 3000");
    }
    EXPECT_EQ(kept({"-z", "none"}, "x", "%{codec}"), "none");
    for (const std::string wrong : {"snappy:3", "gzip:10", "gzip:", "zip"}) EXPECT_EQ(produce({"-z", wrong}).status, 2) << wrong;
    EXPECT_EQ(kept({"-p", "0"}, "x", "%p"), "0");
}

TEST_F(Produce, TeeCopiesWhatIsSent) {
    EXPECT_EQ(produce({"-T"}, "a\n\nb").out, "a\nb\n");
    EXPECT_EQ(produce({"-T", "-K:", "-D", ";"}, "k:a;b;").out, "k:a;b;");
}

TEST_F(Produce, ACountEndsItThoughTheInputGoesOn) {
    program p = running({"-c", "2"});
    p.write("a\nb\nc\n");
    EXPECT_EQ(p.wait_for("until it ends", 2), "");
    EXPECT_TRUE(p.silent());
    EXPECT_EQ(p.wait().status, 0);
    EXPECT_EQ(shown(), "a;b;");
    EXPECT_EQ(produce({"-c", "0"}, "x\n").status, 0);
    EXPECT_EQ(shown(), "a;b;");
}

TEST_F(Produce, ASignalWhileItWaitsForInputIsWorkCutShort) {
    for (const int number : {SIGINT, SIGTERM}) {
        program p = running({"-T"});
        p.write("a\n");
        EXPECT_EQ(p.wait_for("a\n"), "a\n");
        p.write("half a li");
        p.signal(number);
        const auto e = p.wait();
        EXPECT_EQ(e.status, 130);
        EXPECT_EQ(e.err, "% interrupted: 1 records were read, 1 of them are acknowledged\n");
    }
    EXPECT_EQ(shown(), "a;a;") << "what was read was sent";
}

TEST_F(Produce, ASignalWhileTheBrokerIsGoneGivesUpAfterTheTimeGiven) {
    program p = running({"-T", "-m", "300ms"});
    p.write("a\n");
    p.wait_for("a\n");
    broker.process().signal(SIGKILL);
    broker.process().wait();
    p.write("b\n");
    p.wait_for("b\n");
    p.signal(SIGTERM);
    const auto e = p.wait();
    EXPECT_EQ(e.status, 130) << e.err;
    EXPECT_NE(e.err.find("% interrupted: 2 records were read, "), std::string::npos) << e.err;
}

TEST_F(Produce, WhatIsNotAcknowledgedIsCountedAndTold) {
    program p = running({"-T", "-X", "message.timeout.ms=6000"});
    p.write("a\n");
    p.wait_for("a\n");
    for (int i = 0; i < 1000 && shown().empty(); ++i) ::usleep(10'000);
    broker.process().signal(SIGKILL);
    broker.process().wait();
    p.write("b\n");
    p.wait_for("b\n");
    const auto e = p.wait();
    EXPECT_EQ(e.status, 1);
    EXPECT_NE(e.err.find("\n% 1 of 2 records were not acknowledged\n"), std::string::npos) << e.err;
    EXPECT_NE(e.err.find("failed to send to t"), std::string::npos) << e.err;
}

TEST_F(Produce, WhatCannotWorkIsToldBeforeAnythingIsRead) {
    program p = running({"-p", "7"});  // its input stays open
    p.wait_for("until it ends", 2);
    EXPECT_TRUE(p.silent());
    const auto partition = p.wait();
    EXPECT_EQ(partition.status, 1);
    EXPECT_TRUE(partition.err.starts_with("kwire: failed to send to t: there is no partition 7, the topic has 1")) << partition.err;
    const auto closed = kwire({"produce", "-b", "127.0.0.1:1", "-t", "t", "-m", "500ms"});
    EXPECT_EQ(closed.status, 1);
    EXPECT_NE(closed.err.find("127.0.0.1:1"), std::string::npos) << closed.err;
    EXPECT_NE(closed.err.find("nothing listens"), std::string::npos) << closed.err;
    EXPECT_EQ(kwire({"produce", "-b", broker.address()}).status, 2);
}

TEST_F(Produce, AStandardInputThatIsClosedIsAFailure) {
    const auto e = run({"/bin/sh", "-c", kwire_program + " -P -t t -b " + broker.address() + " <&-"});
    EXPECT_EQ(e.status, 1);
    EXPECT_TRUE(e.err.starts_with("kwire: standard input, line 1: read: Bad file descriptor")) << e.err;
}

TEST_F(Produce, SaysWithVWhatIsKnownOfTheRecords) {
    const auto one = produce({"-v"}, "a\n").err, two = produce({"-v", "-X", "acks=0"}, "a\nb\n").err;
    EXPECT_TRUE(one.ends_with("\n% 1 record was sent and acknowledged\n")) << one;
    EXPECT_TRUE(two.ends_with("\n% 2 records were sent; with acks=0 nobody says whether they were written\n")) << two;
}

TEST_F(Produce, ALineThatIsTooLongEndsItAndIsNamed) {
    const std::string too_long(3'000'000, 'x');
    const auto e = produce({}, "a\n\n" + too_long + "\nb\n");
    EXPECT_EQ(e.status, 1);
    EXPECT_TRUE(e.err.starts_with("kwire: standard input, line 3: it has more than 1048576 bytes, the most that max.request.size allows")) << e.err;
    EXPECT_EQ(shown(), "a;") << "what came before it was sent, what comes behind it was not";
    EXPECT_EQ(kept({"-X", "max.request.size=4000000", "-z", "gzip"}, too_long, "%S"), "3000000");
}
}  // namespace kwire::testing::produce_test
