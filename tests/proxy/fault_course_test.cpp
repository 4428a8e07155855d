// SPDX-License-Identifier: Apache-2.0
#include "../../tools/proxy/src/fault_course.hpp"

#include "net/scripted_peer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kwire::fault_course_test {
std::string request(int api_key, int id, const std::string& body) { return frame_of(int16_bytes(api_key) + int16_bytes(1) + int32_bytes(id) + body); }
std::string answer(int id, const std::string& body) { return frame_of(int32_bytes(id) + body); }

using kind = fault_course::step::kind;

/// What comes out of a course when `in` comes in pieces of `at_once` bytes; strikes stand in it as "<reset>".
std::string play(fault_course& course, const std::string& in, std::size_t at_once = std::string::npos) {
    static constexpr const char* names[] = {"<finish>", "<reset>", "<stall>", "<stop reading>", "<delay>"};
    std::string inbox, out;
    for (std::size_t at = 0; at <= in.size();) {
        const auto part = in.substr(at, at_once);
        at += part.size();
        inbox += part;
        const bool ended = at == in.size();
        for (auto s = course.next(as_bytes(inbox), ended); s.what != kind::more; s = course.next(as_bytes(inbox), ended)) {
            if (s.what == kind::strike) out += names[static_cast<std::size_t>(s.how.what)];
            std::string passed = inbox.substr(0, s.bytes);
            inbox.erase(0, s.bytes);
            if (s.what != kind::pass) continue;
            passed[0] = static_cast<char>(passed[0] ^ static_cast<char>(s.mask));
            out += passed;
        }
        if (ended) break;
    }
    EXPECT_EQ(inbox, "");
    return out;
}
std::string play(std::vector<fault> of_stream, frame_hook of_frames, const std::string& in, std::size_t at_once = std::string::npos) {
    fault_course course(1, direction::to_broker, std::make_shared<asked_requests>(), std::move(of_stream), std::move(of_frames));
    return play(course, in, at_once);
}
frame_hook each(fault f) {
    return [f](const passing_frame&) { return std::vector{f}; };
}

TEST(FaultCourse, PassesEverythingWhereNothingIsAsked) {
    const std::string in = request(3, 1, "metadata") + request(0, 2, "") + frame_of("") + frame_of("short");
    for (const std::size_t at_once : {1u, 5u, 1000u}) EXPECT_EQ(play({}, {}, in, at_once), in);
}

TEST(FaultCourse, StrikesAtEveryByteOfTheStream) {
    const std::string in = request(3, 1, "metadata");
    for (std::size_t k = 0; k <= in.size(); ++k)
        for (const std::size_t at_once : {1u, 1000u}) EXPECT_EQ(play({fault::reset(k)}, {}, in, at_once), in.substr(0, k) + "<reset>" + in.substr(k));
    EXPECT_EQ(play({fault::reset(in.size() + 1)}, {}, in), in) << "it does not come so far";
}

TEST(FaultCourse, StrikesBeforeAnythingHasCome) { EXPECT_EQ(play({fault::stop_reading(0)}, {}, ""), "<stop reading>"); }

TEST(FaultCourse, StrikesAtAByteOfAFrameOrAtItsEnd) {
    const std::string one = request(3, 1, "ab"), two = request(3, 2, "cd");
    EXPECT_EQ(play({}, each(fault::delay(0, clock::duration(1))), one + two), "<delay>" + one + "<delay>" + two);
    EXPECT_EQ(play({}, each(fault::finish(13)), one + two),
              one.substr(0, 13) + "<finish>" + one.substr(13) + two.substr(0, 13) + "<finish>" + two.substr(13));
    EXPECT_EQ(play({}, each(fault::stall(99)), one + two), one + "<stall>" + two + "<stall>");
}

TEST(FaultCourse, StrikesInTheOrderOfThePlaces) {
    const std::string in = request(3, 1, "");
    EXPECT_EQ(play({fault::reset(2), fault::stall(1), fault::finish(2)}, {}, in),
              in.substr(0, 1) + "<stall>" + in.substr(1, 1) + "<reset><finish>" + in.substr(2));
}

