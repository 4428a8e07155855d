// SPDX-License-Identifier: Apache-2.0
// Every example that the pages of help show, as a reader of them types it in: against the embedded broker, whose address takes
// the place of localhost. One that fails, hangs or complains fails the test.
#include "served.hpp"

#include "support/missing.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace kwire::testing::help_examples_test {
/// The lines of a page that are commands, without what is said about them behind.
std::vector<std::string> examples_of(const std::string& page) {
    std::vector<std::string> found;
    std::istringstream in(page);
    for (std::string line; std::getline(in, line);) {
        const bool indented = line.starts_with("  ") && line.size() > 2 && line[2] != ' ' && line[2] != '-';
        if (!indented || (" " + line).find(" kwire ") == std::string::npos) continue;
        line.erase(0, 2);
        found.push_back(line.substr(0, line.find("   ")));
    }
    return found;
}

/// Of the overview, then of all verbs that it names, in its order: produce comes before consume.
std::vector<std::string> all_examples() {
    const auto overview = kwire({"--help"}).out;
    auto all = examples_of(overview.substr(overview.find("\nExamples:\n")));
    std::istringstream in(overview.substr(overview.find("\nVerbs:\n")));
    std::string line;
    for (std::getline(in, line), std::getline(in, line); std::getline(in, line) && !line.starts_with("  --");) {
        if (line[2] == ' ') continue;
        const auto verb = line.substr(2, line.find_first_of(", ", 2) - 2);
        for (const auto& example : examples_of(kwire({"help", verb}).out)) all.push_back(example);
    }
    return all;
}

std::string at_address(std::string command, const std::string& address) {
    for (const std::string host : {"localhost:9092", "localhost"})
        for (auto at = command.find(host); at != command.npos; at = command.find(host, at + address.size()))
            command.replace(at, host.size(), address);
    return command;
}

TEST(HelpExamples, Work) {
    const served broker({"-t", "orders:3", "-t", "greetings:3"});
    // What examples read from files: an answer to Metadata v12 without brokers and topics.
    const std::string folder = ::testing::TempDir() + "kwire-help-" + std::to_string(::getpid());
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/answer.bin", std::ios::binary) << std::string("\0\0\0\0\1\0\xff\xff\xff\xff\1\0", 12);
    const bool has_jq = support::lacking("jq").empty();
    const auto all = all_examples();
    EXPECT_GE(all.size(), 20u);
    for (const auto& example : all) {
        if (example.find("| jq") != example.npos && !has_jq) continue;
        const bool serves = example.find("kwire serve") != example.npos;
        auto command = "kwire() { '" + kwire_program + "' \"$@\"; }; set -o pipefail; cd '" + folder + "'; " + at_address(example, broker.address());
        if (serves)
            command = "cd '" + folder + "'; exec '" + kwire_program + "' " + example.substr(std::string("kwire ").size()) + " --listen 127.0.0.1:0";
        program p({"/bin/bash", "-c", command});
        if (serves) {
            p.wait_for("listening on ");
            p.signal(SIGTERM);
        }
        const auto e = p.wait();
        EXPECT_EQ(e.status, 0) << example << "\n" << e.err;
        for (const std::string complaint : {"kwire: ", "ERROR"}) EXPECT_EQ(e.err.find(complaint), std::string::npos) << example << "\n" << e.err;
        const bool sends = example.find("produce") != example.npos || example.find(" -P ") != example.npos;
        const bool may_find_nothing = example.find("e@$(date ") != example.npos;  // our records are of this very second
        if (!may_find_nothing) { EXPECT_EQ(e.out.empty(), sends) << example << "\n" << e.err; }
    }
    std::filesystem::remove_all(folder);
}
}  // namespace kwire::testing::help_examples_test
