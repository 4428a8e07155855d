// SPDX-License-Identifier: Apache-2.0
#include "support/vectors.hpp"

#include <kwire/protocol/partition_hash.hpp>

namespace kwire::partition_hash_vectors_test {
using namespace testing;
constexpr std::int32_t counts[] = {1, 2, 3, 6, 7, 12, 50, 100, 1000, 2147483647};  // the columns, in order

TEST(PartitionerVectors, Murmur2IsKafkas) {
    for_each_row("partitioner.tsv", [](const auto& c) {
        SCOPED_TRACE(c[0]);
        const std::string key = from_hex(c[0]);
        EXPECT_EQ(std::to_string(static_cast<std::int32_t>(murmur2(as_bytes(key)))), c[1]);
        for (std::size_t i = 0; i < std::size(counts); ++i) {
            EXPECT_EQ(std::to_string(murmur2_partition(as_bytes(key), counts[i])), c[i + 3]) << counts[i] << " partitions";
        }
    });
}

// Published test values: of CRC-32 (ITU-T V.42) and of FNV-1a (draft-eastlake-fnv, appendix C), and the partitions by hand.
TEST(PartitionHash, OtherClientsPlaceKeysByTheseHashes) {
    EXPECT_EQ(crc32_partition(as_bytes("123456789"), 1000), 0xcbf43926 % 1000);
    EXPECT_EQ(crc32_partition({}, 7), 0);
    EXPECT_EQ(fnv1a({}), 0x811c9dc5);
    EXPECT_EQ(fnv1a(as_bytes("a")), 0xe40c292c);
    EXPECT_EQ(fnv1a(as_bytes("foobar")), 0xbf9cf968);
    EXPECT_EQ(fnv1a_partition(as_bytes("a"), 1000), (0x100000000 - 0xe40c292c) % 1000) << "a negative hash counts by its absolute value";
}
}  // namespace kwire::partition_hash_vectors_test
