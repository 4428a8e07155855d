// SPDX-License-Identifier: Apache-2.0
// StreamsGroupDescribe: the state of groups of Kafka Streams, their topology, members and tasks.
// Source: StreamsGroupDescribeRequest.json, StreamsGroupDescribeResponse.json v0; KIP-1071.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct streams_group_describe_response {
    static constexpr std::string_view name = "StreamsGroupDescribeResponse";
    static constexpr std::int16_t api_key = 89, first_version = 0, last_version = 0, flexible_since = 0;

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
    struct subtopology {
        std::string_view subtopology_id;
        std::vector<std::string_view> source_topics;
        std::vector<std::string_view> repartition_sink_topics;
        std::vector<topic_info> state_changelog_topics;
        std::vector<topic_info> repartition_source_topics;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("SubtopologyId", &subtopology::subtopology_id),
            field("SourceTopics", &subtopology::source_topics),
            field("RepartitionSinkTopics", &subtopology::repartition_sink_topics, "internal topics that it writes to"),
            field("StateChangelogTopics", &subtopology::state_changelog_topics, "where stores keep their changes"),
            field("RepartitionSourceTopics", &subtopology::repartition_source_topics, "internal topics that it reads from"),
        };
    };
    struct topology_description {
        std::int32_t epoch = 0;
        std::optional<std::vector<subtopology>> subtopologies;
        unknown_tags unknown_tagged_fields;

        using self = topology_description;
        static constexpr auto layout = fields{
            field("Epoch", &self::epoch),
            field("Subtopologies", &self::subtopologies,
                  "as resolved by the coordinator; null: topics are missing or have wrong "
                  "numbers of partitions")
                .null_in(every),
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
            field("SubtopologyId", &task_offset::subtopology_id),
            field("Partition", &task_offset::partition),
            field("Offset", &task_offset::offset),
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
    struct tasks {
        std::vector<task_ids> active_tasks;
        std::vector<task_ids> standby_tasks;
        std::vector<task_ids> warmup_tasks;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ActiveTasks", &tasks::active_tasks),
            field("StandbyTasks", &tasks::standby_tasks),
            field("WarmupTasks", &tasks::warmup_tasks),
        };
    };
    struct member {
        std::string_view member_id;
        std::int32_t member_epoch = 0;
        std::optional<std::string_view> instance_id;
        std::optional<std::string_view> rack_id;
        std::string_view client_id;
        std::string_view client_host;
        std::int32_t topology_epoch = 0;
        std::string_view process_id;
        std::optional<endpoint> user_endpoint;
        std::vector<key_value> client_tags;
        std::vector<task_offset> task_offsets;
        std::vector<task_offset> task_end_offsets;
        tasks assignment;
        tasks target_assignment;
        bool is_classic = false;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("MemberId", &member::member_id),
            field("MemberEpoch", &member::member_epoch),
            field("InstanceId", &member::instance_id, "KIP-345; null: not a static member").null_in(every),
            field("RackId", &member::rack_id, "null: no rack").null_in(every),
            field("ClientId", &member::client_id),
            field("ClientHost", &member::client_host),
            field("TopologyEpoch", &member::topology_epoch, "of the topology that the member runs"),
            field("ProcessId", &member::process_id, "the same in all threads of a process"),
            field("UserEndpoint", &member::user_endpoint, "where it answers interactive queries; null: nowhere").null_in(every),
            field("ClientTags", &member::client_tags),
            field("TaskOffsets", &member::task_offsets, "how far changelogs were read, summed over a task"),
            field("TaskEndOffsets", &member::task_end_offsets, "how long these changelogs are"),
            field("Assignment", &member::assignment, "what it has now"),
            field("TargetAssignment", &member::target_assignment, "what it is to have in the end"),
            field("IsClassic", &member::is_classic, "true: joined by the classic protocol"),
        };
    };
    struct group {
        errc error_code = errc::none;
        std::optional<std::string_view> error_message;
        std::string_view group_id;
        std::string_view group_state;
        std::int32_t group_epoch = 0;
        std::int32_t assignment_epoch = 0;
        std::optional<topology_description> topology;
        std::vector<member> members;
        std::int32_t authorized_operations = INT32_MIN;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &group::error_code),
            field("ErrorMessage", &group::error_message, "null: nothing to add").null_in(every),
            field("GroupId", &group::group_id),
            field("GroupState", &group::group_state, "Empty, NotReady, Assigning, Reconciling, Stable or Dead"),
            field("GroupEpoch", &group::group_epoch, "counts changes of members and topology"),
            field("AssignmentEpoch", &group::assignment_epoch, "the group epoch for which the target was computed"),
            field("Topology", &group::topology, "null beside an error").null_in(every),
            field("Members", &group::members),
            field("AuthorizedOperations", &group::authorized_operations, "KIP-430; a bit each, INT32_MIN: not asked for"),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<group> groups;
    unknown_tags unknown_tagged_fields;

    using self = streams_group_describe_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("Groups", &self::groups),
    };
};

struct streams_group_describe_request {
    static constexpr std::string_view name = "StreamsGroupDescribeRequest";
    static constexpr std::int16_t api_key = 89, first_version = 0, last_version = 0, flexible_since = 0;
    using response = streams_group_describe_response;

    std::vector<std::string_view> group_ids;
    bool include_authorized_operations = false;
    unknown_tags unknown_tagged_fields;

    using self = streams_group_describe_request;
    static constexpr auto layout = fields{
        field("GroupIds", &self::group_ids),
        field("IncludeAuthorizedOperations", &self::include_authorized_operations, "KIP-430"),
    };
};
}  // namespace kwire
