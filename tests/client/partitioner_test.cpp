// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/partitioner.hpp>

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace partitioner_test {
using namespace kwire;

std::set<std::int32_t> drawn(partitioner& p, std::optional<bytes> key, std::int32_t count, std::span<const std::int32_t> led = {}) {
    std::set<std::int32_t> all;
    for (int i = 0; i < 1000; ++i) all.insert(p.choose(key, count, led));
    return all;
}

TEST(Partitioner, SendsAKeyToOnePartitionWhereverItsLeaderIs) {
    const std::array<std::int32_t, 1> led = {5};
    for (const auto kind : {partitioner_kind::murmur2_random, partitioner_kind::murmur2, partitioner_kind::consistent_random,
                            partitioner_kind::consistent, partitioner_kind::fnv1a_random, partitioner_kind::fnv1a}) {
        partitioner p(kind, 1);
        EXPECT_EQ(drawn(p, as_bytes("key"), 6, led).size(), 1u);
    }
}

TEST(Partitioner, HashesAsJavaDoesByDefault) {
    partitioner p(producer_options().partitioner, 1);
    EXPECT_EQ(p.choose(as_bytes("a"), 50, {}), 24);  // partitioner.tsv
    EXPECT_EQ(p.choose(as_bytes("kafka"), 12, {}), 4);
}

TEST(Partitioner, SpreadsRecordsWithoutAKeyOverPartitionsThatHaveALeader) {
    const std::array<std::int32_t, 2> led = {1, 4};
    for (const auto kind : {partitioner_kind::random, partitioner_kind::murmur2_random, partitioner_kind::consistent_random,
                            partitioner_kind::fnv1a_random, partitioner_kind::round_robin}) {
        partitioner p(kind, 7);
        EXPECT_EQ(drawn(p, std::nullopt, 6), (std::set<std::int32_t>{0, 1, 2, 3, 4, 5}));
        EXPECT_EQ(drawn(p, std::nullopt, 6, led), (std::set<std::int32_t>{1, 4}));
    }
}

TEST(Partitioner, TakesAMissingKeyForAnEmptyOneWhereItsKindSaysSo) {
    for (const auto kind : {partitioner_kind::murmur2, partitioner_kind::consistent, partitioner_kind::fnv1a}) {
        partitioner p(kind, 7);
        EXPECT_EQ(drawn(p, std::nullopt, 6), drawn(p, bytes(), 6));
        EXPECT_EQ(drawn(p, std::nullopt, 6).size(), 1u);
    }
    partitioner p(partitioner_kind::consistent_random, 7);
    EXPECT_EQ(drawn(p, bytes(), 6).size(), 6u) << "librdkafka draws for an empty key too";
}

TEST(Partitioner, GoesRoundInOrder) {
    partitioner p(partitioner_kind::round_robin, 7);
    for (std::int32_t i = 0; i < 9; ++i) EXPECT_EQ(p.choose(as_bytes("key"), 3, {}), i % 3);
}

TEST(Partitioner, ChoosesNothingWhereTheCallerShould) {
    partitioner p(partitioner_kind::manual, 7);
    EXPECT_EQ(p.choose(as_bytes("key"), 3, {}), -1);
}
}  // namespace partitioner_test
