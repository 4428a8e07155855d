// SPDX-License-Identifier: Apache-2.0
// ElectLeaders: has the controller elect leaders, preferred ones or, at the price of records, any that live.
// Source: ElectLeadersRequest.json, ElectLeadersResponse.json v0-v2; KIP-183, KIP-460 (v1: unclean elections).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct elect_leaders_response {
    static constexpr std::string_view name = "ElectLeadersResponse";
    static constexpr std::int16_t api_key = 43, first_version = 0, last_version = 2, flexible_since = 2;

    struct partition {
        std::int32_t partition_id = 0;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionId", &partition::partition_id),
            field("ErrorCode", &partition::error_code, "ELECTION_NOT_NEEDED: the right one leads already"),
            field("ErrorMessage", &partition::error_message, "null: nothing to add").null_in(every),
        };
    };
    struct topic_result {
        std::string_view topic;
        std::vector<partition> partition_result;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Topic", &topic_result::topic),
            field("PartitionResult", &topic_result::partition_result),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::vector<topic_result> replica_election_results;
    unknown_tags unknown_tagged_fields;

    using self = elect_leaders_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("ErrorCode", &self::error_code, since(1), "of the whole request"),
        field("ReplicaElectionResults", &self::replica_election_results),
    };
};

struct elect_leaders_request {
    static constexpr std::string_view name = "ElectLeadersRequest";
    static constexpr std::int16_t api_key = 43, first_version = 0, last_version = 2, flexible_since = 2;
    using response = elect_leaders_response;

    struct partitions_of_topic {
        std::string_view topic;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        using self = partitions_of_topic;
        static constexpr auto layout = fields{
            field("Topic", &self::topic),
            field("Partitions", &self::partitions),
        };
    };
    std::int8_t election_type = 0;
    std::optional<std::vector<partitions_of_topic>> topic_partitions{std::in_place};
    std::int32_t timeout_ms = 60000;
    unknown_tags unknown_tagged_fields;

    using self = elect_leaders_request;
    static constexpr auto layout = fields{
        field("ElectionType", &self::election_type, since(1),
              "KIP-460; 0: the preferred replica, 1: any, if none is in sync (unclean, may lose "
              "records)"),
        field("TopicPartitions", &self::topic_partitions, "null: all").null_in(every),
        field("TimeoutMs", &self::timeout_ms, "ms that the controller may take"),
    };
};
}  // namespace kwire
