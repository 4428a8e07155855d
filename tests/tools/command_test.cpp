// SPDX-License-Identifier: Apache-2.0
// The command line as a user meets it: pages, usage errors, exit statuses.
#include "program.hpp"

#include <kwire/client/properties.hpp>
#include <kwire/protocol/version.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace kwire::testing::command_test {
/// A wrong command line: status 2, nothing on stdout, this on stderr.
void expect_usage(std::vector<std::string> words, std::string_view message) {
    const auto e = kwire(std::move(words));
    EXPECT_EQ(e.status, 2) << message;
    EXPECT_EQ(e.out, "") << message;
    EXPECT_EQ(e.err.substr(0, e.err.find('\n')), std::string("kwire: ").append(message));
    EXPECT_NE(e.err.find("\nnext: see kwire "), std::string::npos) << e.err;
}
std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        longest = std::max(longest, text.substr(0, end).size());
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
    }
    return longest;
}

TEST(Command, PrintsItsVersion) {
    const auto e = kwire({"--version"});
    EXPECT_EQ(e.status, 0);
    EXPECT_EQ(e.out, "kwire " KWIRE_VERSION "\n");
    EXPECT_EQ(e.err, "");
    EXPECT_EQ(kwire({"-V"}).out, e.out);
}

TEST(Command, HelpNamesEveryVerbAndEachVerbHasAPage) {
    const auto all = kwire({"--help"});
    EXPECT_EQ(all.status, 0);
    EXPECT_EQ(all.err, "");
    EXPECT_EQ(kwire({"help"}).out, all.out);
    EXPECT_EQ(kwire({"-h"}).out, all.out);
    for (const std::string verb :
         {"produce", "consume", "metadata", "offsets", "api-versions", "serve", "error", "explain", "decode", "encode", "schema", "apis", "help"}) {
        EXPECT_NE(all.out.find("\n  " + verb), std::string::npos) << verb;
        const auto page = kwire({verb, "--help"});
        EXPECT_EQ(page.status, 0) << verb;
        EXPECT_TRUE(page.out.starts_with("kwire " + verb + ": ")) << page.out;
        EXPECT_EQ(kwire({"help", verb}).out, page.out);
        EXPECT_NE(page.out.find("--help"), std::string::npos) << verb;
    }
}

TEST(Command, PagesFitTheTerminalAndTheLocale) {
    const auto narrow = kwire({"help", "serve"}, {}, {"COLUMNS=60", "LC_ALL=C"});
    const auto wide = kwire({"help", "serve"}, {}, {"COLUMNS=300"});
    EXPECT_LE(longest_line(wide.out), 102u);  // … has three bytes
    EXPECT_GT(longest_line(wide.out), longest_line(narrow.out));
    for (const char c : kwire({"help", "serve"}, {}, {"LC_ALL=C"}).out) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
    EXPECT_EQ(wide.out.find('\x1b'), std::string::npos);
    EXPECT_NE(kwire({"help", "serve", "--color=always"}).out.find("\x1b[1m"), std::string::npos);
}

TEST(Command, WrongWordsAreUsageErrorsThatSayWhatWasMeant) {
    expect_usage({"eror"}, "there is no verb 'eror', did you mean error?");
    expect_usage({"help", "serv"}, "there is no verb 'serv', did you mean serve?");
    expect_usage({"serve", "--lisen", "x"}, "serve: there is no option --lisen, did you mean --listen?");
    expect_usage({"serve", "-y"}, "serve: there is no option -y");
    expect_usage({"serve", "--listen"}, "serve: --listen needs a value: HOST:PORT");
    expect_usage({"error", "--json=1"}, "error: --json takes no value");
    expect_usage({"serve", "--partitions", "0"}, "serve: --partitions: expected a whole number, 1 to 100000, not '0'");
    expect_usage({"serve", "--as", "1.0"}, "serve: --as: Kafka version \"1.0\": the embedded broker can imitate 2.8 3.9 4.3");
    expect_usage({"metadata", "-b", "localhost", "-m", "5x"},
                 "metadata: -m: expected a whole number of seconds, or one with its unit (500ms, 2s, 1m, 1h), not '5x'");
    expect_usage({"metadata", "-b", "localhost", "--color", "red"}, "metadata: --color: expected auto, always or never, not 'red'");
    expect_usage({"-t", "x", "-P", "-C"}, "give one of -P, -C, -L and -Q only");
    expect_usage({"-b", "localhost"}, "expected a verb, or one of -P, -C, -L and -Q");
    expect_usage({"-L", "-b", "localhost", "-e"}, "metadata: -e would have no effect with -L");
    expect_usage({"consume", "-b", "localhost", "-t", "x", "y"}, "consume: 'y' is one word too many");
    expect_usage({"-L", "-b", "localhost", "y"}, "metadata: 'y' is one word too many");
    expect_usage({"-G", "group", "-b", "localhost"}, "-G: this version has no consumer groups; use -C -t TOPIC");
}

