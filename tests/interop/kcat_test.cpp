// SPDX-License-Identifier: Apache-2.0
// kwire and kcat side by side at the embedded broker: the same letters give the same bytes.
#include "support/missing.hpp"
#include "tools/served.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace kwire::testing::kcat_test {
using list = std::vector<std::string>;

class Kcat : public ::testing::Test {
  protected:
    void SetUp() override { support::skip_or_fail(support::lacking("kcat")); }
    ended kcat(list words, std::string_view input = {}) {
        words.insert(words.begin(), {"kcat", "-b", broker.address()});
        return run(std::move(words), input);
    }
    ended ours(list words, std::string_view input = {}) {
        words.insert(words.begin(), {"-b", broker.address()});
        return kwire(std::move(words), input);
    }
    /// Records of many kinds in a topic of one partition, from both. `empty`: also keys and values of no bytes.
    void fill(const std::string& topic, bool empty) {
        const std::string lines = empty ? "k1:v1\nnone\n:empty\nk:\n" : "k1:v1\nnone\n";
        EXPECT_EQ(kcat({"-P", "-t", topic, "-K:", "-H", "a=1", "-H", "n", "-H", "a="}, lines).status, 0);
        EXPECT_EQ(ours({"-P", "-t", topic, "-K:", "-Z", "-z", "gzip"}, "k2:v\xc3\xa9\"\\\t\nk2:\n" + std::string(300, 'y') + "\n").status, 0);
    }
    served broker;
};

std::string joined(const list& words) {
    std::string text;
    for (const auto& w : words) text += w + " ";
    return text;
}
std::string sorted_lines(std::string_view text) {
    list lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
    }
    std::ranges::sort(lines);
    return joined(lines);
}

TEST_F(Kcat, PrintsTheSameRecordsInTheSameForms) {
    fill("t", true);
    fill("nulls", false);  // kcat's -Z takes what is empty for null, kwire's does not
    const auto times = ours({"-C", "-t", "t", "-e", "-q", "-f", "%T "}).out;
    const auto last = times.substr(times.rfind(' ', times.size() - 2) + 1, 13);
    const list forms[] = {{},
                          {"-Z"},
                          {"-K:"},
                          {"-K", "\\t", "-Z"},
                          {"-D", ";"},
                          {"-D", "\\n--\\x41\\n"},
                          {"-J"},
                          {"-J", "-Z"},
                          {"-f", "%t [%p] at %o: %k=%s\\n"},
                          {"-f", "%K %S %T|%h|\\t\\x41\\n"},
                          {"-f", "%R%s"},
                          {"-Z", "-f", "%k=%s;"},
                          {"-f", "%%%o"},
                          {"-u", "-K:"},
                          {"-c", "3"},
                          {"-c", "1", "-o", "2"},
                          {"-o", "beginning"},
                          {"-o", "end"},
                          {"-o", "4"},
                          {"-o", "-2"},
                          {"-o", "-100"},
                          {"-o", "s@1000"},
                          {"-o", "s@" + last},
                          {"-o", "s@99999999999999"},
                          {"-o", "beginning", "-o", "e@99999999999999"},
                          {"-o", "beginning", "-o", "e@1000"}};
    for (auto words : forms) {
        const bool marked = std::ranges::find(words, "-Z") != words.end();
        words.insert(words.begin(), {"-C", "-t", marked ? "nulls" : "t", "-p", "0", "-e", "-q"});
        const auto theirs = kcat(words), mine = ours(words);
        EXPECT_EQ(mine.out, theirs.out) << joined(words);
        EXPECT_EQ(mine.status, theirs.status) << joined(words) << mine.err << theirs.err;
        EXPECT_EQ(mine.err, "") << joined(words);
    }
}

