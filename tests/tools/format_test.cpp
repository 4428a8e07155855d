// SPDX-License-Identifier: Apache-2.0
#include "format.hpp"
#include "output.hpp"
#include "values.hpp"

#include <gtest/gtest.h>

namespace kwire::tool::format_test {
shown_record sample() {
    shown_record r;
    r.topic = "orders";
    r.topic_id = "AAAAAAAAAAAAAAAAAAAAAQ";
    r.partition = 2, r.broker = 1, r.offset = 41, r.timestamp = 1700000000123;
    r.timestamp_type = shown_record::timestamp_kind::create;
    r.key = "k", r.value = "va\x1bl";
    r.headers = {{"a", "1"}, {"n", std::nullopt}};
    r.crc = 0xbeef, r.producer_id = 7, r.producer_epoch = 3, r.compression = codec::zstd;
    return r;
}
std::string shown(std::string_view format, const shown_record& r = sample(), print_options how = {}) {
    std::string out;
    const auto f = record_format::parse(format);
    EXPECT_TRUE(f) << format;
    if (f) f->render(r, how, out);
    return out;
}
std::string refused(std::string_view format) {
    const auto f = record_format::parse(format);
    return f ? "" : f.error().context();
}

TEST(RecordFormat, KnowsKcatsTokens) {
    EXPECT_EQ(shown("%t [%p] at %o: %k=%s\\n"), "orders [2] at 41: k=va\x1bl\n");
    EXPECT_EQ(shown("%K %S %T %h %%"), "1 4 1700000000123 a=1,n=NULL %");
    EXPECT_EQ(shown("%R"), std::string("\0\0\0\4", 4));
}

TEST(RecordFormat, KnowsWhatIsOnTheWireBeside) {
    EXPECT_EQ(shown("%{crc} %{pid} %{epoch} %{codec} %{topic_id} %{hex}"), "0000beef 7 3 zstd AAAAAAAAAAAAAAAAAAAAAQ 76611b6c");
}

TEST(RecordFormat, ReadsEscapes) {
    EXPECT_EQ(shown("\\t\\r\\n\\\\\\x41\\x4\\q"), "\t\r\n\\A\4q");
    EXPECT_EQ(shown("a\\"), "a\\");
    EXPECT_EQ(unescape("\\x414"), "A4");
    EXPECT_EQ(unescape("\\xg"), "xg");
    EXPECT_EQ(unescape("\\0"), std::string(1, '\0'));
}

TEST(RecordFormat, NullHasNoTextAndLengthMinusOne) {
    auto r = sample();
    r.key.reset(), r.value.reset(), r.headers.clear();
    EXPECT_EQ(shown("[%k][%s][%K][%S][%h][%{hex}]", r), "[][][-1][-1][][]");
    EXPECT_EQ(shown("[%k][%s]", r, {.null_as_word = true}), "[NULL][NULL]");
    EXPECT_EQ(shown("%R", r), "\xff\xff\xff\xff");
}

TEST(RecordFormat, EscapesForATerminalWhatComesFromOutsideOnly) { EXPECT_EQ(shown("\\x1b[1m%s", sample(), {.escape = true}), "\x1b[1mva\\x1bl"); }

TEST(RecordFormat, NamesATokenThatDoesNotExist) {
    EXPECT_EQ(refused("%t %z"), "format: there is no token %z (at character 4); a percent sign itself is %%");
    EXPECT_EQ(refused("%{crc32}"), "format: there is no token %{crc32} (at character 1); a percent sign itself is %%");
    EXPECT_EQ(refused("%"), "format: there is no token % (at character 1); a percent sign itself is %%");
    EXPECT_EQ(refused("%{crc"), "format: there is no token %{ (at character 1); a percent sign itself is %%");
}

TEST(RecordFormat, WithoutOneItIsKeyOffsetAndValueAsAskedFor) {
    const auto plain = [](std::optional<std::string> key, bool offset) {
        std::string out;
        record_format::plain(std::move(key), offset, ";").render(sample(), {}, out);
        return out;
    };
    EXPECT_EQ(plain({}, false), "va\x1bl;");
    EXPECT_EQ(plain(":", false), "k:va\x1bl;");
    EXPECT_EQ(plain("|", true), "41|k|va\x1bl;");
    EXPECT_EQ(plain({}, true), "41:va\x1bl;");
}

TEST(RecordJson, IsKcatsEnvelope) {
    auto r = sample();
    r.value = "v\"\n\x01\xc3\xa9";
    std::string out;
    render_json(r, out);
    EXPECT_EQ(out,
              "{\"topic\":\"orders\",\"partition\":2,\"offset\":41,\"tstype\":\"create\",\"ts\":1700000000123,\"broker\":1,"
              "\"headers\":[\"a\",\"1\",\"n\",null],\"key\":\"k\",\"payload\":\"v\\\"\\n\\u0001\xc3\xa9\"}");
}

TEST(RecordJson, KeepsBytesThatAreNotUtf8InHex) {
    auto r = sample();
    r.headers.clear();
    r.key.reset();
    r.value = "a\xff\xc2\x85";
    std::string out;
    render_json(r, out);
    EXPECT_TRUE(out.ends_with("\"key\":null,\"payload\":\"a\xef\xbf\xbd\\u0085\",\"payload_hex\":\"61ffc285\"}")) << out;
}

TEST(Escaping, LeavesTextAndTakesTheTeethOutOfControls) {
    EXPECT_EQ(escaped("plain\n\ttext \xc3\xa9 \xf0\x9f\x98\x80"), "plain\n\ttext \xc3\xa9 \xf0\x9f\x98\x80");
    EXPECT_EQ(escaped("\x1b]0;title\x07\r\x7f"), "\\x1b]0;title\\x07\\x0d\\x7f");
    EXPECT_EQ(escaped("\xc2\x9b"), "\\xc2\\x9b");           // C1: CSI
    EXPECT_EQ(escaped("\xff\xc0\x80"), "\\xff\\xc0\\x80");  // not UTF-8, overlong
    EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
    EXPECT_EQ(escaped("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
    EXPECT_EQ(escaped("cut \xe2\x82"), "cut \\xe2\\x82");
}

TEST(Values, DurationsCarryTheirUnit) {
    using namespace std::chrono_literals;
    const auto read = [](std::string_view text, bool bare = false) { return read_duration(text, bare).value_or(-1ms); };
    EXPECT_EQ(read("500ms"), 500ms);
    EXPECT_EQ(read("2s"), 2s);
    EXPECT_EQ(read("3m"), 3min);
    EXPECT_EQ(read("1h"), 1h);
    EXPECT_EQ(read("5", true), 5s);
    for (const auto* wrong : {"5", "", "s", "-1s", "1.5s", "5 s", "5S", "99999999999999999999s", "9999999999999h"})
        EXPECT_EQ(read(wrong), -1ms) << wrong;
}

TEST(Values, OffsetsAreReadAsKcatDoes) {
    using kind = start_offset::kind;
    const auto read = [](std::string_view text) {
        settings s;
        EXPECT_TRUE(read_offset(s, text)) << text;
        return s;
    };
    EXPECT_EQ(read("beginning").from.what, kind::beginning);
    EXPECT_EQ(read("end").from.what, kind::end);
    EXPECT_EQ(read("17").from.value, 17);
    EXPECT_EQ(read("-5").from.what, kind::before_end);
    EXPECT_EQ(read("-5").from.value, 5);
    EXPECT_EQ(read("s@1000").from.what, kind::timestamp);
    EXPECT_EQ(read("e@2000").until, 2000);
    settings s;
    for (const auto* wrong : {"", "x", "1x", "s@", "s@-1", "e@x", "stored", "--5"}) EXPECT_FALSE(read_offset(s, wrong)) << wrong;
}
}  // namespace kwire::tool::format_test
