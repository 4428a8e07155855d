// SPDX-License-Identifier: Apache-2.0
// Messages of the vectors with one bit turned: read or refused, never more, and within 32 times their size and 4 KiB.
#include "support/allocations.hpp"
#include "support/vectors.hpp"

#include <kwire/protocol/apis.hpp>

#include <iostream>

namespace kwire::flip_vectors_test {
using namespace testing;
constexpr std::size_t longest = 1024;

void turn(const shape& s, void* object, std::string& body, std::int16_t version, std::size_t bit) {
    const auto mask = static_cast<char>(1 << bit % 8);
    body[bit / 8] = static_cast<char>(body[bit / 8] ^ mask);
    const allocation_count taken;
    const auto read = interpreter::decode(s, object, as_bytes(body), version);
    ASSERT_LE(taken.bytes(), 32 * body.size() + 4096) << "bit " << bit;
    if (!read) { ASSERT_EQ(read.error(), client_errc::malformed); }
    body[bit / 8] = static_cast<char>(body[bit / 8] ^ mask);
}
// Turns the bits that are `step` apart, in every message another one to begin with.
void turn_bits(std::size_t step) {
    std::size_t rows = 0, turned = 0;
    for_each_row("messages.tsv", [&](const std::vector<std::string_view>& c) {
        auto body = from_hex(c[7]);
        if (body.size() > longest) return;
        SCOPED_TRACE(std::string(c[2]) + " " + std::string(c[3]) + " v" + std::string(c[4]) + " " + std::string(c[6]));
        const api* a = find_api(static_cast<std::int16_t>(number(c[1])));
        const auto version = static_cast<std::int16_t>(number(c[4]));
        for (std::size_t bit = rows++ % step; bit < 8 * body.size(); bit += step, ++turned) {
            auto m = c[3] == "request" ? a->make_request() : a->make_response();
            turn(m.shape(), m.object(), body, version, bit);
        }
    });
    std::cout << "vectors: " << turned << " bits turned in " << rows << " messages\n";
}

TEST(FlipVectors, EveryNinthBitOfEveryMessageIsSurvivedWithinTheAllocationRule) { turn_bits(9); }
TEST(FlipFull, EveryBitOfEveryMessageIsSurvivedWithinTheAllocationRule) { turn_bits(1); }
}  // namespace kwire::flip_vectors_test
