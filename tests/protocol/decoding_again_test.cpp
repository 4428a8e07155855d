// SPDX-License-Identifier: Apache-2.0
// Decoding into an object that was decoded into before: its memory is used again, and nothing else of it shows.
#include "support/allocations.hpp"
#include "support/vectors.hpp"

#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/codec.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/wire.hpp>

#include <gtest/gtest.h>

#include <map>

namespace kwire::decoding_again_test {
using namespace testing;
std::string json(const any_message& m, std::int16_t version) {
    std::string out;
    interpreter::to_json(m.shape(), m.object(), version, out);
    return out;
}
// A request of version 4 for so many topics with empty names; its last field is missing.
std::string cut_short(std::int32_t topics) {
    std::string body(sizeof topics + 2 * static_cast<std::size_t>(topics), '\0');
    store(reinterpret_cast<std::byte*>(body.data()), topics);
    return body;
}

// In the version that was read, and in the first and the last, which show fields that it lacks.
TEST(DecodingAgain, LeavesNothingOfTheMessageBefore) {
    std::map<std::string_view, any_message> kept;
    for_each_row("messages.tsv", [&](const std::vector<std::string_view>& c) {
        const api* a = find_api(static_cast<std::int16_t>(number(c[1])));
        ASSERT_TRUE(a);
        const auto make = c[3] == "request" ? a->make_request : a->make_response;
        const auto version = static_cast<std::int16_t>(number(c[4]));
        const std::string body = from_hex(c[7]);
        auto fresh = make();
        auto& used = kept.try_emplace(fresh.shape().name, make()).first->second;
        SCOPED_TRACE(std::string(fresh.shape().name) + " v" + std::to_string(version) + " " + std::string(c[6]));
        ASSERT_TRUE(interpreter::decode(fresh.shape(), fresh.object(), as_bytes(body), version));
        ASSERT_TRUE(interpreter::decode(used.shape(), used.object(), as_bytes(body), version));
        for (const auto v : {fresh.shape().first, version, fresh.shape().last}) ASSERT_EQ(json(used, v), json(fresh, v));
    });
}

TEST(DecodingAgain, TakesNoMemoryForAsManyElements) {
    const std::string body = cut_short(1000) + '\0';
    metadata_request compiled, interpreted;
    ASSERT_TRUE(decode(compiled, as_bytes(body), 4));
    ASSERT_TRUE(interpreter::decode(shape_of<metadata_request>(), &interpreted, as_bytes(body), 4));
    const allocation_count counted;
    ASSERT_TRUE(decode(compiled, as_bytes(body), 4));
    ASSERT_TRUE(interpreter::decode(shape_of<metadata_request>(), &interpreted, as_bytes(body), 4));
    EXPECT_EQ(counted.bytes(), 0u);
}

// Compiled code lets the interpreter read again what it refuses; both together stay within the bound.
TEST(DecodingAgain, TakesMemoryOnceForWhatIsRefused) {
    const std::string body = cut_short(2000);
    metadata_request m;
    const allocation_count counted;
    const auto done = decode(m, as_bytes(body), 4);
    EXPECT_LE(counted.bytes(), 32 * body.size() + 4096);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().context(), "MetadataRequest.allow_auto_topic_creation: needs 1 bytes at offset 4004, 0 left");
    EXPECT_EQ(m.topics->size(), 2000u);
}
}  // namespace kwire::decoding_again_test
