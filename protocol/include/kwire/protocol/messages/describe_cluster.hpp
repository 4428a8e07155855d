// SPDX-License-Identifier: Apache-2.0
// DescribeCluster: the nodes of the cluster, its id and its controller, without topics.
//
// Since version 1 a client that is connected to a KRaft controller can ask for the controllers instead of the brokers,
// and gets MISMATCHED_ENDPOINT_TYPE from the wrong kind of node.
// Source: DescribeClusterRequest.json, DescribeClusterResponse.json v0-v2; KIP-700, KIP-919 (v1: controllers), KIP-1073
// (v2: fenced brokers).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_cluster_response {
    static constexpr std::string_view name = "DescribeClusterResponse";
    static constexpr std::int16_t api_key = 60, first_version = 0, last_version = 2, flexible_since = 0;

    struct broker {
        std::int32_t broker_id = 0;
        std::string_view host;
        std::int32_t port = 0;
        std::optional<std::string_view> rack;
        bool is_fenced = false;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("BrokerId", &broker::broker_id),
            field("Host", &broker::host),
            field("Port", &broker::port),
            field("Rack", &broker::rack, "null: no rack").null_in(every),
            field("IsFenced", &broker::is_fenced, since(2), "KIP-1073: registered but not (or no longer) serving"),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message;
    std::int8_t endpoint_type = 1;
    std::string_view cluster_id;
    std::int32_t controller_id = -1;
    std::vector<broker> brokers;
    std::int32_t cluster_authorized_operations = INT32_MIN;
    unknown_tags unknown_tagged_fields;

    using self = describe_cluster_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("ErrorCode", &self::error_code),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("EndpointType", &self::endpoint_type, since(1), "KIP-919: what was described; 1 brokers, 2 controllers"),
        field("ClusterId", &self::cluster_id),
        field("ControllerId", &self::controller_id, "from a controller the leader of the quorum; from a broker any broker that lives; -1: not known"),
        field("Brokers", &self::brokers),
        field("ClusterAuthorizedOperations", &self::cluster_authorized_operations, "KIP-430; a bit each, INT32_MIN: not asked for"),
    };
};

struct describe_cluster_request {
    static constexpr std::string_view name = "DescribeClusterRequest";
    static constexpr std::int16_t api_key = 60, first_version = 0, last_version = 2, flexible_since = 0;
    using response = describe_cluster_response;

    bool include_cluster_authorized_operations = false;
    std::int8_t endpoint_type = 1;
    bool include_fenced_brokers = false;
    unknown_tags unknown_tagged_fields;

    using self = describe_cluster_request;
    static constexpr auto layout = fields{
        field("IncludeClusterAuthorizedOperations", &self::include_cluster_authorized_operations,
              "KIP-430: which operations the caller may do on the cluster"),
        field("EndpointType", &self::endpoint_type, since(1), "KIP-919; 1 brokers, 2 controllers"),
        field("IncludeFencedBrokers", &self::include_fenced_brokers, since(2), "KIP-1073"),
    };
};
}  // namespace kwire
