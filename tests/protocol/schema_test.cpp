// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/list_offsets.hpp>
#include <kwire/protocol/schema.hpp>

#include <gtest/gtest.h>

#include <set>

namespace kwire::schema_test {
std::string print(const std::vector<schema_line>& lines) {
    std::string text;
    for (const auto& line : lines) text += std::string(line.depth, '.') + line.path + " " + line.type + " = " + line.default_value + "\n";
    return text;
}
std::string print(const std::vector<schema_change>& changes) {
    std::string text;
    for (const auto& c : changes)
        text += std::string(1, c.what) + " " + c.now.path + " " + c.now.type + (c.was_type.empty() ? "" : " was " + c.was_type) + "\n";
    return text;
}

TEST(Schema, ListsTheFieldsOfAVersion) {
    EXPECT_EQ(print(*describe(shape_of<list_offsets_request>(), 6)),
              "replica_id int32 = 0\n"
              "isolation_level int8 = 0\n"
              "topics compact_array of struct = []\n"
              ".topics[].name compact_string = \"\"\n"
              ".topics[].partitions compact_array of struct = []\n"
              "..topics[].partitions[].partition_index int32 = 0\n"
              "..topics[].partitions[].current_leader_epoch int32 = -1\n"
              "..topics[].partitions[].timestamp int64 = 0\n");
    EXPECT_EQ(describe(shape_of<list_offsets_request>(), 99).error(), client_errc::version_not_supported);
}

TEST(Schema, SaysWhatAVersionChanged) {
    EXPECT_EQ(print(*differences(shape_of<fetch_request>(), 17, 18)), "+ topics[].partitions[].high_watermark int64\n");
    EXPECT_EQ(print(*differences(shape_of<fetch_request>(), 12, 13)),
              "- topics[].topic string\n- forgotten_topics_data[].topic string\n+ topics[].topic_id uuid\n+ forgotten_topics_data[].topic_id uuid\n");
    EXPECT_EQ(print(*differences(find_api("Metadata")->request(), 0, 1)), "~ topics nullable_array of struct was array of struct\n");
    EXPECT_EQ(print(*differences(find_api("Metadata")->request(), 8, 9)), "");  // only the lengths
}

TEST(Schema, DescribesEveryMessageInEveryVersion) {
    for (const api& a : apis())
        for (const shape* s : {&a.request(), &a.response()})
            for (std::int16_t v = s->first; v <= s->last; ++v) {
                std::set<std::string> paths;
                const auto lines = describe(*s, v);
                ASSERT_TRUE(lines);
                for (const auto& line : *lines) EXPECT_TRUE(paths.insert(line.path).second) << s->name << " v" << v << " " << line.path;
            }
}
}  // namespace kwire::schema_test
