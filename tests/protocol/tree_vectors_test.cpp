// SPDX-License-Identifier: Apache-2.0
// Every byte of every message of the vectors has one owner.
#include "support/vectors.hpp"

#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/tree.hpp>

#include <set>

namespace kwire::tree_vectors_test {
using namespace testing;
void expect_tiles(const tree& t, std::size_t size) {
    std::size_t at = 0;
    std::set<std::string_view> paths;
    for (const auto& leaf : t.leaves) {
        ASSERT_EQ(leaf.from, at) << leaf.path;
        ASSERT_LT(leaf.from, leaf.to) << leaf.path;
        ASSERT_TRUE(paths.insert(leaf.path).second) << leaf.path << " is there twice";
        ASSERT_FALSE(leaf.meaning.empty()) << leaf.path;
        at = leaf.to;
    }
    ASSERT_EQ(at, size);
}
std::string print(const tree& t) {
    std::string text;
    for (const auto& leaf : t.leaves) {
        text += std::to_string(leaf.from) + "+" + std::to_string(leaf.to - leaf.from) + " " + std::string(leaf.depth, '.');
        text += leaf.path + " " + leaf.type + " " + leaf.meaning + "\n";
    }
    return text;
}

TEST(TreeVectors, EveryByteOfEveryMessageHasOneOwner) {
    std::size_t rows = 0, leaves = 0;
    for_each_row("messages.tsv", [&](const std::vector<std::string_view>& c) {
        const api* a = find_api(static_cast<std::int16_t>(number(c[1])));
        ASSERT_TRUE(a);
        SCOPED_TRACE(std::string(c[2]) + " " + std::string(c[3]) + " v" + std::string(c[4]) + " " + std::string(c[6]));
        auto m = c[3] == "request" ? a->make_request() : a->make_response();
        const auto body = from_hex(c[7]);
        const auto t = annotate(m.shape(), m.object(), as_bytes(body), static_cast<std::int16_t>(number(c[4])));
        ASSERT_TRUE(t.taken) << t.taken.error().message();
        expect_tiles(t, body.size());
        ++rows, leaves += t.leaves.size();
    });
    EXPECT_GT(leaves, 10 * rows);
    for_each_row("embedded.tsv", [](const std::vector<std::string_view>& c) {
        auto m = find_data_message(c[1])->make();
        const auto body = from_hex(c[5]);
        const auto t = annotate(m.shape(), m.object(), as_bytes(body), static_cast<std::int16_t>(number(c[2])));
        ASSERT_TRUE(t.taken);
        expect_tiles(t, body.size());
    });
    for_each_row("headers.tsv", [](const std::vector<std::string_view>& c) {
        const auto head = from_hex(c[9]);
        request_header request;
        response_header response;
        const auto version = static_cast<std::int16_t>(number(c[5]));
        const auto t = c[3] == "request" ? annotate(request, as_bytes(head), version) : annotate(response, as_bytes(head), version);
        ASSERT_TRUE(t.taken);
        expect_tiles(t, head.size());
    });
}

// What could be read of a message that is cut off is still told, without a gap.
TEST(TreeVectors, ALeafForAllThatCameBeforeAFailure) {
    for_each_row("messages.tsv", [&](const std::vector<std::string_view>& c) {
        if (c[6] != "max" && c[6] != "many") return;
        const api* a = find_api(static_cast<std::int16_t>(number(c[1])));
        const auto body = from_hex(c[7]);
        for (std::size_t size = 0; size < body.size(); size += 7) {
            auto m = c[3] == "request" ? a->make_request() : a->make_response();
            const auto t = annotate(m.shape(), m.object(), as_bytes(body).first(size), static_cast<std::int16_t>(number(c[4])));
            ASSERT_FALSE(t.taken);
            expect_tiles(t, t.leaves.empty() ? 0 : t.leaves.back().to);
        }
    });
}

TEST(Tree, SaysWhatAFetchRequestMeans) {
    const auto body = from_hex(
        "000001f4"
        "00000001"
        "03200000"
        "00"
        "00000000"
        "ffffffff"
        "02"
        "f40f410981d04fd2bb1eae14549f6a4c"
        "02"
        "00000000"
        "ffffffff"
        "0000000000000000"
        "ffffffff"
        "ffffffffffffffff"
        "00100000"
        "00"
        "00"
        "01"
        "01"
        "01"
        "09"
        "03"
        "616263");
    fetch_request m;
    EXPECT_EQ(print(annotate(m, as_bytes(body), 18)),
              "0+4 max_wait_ms int32 500\n"
              "4+4 min_bytes int32 1\n"
              "8+4 max_bytes int32 52428800\n"
              "12+1 isolation_level int8 0\n"
              "13+4 session_id int32 0\n"
              "17+4 session_epoch int32 -1\n"
              "21+1 topics compact_array 1 element (2 = count + 1)\n"
              "22+16 .topics[0].topic_id uuid 9A9BCYHQT9K7Hq4UVJ9qTA\n"
              "38+1 .topics[0].partitions compact_array 1 element (2 = count + 1)\n"
              "39+4 ..topics[0].partitions[0].partition int32 0\n"
              "43+4 ..topics[0].partitions[0].current_leader_epoch int32 -1\n"
              "47+8 ..topics[0].partitions[0].fetch_offset int64 0\n"
              "55+4 ..topics[0].partitions[0].last_fetched_epoch int32 -1\n"
              "59+8 ..topics[0].partitions[0].log_start_offset int64 -1\n"
              "67+4 ..topics[0].partitions[0].partition_max_bytes int32 1048576\n"
              "71+1 ..topics[0].partitions[0].tagged_fields uvarint none\n"
              "72+1 .topics[0].tagged_fields uvarint none\n"
              "73+1 forgotten_topics_data compact_array 0 elements (1 = count + 1)\n"
              "74+1 rack_id compact_string \"\"\n"
              "75+1 tagged_fields uvarint 1\n"
              "76+5 tagged_fields[9] tagged_field tag 9, 3 bytes, unknown\n");
}
}  // namespace kwire::tree_vectors_test
