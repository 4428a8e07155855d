// SPDX-License-Identifier: Apache-2.0
#include "support/vectors.hpp"

#include <kwire/protocol/uuid.hpp>

namespace kwire::uuid_vectors_test {
using namespace testing;

TEST(UuidVectors, ArePrintedAndReadAsKafkaDoes) {
    const auto rows = for_each_row("uuid.tsv", [](const std::vector<std::string_view>& c) {
        const auto raw = from_hex(c[0]);
        uuid id;
        ASSERT_EQ(raw.size(), id.raw.size());
        std::memcpy(id.raw.data(), raw.data(), raw.size());
        EXPECT_EQ(to_string(id), c[1]);
        EXPECT_EQ(parse_uuid(c[1]), id);
    });
    EXPECT_EQ(rows, 87u);
}

TEST(Uuid, RefusesWhatKafkaWouldNotPrint) {
    for (const std::string_view text :
         {"", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAA+A", "AAAAAAAAAAAAAAAAAAAAAB"})
        EXPECT_FALSE(parse_uuid(text)) << text;
}
}  // namespace kwire::uuid_vectors_test