TEST(Command, WhatCannotBeReadIsNotTakenForNothing) {
    for (const std::string verb : {"decode", "encode", "explain"}) {
        const auto e = run({"/bin/sh", "-c", kwire_program + " " + verb + " < /"});
        EXPECT_EQ(e.status, 1) << verb;
        EXPECT_EQ(e.out, "") << verb;
        EXPECT_TRUE(e.err.starts_with("kwire: read standard input: ")) << verb << ": " << e.err;
    }
    const auto file = kwire({"explain", "/"});
    EXPECT_EQ(file.status, 1);
    EXPECT_EQ(file.err, "kwire: /: Is a directory\nnext: name a file\n");
    EXPECT_EQ(kwire({"explain", std::string(6000, '0')}).status, 4) << "no name of a file, but bytes";
    expect_usage({"-L", "-b", "localhost", "-F", "/"}, "metadata: -F: /: Is a directory");
}

TEST(Command, WithoutWordsTheHelpGoesToStderr) {
    const auto e = kwire({});
    EXPECT_EQ(e.status, 2);
    EXPECT_EQ(e.out, "");
    EXPECT_NE(e.err.find("Usage: kwire VERB"), std::string::npos);
}

TEST(Command, PropertiesAreReadStrictly) {
    expect_usage({"-L", "-X", "mesage.timeout.ms=1"}, "metadata: -X: there is no property 'mesage.timeout.ms', did you mean 'message.timeout.ms'?");
    expect_usage({"-L", "-X", "acks"}, "metadata: -X: expected NAME=VALUE, list or dump, not 'acks'");
    expect_usage({"-L", "-X", "linger.ms=5ms"},
                 "metadata: -X: linger.ms: '5ms' is not allowed, it is not a whole number without unit: expected 0 or more");
}

TEST(Command, ListsAndDumpsProperties) {
    const auto list = kwire({"-X", "list"});
    EXPECT_EQ(list.status, 0);
    for (const auto& p : properties()) EXPECT_NE(("\n" + list.out).find("\n" + std::string(p.name)), std::string::npos) << p.name;
    EXPECT_NE(list.out.find("delivery.timeout.ms, message.timeout.ms\n"), std::string::npos);

    const auto dump = kwire({"-L", "-b", "a:1", "-X", "topic.message.timeout.ms=7", "-X", "sasl.password=canary", "-X", "dump"});
    EXPECT_EQ(dump.status, 0);
    EXPECT_NE(dump.out.find("bootstrap.servers=a:1\n"), std::string::npos);
    EXPECT_NE(dump.out.find("delivery.timeout.ms=7\n"), std::string::npos);
    EXPECT_NE(dump.out.find("sasl.password=<redacted>\n"), std::string::npos);
    EXPECT_EQ((dump.out + dump.err).find("canary"), std::string::npos);
}

