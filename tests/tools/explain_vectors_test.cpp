// SPDX-License-Identifier: Apache-2.0
// explain with every row of the vectors: every byte has one owner, and none is left over.
#include "explain.hpp"
#include "program.hpp"
#include "support/vectors.hpp"

#include <kwire/protocol/json_reader.hpp>

#include <gtest/gtest.h>

#include <iostream>

namespace kwire::testing::explain_vectors_test {
// The leaves of what could be read tile [0, size).
void expect_tiles(const tool::explanation& e, std::size_t size) {
    ASSERT_FALSE(e.fault) << e.fault->text;
    ASSERT_TRUE(e.findings.empty()) << e.findings.front().text;
    std::size_t at = 0;
    for (const auto& leaf : e.leaves) {
        ASSERT_EQ(leaf.from, at) << leaf.path;
        ASSERT_LT(leaf.from, leaf.to) << leaf.path;
        at = leaf.to;
    }
    ASSERT_EQ(at, size);
    ASSERT_EQ(e.to, size);
}

TEST(ExplainVectors, EveryByteOfEveryRequestFrameIsInOneSpan) {
    std::string input;
    std::vector<std::size_t> sizes;
    for_each_row("headers.tsv", [&](const std::vector<std::string_view>& c) {
        if (c[3] != "request" || c[11] == "-") return;
        input += from_hex(c[11]);
        sizes.push_back(c[11].size() / 2);
    });
    const auto done = kwire_with_file("explain --format json", input);
    EXPECT_EQ(done.status, 0) << done.err;
    std::size_t frames = 0, at = 0;
    std::string_view rest = done.out;
    for (; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
        ASSERT_LT(frames, sizes.size());
        json_reader in(rest.substr(0, rest.find('\n')));
        std::string name, path;
        std::string_view number;
        const std::size_t end = at + sizes[frames++];
        ASSERT_TRUE(in.enter_object());
        while (in.next_member(name)) {
            ASSERT_NE(name, "findings");
            if (name != "span") {
                ASSERT_TRUE(in.skip());
                continue;
            }
            ASSERT_TRUE(in.enter_object());
            while (in.next_member(path)) {
                std::size_t pair[2] = {};
                ASSERT_TRUE(in.enter_array());
                for (auto& n : pair) {
                    ASSERT_TRUE(in.next_element() && in.take_number(number));
                    n = std::stoull(std::string(number));
                }
                ASSERT_FALSE(in.next_element());
                ASSERT_EQ(pair[0], at) << path;
                at += pair[1];
            }
        }
        ASSERT_TRUE(in.finish());
        ASSERT_EQ(at, end);
    }
    EXPECT_EQ(frames, sizes.size());
}

TEST(ExplainVectors, EveryByteOfEveryMessageHasOneOwner) {
    std::size_t messages = 0;
    for_each_row("messages.tsv", [&](const std::vector<std::string_view>& c) {
        const auto body = from_hex(c[7]);
        const auto as = tool::read_as(std::string(c[3]) + "-body:" + std::string(c[1]) + ":" + std::string(c[4]));
        ASSERT_TRUE(as) << as.error().message();
        SCOPED_TRACE(std::string(c[2]) + " " + std::string(c[3]) + " v" + std::string(c[4]) + " " + std::string(c[6]));
        const auto e = tool::explain(as_bytes(body), 0, *as, secrets::shown);
        expect_tiles(e, body.size());
        if (!e.secrets) { ASSERT_EQ(e.body_json, c[8]); }
        ++messages;
    });
    std::cout << "vectors: " << messages << " messages explained, each byte by one field\n";
}

TEST(ExplainVectors, EveryByteOfEveryAnswersFrameHasOneOwner) {
    for_each_row("headers.tsv", [&](const std::vector<std::string_view>& c) {
        if (c[3] != "response" || c[11] == "-") return;
        const auto frame = from_hex(c[11]);
        const auto as = tool::read_as("response:" + std::string(c[1]) + ":" + std::string(c[4])).value();
        SCOPED_TRACE(std::string(c[2]) + " v" + std::string(c[4]));
        expect_tiles(tool::explain(as_bytes(frame), 0, as, secrets::shown), frame.size());
    });
}
}  // namespace kwire::testing::explain_vectors_test
