// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/frame_reader.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace kwire::frame_reader_test {
std::string frame_of(const std::string& body) {
    const auto n = static_cast<std::uint32_t>(body.size());
    std::string f;
    for (int shift = 24; shift >= 0; shift -= 8) f += static_cast<char>(n >> shift);
    return f + body;
}
std::string size_only(std::uint32_t n) {
    return frame_of(std::string()).substr(4) + [n] {
        std::string f;
        for (int shift = 24; shift >= 0; shift -= 8) f += static_cast<char>(n >> shift);
        return f;
    }();
}

// Hands over at most `step` bytes a time; the frames that came out, or the error.
result<std::vector<std::string>> read_all(frame_reader& reader, std::string_view stream, std::size_t step) {
    std::vector<std::string> frames;
    while (!stream.empty()) {
        const auto space = reader.space();
        const auto n = std::min({space.size(), stream.size(), step});
        std::memcpy(space.data(), stream.data(), n);
        stream.remove_prefix(n);
        reader.received(n);
        for (;;) {
            auto next = reader.next();
            if (!next) return std::move(next).error();
            if (!*next) break;
            frames.emplace_back(as_text(***next));
        }
    }
    return frames;
}
error refusal(const std::string& stream, std::size_t limit = frame_reader::first_limit) {
    frame_reader reader(nullptr, limit);
    auto got = read_all(reader, stream, stream.size());
    EXPECT_FALSE(got) << "it was not refused";
    return got ? error(client_errc::closed) : got.error();
}

TEST(FrameReader, GivesTheSameFramesHoweverTheBytesCome) {
    std::string stream;
    std::vector<std::string> sent;
    for (const std::size_t n : {4u, 60u, 8'187u, 8'188u, 8'189u, 5u, 49'152u, 49'153u, 300'000u, 7u}) {
        std::string body(n, '\0');
        for (std::size_t i = 0; i < n; ++i) body[i] = static_cast<char>(i * 31 + n);
        sent.push_back(body);
        stream += frame_of(body);
    }
    for (const std::size_t step : {1u, 3u, 1'000u, 65'536u, 1'000'000u}) {
        frame_reader reader(nullptr);
        const auto got = read_all(reader, stream, step);
        ASSERT_TRUE(got) << got.error().message();
        EXPECT_TRUE(*got == sent) << "in steps of " << step;
        EXPECT_EQ(reader.unfinished(), 0u);
    }
}

TEST(FrameReader, TakesMemoryOnlyForWhatHasArrived) {
    const std::size_t whole = 64u << 20;
    frame_reader reader(nullptr, 100u << 20);
    std::string head = size_only(whole) + std::string(8, 'x');
    auto got = read_all(reader, head, head.size());
    ASSERT_TRUE(got);
    for (std::size_t received = 12; received < 4 + whole;) {
        const auto space = reader.space();
        EXPECT_LE(reader.allocated(), (64u << 10) + 2 * received);
        const auto n = std::min<std::size_t>(space.size(), 10'007);
        std::memset(space.data(), 'x', n);
        reader.received(n);
        received += n;
    }
    auto done = reader.next();
    ASSERT_TRUE(done && *done);
    EXPECT_EQ((**done)->size(), whole);
}

TEST(FrameReader, ReusesTheMemoryOfFramesThatAreDone) {
    const auto frames = std::make_shared<frame_pool>();
    frame_reader reader(frames);
    const auto stream = frame_of(std::string(200'000, 'a'));
    ASSERT_TRUE(read_all(reader, stream, stream.size()));
    const auto idle = frames->idle_bytes();
    EXPECT_GE(idle, 200'000u);
    ASSERT_TRUE(read_all(reader, stream, stream.size()));
    EXPECT_EQ(frames->idle_bytes(), idle);
}

TEST(FrameReader, KeepsAFrameAsLongAsSomebodyHoldsIt) {
    auto frames = std::make_shared<frame_pool>();
    frame_reader reader(frames);
    const std::string stream = frame_of("first") + frame_of("other");
    std::memcpy(reader.space().data(), stream.data(), stream.size());
    reader.received(stream.size());
    const auto first = **reader.next(), other = **reader.next();
    frames.reset();
    EXPECT_EQ(as_text(*first), "first");
    EXPECT_EQ(as_text(*other), "other");
}

TEST(FrameReader, RefusesSizesThatNoFrameCanHave) {
    for (const std::uint32_t size : {0u, 1u, 3u, 0xffffffffu, 0x80000000u}) { EXPECT_EQ(refusal(size_only(size)), client_errc::malformed) << size; }
    EXPECT_EQ(refusal(size_only(0x7fffffff)), client_errc::too_large);
    EXPECT_EQ(refusal(size_only((1u << 20) + 1)), client_errc::too_large);
}

TEST(FrameReader, JudgesTheSizeBeforeItTakesMemory) {
    frame_reader reader(nullptr);
    const auto before = reader.allocated();
    auto got = read_all(reader, size_only(0x7fffffff), 1);
    EXPECT_FALSE(got);
    EXPECT_EQ(reader.allocated(), before);
}

TEST(FrameReader, NamesTheLimitOnceKafkaIsSpoken) {
    const auto why = refusal(frame_of("an answer") + size_only(5u << 20));
    EXPECT_EQ(why, client_errc::too_large);
    EXPECT_NE(why.message().find("5242880 bytes is over the limit of 1048576"), std::string::npos) << why.message();
    EXPECT_NE(why.message().find("receive.message.max.bytes"), std::string::npos);
}

TEST(FrameReader, SaysWhoElseAnswers) {
    const auto http = refusal("HTTP/1.1 400 Bad Request\r\n").message();
    EXPECT_NE(http.find("an HTTP server answers here"), std::string::npos) << http;
    const auto alert = refusal(std::string("\x15\x03\x03\x00\x02\x02\x46", 7)).message();
    EXPECT_NE(alert.find("a TLS listener answers here (an alert of TLS 1.2)"), std::string::npos) << alert;
    EXPECT_NE(alert.find("security.protocol=SSL"), std::string::npos) << alert;
    const auto ssh = refusal("SSH-2.0-OpenSSH_9.2\r\n").message();
    EXPECT_NE(ssh.find("begins with \"SSH-\""), std::string::npos) << ssh;
}
}  // namespace kwire::frame_reader_test
