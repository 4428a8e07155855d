// SPDX-License-Identifier: Apache-2.0
#include "record_splitter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace kwire::tool::record_splitter_test {
/// What comes out if `text` comes in, `step` bytes at a time.
std::vector<std::string> pieces(std::string_view text, std::string delimiter, std::size_t step) {
    record_splitter cut(std::move(delimiter), 1000);
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto room = cut.room();
        const auto count = std::min({step, room.size(), text.size()});
        std::memcpy(room.data(), text.data(), count);
        cut.filled(count);
        text.remove_prefix(count);
        while (const auto piece = cut.next()) out.emplace_back(*piece);
    }
    if (const auto last = cut.rest()) out.emplace_back(*last);
    EXPECT_FALSE(cut.rest());
    return out;
}
using list = std::vector<std::string>;

TEST(RecordSplitter, CutsAtTheDelimiterHoweverTheBytesCome) {
    for (std::size_t step = 1; step < 12; ++step) {
        EXPECT_EQ(pieces("a\nbc\n\nd\n", "\n", step), (list{"a", "bc", "", "d"})) << step;
        EXPECT_EQ(pieces("a\nlast", "\n", step), (list{"a", "last"})) << step;
        EXPECT_EQ(pieces("a;;b;c;;;d", ";;", step), (list{"a", "b;c", ";d"})) << step;
        EXPECT_EQ(pieces("aab aaab aab", "aab", step), (list{"", " a", " "})) << step;  // an end that looks like the beginning
        EXPECT_EQ(pieces("", "\n", step), list{}) << step;
        EXPECT_EQ(pieces("\n", "\n", step), list{""}) << step;
        EXPECT_EQ(pieces(std::string_view("x\0y\0", 4), std::string(1, '\0'), step), (list{"x", "y"})) << step;
        EXPECT_EQ(pieces("all\nof it", "", step), list{"all\nof it"}) << step;
    }
}

TEST(RecordSplitter, KeepsToTheMemoryOfOnePiece) {
    record_splitter cut("\n", 1000);
    std::size_t most = 0, got = 0;
    for (int i = 0; i < 10'000; ++i) {
        const auto room = cut.room();
        most = std::max(most, room.size());
        std::memset(room.data(), 'x', 999);
        room[999] = '\n';
        cut.filled(1000);
        while (const auto piece = cut.next()) got += piece->size();
    }
    EXPECT_EQ(got, 10'000u * 999);
    EXPECT_LE(most, 4 * record_splitter::least_room);
}

TEST(RecordSplitter, SeesAPieceThatIsTooLongBeforeItEnds) {
    record_splitter cut("\n", 100);
    cut.room(), cut.filled(101);
    EXPECT_FALSE(cut.next());
    EXPECT_FALSE(cut.too_long()) << "the next byte may be the delimiter";
    cut.room(), cut.filled(1);
    EXPECT_FALSE(cut.next());
    EXPECT_TRUE(cut.too_long());
}

TEST(RecordSplitter, CuttingMovesNothing) {
    record_splitter cut("\n", 1000);
    const auto room = cut.room();
    for (std::size_t i = 0; i < room.size(); ++i) room[i] = i % 2 == 0 ? 'x' : '\n';
    cut.filled(room.size());
    std::size_t got = 0;
    while (const auto piece = cut.next()) ASSERT_EQ(piece->data(), room.data() + 2 * got++);
    EXPECT_EQ(got, room.size() / 2);
}
}  // namespace kwire::tool::record_splitter_test
