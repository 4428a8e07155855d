// SPDX-License-Identifier: Apache-2.0
// explain as people meet it: the tree, what is odd, who else speaks, and what is kept secret.
#include "other_protocol.hpp"
#include "program.hpp"
#include "redact.hpp"
#include "support/vectors.hpp"
#include "wire_text.hpp"

#include <kwire/protocol/batch_writer.hpp>

#include <gtest/gtest.h>

namespace kwire::testing::explain_test {
constexpr std::string_view fetch_v18 =
    "0000005c 0001 0012 00000003 0005 6175646974 00 000001f4 00000001 03200000 00 00000000 ffffffff 02 f40f410981d04fd2bb1eae1454fba04c "
    "02 00000000 ffffffff 0000000000000000 ffffffff ffffffffffffffff 00100000 00 00 01 01 00";

TEST(Explain, ShowsEveryByteOfAFetchRequest) {
    const auto done = kwire({"explain", std::string(fetch_v18)});
    EXPECT_EQ(done.status, 0);
    EXPECT_EQ(done.out, R"(request Fetch v18 · 96 bytes · flexible -> request header v2
0000  00 00 00 5c              message_size                   int32                    92
0004  00 01                    request_api_key                int16                    1 (Fetch)
0006  00 12                    request_api_version            int16                    18
0008  00 00 00 03              correlation_id                 int32                    3   comes back in the answer
000c  00 05 61 75 64 69 74     client_id                      nullable_string          "audit"   int16 length even in the flexible version, so that old brokers can read it
0013  00                       tagged_fields                  uvarint                  none
0014  00 00 01 f4              max_wait_ms                    int32                    500   ms that the broker may wait for MinBytes
0018  00 00 00 01              min_bytes                      int32                    1   of records, for the broker to answer before MaxWaitMs; 1: as soon as there is one
001c  03 20 00 00              max_bytes                      int32                    52428800   of the whole answer, KIP-74
0020  00                       isolation_level                int8                     0   KIP-98: 0 all records, 1 only those of committed transactions
0021  00 00 00 00              session_id                     int32                    0   KIP-227; 0: none
0025  ff ff ff ff              session_epoch                  int32                    -1   KIP-227; -1: no session, 0: begin one
0029  02                       topics                         compact_array            1 element (2 = count + 1)
002a  f4 0f 41 09 81 d0 4f d2  . topic_id                     uuid                     9A9BCYHQT9K7Hq4UVPugTA   KIP-516: instead of the name; Metadata has it
      bb 1e ae 14 54 fb a0 4c
003a  02                       . partitions                   compact_array            1 element (2 = count + 1)
003b  00 00 00 00              . . partition                  int32                    0   its number within the topic
003f  ff ff ff ff              . . current_leader_epoch       int32                    -1   KIP-320: as Metadata says; -1: the broker skips its check
0043  00 00 00 00 00 00 00 00  . . fetch_offset               int64                    0   the first offset wanted
004b  ff ff ff ff              . . last_fetched_epoch         int32                    -1   KIP-595; -1: no check for divergence
004f  ff ff ff ff ff ff ff ff  . . log_start_offset           int64                    -1   of a follower; a client sends -1
0057  00 10 00 00              . . partition_max_bytes        int32                    1048576   of this partition; one batch comes even if it is larger, KIP-74
005b  00                       . . tagged_fields              uvarint                  none
005c  00                       . tagged_fields                uvarint                  none
005d  01                       forgotten_topics_data          compact_array            0 elements (1 = count + 1)
005e  01                       rack_id                        compact_string           ""   KIP-392: where the client is, to be shown a near replica; may be empty
005f  00                       tagged_fields                  uvarint                  none
0060  end of frame, 0 bytes left over
)");
}

TEST(Explain, ShowsFieldsBytesAndMeaning) {
    const auto done = kwire({"explain", "00000013 0012 0000 00000001 0009 6b776972652d636c69"});
    EXPECT_EQ(done.status, 0);
    EXPECT_TRUE(
        done.out.starts_with("request ApiVersions v0 \u00b7 23 bytes -> request header v1\n"
                             "0000  00 00 00 13              message_size                   int32                    19\n"
                             "0004  00 12                    request_api_key                int16                    18 (ApiVersions)\n"))
        << done.out;
    EXPECT_NE(done.out.find("\n0017  end of frame, 0 bytes left over\n"), std::string::npos) << done.out;
}

TEST(Explain, ReadsEverySpelling) {
    const std::string_view frame("\0\0\0\x13\0\x12\0\0\0\0\0\1\0\x09kwire-cli", 23);
    const auto expected = kwire({"explain", "0000001300120000000000010009 6b776972652d636c69"}).out;
    for (const std::string_view text :
         {"00000000: 0000 0013 0012 0000 0000 0001 0009 6b77  ..............kw\n00000010: 6972 652d 636c 69                        ire-cli\n",
          "unsigned char f[] = {\n  0x00, 0x00, 0x00, 0x13, 0x00, 0x12, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,\n  0x00, 0x09, 0x6b, "
          "0x77, 0x69, 0x72, 0x65, 0x2d, 0x63, 0x6c, 0x69\n};\nunsigned int f_len = 23;\n",
          R"(b"\x00\x00\x00\x13\0\x12\x00\x00\x00\x00\x00\x01\x00\tkwire-cli")", "AAAAEwASAAAAAAABAAlrd2lyZS1jbGk="})
        EXPECT_EQ(kwire({"explain", "-"}, text).out, expected) << text;
    EXPECT_EQ(kwire({"explain"}, frame).out, expected) << "the bytes themselves";
    const std::string path = ::testing::TempDir() + "kwire-explain-test.bin";
    std::ofstream(path, std::ios::binary) << frame;
    EXPECT_EQ(kwire({"explain", path}).out, expected);
    std::filesystem::remove(path);
}

TEST(Explain, SaysWhatIsOddAndPointsAtIt) {
    const auto left = kwire({"explain", "--as", "request-body:Heartbeat:0", "0001670000000100016d00"});
    EXPECT_EQ(left.status, 3);
    EXPECT_NE(left.out.find("! KW-LEFT-OVER 1 byte is left over at 0x000a\n"
                            "  0002  67 00 00 00 01 00 01 6d 00\n"
                            "                                ^^\n"),
              std::string::npos)
        << left.out;
    const auto cut = kwire({"explain", "--as", "request-body:Heartbeat:0", "000167000000"});
    EXPECT_EQ(cut.status, 4);
    EXPECT_NE(cut.out.find("! KW-SHORT HeartbeatRequest.generation_id: needs 4 bytes at offset 3, 3 left\n"
                           "  0000  00 01 67 00 00 00\n"
                           "                 ^^^^^^^^\n"),
              std::string::npos)
        << cut.out;
}

// Two batches of one record each, and the same with the end of the second missing.
TEST(Explain, SaysWhereABatchIsCutOffInEveryForm) {
    batch_writer w(1 << 20);
    ASSERT_TRUE(w.append({1000, {}, as_bytes("hello"), {}}));
    w.seal();
    const std::string one(as_text(w.wire()));
    const auto hex_of = [](const std::string& text) { return tool::hex_of(as_bytes(text)); };
    const auto whole = hex_of(one + one), cut = hex_of(one + one.substr(0, one.size() - 9));
    const auto size = std::to_string(one.size());
    for (const std::string form : {"tree", "line", "json", "hex"}) {
        EXPECT_EQ(kwire({"explain", "--as", "records", "--format", form, whole}).status, 0) << form;
        EXPECT_EQ(kwire({"explain", "--as", "records", "--format", form, cut}).status, 3) << form;
    }
    const auto done = kwire({"explain", "--as", "records", cut});
    const auto text = std::to_string(one.size() - 9) + " bytes of a batch that was cut off: it should have " + size;
    EXPECT_NE(done.out.find("\n! KW-BATCH-CUT " + text + "\n"), std::string::npos) << done.out;
    EXPECT_EQ(done.out.find("0 bytes left over"), std::string::npos) << done.out;
    // What a broker answers to a Fetch ends where max_bytes does.
    const auto count = 2 * one.size() - 9 + 1;  // a varint of two bytes
    const std::string length{static_cast<char>(0x80 | (count & 0x7f)), static_cast<char>(count >> 7)};
    const auto fetched =
        "00000000 0000 00000000 02 f40f410981d04fd2bb1eae1454fba04c 02 00000000 0000 0000000000000002 0000000000000002 "
        "0000000000000000 00 ffffffff" +
        hex_of(length) + cut + "000000";
    const auto answer = kwire({"explain", "--as", "response-body:Fetch:13", fetched});
    EXPECT_EQ(answer.status, 0) << answer.out;
    EXPECT_NE(answer.out.find(text), std::string::npos) << answer.out;
    EXPECT_EQ(answer.out.find("KW-BATCH-CUT"), std::string::npos) << answer.out;
}

TEST(Explain, NamesTheCureThatFits) {
    const auto done = kwire({"explain", "0000000e 0012 0000 00000001 0003 636c69 00"});
    EXPECT_EQ(done.status, 3);
    EXPECT_NE(done.out.find("! KW-HDR-TAGS delete 00 at 0x0011: request header v1 ends without a tag buffer; the length becomes 00 00 00 0d\n"
                            "  0009  00 00 01 00 03 63 6c 69 00\n"),
              std::string::npos)
        << done.out;
    const auto as_json = kwire({"explain", "--format", "json", "0000000e 0012 0000 00000001 0003 636c69 00"});
    EXPECT_NE(as_json.out.find("{\"id\":\"KW-HDR-TAGS\",\"at\":17,\"size\":1,\"text\":\"delete 00 at 0x0011"), std::string::npos) << as_json.out;
}

TEST(Explain, ANewerVersionIsReadByTheNearestAndMarkedAsAGuess) {
    std::string newer(fetch_v18);
    newer.replace(newer.find("0012"), 4, "0013");
    const auto done = kwire({"explain", newer});
    EXPECT_EQ(done.status, 3);
    EXPECT_TRUE(done.out.starts_with("request Fetch v19 ")) << done.out;
    EXPECT_NE(done.out.find("\n! KW-VERSION-NEWER version 19 is newer than this kwire: read as version 18, which is a guess\n"), std::string::npos)
        << done.out;
    EXPECT_EQ(kwire({"explain", "--as", "response-body:Heartbeat:9", "00000000 0000 00"}).status, 3);
}

TEST(Explain, SaysWhoElseSpeaksOnAKafkaPort) {
    const auto http = kwire({"explain", "-"}, "GET / HTTP/1.1\r\n");
    EXPECT_EQ(http.status, 4);
    EXPECT_NE(http.out.find("! KW-NOT-KAFKA 47 45 54 20 = \"GET \" = 1195725856 as int32: an HTTP request on a Kafka port"), std::string::npos)
        << http.out;
    const struct {
        std::string_view begins, says;
    } others[] = {{"POST /topics", "an HTTP request"},
                  {"HTTP/1.1 400 Bad Request", "an HTTP answer"},
                  {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"},
                  {"SSH-2.0-OpenSSH_9.2", "SSH"},
                  {std::string_view("AMQP\0\0\x09\x01", 8), "AMQP"},
                  {"PROXY TCP4 192.0.2.1 192.0.2.2 4711 9092\r\n", "PROXY protocol version 1"},
                  {std::string_view("\r\n\r\n\0\r\nQUIT\n\x21", 13), "PROXY protocol version 2"},
                  {"ruok", "ZooKeeper"},
                  {"mntr", "ZooKeeper"},
                  {std::string_view("\x15\x03\x03\x00\x02\x02\x46", 7), "a TLS alert (70)"}};
    for (const auto& other : others) EXPECT_NE(tool::other_protocol(as_bytes(other.begins)).find(other.says), std::string::npos) << other.begins;
    const auto session = from_hex(
                             "0000002d"
                             "00000000"
                             "0000000000000000"
                             "00007530"
                             "0000000000000000"
                             "00000010") +
                         std::string(17, '\0');
    EXPECT_NE(tool::other_protocol(as_bytes(session)).find("ZooKeeper"), std::string::npos);
    EXPECT_EQ(tool::other_protocol(as_bytes(from_hex("00000013001200000000"))), "");
}

TEST(Explain, NamesTheServerThatATlsClientAsksFor) {
    // Made by hand: no session, one cipher, one compression, extensions: supported_groups, server_name.
    const std::string name = "broker.example";
    const std::string hello = from_hex("0303") + std::string(32, 'r') +
                              from_hex(
                                  "00"
                                  "0002"
                                  "1301"
                                  "01"
                                  "00"
                                  "001f"
                                  "000a"
                                  "0004"
                                  "0002"
                                  "001d"
                                  "0000"
                                  "0013"
                                  "0011"
                                  "00"
                                  "000e") +
                              name +
                              from_hex(
                                  "0017"
                                  "0000");
    std::string record = from_hex("160301");
    const auto sized = [](std::size_t n, int width) {
        std::string text;
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) text += static_cast<char>(n >> shift & 0xff);
        return text;
    };
    record += sized(hello.size() + 4, 2) + '\1' + sized(hello.size(), 3) + hello;
    const auto said = tool::other_protocol(as_bytes(record));
    EXPECT_TRUE(said.starts_with("16 03 01 00 = 369295616 as int32: a TLS ClientHello (SNI broker.example) on a plaintext port")) << said;
    for (std::size_t size = 0; size < record.size(); ++size) {
        const std::string cut = record.substr(0, size);  // of its own, so that a sanitizer sees its end
        EXPECT_EQ(tool::other_protocol(as_bytes(cut)).empty(), size < 4) << size;
    }
}

TEST(Explain, GuessesWhichAnswerItMayBe) {
    // DescribeCluster v0: no error, cluster "abc", controller 1, one broker 1 at "host":9092
    const auto done = kwire({"explain", "00000029 00000007 00 00000000 0000 00 04616263 00000001 02 00000001 05686f7374 00002384 00 00 80000000 00"});
    EXPECT_EQ(done.status, 4);
    EXPECT_NE(done.err.find("--as response:DescribeCluster:"), std::string::npos) << done.err;
}
}  // namespace kwire::testing::explain_test
