// SPDX-License-Identifier: Apache-2.0
#include "wire_text.hpp"

#include <gtest/gtest.h>

namespace kwire::tool::wire_text_test {
std::string hex(std::string_view text) {
    const auto data = bytes_of_hex(text);
    return data ? hex_of(as_bytes(*data)) : "no hex";
}

TEST(WireText, ReadsHexInEverySpelling) {
    for (const auto* text : {"0000005c0001", "00 00 00 5c 00 01", "0x0000005C0001", "00:00:00:5c:00:01", "{0x00, 0x00, 0x00, 0x5c, 0x00, 0x1}",
                             "\"\\x00\\x00\\x00\\x5c\\x00\\x01\"", "0000 005c\n0001\n"})
        EXPECT_EQ(hex(text), "0000005c0001") << text;
    EXPECT_EQ(hex(""), "");
    EXPECT_EQ(hex("123"), "no hex");
    EXPECT_EQ(hex("hello"), "no hex");
}

TEST(WireText, ReadsDumps) {
    const std::string_view expected = "0000005c000100120000000300056175646974";
    EXPECT_EQ(hex("00000000: 0000 005c 0001 0012 0000 0003 0005 6175  ...\\..........au\n00000010: 6469 74                                  dit\n"),
              expected);
    EXPECT_EQ(hex("00000000  00 00 00 5c 00 01 00 12  00 00 00 03 00 05 61 75  |...\\..........au|\n"
                  "00000010  64 69 74                                          |dit|\n00000013\n"),
              expected);
    EXPECT_EQ(hex("0000  00 00 00 5c 00 01 00 12 00 00 00 03 00 05 61 75   ...\\..........au\n0010  64 69 74                                         "
                  " dit\n"),
              expected);
    // Characters that look like hex are not taken for bytes.
    EXPECT_EQ(hex("00000000: 6162 6364 6566                           abcdef\n"), "616263646566");
    EXPECT_EQ(hex("00000000: 6162 6364 6566 6162                      abcdefab\n"), "6162636465666162");
}

TEST(WireText, ReadsBase64AndBytes) {
    EXPECT_EQ(hex_of(as_bytes(bytes_in("AAAAXAABABI="))), "0000005c00010012");
    EXPECT_EQ(bytes_in(std::string_view("\0\0\0\5ab", 6)), std::string_view("\0\0\0\5ab", 6));
    EXPECT_EQ(bytes_in("GET / HTTP/1.1"), "GET / HTTP/1.1");
}
}  // namespace kwire::tool::wire_text_test
