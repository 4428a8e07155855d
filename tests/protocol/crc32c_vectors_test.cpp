// SPDX-License-Identifier: Apache-2.0
#include "support/vectors.hpp"

#include <kwire/protocol/crc32c.hpp>

namespace kwire::crc32c_vectors_test {
using namespace testing;
std::string hex_of(std::uint32_t v) {
    std::string out(8, '0');
    for (std::size_t i = 8; i-- > 0; v >>= 4) out[i] = "0123456789abcdef"[v & 15];
    return out;
}

TEST(ChecksumVectors, EveryMethodComputesKafkas) {
    for_each_row("crc32c.tsv", [](const auto& c) {
        const std::string data = from_hex(c[0]);
        SCOPED_TRACE(data.size());
        EXPECT_EQ(hex_of(crc32c(as_bytes(data))), c[1]);
        EXPECT_EQ(hex_of(crc32(as_bytes(data))), c[2]);
        for (const auto& method : detail::crc32c_methods()) EXPECT_EQ(hex_of(method.run(as_bytes(data))), c[1]) << method.name;
    });
}

// The vectors are short; the methods cut long data in ways that depend on its length.
TEST(Crc32c, MethodsAgreeAtEveryLengthAndAlignment) {
    std::string data(70'000, '\0');
    std::uint32_t state = 1;
    for (char& c : data) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    const auto& methods = detail::crc32c_methods();
    for (std::size_t length = 0; length <= data.size() - 3; length += length < 4200 ? 1 : 997) {
        const auto part = as_bytes(data).subspan(length % 4, length);
        const auto expected = methods.back().run(part);
        for (const auto& method : methods) ASSERT_EQ(method.run(part), expected) << method.name << " over " << length << " bytes";
    }
}
}  // namespace kwire::crc32c_vectors_test
