// SPDX-License-Identifier: Apache-2.0
// Fetch: record batches of the partitions that a broker leads, from given offsets on.
//
// A topic is a set of partitions; each is a log, whose records are numbered by offsets from 0 on, and has a broker that
// leads it. A request names partitions and the offsets to begin at. The broker waits up to MaxWaitMs for MinBytes. It sends
// whole batches as they lie in its log: the first may begin before the offset that was asked for, the last may be cut off.
// A session (KIP-227) spares repeating partitions that did not change: a full request with session_epoch 0 begins one,
// later requests name only the changes; without one, session_id is 0 and session_epoch -1. An error is that of one partition,
// or of the session.
//
// How it looks on the wire: the rows of `layout` that the version has, in their order, but for those that are `tagged`; a
// structure's rows stand where the structure stands, an array is its count and its elements. Numbers are big-endian, text is
// UTF-8. From version 12 on (`flexible_since`) a length or count is an unsigned varint (seven bits a byte, the lowest first;
// the eighth bit: there is more) of one more than it is (0: null). Each structure then ends with its tagged rows, as far as
// they differ from their default: how many, and by ascending tag the tag, the size and the bytes of each, these three
// numbers unsigned varints as they are. In front of it all: the size of what follows as an int32, and the header. Of the
// parts, layout.hpp and header.hpp say more, of records record_batch.hpp. A consumer's request in version 18, for
// partition 0 of one topic from offset 42 on:
//
//     00 00 00 5c                    92 bytes follow
//     00 01  00 12  00 00 00 03      header: api_key, version 18, a number that the answer repeats
//     00 05 61 75 64 69 74  00       ... client id "audit" (its length is always an int16), no tagged fields
//     00 00 01 f4                    max_wait_ms 500              (ReplicaId ended with version 14)
//     00 00 00 01  03 20 00 00       min_bytes 1, max_bytes 50 MiB
//     00                             isolation_level
//     00 00 00 00  ff ff ff ff       session_id 0, session_epoch -1
//     02                             topics: 1
//        f4 0f 41 ... a0 4c          topic_id, 16 bytes           (Topic, the name, ended with version 12)
//        02                          partitions: 1
//           00 00 00 00              partition 0
//           ff ff ff ff              current_leader_epoch
//           00 00 00 00 00 00 00 2a  fetch_offset 42
//           ff ff ff ff              last_fetched_epoch
//           ff ff ff ff ff ff ff ff  log_start_offset
//           00 10 00 00              partition_max_bytes 1 MiB
//           00                       no tagged fields of the partition
//        00                          ... nor of the topic
//     01  01  00                     forgotten_topics_data: none, rack_id "", no tagged fields
//
// Source: FetchRequest.json, FetchResponse.json v0-v18; KIP-74 (sizes), KIP-98 (isolation), KIP-227 (sessions), KIP-320
// (leader epoch), KIP-392 (nearest replica), KIP-516 (topic ids), KIP-595 (divergence), KIP-903, KIP-951, KIP-853, KIP-1166.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct fetch_response {
    static constexpr std::string_view name = "FetchResponse";
    static constexpr std::int16_t api_key = 1, first_version = 0, last_version = 18, flexible_since = 12;
    static constexpr bool compiled = true;

    struct epoch_end_offset {
        std::int32_t epoch = -1;
        std::int64_t end_offset = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Epoch", &epoch_end_offset::epoch, since(12)),
            field("EndOffset", &epoch_end_offset::end_offset, since(12)),
        };
    };
    struct leader_id_and_epoch {
        std::int32_t leader_id = -1;
        std::int32_t leader_epoch = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("LeaderId", &leader_id_and_epoch::leader_id, since(12), "-1: not known"),
            field("LeaderEpoch", &leader_id_and_epoch::leader_epoch, since(12), "-1: not known"),
        };
    };
    struct snapshot {
        std::int64_t end_offset = -1;
        std::int32_t epoch = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("EndOffset", &snapshot::end_offset),
            field("Epoch", &snapshot::epoch),
        };
    };
    struct aborted_transaction {
        std::int64_t producer_id = 0;
        std::int64_t first_offset = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ProducerId", &aborted_transaction::producer_id, since(4)),
            field("FirstOffset", &aborted_transaction::first_offset, since(4)),
        };
    };
    struct partition {
        std::int32_t partition_index = 0;
        errc error_code = errc::none;
        std::int64_t high_watermark = 0;
        std::int64_t last_stable_offset = -1;
        std::int64_t log_start_offset = -1;
        epoch_end_offset diverging_epoch;
        leader_id_and_epoch current_leader;
        snapshot snapshot_id;
        std::optional<std::vector<aborted_transaction>> aborted_transactions{std::in_place};
        std::int32_t preferred_read_replica = -1;
        std::optional<kwire::records> records;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PartitionIndex", &partition::partition_index, "its number within the topic"),
            field("ErrorCode", &partition::error_code, "of this partition; others may have none"),
            field("HighWatermark", &partition::high_watermark, "the offset behind the last one that all replicas in sync have"),
            field("LastStableOffset", &partition::last_stable_offset, since(4), "KIP-98: all transactions before it have ended").ignorable(),
            field("LogStartOffset", &partition::log_start_offset, since(5), "the first offset that the broker still has").ignorable(),
            field("DivergingEpoch", &partition::diverging_epoch, since(12), "KIP-595: the log was truncated; where it still agrees").tagged(0),
            field("CurrentLeader", &partition::current_leader, since(12), "KIP-595, KIP-951").tagged(1),
            field("SnapshotId", &partition::snapshot_id, since(12), "KIP-630, between controllers").tagged(2),
            field("AbortedTransactions", &partition::aborted_transactions, since(4), "for read_committed; in no order").null_since(4).ignorable(),
            field("PreferredReadReplica", &partition::preferred_read_replica, since(11), "KIP-392: fetch there; -1: no wish"),
            field("Records", &partition::records, "record batches, the last perhaps cut off").null_in(every),
        };
    };
    struct topic_response {
        std::string_view topic;
        uuid topic_id;
        std::vector<partition> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Topic", &topic_response::topic, between(0, 12), "its name").ignorable(),
            field("TopicId", &topic_response::topic_id, since(13), "KIP-516: instead of the name").ignorable(),
            field("Partitions", &topic_response::partitions),
        };
    };
    struct node_endpoint {
        std::int32_t node_id = 0;
        std::string_view host;
        std::int32_t port = 0;
        std::optional<std::string_view> rack;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("NodeId", &node_endpoint::node_id, since(16)),
            field("Host", &node_endpoint::host, since(16)),
            field("Port", &node_endpoint::port, since(16)),
            field("Rack", &node_endpoint::rack, since(16)).null_since(16),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::int32_t session_id = 0;
    std::vector<topic_response> responses;
    std::vector<node_endpoint> node_endpoints;
    unknown_tags unknown_tagged_fields;

    using self = fetch_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, since(1), "ms that a quota holds the client up").ignorable(),
        field("ErrorCode", &self::error_code, since(7), "of the session").ignorable(),
        field("SessionId", &self::session_id, since(7), "KIP-227; 0: no session"),
        field("Responses", &self::responses),
        field("NodeEndpoints", &self::node_endpoints, since(16), "KIP-951: addresses of the leaders named in CurrentLeader").tagged(0),
    };
};

