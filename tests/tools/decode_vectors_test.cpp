// SPDX-License-Identifier: Apache-2.0
// decode and encode with every row of the vectors; schema and apis.
#include "program.hpp"
#include "support/vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace kwire::testing::decode_vectors_test {
std::string line(std::initializer_list<std::string_view> cells) {
    std::string text;
    for (const auto cell : cells) text.append(cell) += '\t';
    text.back() = '\n';
    return text;
}
void expect_same(std::string_view got, std::string_view expected) {
    if (got == expected) return;
    const auto at = static_cast<std::size_t>(std::mismatch(got.begin(), got.end(), expected.begin(), expected.end()).first - got.begin());
    const auto from = expected.rfind('\n', at) + 1;
    ADD_FAILURE() << "got      " << got.substr(from, 300) << "\nexpected " << expected.substr(from, 300);
}

TEST(DecodeVectors, DecodeAndEncodeAreKafkas) {
    std::string hex_lines, json_lines, hexes, jsons;
    for_each_row("messages.tsv", [&](const std::vector<std::string_view>& c) {
        hex_lines += line({c[1], c[4], c[3], c[7]});
        json_lines += line({c[2], c[4], c[3], c[8]});
        hexes += line({c[7]});
        jsons += line({c[8]});
    });
    for_each_row("embedded.tsv", [&](const std::vector<std::string_view>& c) {
        hex_lines += line({c[1], c[2], "data", c[5]});
        json_lines += line({c[1], c[2], "data", c[7]});
        hexes += line({c[5]});
        jsons += line({c[7]});
    });
    // Older releases called two of them by other names.
    for (const std::string_view old : {"\nAlterIsr\t", "\nListClientMetricsResources\t"})
        for (auto at = json_lines.find(old); at != json_lines.npos; at = json_lines.find(old))
            json_lines.replace(at + 1, old.size() - 2, old[1] == 'A' ? "AlterPartition" : "ListConfigResources");
    const auto decoded = kwire_with_file("decode", hex_lines), encoded = kwire_with_file("encode", json_lines);
    EXPECT_EQ(decoded.status, 0);
    EXPECT_EQ(encoded.status, 0);
    expect_same(decoded.out, jsons);
    expect_same(encoded.out, hexes);
}

TEST(DecodeVectors, RecordsAreKafkas) {
    std::string input, expected;
    for_each_row("record_batches.tsv", [&](const std::vector<std::string_view>& c) {
        input += line({c[6]});
        expected += line({c[7]});
    });
    const auto decoded = kwire_with_file("decode --records", input);
    EXPECT_EQ(decoded.status, 0);
    expect_same(decoded.out, expected);
}

TEST(Decode, TellsWhatIsWrongAndGoesOn) {
    const auto done = kwire({"decode"},
                            "Metadata\t12\trequest\t01000000\nMetdata\t12\trequest\t00\nMetadata\t99\trequest\t00\nMetadata\t12\trequest\t0100\n"
                            "Metadata\t12\trequest\t0100000007\nMetadata\t12\treply\t00\nxyz\n00000004 00120000\nEndTxnMarker\t0\tdata\t00000007\n");
    EXPECT_EQ(done.status, 4);
    EXPECT_EQ(done.out,
              "{\"topics\":[],\"allowAutoTopicCreation\":false,\"includeTopicAuthorizedOperations\":false}\n"
              "error\tthere is no API 'Metdata', did you mean Metadata?: invalid argument\n"
              "error\tversion of MetadataRequest: expected a whole number, 0 to 13, not '99': invalid argument\n"
              "error\tMetadataRequest.include_topic_authorized_operations: needs 1 bytes at offset 2, 0 left: malformed bytes\n"
              "error\tMetadataRequest: 1 bytes left over at offset 4: malformed bytes\n"
              "error\texpected request, response or data, not 'reply': invalid argument\n"
              "error\tthe last cell is not hex: invalid argument\n"
              "error\tRequestHeader: needs 8 bytes, 4 left: malformed bytes\n"
              "{\"coordinatorEpoch\":7}\n");
}

TEST(Encode, FillsInWhatIsMissingAndNamesWhatIsWrong) {
    const auto done = kwire({"encode"}, "Metadata\t12\trequest\t{\"topics\":[]}\n3\t12\trequest\t{\"topic\":[]}\nHeartbeat\t0\tresponse\t{}\n");
    EXPECT_EQ(done.status, 4);
    EXPECT_EQ(done.out, "01010000\nerror\tMetadataRequest: has no field topic at offset 9 of the JSON text: malformed bytes\n0000\n");
}

TEST(Schema, ListsFieldsAndDifferences) {
    const auto diff = kwire({"schema", "Fetch", "-V", "18", "--diff", "17"});
    EXPECT_EQ(diff.status, 0);
    EXPECT_TRUE(
        diff.out.starts_with("Fetch request v18 (key 1, header v2, flexible)   17 -> 18\n  +  topics[].partitions[].high_watermark  int64  tag 1; "))
        << diff.out;
    EXPECT_NE(kwire({"schema", "3", "--response"}).out.find("\n  . . leader_id"), std::string::npos);
    EXPECT_EQ(kwire({"schema", "Fetch", "-V", "19"}).status, 2);
    EXPECT_EQ(kwire({"schema", "Fetsch"}).status, 2);
    EXPECT_NE(kwire({"schema", "VotersRecord"}).out.find("voter_directory_id"), std::string::npos);
}

TEST(Apis, ListsAll) {
    const auto all = kwire({"apis"});
    EXPECT_EQ(std::count(all.out.begin(), all.out.end(), '\n'), 94);
    EXPECT_NE(kwire({"apis", "-J"}).out.find("{\"key\":1,\"name\":\"Fetch\",\"min\":0,\"max\":18,\"flexibleSince\":12}\n"), std::string::npos);
}
}  // namespace kwire::testing::decode_vectors_test
