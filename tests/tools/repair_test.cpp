// SPDX-License-Identifier: Apache-2.0
// Frames with the mistakes that people make, and the cure that kwire names.
#include "repair.hpp"
#include "support/vectors.hpp"
#include "wire_text.hpp"

#include <kwire/protocol/wire.hpp>

#include <gtest/gtest.h>

namespace kwire::tool::repair_test {
// Fetch v18: header v2, then one topic with one partition.
constexpr std::string_view fetch_v18 =
    "0000005c 0001 0012 00000003 0005 6175646974 00"
    "000001f4 00000001 03200000 00 00000000 ffffffff"
    "02 f40f410981d04fd2bb1eae1454fba04c"
    "02 00000000 ffffffff 0000000000000000 ffffffff ffffffffffffffff 00100000 00 00"
    "01 01 00";
// Metadata v9 asks for two topics; v9 is the first flexible one.
constexpr std::string_view metadata_v9 = "0000001d 0003 0009 00000007 0002 6d65 00 03 03 6f6b 00 06 7061796d32 00 01 00 00 00";

std::string frame_of(std::string_view hex) { return bytes_of_hex(hex).value(); }
std::string big_endian(std::size_t n) {
    std::string word(4, '\0');
    store(reinterpret_cast<std::byte*>(word.data()), static_cast<std::int32_t>(n));
    return word;
}
// The frame with a change at an offset, and a length that counts what is there.
std::string changed(std::string_view hex, std::size_t at, std::size_t remove, std::string_view insert) {
    auto frame = frame_of(hex);
    frame.replace(at, remove, insert);
    return frame.replace(0, 4, big_endian(frame.size() - 4));
}
std::string counted(std::string_view hex) { return changed(hex, 4, 0, ""); }
std::string cure(const std::string& input, std::string_view as = "request") {
    const auto how = read_as(as).value();
    const auto e = explain(as_bytes(input), 0, how, secrets::hidden);
    const auto found = find_repair(as_bytes(input), e, how);
    return found ? found->id + ' ' + found->text : std::string("none") + (e.fault ? ": " + e.fault->text : "");
}
constexpr std::string_view zero("\0", 1);

TEST(Repair, NothingIsWrongWithWhatCanBeRead) {
    EXPECT_EQ(cure(frame_of(fetch_v18)), "none");
    EXPECT_EQ(cure(frame_of(metadata_v9)), "none");
}

TEST(Repair, TheHeaderLacksItsTagBuffer) {
    EXPECT_EQ(cure(changed(fetch_v18, 0x13, 1, "")),
              "KW-HDR-TAGS insert 00 at 0x0013: request header v2 ends with a tag buffer; the length becomes 00 00 00 5c");
    EXPECT_EQ(cure(frame_of(fetch_v18).erase(0x13, 1)), "KW-HDR-TAGS insert 00 at 0x0013: request header v2 ends with a tag buffer")
        << "the length counted the byte that is missing";
}

TEST(Repair, TheHeaderHasATagBufferThatItMustNotHave) {
    // ApiVersions v0 with header v2; and an answer to ApiVersions v3 with header v1
    EXPECT_EQ(cure(frame_of("0000000e 0012 0000 00000001 0003 636c69 00")),
              "KW-HDR-TAGS delete 00 at 0x0011: request header v1 ends without a tag buffer; the length becomes 00 00 00 0d");
    EXPECT_EQ(cure(frame_of("00000014 00000001 00 0000 02 0012 0000 0004 00 00000000 00"), "response:ApiVersions:3"),
              "KW-HDR-TAGS delete 00 at 0x0008: response header v0 ends without a tag buffer; the length becomes 00 00 00 13");
    // The other way round: Metadata v9 answers with header v1
    EXPECT_EQ(cure(frame_of("00000014 00000001 00000000 01 00 00000001 01 80000000 00"), "response:Metadata:9"),
              "KW-HDR-TAGS insert 00 at 0x0008: response header v1 ends with a tag buffer; the length becomes 00 00 00 15");
}

TEST(Repair, TheClientIdIsCompact) {
    EXPECT_EQ(
        cure(changed(fetch_v18, 0x0c, 2, "\x06")),
        "KW-HDR-CLIENT write 00 05 for 06 at 0x000c: the client id has an int16 length, also in flexible versions; the length becomes 00 00 00 5c");
}

TEST(Repair, TheLengthWordIsWrong) {
    auto frame = frame_of(fetch_v18);
    EXPECT_EQ(cure(big_endian(96) + frame.substr(4)),
              "KW-LENGTH write 00 00 00 5c for 00 00 00 60 at 0x0000: it counts itself; it must count what follows it");
    EXPECT_EQ(cure("\x5c" + std::string(3, '\0') + frame.substr(4)),
              "KW-LENGTH write 00 00 00 5c for 5c 00 00 00 at 0x0000: it was written with the least significant byte first");
    EXPECT_EQ(cure(big_endian(90) + frame.substr(4)),
              "KW-LENGTH write 00 00 00 5c for 00 00 00 5a at 0x0000: the length does not fit what follows it");
}

TEST(Repair, ACompactLengthIsOffByOne) {
    EXPECT_EQ(cure(changed(metadata_v9, 0x12, 1, "\x02")),
              "KW-OFF-BY-ONE write 03 for 02 at 0x0012: body.topics[0].name has a compact length, which is count + 1");
    // All of them: two topics of 2 and 5 bytes
    EXPECT_EQ(cure(counted("00000000 0003 0009 00000007 0002 6d65 00 02 02 6f6b 00 05 7061796d32 00 01 00 00 00")),
              "KW-OFF-BY-ONE write every compact length as count + 1: all of them are one too small");
}

TEST(Repair, LengthsAreThoseOfTheOldForm) {
    EXPECT_EQ(cure(changed(metadata_v9, 0x12, 1, std::string_view("\0\2", 2))),
              "KW-OLD-FORM write 03 for 00 02 at 0x0012: body.topics[0].name has a compact length in a flexible version, not an int16; the length "
              "becomes 00 00 00 1d");
    EXPECT_EQ(cure(counted("00000000 0003 0009 00000007 0002 6d65 00 00000002 0002 6f6b 0005 7061796d32 01 00 00")).substr(0, 24),
              "KW-OLD-FORM write length");
    EXPECT_EQ(cure(counted("00000000 0003 0008 00000007 0002 6d65 03 03 6f6b 00 06 7061796d32 00 01 00 00 00")).substr(0, 24),
              "KW-NEW-FORM write length");
}

TEST(Repair, AStructureLacksItsTagBuffer) {
    EXPECT_EQ(cure(changed(metadata_v9, 0x15, 1, "")),
              "KW-TAGS insert 00 at 0x0015: the tag buffer of body.topics[0] is missing; the length becomes 00 00 00 1d");
    EXPECT_EQ(cure(changed(fetch_v18, 0x5f, 1, "")),
              "KW-TAGS insert 00 at 0x005f: the tag buffer of the structure before it is missing; the length becomes 00 00 00 5c");
    EXPECT_EQ(cure(counted("00000000 0003 0009 00000007 0002 6d65 00 03 03 6f6b 06 7061796d32 01 00 00")),
              "KW-TAGS insert 00 behind every structure of the body: a flexible version ends each with a tag buffer");
    EXPECT_EQ(cure(counted("00000000 0003 0009 00000007 0002 6d65 03 03 6f6b 06 7061796d32 01 00 00")),
              "KW-TAGS insert 00 behind the header and every structure: a flexible version ends each with a tag buffer");
    EXPECT_EQ(cure(changed(metadata_v9, 0x15, 0, zero)).substr(0, 24), "KW-TAGS delete 00 at 0x0");
}

TEST(Repair, TheBytesAreThoseOfAnotherVersion) {
    EXPECT_EQ(cure(frame_of("000000000000000000"), "response-body:Heartbeat:0"), "none") << "no version is so long";
    EXPECT_EQ(cure(frame_of("000000000000"), "response-body:Heartbeat:0"), "KW-VERSION the bytes are those of version 3");
}

// What a capture cut off is not mended by a byte that happens to fit.
TEST(Repair, WhatIsCutOffStaysCutOff) {
    const auto whole = frame_of(fetch_v18);
    for (std::size_t size = 5; size + 2 < whole.size(); ++size) {
        const auto said = cure(whole.substr(0, size));
        EXPECT_TRUE(said.starts_with("none")) << size << ": " << said;
    }
}

// The cure is the right one for most frames of the vectors: the tag buffer of the header is taken out of each.
TEST(RepairVectors, TheMissingTagBufferOfAHeaderIsFound) {
    std::size_t tried = 0, found = 0, other = 0;
    testing::for_each_row("headers.tsv", [&](const std::vector<std::string_view>& c) {
        if (c[3] != "request" || c[5] != "2" || c[11] == "-" || c[8] != "-") return;
        const auto header = c[9].size() / 2;
        const auto frame = changed(c[11], 4 + header - 1, 1, "");
        const auto said = cure(frame);
        ++tried;
        if (said.starts_with("KW-HDR-TAGS insert 00 at " + hex_offset(4 + header - 1))) ++found;
        else if (said.starts_with("KW-")) ++other;
    });
    std::cout << "vectors: " << tried << " headers without tag buffer, " << found << " told, " << other << " taken for another mistake\n";
    EXPECT_GE(10 * found, 9 * tried);
}
}  // namespace kwire::tool::repair_test
