// SPDX-License-Identifier: Apache-2.0
// Every frame of the vectors, cut in two at every byte: what comes out of the reader never depends on how it came.
#include "support/vectors.hpp"

#include <kwire/net/frame_reader.hpp>
#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/header.hpp>
#include <kwire/protocol/wire.hpp>

#include <algorithm>
#include <iostream>

namespace kwire::frame_reader_vectors_test {
using namespace testing;
std::string frame_of(std::string_view header, std::string_view body) {
    std::string frame(4, '\0');
    store(reinterpret_cast<std::byte*>(frame.data()), static_cast<std::int32_t>(header.size() + body.size()));
    return frame.append(header).append(body);
}
std::string header_of(const api& a, bool request, std::int16_t version) {
    const request_header rq{a.key, version, 7, "split", {}};
    const response_header rs{7, {}};
    const shape& s = request ? shape_of<request_header>() : shape_of<response_header>();
    const void* object = request ? static_cast<const void*>(&rq) : &rs;
    const auto header_version = request ? a.request_header(version) : a.response_header(version);
    std::string out(interpreter::measure(s, object, header_version), '\0');
    interpreter::encode(s, object, header_version, reinterpret_cast<std::byte*>(out.data()));
    return out;
}

class splitter {
  public:
    std::size_t frames = 0, splits = 0;

    void every_split(std::string_view frame) {
        for (std::size_t cut = 0; cut < frame.size(); ++cut) {
            give(frame.substr(0, cut));
            const auto early = reader_.next();
            ASSERT_TRUE(early) << early.error().message();
            ASSERT_FALSE(*early) << "a frame before its last byte, cut at " << cut;
            ASSERT_EQ(reader_.unfinished(), cut < 4 ? cut : cut - 4);
            give(frame.substr(cut));
            const auto whole = reader_.next();
            ASSERT_TRUE(whole && *whole) << "cut at " << cut;
            ASSERT_TRUE(std::ranges::equal(as_text(***whole), frame.substr(4))) << "cut at " << cut;
            ++splits;
        }
        ++frames;
    }

  private:
    void give(std::string_view data) {
        while (!data.empty()) {
            const auto space = reader_.space();
            const auto n = std::min(space.size(), data.size());
            std::memcpy(space.data(), data.data(), n);
            data.remove_prefix(n);
            reader_.received(n);
            if (!data.empty()) {  // the head is full: the frame has begun, and is not yet whole
                const auto more = reader_.next();
                ASSERT_TRUE(more && !*more);
            }
        }
    }
    frame_reader reader_{nullptr};
};

TEST(FrameReaderVectors, EveryTwoWaySplitGivesTheSameFrame) {
    splitter all;
    for_each_row("messages.tsv", [&](const std::vector<std::string_view>& c) {
        const api* a = find_api(static_cast<std::int16_t>(number(c[1])));
        ASSERT_TRUE(a) << "no layout of " << c[2];
        SCOPED_TRACE(std::string(c[2]) + " " + std::string(c[3]) + " v" + std::string(c[4]) + " " + std::string(c[6]));
        all.every_split(frame_of(header_of(*a, c[3] == "request", static_cast<std::int16_t>(number(c[4]))), from_hex(c[7])));
    });
    for_each_row("embedded.tsv", [&](const std::vector<std::string_view>& c) { all.every_split(frame_of("head", from_hex(c[5]))); });
    for_each_row("headers.tsv", [&](const std::vector<std::string_view>& c) {
        if (c[11] != "-") all.every_split(from_hex(c[11]));
    });
    std::cout << "vectors: " << all.splits << " two-way splits of " << all.frames << " frames\n";
}

// What Kafka's broker makes of lengths, with its limit of 100 MiB. It takes frames of less than 4 bytes, which hold no header.
TEST(FrameReaderVectors, BrokenLengthsAreRefusedWhereKafkaRefuses) {
    std::size_t seen = 0;
    for_each_row("malformed.tsv", [&](const std::vector<std::string_view>& c) {
        if (c[0] != "frame") return;
        ++seen;
        SCOPED_TRACE(c[4]);
        frame_reader reader(nullptr, 104857600);
        const auto stream = from_hex(c[5]);
        const auto before = reader.allocated();
        std::memcpy(reader.space().data(), stream.data(), stream.size());
        reader.received(stream.size());
        const auto got = reader.next();
        EXPECT_LE(reader.allocated(), before + (64u << 10) + 2 * stream.size());
        if (c[6] == "InvalidReceiveException") { EXPECT_FALSE(got); }
        if (c[6] == "EOFException") { EXPECT_TRUE(got && !*got) << "more is to come"; }
        if (c[6] == "ok") { EXPECT_FALSE(got) << "too short for a header"; }
    });
    EXPECT_EQ(seen, 13u);
}

TEST(BadLengthPrefix, IsRefusedBeforeAndAfterTheFirstAnswerAtOnceAndWithoutMemory) {
    for (const bool after : {false, true}) {
        for (const std::uint32_t size : {0u, 1u, 3u, 0xffffffffu, 0x80000000u, 0x7fffffffu}) {
            SCOPED_TRACE(std::to_string(size) + (after ? " after" : " before") + " an answer");
            frame_reader reader(nullptr);
            std::string stream = after ? frame_of("head", "body") : std::string();
            for (int shift = 24; shift >= 0; shift -= 8) stream += static_cast<char>(size >> shift & 0xff);
            const auto before = reader.allocated();
            std::memcpy(reader.space().data(), stream.data(), stream.size());
            reader.received(stream.size());
            if (after) { ASSERT_TRUE(reader.next()); }
            const auto got = reader.next();
            ASSERT_FALSE(got);
            EXPECT_NE(got.error().message().find(std::to_string(static_cast<std::int32_t>(size))), std::string::npos) << got.error().message();
            EXPECT_LE(reader.allocated(), before);
        }
    }
}
}  // namespace kwire::frame_reader_vectors_test
