// SPDX-License-Identifier: Apache-2.0
// --trace: a line on stderr for each thing that the client does, with every verb that talks to brokers.
#include "served.hpp"
#include "watching.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>

namespace kwire::testing::trace_test {
/// The requests of a trace, by API, in the order of their first line. Each line has its form, each request its place.
std::vector<std::string> apis_of(const std::string& trace) {
    const std::regex any("([*><=!]) [0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6} (.+)");
    const std::regex asked("([A-Za-z]+) v[0-9]+ corr [0-9]+ to ((bootstrap )?broker .+), [0-9]+ B, queued [0-9]+\\.[0-9]{3} ms");
    const std::regex read(
        "([A-Za-z]+ v[0-9]+ corr [0-9]+) from (.+), [0-9]+ B in ([0-9.]+) ms: "
        "queued ([0-9.]+), written ([0-9.]+), first byte ([0-9.]+), complete ([0-9.]+)");
    const std::regex decoded("([A-Za-z]+ v[0-9]+ corr [0-9]+) decoded, [0-9]+\\.[0-9]{3} ms later");
    std::vector<std::string> apis;
    std::map<std::string, int> open, answered;
    std::istringstream in(trace);
    for (std::string line; std::getline(in, line);) {
        std::smatch m, r;
        EXPECT_TRUE(std::regex_match(line, m, any)) << line;
        if (m.empty()) continue;
        const auto sign = m.str(1), what = m.str(2);
        const auto name = what.substr(0, what.find_first_of(',', what.find("corr")));
        const auto request = name.substr(0, std::min(name.find(" to "), std::min(name.find(" from "), name.find(" decoded"))));
        if (sign == ">") {
            EXPECT_TRUE(std::regex_match(what, r, asked)) << line;
            apis.push_back(r.str(1));
            ++open[request];
        } else if (sign == "<") {
            EXPECT_TRUE(std::regex_match(what, r, read)) << line;
            EXPECT_GE(--open[request], 0) << line;
            ++answered[request];
            if (r.empty()) continue;
            double parts = 0;
            for (std::size_t i = 4; i <= 7; ++i) parts += std::stod(r.str(i));
            EXPECT_NEAR(std::stod(r.str(3)), parts, 0.005) << line;
        } else if (sign == "=") {
            EXPECT_TRUE(std::regex_match(what, decoded)) << line;
            EXPECT_GE(--answered[request], 0) << line;
        } else if (sign == "!") {
            --open[request];
        }
    }
    for (const auto& [request, left] : open) EXPECT_LE(left, 0) << request << " has no end";
    for (const auto& [request, left] : answered) EXPECT_EQ(left, 0) << request << " is read and never understood";
    return apis;
}
bool holds(const std::vector<std::string>& apis, const std::string& api) { return std::ranges::find(apis, api) != apis.end(); }

TEST(Trace, TellsEveryRequestOfEveryVerbAndLeavesTheDataAlone) {
    served broker;
    const auto traced = [&](std::vector<std::string> words, std::string_view input = {}) {
        words.insert(words.begin() + 1, {"-b", broker.address()});
        auto plain = kwire(words, input);
        words.push_back("--trace");
        auto with = kwire(words, input);
        EXPECT_EQ(with.status, 0) << with.err;
        if (words[0] != "consume" && words[0] != "offsets") { EXPECT_EQ(with.out, plain.out); }
        EXPECT_NE(with.err.find(" connected to bootstrap broker " + broker.address() + " in "), std::string::npos) << with.err;
        auto apis = apis_of(with.err);
        EXPECT_TRUE(holds(apis, "ApiVersions")) << with.err;
        return apis;
    };
    const auto produce = traced({"produce", "-t", "t"}, "a\nb\n");
    EXPECT_TRUE(holds(produce, "Metadata") && holds(produce, "InitProducerId") && holds(produce, "Produce"));
    const auto consume = traced({"consume", "-t", "t", "-e", "-q"});
    EXPECT_TRUE(holds(consume, "ListOffsets") && holds(consume, "Fetch"));
    EXPECT_TRUE(holds(traced({"metadata", "-t", "t"}), "Metadata"));
    EXPECT_TRUE(holds(traced({"offsets", "-t", "t:0:-1"}), "ListOffsets"));
    EXPECT_EQ(traced({"api-versions"}).size(), 1u);
}

TEST(Trace, TellsWhyNothingCanBeReachedAndWhenItIsTriedAgain) {
    const auto e = kwire({"metadata", "-b", "127.0.0.1:1", "-m", "1s", "--trace"});
    EXPECT_EQ(e.status, 1);
    EXPECT_NE(e.err.find(" connecting to bootstrap broker 127.0.0.1:1\n"), std::string::npos) << e.err;
    EXPECT_NE(e.err.find(" cannot connect to bootstrap broker 127.0.0.1:1: "), std::string::npos) << e.err;
    EXPECT_NE(e.err.find("; next try not before "), std::string::npos) << e.err;
}

TEST(Trace, TellsOfThrottlesAndOfNewBeginnings) {
    const tool::talk say;
    for (const bool trace : {true, false}) {
        tool::settings set;
        set.trace = trace;
        set.verbosity = 1;
        const auto watch = tool::make_watch(say, set);
        ::testing::internal::CaptureStderr();
        watch->throttled("broker 1 at h:1", std::chrono::milliseconds(250));
        watch->rebootstrapped(errc::rebootstrap_required);
        const auto text = ::testing::internal::GetCapturedStderr();
        EXPECT_NE(text.find("throttled by broker 1 at h:1 for 250.000 ms\n"), std::string::npos) << text;
        EXPECT_NE(text.find("begins again at bootstrap.servers: REBOOTSTRAP_REQUIRED"), std::string::npos) << text;
    }
}

TEST(Trace, SaysNothingOfWhatAnAuthenticationHolds) {
    const tool::talk say;
    tool::settings set;
    set.trace = true;
    const auto watch = tool::make_watch(say, set);
    ::testing::internal::CaptureStderr();
    watch->request_written({.peer = "broker 1 at h:1", .api = "SaslAuthenticate", .api_key = 36, .version = 2, .correlation_id = 3}, {});
    const auto text = ::testing::internal::GetCapturedStderr();
    EXPECT_NE(text.find("SaslAuthenticate v2 corr 3 to broker 1 at h:1, <redacted>, queued"), std::string::npos) << text;
}
}  // namespace kwire::testing::trace_test