TEST(Command, ReadsFilesOfProperties) {
    const std::string path = ::testing::TempDir() + "kwire-command-test.conf", other = path + "2";
    std::ofstream(path) << "# a comment\nbootstrap.servers=from-file:1\nlinger.ms=3\n";
    std::ofstream(other) << "acks=2\n";
    const auto dump = kwire({"-L", "-F", path, "-X", "linger.ms=4", "-X", "dump"});
    EXPECT_NE(dump.out.find("bootstrap.servers=from-file:1\n"), std::string::npos) << dump.err;
    EXPECT_NE(dump.out.find("linger.ms=4\n"), std::string::npos);
    const auto from_environment = kwire({"-L", "-X", "dump"}, {}, {"KWIRE_CONFIG=" + path});
    EXPECT_NE(from_environment.out.find("linger.ms=3\n"), std::string::npos) << from_environment.err;
    // -F takes the place of the file that the environment names.
    expect_usage({"-L", "-F", other}, "metadata: -F: " + other + ":1: acks: '2' is not allowed: expected all, 1 or 0");
    expect_usage({"-L", "-F", path + "-none"}, "metadata: -F: " + path + "-none: No such file or directory");
    std::remove(path.c_str());
    std::remove(other.c_str());
}

TEST(Command, ProtectionThatCannotWorkIsRefusedBeforeConnecting) {
    const auto e = kwire({"-L", "-b", "127.0.0.1:1", "-X", "security.protocol=SASL_PLAINTEXT", "-X", "sasl.mechanism=PLAIN", "-X", "sasl.username=u",
                          "-X", "sasl.password=canary"});
    EXPECT_EQ(e.status, 2);
    EXPECT_NE(e.err.find("use security.protocol=SASL_SSL"), std::string::npos) << e.err;
    EXPECT_EQ(e.err.find("canary"), std::string::npos);
}

TEST(Command, AFullDiskIsAFailureAndAClosedPipeIsNot) {
    const auto full = run({"/bin/sh", "-c", kwire_program + " error > /dev/full"});
    EXPECT_EQ(full.status, 1);
    EXPECT_NE(full.err.find("write to standard output: No space left on device"), std::string::npos) << full.err;
    program p({kwire_program, "error"});
    p.close_output();
    const auto closed = p.wait();
    EXPECT_EQ(closed.status, 0);
    EXPECT_EQ(closed.err, "");
}

TEST(ErrorVerb, ExplainsByNumberAndByName) {
    const auto e = kwire({"error", "19", "not_leader_or_follower"});
    EXPECT_EQ(e.status, 0);
    EXPECT_EQ(e.out,
              "NOT_ENOUGH_REPLICAS (19)\n"
              "  meaning  fewer replicas are in sync than min.insync.replicas asks for; nothing was written\n"
              "  next     bring replicas back; the send can be tried again, its outcome is certain\n"
              "  retry    yes\n"
              "NOT_LEADER_OR_FOLLOWER (6)\n"
              "  meaning  this broker does not lead the partition (any more): leadership moved\n"
              "  next     look up the leader again and send it there\n"
              "  retry    yes, after looking up the leader or coordinator again\n");
    EXPECT_TRUE(kwire({"error", "-1"}).out.starts_with("UNKNOWN_SERVER_ERROR (-1)\n"));
    EXPECT_TRUE(kwire({"error", "-1", "--", "-1"}).out.starts_with("UNKNOWN_SERVER_ERROR (-1)\n"));
}

TEST(ErrorVerb, ListsAllAndPrintsJson) {
    const auto all = kwire({"error"});
    EXPECT_EQ(std::ranges::count(all.out, '\n'), 135);
    EXPECT_EQ(std::ranges::count(kwire({"error", "-J"}).out, '\n'), 135);
    EXPECT_EQ(kwire({"error", "-J", "0"}).out,
              "{\"code\":0,\"name\":\"NONE\",\"retriable\":false,\"refreshMetadata\":false,\"meaning\":\"no error\",\"next\":\"nothing to do\"}\n");
    expect_usage({"error", "NOT_ENOUGH_REPLICA"}, "error: Kafka has no error code 'NOT_ENOUGH_REPLICA', did you mean NOT_ENOUGH_REPLICAS?");
    expect_usage({"error", "9999"}, "error: Kafka has no error code '9999'");
    expect_usage({"error", "99999999999"}, "error: Kafka has no error code '99999999999'");
}
}  // namespace kwire::testing::command_test