TEST_F(Kcat, ReadsAllPartitionsToTheirEndsToo) {
    served three(list{"-t", "t:3"});
    for (int p = 0; p < 3; ++p)
        EXPECT_EQ(kwire({"-b", three.address(), "-P", "-t", "t", "-p", std::to_string(p)}, "a\nb\n" + std::to_string(p)).status, 0);
    const list words{"-b", three.address(), "-C", "-t", "t", "-e", "-f", "%p %o %s\\n"};
    auto theirs = words;
    theirs.insert(theirs.begin(), "kcat");
    const auto a = run(theirs), b = kwire(words);
    EXPECT_EQ(sorted_lines(b.out), sorted_lines(a.out));
    const auto ends = [](std::string_view err) { return std::ranges::count(err, '%'); };
    EXPECT_EQ(ends(b.err), ends(a.err)) << a.err << b.err;
}

TEST_F(Kcat, MakesTheSameRecordsOfTheSameInput) {
    const std::string path = ::testing::TempDir() + "kwire-kcat-" + std::to_string(::getpid());
    ASSERT_EQ(run({"/bin/sh", "-c", "printf 'k:a\\nb\\n\\n' > " + path}).status, 0);
    const std::pair<list, std::string> cases[] = {{{}, "a\n\nb\nlast"},
                                                  {{}, "a\r\nb\r\n"},
                                                  {{"-Z"}, "a\n\nb\n"},
                                                  {{"-K:"}, "k1:v1\nnone\n:empty\nk:\nk:a:b\n"},
                                                  {{"-K:", "-Z"}, "k1:v1\nnone\n:empty\nk:\n:\n"},
                                                  {{"-K:", "-k", "fixed"}, "k1:v1\nnone\n"},
                                                  {{"-K", "=>"}, "k=>v\nk=v\n"},
                                                  {{"-k", "fixed"}, "a\nb\n"},
                                                  {{"-D", ";;"}, "a;;b;c;;"},
                                                  {{"-D", "\\x01"}, "a\1b\nc\1"},
                                                  {{"-D", "\\t"}, "a\tb"},
                                                  {{"-H", "a=1", "-H", "n", "-H", "e=", "-H", "b=c=d"}, "a\n"},
                                                  {{"-c", "2"}, "a\nb\nc\n"},
                                                  {{"-p", "0", "-z", "gzip"}, std::string(2000, 'x') + "\n"},
                                                  {{"-z", "snappy"}, std::string(2000, 'x') + "\n"},
                                                  {{"-z", "lz4"}, std::string(2000, 'x') + "\n"},
                                                  {{"-z", "zstd"}, std::string(2000, 'x') + "\n"},
                                                  {{"-K:", "-l", path}, ""},
                                                  {{path, path}, ""}};
    int number = 0;
    for (const auto& [words, input] : cases) {
        const std::string a = "theirs" + std::to_string(++number), b = "ours" + std::to_string(number);
        list theirs{"-P", "-t", a}, mine{"-P", "-t", b};
        theirs.insert(theirs.end(), words.begin(), words.end());
        mine.insert(mine.end(), words.begin(), words.end());
        EXPECT_EQ(kcat(theirs, input).status, 0) << joined(theirs);
        const auto e = ours(mine, input);
        if (e.err.find("without") != std::string::npos) continue;  // a build that lacks the codec
        EXPECT_EQ(e.status, 0) << joined(mine) << e.err;
        const std::string format = "%o %k|%K|%s|%S|%h;";
        const auto expected = kcat({"-C", "-t", a, "-e", "-q", "-f", format}).out;
        EXPECT_EQ(kcat({"-C", "-t", b, "-e", "-q", "-f", format}).out, expected) << joined(mine);
        EXPECT_EQ(ours({"-C", "-t", a, "-e", "-q", "-f", format}).out, expected) << joined(mine);
        const auto codec = [&](const std::string& topic) { return ours({"-C", "-t", topic, "-e", "-q", "-f", "%{codec}"}).out; };
        EXPECT_EQ(codec(b), codec(a)) << joined(mine);
    }
    std::remove(path.c_str());
}
}  // namespace kwire::testing::kcat_test
