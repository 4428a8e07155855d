// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/errc.hpp>

#include "support/places.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace kwire {
namespace {
using cells = std::vector<std::string>;

std::vector<cells> rows_of(const std::string& file) {
    const char* elsewhere = std::getenv("KWIRE_VECTORS");
    const std::string folder = elsewhere ? elsewhere : support::data("vectors").string();
    std::ifstream in(folder + "/" + file);
    std::vector<cells> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('#')) continue;
        cells row;
        std::istringstream text(line);
        for (std::string cell; std::getline(text, cell, '\t');) row.push_back(cell);
        rows.push_back(std::move(row));
    }
    return rows;
}

void expect_line(std::string_view text, std::string_view of) {
    EXPECT_FALSE(text.empty()) << of;
    EXPECT_FALSE(text.ends_with('.')) << of << ": " << text;
    EXPECT_EQ(text.find('\n'), text.npos) << of;
    EXPECT_LT(text.size(), 125u) << of;
    // Lower case, unless the first word is a name such as __consumer_offsets, SASL or RE2.
    const bool name = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[0])) && std::isupper(static_cast<unsigned char>(text[1]));
    EXPECT_TRUE(name || !std::isupper(static_cast<unsigned char>(text.empty() ? 'a' : text[0]))) << of << ": " << text;
}
}  // namespace

TEST(ErrcVectors, CodesNamesAndFlagsAreKafkas) {
    const auto rows = rows_of("errors.tsv");
    ASSERT_EQ(rows.size(), 135u);
    ASSERT_EQ(errc_table().size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& ours = errc_table()[i];
        EXPECT_EQ(std::to_string(static_cast<int>(ours.code)), rows[i][0]);
        EXPECT_EQ(ours.name, rows[i][1]);
        EXPECT_EQ(ours.retriable, rows[i][3] == "1") << ours.name;
        EXPECT_EQ(ours.refresh_metadata, rows[i][4] == "1") << ours.name;
    }
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
}  // namespace kwire
