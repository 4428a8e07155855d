// SPDX-License-Identifier: Apache-2.0
// decode, encode and explain with every row of the vectors.
#include "program.hpp"
#include "support/vectors.hpp"

#include <kwire/protocol/json_reader.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace kwire::testing {
namespace {
// A pipe would fill up while nobody reads.
ended kwire_with_file(const std::string& words, std::string_view input) {
    const auto path = std::filesystem::temp_directory_path() / ("kwire-input-" + std::to_string(::getpid()));
    std::ofstream(path, std::ios::binary) << input;
    auto done = run({"/bin/sh", "-c", kwire_program + " " + words + " < " + path.string()});
    std::filesystem::remove(path);
    return done;
}
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
}  // namespace

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

TEST(Explain, ShowsFieldsBytesAndMeaning) {
    const auto done = kwire({"explain", "00000013 0012 0000 00000001 0009 6b776972652d636c69"});
    EXPECT_EQ(done.status, 0);
    EXPECT_TRUE(
        done.out.starts_with("request ApiVersions v0 \u00b7 23 bytes -> request header v1\n"
                             "0000  00 00 00 13              message_size                   int32                    19\n"
                             "0004  00 12                    request_api_key                int16                    18 (ApiVersions)\n"))
        << done.out;
    EXPECT_NE(done.out.find("\n0017  end, 0 bytes left over\n"), std::string::npos) << done.out;
}

TEST(Explain, SaysWhatIsOddAboutBytes) {
    const auto left = kwire({"explain", "--as", "request-body:Heartbeat:0", "0001670000000100016d00"});
    EXPECT_EQ(left.status, 3);
    EXPECT_NE(left.out.find("! 1 byte left over at offset 10\n"), std::string::npos) << left.out;
    const auto cut = kwire({"explain", "--as", "request-body:Heartbeat:0", "000167000000"});
    EXPECT_EQ(cut.status, 4);
    EXPECT_NE(cut.out.find("! HeartbeatRequest.generation_id: needs 4 bytes at offset 3, 3 left\n"), std::string::npos) << cut.out;
    const auto other = kwire({"explain", "-"}, "GET / HTTP/1.1\r\n");
    EXPECT_EQ(other.status, 4);
    EXPECT_NE(other.out.find("this is an HTTP request, not Kafka"), std::string::npos) << other.out;
}

TEST(Explain, GuessesWhichAnswerItMayBe) {
    // DescribeCluster v0: no error, cluster "abc", controller 1, one broker 1 at "host":9092
    const auto done = kwire({"explain", "00000029 00000007 00 00000000 0000 00 04616263 00000001 02 00000001 05686f7374 00002384 00 00 80000000 00"});
    EXPECT_EQ(done.status, 4);
    EXPECT_NE(done.err.find("--as response:DescribeCluster:"), std::string::npos) << done.err;
}

TEST(Explain, HidesSecretsUnlessAsked) {
    const std::vector<std::string> words{"explain", "--as", "request-body:SaslAuthenticate:2",
                                         "0a00616c696365007078"
                                         "00"};
    const auto hidden = kwire(words);
    EXPECT_EQ(hidden.status, 0);
    EXPECT_NE(hidden.out.find("<redacted>"), std::string::npos);
    EXPECT_EQ(hidden.out.find("61 6c 69"), std::string::npos) << hidden.out;
    auto as_json = words, shown = words;
    as_json.insert(as_json.begin() + 1, {"--format", "json"});
    EXPECT_NE(kwire(as_json).out.find("\"authBytes\":\"<redacted>\""), std::string::npos);
    shown.insert(shown.begin() + 1, "--show-secrets");
    const auto open = kwire(shown);
    EXPECT_NE(open.out.find("61 6c 69"), std::string::npos);
    EXPECT_NE(open.err.find("secrets are shown"), std::string::npos);
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
}  // namespace kwire::testing
