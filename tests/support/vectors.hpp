// SPDX-License-Identifier: Apache-2.0
// Reads the vectors that Apache Kafka's own encoder wrote; their README gives the columns.
//
// The folder is KWIRE_VECTORS where that is set, else the copy in the project.
#pragma once

#include "places.hpp"

#include <kwire/protocol/bytes.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace kwire::testing {
inline std::string vectors_folder() {
    const char* folder = std::getenv("KWIRE_VECTORS");
    return folder && *folder ? folder : support::data("vectors").string();
}

/// The bytes that a cell of hex stands for.
inline std::string from_hex(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string out;
    out.reserve(hex.size() / 2);
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
    return out;
}
inline std::string to_hex(bytes data) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const auto b : data) out += digits[std::to_integer<std::size_t>(b) >> 4], out += digits[std::to_integer<std::size_t>(b) & 15];
    return out;
}

/// Calls `visit(cells)` for each row of `file`; fails the test if there is none. Returns the number of rows.
template <class Visit> std::size_t for_each_row(const std::string& file, Visit visit) {
    std::ifstream in(vectors_folder() + "/" + file);
    std::string line;
    std::vector<std::string_view> cells;
    std::size_t rows = 0;
    while (std::getline(in, line)) {
        if (line.starts_with('#')) continue;
        cells.clear();
        for (std::size_t from = 0;;) {
            const auto tab = line.find('\t', from);
            cells.push_back(std::string_view(line).substr(from, tab - from));
            if (tab == line.npos) break;
            from = tab + 1;
        }
        visit(cells);
        ++rows;
    }
    EXPECT_GT(rows, 0u) << "no rows in " << vectors_folder() << "/" << file;
    return rows;
}
inline int number(std::string_view cell) { return std::stoi(std::string(cell)); }
}  // namespace kwire::testing
