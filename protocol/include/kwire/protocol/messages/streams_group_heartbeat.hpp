// SPDX-License-Identifier: Apache-2.0
// StreamsGroupHeartbeat: all that an instance of Kafka Streams says to its coordinator, and its tasks back.
//
// Like ConsumerGroupHeartbeat, but the coordinator knows the topology and hands out tasks: (subtopology, partition). An
// active task processes; a standby task keeps a copy of the state; a warm-up task builds one, in order to become active
// when it has caught up. Null says "as before" in both directions.
// Source: StreamsGroupHeartbeatRequest.json, StreamsGroupHeartbeatResponse.json v0; KIP-1071.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct streams_group_heartbeat_response {
    static constexpr std::string_view name = "StreamsGroupHeartbeatResponse";
    static constexpr std::int16_t api_key = 88, first_version = 0, last_version = 0, flexible_since = 0;

    struct status_entry {
        std::int8_t status_code = 0;
        std::string_view status_detail;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("StatusCode", &status_entry::status_code,
                  "0 old topology, 1 missing source topics, 2 wrong numbers of partitions, 3 missing "
                  "internal topics, 4 shut down, 5 assignment delayed"),
            field("StatusDetail", &status_entry::status_detail, "for people"),
        };
    };
    struct task_ids {
        std::string_view subtopology_id;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("SubtopologyId", &task_ids::subtopology_id),
            field("Partitions", &task_ids::partitions),
        };
    };
    struct endpoint {
        std::string_view host;
        std::uint16_t port = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Host", &endpoint::host),
            field("Port", &endpoint::port),
        };
    };
    struct topic_partition {
        std::string_view topic;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Topic", &topic_partition::topic),
            field("Partitions", &topic_partition::partitions),
        };
    };
    struct endpoint_partitions {
        endpoint user_endpoint;
        std::vector<topic_partition> active_partitions;
        std::vector<topic_partition> standby_partitions;
        unknown_tags unknown_tagged_fields;

        using self = endpoint_partitions;
        static constexpr auto layout = fields{
            field("UserEndpoint", &self::user_endpoint),
            field("ActivePartitions", &self::active_partitions),
            field("StandbyPartitions", &self::standby_partitions),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message;
    std::string_view member_id;
    std::int32_t member_epoch = 0;
    std::int32_t heartbeat_interval_ms = 0;
    std::int32_t acceptable_recovery_lag = 0;
    std::int32_t task_offset_interval_ms = 0;
    std::optional<std::vector<status_entry>> status{std::in_place};
    std::optional<std::vector<task_ids>> active_tasks;
    std::optional<std::vector<task_ids>> standby_tasks;
    std::optional<std::vector<task_ids>> warmup_tasks;
    std::int32_t endpoint_information_epoch = 0;
    std::optional<std::vector<endpoint_partitions>> partitions_by_user_endpoint;
    unknown_tags unknown_tagged_fields;

    using self = streams_group_heartbeat_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("MemberId", &self::member_id),
        field("MemberEpoch", &self::member_epoch, "goes into the next heartbeat"),
        field("HeartbeatIntervalMs", &self::heartbeat_interval_ms, "ms until the next heartbeat is due"),
        field("AcceptableRecoveryLag", &self::acceptable_recovery_lag, "a warm-up task that is no more offsets behind has caught up"),
        field("TaskOffsetIntervalMs", &self::task_offset_interval_ms, "ms from one TaskOffsets to the next"),
        field("Status", &self::status, "what stands in the way; null: as before").null_in(every),
        field("ActiveTasks", &self::active_tasks, "null: as before").null_in(every),
        field("StandbyTasks", &self::standby_tasks, "null: as before").null_in(every),
        field("WarmupTasks", &self::warmup_tasks, "null: as before").null_in(every),
        field("EndpointInformationEpoch", &self::endpoint_information_epoch, "counts changes of PartitionsByUserEndpoint"),
        field("PartitionsByUserEndpoint", &self::partitions_by_user_endpoint,
              "where interactive queries find each partition; "
              "null: as before")
            .null_in(every),
    };
};

struct streams_group_heartbeat_request {
    static constexpr std::string_view name = "StreamsGroupHeartbeatRequest";
    static constexpr std::int16_t api_key = 88, first_version = 0, last_version = 0, flexible_since = 0;
    using response = streams_group_heartbeat_response;

