// SPDX-License-Identifier: Apache-2.0
// What control records hold: the records by which Kafka talks to itself in a partition's log.
//
// A control batch (an attribute bit says so) holds one record, in snapshots a few. The key is a ControlRecordTypeSchema behind
// an int16 version; its type says what the value is: an EndTxnMarker, also behind its version, or in the metadata log one
// of the others, which carry their version inside instead. Consumers skip control records.
// Source: ControlRecordTypeSchema.json, EndTxnMarker.json, SnapshotHeaderRecord.json, SnapshotFooterRecord.json,
// KRaftVersionRecord.json, VotersRecord.json v0, LeaderChangeMessage.json v0-v1; KIP-98 (markers), KIP-595 (leader
// change), KIP-630 (snapshots), KIP-853 (voters).
#pragma once

#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
// The key of every control record.
struct control_record_type_schema {
    static constexpr std::string_view name = "ControlRecordTypeSchema";
    static constexpr std::int16_t first_version = 0, last_version = 0, flexible_since = never_flexible;

    std::int16_t type = 0;

    using self = control_record_type_schema;
    static constexpr auto layout = fields{
        field("Type", &self::type, "0 abort, 1 commit, 2 leader change, 3 snapshot header, 4 snapshot footer, 5 KRaft version, 6 voters"),
    };
};

// The value of types 0 and 1: the end of a transaction. What was committed is in the key.
struct end_txn_marker {
    static constexpr std::string_view name = "EndTxnMarker";
    static constexpr std::int16_t first_version = 0, last_version = 0, flexible_since = never_flexible;

    std::int32_t coordinator_epoch = 0;

    using self = end_txn_marker;
    static constexpr auto layout = fields{
        field("CoordinatorEpoch", &self::coordinator_epoch, "of the coordinator that ended the transaction: older ones are fenced"),
    };
};

// The value of type 2: the first record of a new leader of the metadata log.
struct leader_change_message {
    static constexpr std::string_view name = "LeaderChangeMessage";
    static constexpr std::int16_t first_version = 0, last_version = 1, flexible_since = 0;

    struct voter {
        std::int32_t voter_id = 0;
        uuid voter_directory_id;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("VoterId", &voter::voter_id),
            field("VoterDirectoryId", &voter::voter_directory_id, since(1), "KIP-853"),
        };
    };
    std::int16_t version = 0;
    std::int32_t leader_id = 0;
    std::vector<voter> voters;
    std::vector<voter> granting_voters;
    unknown_tags unknown_tagged_fields;

    using self = leader_change_message;
    static constexpr auto layout = fields{
        field("Version", &self::version, "of this message, again"),
        field("LeaderId", &self::leader_id),
        field("Voters", &self::voters, "all who may vote in this epoch"),
        field("GrantingVoters", &self::granting_voters, "who voted for the leader"),
    };
};

// The value of type 3: begins a snapshot.
struct snapshot_header_record {
    static constexpr std::string_view name = "SnapshotHeaderRecord";
    static constexpr std::int16_t first_version = 0, last_version = 0, flexible_since = 0;

    std::int16_t version = 0;
    std::int64_t last_contained_log_timestamp = 0;
    unknown_tags unknown_tagged_fields;

    using self = snapshot_header_record;
    static constexpr auto layout = fields{
        field("Version", &self::version, "of this record, again"),
        field("LastContainedLogTimestamp", &self::last_contained_log_timestamp, "ms since 1970, of the last record that went into the snapshot"),
    };
};

// The value of type 4: ends a snapshot. One without it is not complete.
struct snapshot_footer_record {
    static constexpr std::string_view name = "SnapshotFooterRecord";
    static constexpr std::int16_t first_version = 0, last_version = 0, flexible_since = 0;

    std::int16_t version = 0;
    unknown_tags unknown_tagged_fields;

    using self = snapshot_footer_record;
    static constexpr auto layout = fields{
        field("Version", &self::version, "of this record, again"),
    };
};

// The value of type 5: the version of KRaft from here on.
struct k_raft_version_record {
    static constexpr std::string_view name = "KRaftVersionRecord";
    static constexpr std::int16_t first_version = 0, last_version = 0, flexible_since = 0;

    std::int16_t version = 0;
    std::int16_t k_raft_version = 0;
    unknown_tags unknown_tagged_fields;

    using self = k_raft_version_record;
    static constexpr auto layout = fields{
        field("Version", &self::version, "of this record, again"),
        field("KRaftVersion", &self::k_raft_version, "0: voters fixed by configuration, 1: voters can come and go"),
    };
};

// The value of type 6: who votes from here on.
struct voters_record {
    static constexpr std::string_view name = "VotersRecord";
    static constexpr std::int16_t first_version = 0, last_version = 0, flexible_since = 0;

    struct endpoint {
        std::string_view name;
        std::string_view host;
        std::uint16_t port = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &endpoint::name),
            field("Host", &endpoint::host),
            field("Port", &endpoint::port),
        };
    };
    struct kraft_versions {
        std::int16_t min_supported_version = 0;
        std::int16_t max_supported_version = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("MinSupportedVersion", &kraft_versions::min_supported_version),
            field("MaxSupportedVersion", &kraft_versions::max_supported_version),
        };
    };
    struct voter {
        std::int32_t voter_id = 0;
        uuid voter_directory_id;
        std::vector<endpoint> endpoints;
        kraft_versions k_raft_version_feature;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("VoterId", &voter::voter_id),
            field("VoterDirectoryId", &voter::voter_directory_id, "of its metadata log"),
            field("Endpoints", &voter::endpoints, "where the other voters reach it"),
            field("KRaftVersionFeature", &voter::k_raft_version_feature, "the versions of KRaft that it speaks"),
        };
    };
    std::int16_t version = 0;
    std::vector<voter> voters;
    unknown_tags unknown_tagged_fields;

    using self = voters_record;
    static constexpr auto layout = fields{
        field("Version", &self::version, "of this record, again"),
        field("Voters", &self::voters),
    };
};
}  // namespace kwire
