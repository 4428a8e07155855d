// SPDX-License-Identifier: Apache-2.0
// What consumers put into the bytes of JoinGroup and SyncGroup: what a member wants, and what the leader gives it.
//
// The coordinator of a classic group does not look into these bytes; only the members do, and tools. An int16 with the
// version stands in front. No version is flexible: a reader ignores what follows the fields that it knows, so that newer
// members can join older ones.
// Source: ConsumerProtocolSubscription.json, ConsumerProtocolAssignment.json v0-v3; KIP-429 (v1: owned partitions),
// KIP-792 (v2: generation), KIP-881 (v3: rack).
#pragma once

#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct consumer_protocol_subscription {
    static constexpr std::string_view name = "ConsumerProtocolSubscription";
    static constexpr std::int16_t first_version = 0, last_version = 3, flexible_since = never_flexible;

    struct topic_partitions {
        std::string_view topic;
        std::vector<std::int32_t> partitions;

        static constexpr auto layout = fields{
            field("Topic", &topic_partitions::topic, since(1)),
            field("Partitions", &topic_partitions::partitions, since(1)),
        };
    };
    std::vector<std::string_view> topics;
    std::optional<bytes> user_data;
    std::vector<topic_partitions> owned_partitions;
    std::int32_t generation_id = -1;
    std::optional<std::string_view> rack_id;

    using self = consumer_protocol_subscription;
    static constexpr auto layout = fields{
        field("Topics", &self::topics, "that the member wants to read"),
        field("UserData", &self::user_data, "the assignor's own; null: none").null_in(every),
        field("OwnedPartitions", &self::owned_partitions, since(1), "KIP-429: what it has now, for assignors that move little").ignorable(),
        field("GenerationId", &self::generation_id, since(2),
              "KIP-792: of the last rebalance that it took part in; -1: none, or not "
              "known")
            .ignorable(),
        field("RackId", &self::rack_id, since(3), "KIP-881: to read from replicas nearby; null: no rack").null_since(3).ignorable(),
    };
};

struct consumer_protocol_assignment {
    static constexpr std::string_view name = "ConsumerProtocolAssignment";
    static constexpr std::int16_t first_version = 0, last_version = 3, flexible_since = never_flexible;

    struct topic_partitions {
        std::string_view topic;
        std::vector<std::int32_t> partitions;

        static constexpr auto layout = fields{
            field("Topic", &topic_partitions::topic),
            field("Partitions", &topic_partitions::partitions),
        };
    };
    std::vector<topic_partitions> assigned_partitions;
    std::optional<bytes> user_data;

    using self = consumer_protocol_assignment;
    static constexpr auto layout = fields{
        field("AssignedPartitions", &self::assigned_partitions),
        field("UserData", &self::user_data, "the assignor's own; null: none").null_in(every),
    };
};
}  // namespace kwire
