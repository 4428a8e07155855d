// SPDX-License-Identifier: Apache-2.0
// AlterPartition: the leader of partitions has the controller change their in-sync replicas.
//
// Called AlterIsr in Kafka 2.8. The controller refuses a change that starts from an old state (PartitionEpoch) or would
// take in a replica that may not lead.
// Source: AlterPartitionRequest.json, AlterPartitionResponse.json v0-v3; KIP-497, KIP-704 (v1: recovery), KIP-841 (v2:
// topic ids), KIP-903 (v3: broker epochs).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct alter_partition_response {
    static constexpr std::string_view name = "AlterPartitionResponse";
    static constexpr std::int16_t api_key = 56, first_version = 0, last_version = 3, flexible_since = 0;

    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::int32_t leader_id = 0;
        std::int32_t leader_epoch = 0;
        std::vector<std::int32_t> isr;
        std::int8_t leader_recovery_state = 0;
        std::int32_t partition_epoch = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("ErrorCode", &partition::error_code),
            field("LeaderId", &partition::leader_id),
            field("LeaderEpoch", &partition::leader_epoch),
            field("Isr", &partition::isr, "as it is now"),
            field("LeaderRecoveryState", &partition::leader_recovery_state, since(1),
                  "KIP-704; 1: elected out of sync, not yet "
                  "recovered")
                .ignorable(),
            field("PartitionEpoch", &partition::partition_epoch, "counts changes of the partition's state"),
        };
    };
    struct topic {
        std::string_view topic_name;
        uuid topic_id;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic::topic_name, between(0, 1)).ignorable(),
            field("TopicId", &topic::topic_id, since(2)).ignorable(),
            field("Partitions", &topic::partitions),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = alter_partition_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("Topics", &self::topics),
    };
};

struct alter_partition_request {
    static constexpr std::string_view name = "AlterPartitionRequest";
    static constexpr std::int16_t api_key = 56, first_version = 0, last_version = 3, flexible_since = 0;
    using response = alter_partition_response;

    struct broker_state {
        std::int32_t broker_id = 0;
        std::int64_t broker_epoch = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("BrokerId", &broker_state::broker_id, since(3)),
            field("BrokerEpoch", &broker_state::broker_epoch, since(3), "of the replica's present run; -1: not checked"),
        };
    };
    struct partition {
        std::int32_t partition_index = 0;
        std::int32_t leader_epoch = 0;
        std::vector<std::int32_t> new_isr;
        std::vector<broker_state> new_isr_with_epochs;
        std::int8_t leader_recovery_state = 0;
        std::int32_t partition_epoch = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index),
            field("LeaderEpoch", &partition::leader_epoch),
            field("NewIsr", &partition::new_isr, between(0, 2), "without broker epochs"),
            field("NewIsrWithEpochs", &partition::new_isr_with_epochs, since(3), "KIP-903"),
            field("LeaderRecoveryState", &partition::leader_recovery_state, since(1), "KIP-704; 1: elected out of sync, not yet recovered"),
            field("PartitionEpoch", &partition::partition_epoch, "of the state that the change starts from"),
        };
    };
    struct topic {
        std::string_view topic_name;
        uuid topic_id;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("TopicName", &topic::topic_name, between(0, 1)).ignorable(),
            field("TopicId", &topic::topic_id, since(2)).ignorable(),
            field("Partitions", &topic::partitions),
        };
    };
    std::int32_t broker_id = 0;
    std::int64_t broker_epoch = -1;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = alter_partition_request;
    static constexpr auto layout = fields{
        field("BrokerId", &self::broker_id),
        field("BrokerEpoch", &self::broker_epoch, "of the leader's present run"),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
