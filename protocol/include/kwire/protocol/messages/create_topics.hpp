// SPDX-License-Identifier: Apache-2.0
// CreateTopics: makes topics, each with a number of partitions or with chosen brokers for each partition.
//
// Only the controller can do it; under KRaft any broker passes the request on (KIP-590). An answer without error means
// that the controller has the topic; brokers learn of it a little later, so a client may still meet
// UNKNOWN_TOPIC_OR_PARTITION. Topics succeed or fail one by one.
// Source: CreateTopicsRequest.json, CreateTopicsResponse.json v0-v7; KIP-4, KIP-464 (v4: -1 asks for the broker's
// defaults), KIP-525 (v5: the answer has the configuration), KIP-599 (v6: quota errors), KIP-516 (v7: the topic's id).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct create_topics_response {
    static constexpr std::string_view name = "CreateTopicsResponse";
    static constexpr std::int16_t api_key = 19, first_version = 0, last_version = 7, flexible_since = 5;

    struct config {
        std::string_view name;
        std::optional<std::string_view> value = "";
        bool read_only = false;
        std::int8_t config_source = -1;
        bool is_sensitive = false;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &config::name, since(5)),
            field("Value", &config::value, since(5), "null: sensitive, or not set").null_since(5),
            field("ReadOnly", &config::read_only, since(5)),
            field("ConfigSource", &config::config_source, since(5),
                  "who set it: 1 topic, 2 broker, 3 all brokers, 4 the broker's "
                  "file, 5 nobody: the default")
                .ignorable(),
            field("IsSensitive", &config::is_sensitive, since(5), "passwords and the like, whose value never travels"),
        };
    };
    struct topic {
        std::string_view name;
        uuid topic_id;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        errc topic_config_error_code = errc::none;
        std::int32_t num_partitions = -1;
        std::int16_t replication_factor = -1;
        std::optional<std::vector<config>> configs{std::in_place};
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("TopicId", &topic::topic_id, since(7), "KIP-516").ignorable(),
            field("ErrorCode", &topic::error_code),
            field("ErrorMessage", &topic::error_message, since(1), "what the error code cannot say").null_since(1).ignorable(),
            field("TopicConfigErrorCode", &topic::topic_config_error_code, since(5),
                  "KIP-525: why Configs is null "
                  "although the topic was made")
                .tagged(0)
                .ignorable(),
            field("NumPartitions", &topic::num_partitions, since(5), "KIP-525; -1: the caller may not know").ignorable(),
            field("ReplicationFactor", &topic::replication_factor, since(5), "KIP-525; -1: the caller may not know").ignorable(),
            field("Configs", &topic::configs, since(5), "KIP-525; null: the caller may not see it").null_since(5).ignorable(),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = create_topics_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(2), "ms that a quota held the request up").ignorable(),
        field("Topics", &self::topics),
    };
};

struct create_topics_request {
    static constexpr std::string_view name = "CreateTopicsRequest";
    static constexpr std::int16_t api_key = 19, first_version = 0, last_version = 7, flexible_since = 5;
    using response = create_topics_response;

    struct replica_assignment {
        std::int32_t partition_index = 0;
        std::vector<std::int32_t> broker_ids;
        unknown_tags unknown_tagged_fields;

        using self = replica_assignment;
        static constexpr auto layout = fields{
            field("PartitionIndex", &self::partition_index),
            field("BrokerIds", &self::broker_ids, "the first is the preferred leader"),
        };
    };
    struct config {
        std::string_view name;
        std::optional<std::string_view> value = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &config::name),
            field("Value", &config::value, "null: the broker's default").null_in(every),
        };
    };
    struct topic {
        std::string_view name;
        std::int32_t num_partitions = 0;
        std::int16_t replication_factor = 0;
        std::vector<replica_assignment> assignments;
        std::vector<config> configs;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("NumPartitions", &topic::num_partitions, "-1: the broker's default (KIP-464), or given by Assignments"),
            field("ReplicationFactor", &topic::replication_factor, "-1: the broker's default (KIP-464), or given by Assignments"),
            field("Assignments", &topic::assignments, "empty: the controller places the replicas"),
            field("Configs", &topic::configs, "settings that differ from the broker's"),
        };
    };
    std::vector<topic> topics;
    std::int32_t timeout_ms = 60000;
    bool validate_only = false;
    unknown_tags unknown_tagged_fields;

    using self = create_topics_request;
    static constexpr auto layout = fields{
        field("Topics", &self::topics),
        field("TimeoutMs", &self::timeout_ms, "ms that the controller may take"),
        field("ValidateOnly", &self::validate_only, since(1), "true: only say whether it could be done"),
    };
};
}  // namespace kwire
