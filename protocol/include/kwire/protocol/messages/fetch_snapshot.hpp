// SPDX-License-Identifier: Apache-2.0
// FetchSnapshot: a piece of a snapshot of the metadata log, for a follower that is too far behind to catch up by
// records.
//
// A Fetch answer names the snapshot; the follower then asks for one piece after the other.
// Source: FetchSnapshotRequest.json, FetchSnapshotResponse.json v0-v1; KIP-630, KIP-853 (v1: directory ids, addresses).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct fetch_snapshot_response {
    static constexpr std::string_view name = "FetchSnapshotResponse";
    static constexpr std::int16_t api_key = 59, first_version = 0, last_version = 1, flexible_since = 0;

    struct snapshot {
        std::int64_t end_offset = 0;
        std::int32_t epoch = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("EndOffset", &snapshot::end_offset),
            field("Epoch", &snapshot::epoch),
        };
    };
    struct leader_id_and_epoch {
        std::int32_t leader_id = 0;
        std::int32_t leader_epoch = 0;
        unknown_tags unknown_tagged_fields;

        using self = leader_id_and_epoch;
        static constexpr auto layout = fields{
            field("LeaderId", &self::leader_id, "-1: not known"),
            field("LeaderEpoch", &self::leader_epoch),
        };
    };
    struct partition {
        std::int32_t index = 0;
        errc error_code = errc::none;
        snapshot snapshot_id;
        leader_id_and_epoch current_leader;
        std::int64_t size = 0;
        std::int64_t position = 0;
        kwire::records unaligned_records;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Index", &partition::index),
            field("ErrorCode", &partition::error_code),
            field("SnapshotId", &partition::snapshot_id, "the log up to EndOffset, whose last record is of Epoch"),
            field("CurrentLeader", &partition::current_leader, "to be asked instead").tagged(0),
            field("Size", &partition::size, "bytes of the whole snapshot"),
            field("Position", &partition::position, "the byte of it at which UnalignedRecords begin"),
            field("UnalignedRecords", &partition::unaligned_records, "a piece of record batches, cut anywhere"),
        };
    };
    struct topic {
        std::string_view name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Partitions", &topic::partitions),
        };
    };
    struct node_endpoint {
        std::int32_t node_id = 0;
        std::string_view host;
        std::uint16_t port = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("NodeId", &node_endpoint::node_id, since(1)),
            field("Host", &node_endpoint::host, since(1)),
            field("Port", &node_endpoint::port, since(1)),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::vector<topic> topics;
    std::vector<node_endpoint> node_endpoints;
    unknown_tags unknown_tagged_fields;

    using self = fetch_snapshot_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up").ignorable(),
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("Topics", &self::topics),
        field("NodeEndpoints", &self::node_endpoints, since(1), "KIP-853: addresses of the leaders named above").tagged(0),
    };
};

struct fetch_snapshot_request {
    static constexpr std::string_view name = "FetchSnapshotRequest";
    static constexpr std::int16_t api_key = 59, first_version = 0, last_version = 1, flexible_since = 0;
    using response = fetch_snapshot_response;

    struct snapshot {
        std::int64_t end_offset = 0;
        std::int32_t epoch = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("EndOffset", &snapshot::end_offset),
            field("Epoch", &snapshot::epoch),
        };
    };
    struct partition {
        std::int32_t partition = 0;
        std::int32_t current_leader_epoch = 0;
        snapshot snapshot_id;
        std::int64_t position = 0;
        uuid replica_directory_id;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Partition", &partition::partition),
            field("CurrentLeaderEpoch", &partition::current_leader_epoch, "what the follower takes for the leader's"),
            field("SnapshotId", &partition::snapshot_id, "as a Fetch answer named it"),
            field("Position", &partition::position, "the byte of the snapshot at which to go on"),
            field("ReplicaDirectoryId", &partition::replica_directory_id, since(1), "KIP-853, of the follower").tagged(0).ignorable(),
        };
    };
    struct topic {
        std::string_view name;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &topic::name),
            field("Partitions", &topic::partitions),
        };
    };
    std::optional<std::string_view> cluster_id;
    std::int32_t replica_id = -1;
    std::int32_t max_bytes = INT32_MAX;
    std::vector<topic> topics;
    unknown_tags unknown_tagged_fields;

    using self = fetch_snapshot_request;
    static constexpr auto layout = fields{
        field("ClusterId", &self::cluster_id, "null: not known").null_in(every).tagged(0),
        field("ReplicaId", &self::replica_id, "the follower; -1: a client"),
        field("MaxBytes", &self::max_bytes, "of the whole answer"),
        field("Topics", &self::topics),
    };
};
}  // namespace kwire
