// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/errc.hpp>

#include "support/vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace kwire::errc_test {
void expect_line(std::string_view text, std::string_view of) {
    EXPECT_FALSE(text.empty()) << of;
    EXPECT_FALSE(text.ends_with('.')) << of << ": " << text;
    EXPECT_EQ(text.find('\n'), text.npos) << of;
    EXPECT_LT(text.size(), 125u) << of;
    // Lower case, unless the first word is a name such as __consumer_offsets, SASL or RE2.
    const bool name = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[0])) && std::isupper(static_cast<unsigned char>(text[1]));
    EXPECT_TRUE(name || !std::isupper(static_cast<unsigned char>(text.empty() ? 'a' : text[0]))) << of << ": " << text;
}

TEST(ErrcVectors, CodesNamesAndFlagsAreKafkas) {
    std::size_t i = 0;
    const auto rows = testing::for_each_row("errors.tsv", [&](const auto& cells) {
        ASSERT_LT(i, errc_table().size());
        const auto& ours = errc_table()[i++];
        EXPECT_EQ(std::to_string(static_cast<int>(ours.code)), cells[0]);
        EXPECT_EQ(ours.name, cells[1]);
        EXPECT_EQ(ours.retriable, cells[3] == "1") << ours.name;
        EXPECT_EQ(ours.refresh_metadata, cells[4] == "1") << ours.name;
    });
    ASSERT_EQ(rows, 135u);
    ASSERT_EQ(errc_table().size(), rows);
}

TEST(Errc, EveryCodeHasACauseAndACure) {
    std::map<std::string_view, int> causes;
    for (const auto& row : errc_table()) {
        expect_line(row.cause, row.name);
        expect_line(row.cure, row.name);
        ++causes[row.cause];
    }
    // Two codes may share a cure; a shared cause would be a copying mistake.
    for (const auto& [cause, times] : causes) EXPECT_EQ(times, 1) << cause;
}

TEST(Errc, IsFoundByNumberAndByNameInAnyCase) {
    for (const auto& row : errc_table()) {
        EXPECT_EQ(find_errc(row.code), &row);
        EXPECT_EQ(find_errc(row.name), &row);
    }
    EXPECT_EQ(find_errc("not_leader_or_follower"), find_errc(errc::not_leader_or_follower));
    EXPECT_EQ(find_errc("NOT_A_CODE"), nullptr);
    EXPECT_EQ(find_errc(""), nullptr);
    EXPECT_EQ(find_errc(static_cast<errc>(9999)), nullptr);
    EXPECT_EQ(make_error_code(static_cast<errc>(9999)).message(), "UNKNOWN (9999)");
}

TEST(Errc, OurOwnCodesHaveAMessageAndACure) {
    for (int value = static_cast<int>(client_errc::malformed); value <= static_cast<int>(client_errc::corrupt_batch); ++value) {
        const auto code = make_error_code(static_cast<client_errc>(value));
        EXPECT_NE(code.message(), "unknown error") << value;
        expect_line(code.message(), code.message());
        expect_line(cure(code), code.message());
    }
    EXPECT_EQ(make_error_code(static_cast<client_errc>(999)).message(), "unknown error");
    EXPECT_EQ(cure(make_error_code(static_cast<client_errc>(999))), "");
    EXPECT_EQ(cure(std::make_error_code(std::errc::io_error)), "");
}

// The way to a broker can be free again a moment later; that a file is missing has nothing to do with brokers.
TEST(Errc, WhatTheNetworkDidCanBeTriedAgain) {
    const std::errc passing[] = {std::errc::connection_refused,
                                 std::errc::connection_reset,
                                 std::errc::connection_aborted,
                                 std::errc::broken_pipe,
                                 std::errc::timed_out,
                                 std::errc::host_unreachable,
                                 std::errc::network_unreachable,
                                 std::errc::network_down,
                                 std::errc::network_reset,
                                 std::errc::not_connected,
                                 std::errc::resource_unavailable_try_again};
    for (const auto condition : passing) {
        for (const auto* category : {&std::generic_category(), &std::system_category()}) {
            const std::error_code code(static_cast<int>(condition), *category);
            EXPECT_TRUE(retriable(code)) << code.message();
            EXPECT_TRUE(refreshes_metadata(code)) << code.message();
            expect_line(cure(code), code.message());
        }
    }
    for (const auto condition : {std::errc::no_such_file_or_directory, std::errc::address_in_use, std::errc::permission_denied, std::errc::io_error})
        EXPECT_FALSE(retriable(std::make_error_code(condition)));
}
}  // namespace kwire::errc_test
