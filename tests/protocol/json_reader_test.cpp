// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/json_reader.hpp>

#include <gtest/gtest.h>

namespace kwire::json_reader_test {
bool valid(std::string_view text) {
    json_reader in(text);
    return in.skip() && in.finish();
}
std::string string_in(std::string_view text) {
    json_reader in(text);
    std::string content;
    EXPECT_TRUE(in.take_string(content)) << in.error().context();
    return content;
}

TEST(JsonReader, TakesWhatJsonIsAndNothingElse) {
    for (const auto* text : {"null", " true ", "-0.5e+10", "\"\"", "[]", "{}", "[1,[2,{\"a\":[]}],\"x\"]", "{\"a\":{\"b\":null},\"c\":[{}]}"})
        EXPECT_TRUE(valid(text)) << text;
    for (const auto* text :
         {"",      "nul", "+1", "01",      "1.",       ".5",    "1e",         "-",     "\"",  "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "[1,]",
          "[1 2]", "[",   "]",  "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{1:2}", "1 2", "[1}",    "'a'",     "tru e"})
        EXPECT_FALSE(valid(text)) << text;
}

TEST(JsonReader, ResolvesEscapes) {
    EXPECT_EQ(string_in(R"("a\"\\\/\b\f\n\r\tz")"), "a\"\\/\b\f\n\r\tz");
    EXPECT_EQ(string_in(R"("\u0041\u00e9\u20ac\ud83d\ude00")"), "A\u00e9\u20ac\U0001F600");
    EXPECT_EQ(string_in(R"("\ud800\u0041")"), "\uFFFDA");
    EXPECT_EQ(string_in(R"("\ude00")"), "\uFFFD");
}

TEST(JsonReader, CountsElementsBeforeTheyAreRead) {
    json_reader in(R"([ [1,2,3], {"a":[4,5]}, "],", [] ])");
    ASSERT_TRUE(in.enter_array());
    EXPECT_EQ(in.count_elements(), 4u);
    ASSERT_TRUE(in.next_element());
    ASSERT_TRUE(in.enter_array());
    EXPECT_EQ(in.count_elements(), 3u);
    while (in.next_element()) EXPECT_TRUE(in.skip());
    std::size_t more = 0;
    while (in.next_element() && in.skip()) ++more;
    EXPECT_EQ(more, 3u);
    EXPECT_TRUE(in.finish());
}

TEST(JsonReader, FailsForGoodAndSaysWhere) {
    json_reader in(R"({"a": tru})");
    std::string name;
    bool truth = false;
    ASSERT_TRUE(in.enter_object());
    ASSERT_TRUE(in.next_member(name));
    EXPECT_EQ(name, "a");
    EXPECT_FALSE(in.take_boolean(truth));
    EXPECT_EQ(in.error().context(), "not a JSON value at offset 6 of the JSON text");
    EXPECT_FALSE(in.next_member(name));
    EXPECT_FALSE(in.finish());
}

TEST(JsonReader, RefusesNestingThatIsTooDeep) {
    EXPECT_TRUE(valid(std::string(64, '[') + std::string(64, ']')));
    EXPECT_FALSE(valid(std::string(65, '[') + std::string(65, ']')));
    EXPECT_FALSE(valid(std::string(1'000'000, '[')));
}
}  // namespace kwire::json_reader_test