struct fetch_request {
    static constexpr std::string_view name = "FetchRequest";
    static constexpr std::int16_t api_key = 1, first_version = 0, last_version = 18, flexible_since = 12;
    static constexpr bool compiled = true;
    using response = fetch_response;

    struct replica {
        std::int32_t replica_id = -1;
        std::int64_t replica_epoch = -1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ReplicaId", &replica::replica_id, since(15), "-1: a client"),
            field("ReplicaEpoch", &replica::replica_epoch, since(15)),
        };
    };
    struct partition_to_fetch {
        std::int32_t partition = 0;
        std::int32_t current_leader_epoch = -1;
        std::int64_t fetch_offset = 0;
        std::int32_t last_fetched_epoch = -1;
        std::int64_t log_start_offset = -1;
        std::int32_t partition_max_bytes = 0;
        uuid replica_directory_id;
        std::int64_t high_watermark = INT64_MAX;
        unknown_tags unknown_tagged_fields;

        using self = partition_to_fetch;
        static constexpr auto layout = fields{
            field("Partition", &self::partition, "its number within the topic"),
            field("CurrentLeaderEpoch", &self::current_leader_epoch, since(9), "KIP-320: as Metadata says; -1: the broker skips its check")
                .ignorable(),
            field("FetchOffset", &self::fetch_offset, "the first offset wanted"),
            field("LastFetchedEpoch", &self::last_fetched_epoch, since(12), "KIP-595; -1: no check for divergence"),
            field("LogStartOffset", &self::log_start_offset, since(5), "of a follower; a client sends -1").ignorable(),
            field("PartitionMaxBytes", &self::partition_max_bytes, "of this partition; one batch comes even if it is larger, KIP-74"),
            field("ReplicaDirectoryId", &self::replica_directory_id, since(17), "KIP-853, of a follower").tagged(0).ignorable(),
            field("HighWatermark", &self::high_watermark, since(18), "KIP-1166, of a follower; INT64_MAX: not supported").tagged(1).ignorable(),
        };
    };
    struct topic_to_fetch {
        std::string_view topic;
        uuid topic_id;
        std::vector<partition_to_fetch> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Topic", &topic_to_fetch::topic, between(0, 12), "its name").ignorable(),
            field("TopicId", &topic_to_fetch::topic_id, since(13), "KIP-516: instead of the name; Metadata has it").ignorable(),
            field("Partitions", &topic_to_fetch::partitions),
        };
    };
    struct forgotten_topic {
        std::string_view topic;
        uuid topic_id;
        std::vector<std::int32_t> partitions;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Topic", &forgotten_topic::topic, between(7, 12)).ignorable(),
            field("TopicId", &forgotten_topic::topic_id, since(13), "KIP-516").ignorable(),
            field("Partitions", &forgotten_topic::partitions, since(7)),
        };
    };
    std::optional<std::string_view> cluster_id;
    std::int32_t replica_id = -1;
    replica replica_state;
    std::int32_t max_wait_ms = 0;
    std::int32_t min_bytes = 0;
    std::int32_t max_bytes = INT32_MAX;
    std::int8_t isolation_level = 0;
    std::int32_t session_id = 0;
    std::int32_t session_epoch = -1;
    std::vector<topic_to_fetch> topics;
    std::vector<forgotten_topic> forgotten_topics_data;
    std::string_view rack_id;
    unknown_tags unknown_tagged_fields;

    using self = fetch_request;
    static constexpr auto layout = fields{
        field("ClusterId", &self::cluster_id, since(12), "KIP-595, between controllers").null_since(12).tagged(0).ignorable(),
        field("ReplicaId", &self::replica_id, between(0, 14), "-1: a client"),
        field("ReplicaState", &self::replica_state, since(15), "KIP-903, of a follower").tagged(1),
        field("MaxWaitMs", &self::max_wait_ms, "ms that the broker may wait for MinBytes"),
        field("MinBytes", &self::min_bytes, "of records, for the broker to answer before MaxWaitMs; 1: as soon as there is one"),
        field("MaxBytes", &self::max_bytes, since(3), "of the whole answer, KIP-74").ignorable(),
        field("IsolationLevel", &self::isolation_level, since(4), "KIP-98: 0 all records, 1 only those of committed transactions").ignorable(),
        field("SessionId", &self::session_id, since(7), "KIP-227; 0: none").ignorable(),
        field("SessionEpoch", &self::session_epoch, since(7), "KIP-227; -1: no session, 0: begin one").ignorable(),
        field("Topics", &self::topics, "what to fetch; in a session, what changed"),
        field("ForgottenTopicsData", &self::forgotten_topics_data, since(7), "KIP-227: to drop from the session"),
        field("RackId", &self::rack_id, since(11), "KIP-392: where the client is, to be shown a near replica; may be empty").ignorable(),
    };
};
}  // namespace kwire