TEST(FaultCourse, LeavesOutBytes) {
    const std::string one = request(3, 1, "abcd"), two = request(3, 2, "efgh");
    EXPECT_EQ(play({}, each(fault::truncate(12)), one + two), one.substr(0, 12) + two.substr(0, 12));
    EXPECT_EQ(play({}, each(fault::truncate(0, 4)), one + two), one.substr(4) + two.substr(4));
    EXPECT_EQ(play({fault::truncate(3)}, {}, one + two), one.substr(0, 3));
    EXPECT_EQ(play({fault::truncate(12, 2)}, {}, one + two, 1), one.substr(0, 12) + "cd" + two);
}

TEST(FaultCourse, FlipsOneBit) {
    const std::string one = request(3, 1, "abcd");
    auto flipped = one;
    flipped[12] = static_cast<char>(flipped[12] ^ 0x20);
    EXPECT_EQ(play({}, each(fault::flip_bit(12, 5)), one, 1), flipped);
    auto last = one;
    last.back() = static_cast<char>(last.back() ^ 1);
    EXPECT_EQ(play({}, each(fault::flip_bit(99)), one + one), last + last) << "behind its end means its last byte";
}

TEST(FaultCourse, DribblesByteByByte) {
    const std::string in = request(3, 1, "abcd");
    fault_course course(1, direction::to_broker, std::make_shared<asked_requests>(), {fault::dribble(2, 5, std::chrono::milliseconds(7))}, {});
    std::vector<std::size_t> passed;
    for (std::size_t at = 0; at < in.size(); at += passed.back()) {
        const auto s = course.next(as_bytes(in).subspan(at), true);
        EXPECT_EQ(s.pause, at >= 2 && at < 7 ? std::chrono::milliseconds(7) : std::chrono::milliseconds(0));
        passed.push_back(s.bytes);
    }
    EXPECT_EQ(passed, (std::vector<std::size_t>{2, 1, 1, 1, 1, 1, in.size() - 7}));
}

TEST(FaultCourse, KnowsAnAnswerByItsRequest) {
    const auto asked = std::make_shared<asked_requests>();
    std::string seen;
    const frame_hook note = [&](const passing_frame& f) {
        seen += (f.way == direction::to_broker ? "> " : "< ") + (f.api_key ? std::to_string(*f.api_key) : "?") + " id " +
                std::to_string(f.correlation_id) + " size " + std::to_string(f.size) + " at " + std::to_string(f.begins_at) + "; ";
        return std::vector<fault>();
    };
    fault_course there(7, direction::to_broker, asked, {}, note), back(7, direction::to_client, asked, {}, note);
    play(there, request(0, 1, "no answer") + request(3, 2, "") + request(1, 3, "xy"));
    play(back, answer(2, "") + answer(3, "abc") + answer(9, ""), 1);
    EXPECT_EQ(seen,
              "> 0 id 1 size 21 at 0; > 3 id 2 size 12 at 21; > 1 id 3 size 14 at 33; "
              "< 3 id 2 size 8 at 0; < 1 id 3 size 11 at 8; < ? id 9 size 8 at 19; ");
}

TEST(FaultCourse, PassesOnWhatIsNoFrame) {
    bool seen = false;
    const frame_hook note = [&](const passing_frame&) { return seen = true, std::vector<fault>(); };
    const std::string http = "HTTP/1.1 400 Bad Request", tls("\x16\x03\x01\x02\x00", 5);
    for (const auto& in : {http, tls, std::string("\xff\xff\xff\xff...", 7), std::string("ab")}) {
        EXPECT_EQ(play({}, note, in, 1), in);
        EXPECT_EQ(play({fault::reset(2)}, note, in), in.substr(0, 2) + "<reset>" + in.substr(2));
    }
    EXPECT_FALSE(seen);
}
}  // namespace kwire::fault_course_test