    struct key_value {
        std::string_view key;
        std::string_view value;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Key", &key_value::key),
            field("Value", &key_value::value),
        };
    };
    struct topic_info {
        std::string_view name;
        std::int32_t partitions = 0;
        std::int16_t replication_factor = 0;
        std::vector<key_value> topic_configs;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic_info::name),
            field("Partitions", &topic_info::partitions, "0: as the source topics have"),
            field("ReplicationFactor", &topic_info::replication_factor, "0: the broker's default"),
            field("TopicConfigs", &topic_info::topic_configs),
        };
    };
    struct copartition_group {
        std::vector<std::int16_t> source_topics;
        std::vector<std::int16_t> source_topic_regex;
        std::vector<std::int16_t> repartition_source_topics;
        unknown_tags unknown_tagged_fields;

        using self = copartition_group;
        static constexpr auto layout = fields{
            field("SourceTopics", &self::source_topics, "indices into the subtopology's list"),
            field("SourceTopicRegex", &self::source_topic_regex, "indices into the subtopology's list"),
            field("RepartitionSourceTopics", &self::repartition_source_topics, "indices into the subtopology's list"),
        };
    };
    struct subtopology {
        std::string_view subtopology_id;
        std::vector<std::string_view> source_topics;
        std::vector<std::string_view> source_topic_regex;
        std::vector<topic_info> state_changelog_topics;
        std::vector<std::string_view> repartition_sink_topics;
        std::vector<topic_info> repartition_source_topics;
        std::vector<copartition_group> copartition_groups;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("SubtopologyId", &subtopology::subtopology_id, "made from the topology, the same in every instance"),
            field("SourceTopics", &subtopology::source_topics),
            field("SourceTopicRegex", &subtopology::source_topic_regex, "in RE2 syntax, matched by the coordinator"),
            field("StateChangelogTopics", &subtopology::state_changelog_topics, "where stores keep their changes; created by the coordinator"),
            field("RepartitionSinkTopics", &subtopology::repartition_sink_topics, "internal topics that it writes to"),
            field("RepartitionSourceTopics", &subtopology::repartition_source_topics,
                  "internal topics that it reads from; created by the "
                  "coordinator"),
            field("CopartitionGroups", &subtopology::copartition_groups, "topics that must have the same number of partitions"),
        };
    };
    struct topology_description {
        std::int32_t epoch = 0;
        std::vector<subtopology> subtopologies;
        unknown_tags unknown_tagged_fields;

        using self = topology_description;
        static constexpr auto layout = fields{
            field("Epoch", &self::epoch, "of two topologies the newer has the greater"),
            field("Subtopologies", &self::subtopologies),
        };
    };
    struct task_ids {
        std::string_view subtopology_id;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("SubtopologyId", &task_ids::subtopology_id, "made from the topology, the same in every instance"),
            field("Partitions", &task_ids::partitions),
        };
    };
    struct endpoint {
        std::string_view host;
        std::uint16_t port = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Host", &endpoint::host),
            field("Port", &endpoint::port),
        };
    };
    struct task_offset {
        std::string_view subtopology_id;
        std::int32_t partition = 0;
        std::int64_t offset = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("SubtopologyId", &task_offset::subtopology_id, "made from the topology, the same in every instance"),
            field("Partition", &task_offset::partition),
            field("Offset", &task_offset::offset),
        };
    };
    std::string_view group_id;
    std::string_view member_id;
    std::int32_t member_epoch = 0;
    std::int32_t endpoint_information_epoch = 0;
    std::optional<std::string_view> instance_id;
    std::optional<std::string_view> rack_id;
    std::int32_t rebalance_timeout_ms = -1;
    std::optional<topology_description> topology;
    std::optional<std::vector<task_ids>> active_tasks;
    std::optional<std::vector<task_ids>> standby_tasks;
    std::optional<std::vector<task_ids>> warmup_tasks;
    std::optional<std::string_view> process_id;
    std::optional<endpoint> user_endpoint;
    std::optional<std::vector<key_value>> client_tags;
    std::optional<std::vector<task_offset>> task_offsets;
    std::optional<std::vector<task_offset>> task_end_offsets;
    bool shutdown_application = false;
    unknown_tags unknown_tagged_fields;

    using self = streams_group_heartbeat_request;
    static constexpr auto layout = fields{
        field("GroupId", &self::group_id),
        field("MemberId", &self::member_id, "a uuid that the client makes and keeps while it lives"),
        field("MemberEpoch", &self::member_epoch, "0: join, -1: leave, -2: a static member that will be back; else from the last answer"),
        field("EndpointInformationEpoch", &self::endpoint_information_epoch, "of the last PartitionsByUserEndpoint that it got"),
        field("InstanceId", &self::instance_id, "KIP-345: a name that survives restarts; null: none, or as before").null_in(every),
        field("RackId", &self::rack_id, "null: none, or as before").null_in(every),
        field("RebalanceTimeoutMs", &self::rebalance_timeout_ms, "ms that the member may take to give up tasks; -1: as before"),
        field("Topology", &self::topology, "with MemberEpoch 0 only, else null").null_in(every),
        field("ActiveTasks", &self::active_tasks, "what the member has; null: as before").null_in(every),
        field("StandbyTasks", &self::standby_tasks, "null: as before").null_in(every),
        field("WarmupTasks", &self::warmup_tasks, "null: as before").null_in(every),
        field("ProcessId", &self::process_id, "the same in all threads of a process; null: as before").null_in(every),
        field("UserEndpoint", &self::user_endpoint, "where it answers interactive queries; null: nowhere, or as before").null_in(every),
        field("ClientTags", &self::client_tags, "for assignment by rack; null: as before").null_in(every),
        field("TaskOffsets", &self::task_offsets, "how far changelogs were read, summed over a task; null: as before").null_in(every),
        field("TaskEndOffsets", &self::task_end_offsets, "how long these changelogs are; null: as before").null_in(every),
        field("ShutdownApplication", &self::shutdown_application, "true: all instances of the group shall stop"),
    };
};
}  // namespace kwire
