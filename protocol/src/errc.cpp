// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/curable_category.hpp>
#include <kwire/protocol/errc.hpp>

#include <algorithm>
#include <cctype>
#include <string>

namespace kwire::inline v0 {
namespace {
constexpr errc_info table[] = {
    {errc::unknown_server_error, "UNKNOWN_SERVER_ERROR", false, false, "the broker failed in a way that it has no code for",
     "look into the broker's log at the time of the request"},
    {errc::none, "NONE", false, false, "no error", "nothing to do"},
    {errc::offset_out_of_range, "OFFSET_OUT_OF_RANGE", false, false,
     "the offset asked for is before the log's start (deleted by retention) or after its end",
     "start from the earliest or latest offset; list offsets to see what the log holds"},
    {errc::corrupt_message, "CORRUPT_MESSAGE", true, false,
     "the broker found a wrong checksum, size or structure in the records, or a missing key on a compacted topic",
     "send again; if it stays, give compacted topics keys and check the client and the network path"},
    {errc::unknown_topic_or_partition, "UNKNOWN_TOPIC_OR_PARTITION", true, true, "this broker hosts no such topic or partition",
     "check the spelling and the partition number; create the topic, or wait a moment if it is new"},
    {errc::invalid_fetch_size, "INVALID_FETCH_SIZE", false, false, "a size limit in the fetch request is negative or makes no sense",
     "set fetch.max.bytes and max.partition.fetch.bytes to positive numbers"},
    {errc::leader_not_available, "LEADER_NOT_AVAILABLE", true, true,
     "the partition has no leader at the moment: it is being created, or an election is on",
     "wait and look up the leader again; if it stays, see which of its replicas are down"},
    {errc::not_leader_or_follower, "NOT_LEADER_OR_FOLLOWER", true, true, "this broker does not lead the partition (any more): leadership moved",
     "look up the leader again and send it there"},
    {errc::request_timed_out, "REQUEST_TIMED_OUT", true, false,
     "the broker could not finish within the request's timeout, often because replicas lag",
     "try again; if it repeats, look at slow or missing replicas, or raise request.timeout.ms"},
    {errc::broker_not_available, "BROKER_NOT_AVAILABLE", false, false, "the broker asked about is not alive",
     "look at what the cluster lists and use a broker that is up"},
    {errc::replica_not_available, "REPLICA_NOT_AVAILABLE", true, true, "the broker holds no usable copy of the partition at the moment",
     "look up the replicas again; copies that move or start become available by themselves"},
    {errc::message_too_large, "MESSAGE_TOO_LARGE", false, false, "a batch is larger than the topic or the broker allows",
     "send smaller records, compress, or raise max.message.bytes of the topic (message.max.bytes of the broker)"},
    {errc::stale_controller_epoch, "STALE_CONTROLLER_EPOCH", false, false, "the request came from a controller that has been replaced",
     "nothing to do for a client; brokers find the new controller themselves"},
    {errc::offset_metadata_too_large, "OFFSET_METADATA_TOO_LARGE", false, false, "the text stored beside a committed offset is too long",
     "shorten it, or raise offset.metadata.max.bytes of the brokers"},
    {errc::network_exception, "NETWORK_EXCEPTION", true, true, "the broker went away before it answered",
     "try again on a new connection; the request may or may not have been carried out"},
    {errc::coordinator_load_in_progress, "COORDINATOR_LOAD_IN_PROGRESS", true, false,
     "the coordinator is still reading its state after it started or took over",
     "wait and try again; large __consumer_offsets partitions take seconds"},
    {errc::coordinator_not_available, "COORDINATOR_NOT_AVAILABLE", true, true,
     "the group or transaction has no coordinator at the moment, often because __consumer_offsets cannot be made",
     "try again; if it stays, check that enough brokers are up for offsets.topic.replication.factor"},
    {errc::not_coordinator, "NOT_COORDINATOR", true, true, "this broker does not coordinate that group or transaction (any more)",
     "find the coordinator again and ask it"},
    {errc::invalid_topic_exception, "INVALID_TOPIC_EXCEPTION", false, false, "the topic's name is not allowed, or the topic may not be used this way",
     "use 1 to 249 letters, digits, '.', '_' and '-'; do not write to internal topics"},
    {errc::record_list_too_large, "RECORD_LIST_TOO_LARGE", false, false, "the batch is larger than a segment of the broker's log",
     "send smaller batches, or raise segment.bytes of the topic"},
    {errc::not_enough_replicas, "NOT_ENOUGH_REPLICAS", true, false,
     "fewer replicas are in sync than min.insync.replicas asks for; nothing was written",
     "bring replicas back; the send can be tried again, its outcome is certain"},
    {errc::not_enough_replicas_after_append, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", true, false,
     "the records were written, but too few replicas confirmed them in time",
     "bring replicas back; a retry without idempotence may write them twice"},
    {errc::invalid_required_acks, "INVALID_REQUIRED_ACKS", false, false, "acks is none of 0, 1 and all (-1)", "set acks to 0, 1 or all"},
    {errc::illegal_generation, "ILLEGAL_GENERATION", false, false, "the group has moved on to another generation since this member joined",
     "join the group again; offsets that were not committed are read again"},
    {errc::inconsistent_group_protocol, "INCONSISTENT_GROUP_PROTOCOL", false, false,
     "the members of the group have no assignment strategy or protocol type in common",
     "give all members of the group a common partition.assignment.strategy, or another group.id"},
    {errc::invalid_group_id, "INVALID_GROUP_ID", false, false, "the group id is empty or not allowed", "set group.id to a name that is not empty"},
    {errc::unknown_member_id, "UNKNOWN_MEMBER_ID", false, false,
     "the coordinator does not know this member, for example because it was silent longer than session.timeout.ms",
     "join again without a member id; process faster or raise session.timeout.ms if it repeats"},
    {errc::invalid_session_timeout, "INVALID_SESSION_TIMEOUT", false, false, "session.timeout.ms is outside what the broker allows",
     "keep it between group.min.session.timeout.ms and group.max.session.timeout.ms of the brokers"},
    {errc::rebalance_in_progress, "REBALANCE_IN_PROGRESS", false, false, "the group is sharing out its partitions anew",
     "join again; this is a normal step, not a fault"},
    {errc::invalid_commit_offset_size, "INVALID_COMMIT_OFFSET_SIZE", false, false,
     "the offsets committed at once are too much for one record of __consumer_offsets", "commit fewer partitions at once or less metadata"},
    {errc::topic_authorization_failed, "TOPIC_AUTHORIZATION_FAILED", false, false, "this user may not do that with the topic",
     "grant the topic's ACL (READ, WRITE, DESCRIBE or CREATE), or use another user"},
    {errc::group_authorization_failed, "GROUP_AUTHORIZATION_FAILED", false, false, "this user may not use the group",
     "grant READ on the group, or use another group.id or user"},
    {errc::cluster_authorization_failed, "CLUSTER_AUTHORIZATION_FAILED", false, false, "this user may not do that to the cluster",
     "grant the cluster's ACL; idempotent sends to brokers before 2.8 need IDEMPOTENT_WRITE"},
    {errc::invalid_timestamp, "INVALID_TIMESTAMP", false, false,
     "a record's timestamp is too far from the broker's time, or missing where one is needed",
     "check this machine's clock, or message.timestamp.before.max.ms and .after.max.ms of the topic"},
    {errc::unsupported_sasl_mechanism, "UNSUPPORTED_SASL_MECHANISM", false, false, "the broker does not offer that SASL mechanism on this listener",
     "choose one that the broker names (sasl.mechanism), or enable it (sasl.enabled.mechanisms)"},
    {errc::illegal_sasl_state, "ILLEGAL_SASL_STATE", false, false,
     "a request came out of turn during authentication, or SASL was tried on a listener without it",
     "make security.protocol match the listener that is being connected to"},
    {errc::unsupported_version, "UNSUPPORTED_VERSION", false, false,
     "the broker does not know this version of the request, or lacks the feature behind it",
     "ask which versions it has (kwire api-versions) and use one of them, or upgrade the broker"},
    {errc::topic_already_exists, "TOPIC_ALREADY_EXISTS", false, false, "a topic of that name exists already",
     "use the one that is there, or choose another name"},
    {errc::invalid_partitions, "INVALID_PARTITIONS", false, false, "the number of partitions is not possible: below 1, or fewer than the topic has",
     "ask for at least one partition, and only ever for more than before"},
    {errc::invalid_replication_factor, "INVALID_REPLICATION_FACTOR", false, false,
     "the replication factor is below 1 or above the number of brokers that are up", "lower the replication factor or start more brokers"},
    {errc::invalid_replica_assignment, "INVALID_REPLICA_ASSIGNMENT", false, false,
     "the brokers named for the replicas are unknown, repeated or unequal in number",
     "name brokers that exist, each once, the same number for each partition"},
    {errc::invalid_config, "INVALID_CONFIG", false, false, "a configuration name is unknown or its value is not allowed",
     "correct the setting that the message names"},
    {errc::not_controller, "NOT_CONTROLLER", true, false, "this broker is not the cluster's controller (any more)",
     "look up the controller again and ask it"},
    {errc::invalid_request, "INVALID_REQUEST", false, false, "the request contradicts itself or lacks something; the broker's log says what",
     "check the arguments; the same request fails again"},
    {errc::unsupported_for_message_format, "UNSUPPORTED_FOR_MESSAGE_FORMAT", false, false,
     "the topic's messages are stored in an old format that cannot do this",
     "upgrade log.message.format.version of the topic, or do without timestamps, headers or transactions"},
    {errc::policy_violation, "POLICY_VIOLATION", false, false, "a policy of this cluster (create.topic.policy, alter.config.policy) forbids it",
     "read the message, follow the policy or ask who runs the cluster"},
    {errc::out_of_order_sequence_number, "OUT_OF_ORDER_SEQUENCE_NUMBER", false, false,
     "the broker misses a batch before this one: an earlier one was lost or came later",
     "fail the producer's batches of the partition and start with a new producer id; check for lost records"},
    {errc::duplicate_sequence_number, "DUPLICATE_SEQUENCE_NUMBER", false, false, "the broker has this batch already",
     "take it as written; its offset is not known"},
    {errc::invalid_producer_epoch, "INVALID_PRODUCER_EPOCH", false, false,
     "a newer producer with the same producer or transactional id has taken over",
     "stop this producer; make sure that each transactional.id is used by one process"},
    {errc::invalid_txn_state, "INVALID_TXN_STATE", false, false, "the transaction is in a state that does not allow this step",
     "abort it and begin a new one; check the order of calls"},
    {errc::invalid_producer_id_mapping, "INVALID_PRODUCER_ID_MAPPING", false, false,
     "the transactional id belongs to another producer id now, or was forgotten after a long rest", "initialise the producer again"},
    {errc::invalid_transaction_timeout, "INVALID_TRANSACTION_TIMEOUT", false, false, "transaction.timeout.ms is more than the broker allows",
     "lower it, or raise transaction.max.timeout.ms of the brokers"},
    {errc::concurrent_transactions, "CONCURRENT_TRANSACTIONS", true, false, "the previous transaction of this id is still being completed",
     "wait a moment and try again"},
    {errc::transaction_coordinator_fenced, "TRANSACTION_COORDINATOR_FENCED", false, false,
     "the request came from a transaction coordinator that has been replaced",
     "nothing to do for a client; the new coordinator finishes the transaction"},
    {errc::transactional_id_authorization_failed, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", false, false, "this user may not use the transactional id",
     "grant WRITE and DESCRIBE on the transactional id"},
    {errc::security_disabled, "SECURITY_DISABLED", false, false, "the cluster has no authorizer, so there are no ACLs to read or change",
     "set authorizer.class.name on the brokers, or do without ACLs"},
    {errc::operation_not_attempted, "OPERATION_NOT_ATTEMPTED", false, false, "it was not tried because another part of the same request failed",
     "correct the part that failed and send the whole request again"},
    {errc::kafka_storage_error, "KAFKA_STORAGE_ERROR", true, true, "the broker cannot read or write its disk",
     "look up the leader again; look at the broker's log and its disk"},
    {errc::log_dir_not_found, "LOG_DIR_NOT_FOUND", false, false, "the broker has no such log directory", "name one of the broker's log.dirs"},
    {errc::sasl_authentication_failed, "SASL_AUTHENTICATION_FAILED", false, false, "the broker refused the credentials",
     "check sasl.username, sasl.password and sasl.mechanism; the user must exist for that mechanism"},
    {errc::unknown_producer_id, "UNKNOWN_PRODUCER_ID", false, false,
     "the broker has forgotten this producer: its last records are gone by retention or it was idle too long",
     "start with a new producer id; nothing of this batch was written"},
    {errc::reassignment_in_progress, "REASSIGNMENT_IN_PROGRESS", false, false, "replicas of the partition are being moved",
     "wait until the reassignment is done, or cancel it"},
    {errc::delegation_token_auth_disabled, "DELEGATION_TOKEN_AUTH_DISABLED", false, false, "delegation tokens are not enabled in this cluster",
     "set delegation.token.secret.key on all brokers"},
    {errc::delegation_token_not_found, "DELEGATION_TOKEN_NOT_FOUND", false, false, "the brokers do not know this delegation token",
     "create a new one; it may have expired and been removed"},
    {errc::delegation_token_owner_mismatch, "DELEGATION_TOKEN_OWNER_MISMATCH", false, false, "only the owner or a renewer of the token may do that",
     "use the credentials of the token's owner"},
    {errc::delegation_token_request_not_allowed, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED", false, false,
     "tokens cannot be handled over this connection: it is not authenticated, or by a token itself",
     "connect with SASL (not by token) or with a TLS client certificate"},
    {errc::delegation_token_authorization_failed, "DELEGATION_TOKEN_AUTHORIZATION_FAILED", false, false, "this user may not see or handle that token",
     "grant DESCRIBE on the token, or use its owner"},
    {errc::delegation_token_expired, "DELEGATION_TOKEN_EXPIRED", false, false, "the delegation token has expired",
     "create a new one, and renew it in time"},
    {errc::invalid_principal_type, "INVALID_PRINCIPAL_TYPE", false, false, "the type of the principal is not supported here",
     "use a principal of type User, as in User:alice"},
    {errc::non_empty_group, "NON_EMPTY_GROUP", false, false, "the group still has members", "stop all its consumers, then try again"},
    {errc::group_id_not_found, "GROUP_ID_NOT_FOUND", false, false, "there is no such group",
     "check the spelling; groups without members and offsets are removed"},
    {errc::fetch_session_id_not_found, "FETCH_SESSION_ID_NOT_FOUND", true, false,
     "the broker has dropped this incremental fetch session to make room", "start a new session with a full fetch; nothing is lost"},
    {errc::invalid_fetch_session_epoch, "INVALID_FETCH_SESSION_EPOCH", true, false, "client and broker disagree on how far the fetch session is",
     "start a new session with a full fetch; nothing is lost"},
    {errc::listener_not_found, "LISTENER_NOT_FOUND", true, true, "the leader has no listener of the name by which this client came in",
     "configure the same listeners on all brokers"},
    {errc::topic_deletion_disabled, "TOPIC_DELETION_DISABLED", false, false, "this cluster does not delete topics",
     "set delete.topic.enable=true on the brokers"},
    {errc::fenced_leader_epoch, "FENCED_LEADER_EPOCH", true, true, "the client's knowledge of the leader is older than the broker's",
     "look up the leader again"},
    {errc::unknown_leader_epoch, "UNKNOWN_LEADER_EPOCH", true, false, "the client's knowledge of the leader is newer than the broker's",
     "wait a moment and try again; the broker catches up"},
    {errc::unsupported_compression_type, "UNSUPPORTED_COMPRESSION_TYPE", false, false,
     "the broker, or this version of the request, does not know the compression type",
     "use another compression.type; zstd needs brokers from 2.1 on"},
    {errc::stale_broker_epoch, "STALE_BROKER_EPOCH", false, false, "the broker was restarted since it sent this",
     "nothing to do for a client; the broker registers again"},
    {errc::offset_not_available, "OFFSET_NOT_AVAILABLE", true, false, "a new leader does not yet know how far the log is replicated",
     "wait a moment and try again"},
    {errc::member_id_required, "MEMBER_ID_REQUIRED", false, false, "the coordinator gave out a member id that is to be used for joining",
     "join again with that member id; this is a normal step, not a fault"},
    {errc::preferred_leader_not_available, "PREFERRED_LEADER_NOT_AVAILABLE", true, true, "the first replica of the partition is down or not in sync",
     "bring that broker back, then elect again"},
    {errc::group_max_size_reached, "GROUP_MAX_SIZE_REACHED", false, false, "the group has as many members as the cluster allows",
     "use fewer members, or raise group.max.size of the brokers"},
    {errc::fenced_instance_id, "FENCED_INSTANCE_ID", false, false, "another member with the same group.instance.id has joined",
     "give each member its own group.instance.id"},
    {errc::eligible_leaders_not_available, "ELIGIBLE_LEADERS_NOT_AVAILABLE", true, true, "none of the replicas that may lead the partition is up",
     "bring its brokers back; an unclean election can lose records"},
    {errc::election_not_needed, "ELECTION_NOT_NEEDED", true, true, "the partition has the leader that the election would choose", "nothing to do"},
    {errc::no_reassignment_in_progress, "NO_REASSIGNMENT_IN_PROGRESS", false, false, "no replicas of the partition are being moved",
     "nothing to cancel or wait for"},
    {errc::group_subscribed_to_topic, "GROUP_SUBSCRIBED_TO_TOPIC", false, false,
     "the group reads the topic at this moment, so its offsets cannot be deleted", "stop the group's consumers of the topic, then try again"},
    {errc::invalid_record, "INVALID_RECORD", false, false, "the broker refused a record: no key on a compacted topic, or a wrong timestamp or format",
     "correct the record that the answer names; the other records of its batch were not written either"},
    {errc::unstable_offset_commit, "UNSTABLE_OFFSET_COMMIT", true, false, "offsets of the group are part of a transaction that is not finished",
     "wait and try again; if it stays, look for a producer that hangs in a transaction"},
    {errc::throttling_quota_exceeded, "THROTTLING_QUOTA_EXCEEDED", true, false, "the quota for changes of topics is used up for now",
     "wait as long as throttle_time_ms says, then try again"},
    {errc::producer_fenced, "PRODUCER_FENCED", false, false, "a newer producer with the same transactional id has taken over",
     "stop this producer; make sure that each transactional.id is used by one process"},
    {errc::resource_not_found, "RESOURCE_NOT_FOUND", false, false, "what the request is about does not exist", "check the name"},
    {errc::duplicate_resource, "DUPLICATE_RESOURCE", false, false, "the request names the same thing twice, or it exists already", "name it once"},
    {errc::unacceptable_credential, "UNACCEPTABLE_CREDENTIAL", false, false,
     "the credential is not good enough: an empty user, or too few or too many iterations", "give a user name and 4096 to 16384 SCRAM iterations"},
    {errc::inconsistent_voter_set, "INCONSISTENT_VOTER_SET", false, false, "the voters of the controller quorum differ between the two sides",
     "give all controllers the same controller.quorum settings"},
    {errc::invalid_update_version, "INVALID_UPDATE_VERSION", false, false, "the update is not based on the current state, or not newer",
     "read the current version and repeat the change"},
    {errc::feature_update_failed, "FEATURE_UPDATE_FAILED", false, false, "the feature level could not be changed",
     "see which levels all brokers support and read the message"},
    {errc::principal_deserialization_failure, "PRINCIPAL_DESERIALIZATION_FAILURE", false, false,
     "the controller cannot read the user that a broker forwarded", "use the same principal.builder.class on all nodes"},
    {errc::snapshot_not_found, "SNAPSHOT_NOT_FOUND", false, false, "the controller does not have that snapshot of the metadata log",
     "ask for the latest snapshot again"},
    {errc::position_out_of_range, "POSITION_OUT_OF_RANGE", false, false, "the position is outside the snapshot", "begin with the snapshot again"},
    {errc::unknown_topic_id, "UNKNOWN_TOPIC_ID", true, true,
     "this broker knows no topic with that id: it was deleted, made anew, or the broker lags behind", "look up the topic's id again"},
    {errc::duplicate_broker_registration, "DUPLICATE_BROKER_REGISTRATION", false, false, "another broker with the same id is alive",
     "give each broker its own node.id, or wait until the old one is fenced"},
    {errc::broker_id_not_registered, "BROKER_ID_NOT_REGISTERED", false, false, "the controller knows no broker with that id",
     "check the id; the broker may not have started yet"},
    {errc::inconsistent_topic_id, "INCONSISTENT_TOPIC_ID", true, true,
     "the topic's id on disk is not the one asked for: the topic was deleted and made anew", "look up the topic's id again"},
    {errc::inconsistent_cluster_id, "INCONSISTENT_CLUSTER_ID", false, false, "the request is meant for another cluster",
     "check that the addresses all belong to one cluster"},
    {errc::transactional_id_not_found, "TRANSACTIONAL_ID_NOT_FOUND", false, false, "the coordinator knows no such transactional id",
     "check the spelling; ids are forgotten after transactional.id.expiration.ms"},
    {errc::fetch_session_topic_id_error, "FETCH_SESSION_TOPIC_ID_ERROR", true, false, "the fetch session mixes topic names and topic ids",
     "start a new session with a full fetch; nothing is lost"},
    {errc::ineligible_replica, "INELIGIBLE_REPLICA", false, false, "the new replica may not join those in sync: it is fenced or shutting down",
     "nothing to do for a client; look at that broker"},
    {errc::new_leader_elected, "NEW_LEADER_ELECTED", false, false, "the change made another broker the leader", "look up the leader again"},
    {errc::offset_moved_to_tiered_storage, "OFFSET_MOVED_TO_TIERED_STORAGE", false, false,
     "the records at this offset are no longer on the broker's own disk", "nothing to do for a client; followers continue from the tiered storage"},
    {errc::fenced_member_epoch, "FENCED_MEMBER_EPOCH", false, false, "the coordinator has moved this member to another epoch",
     "give up the assigned partitions and join again with epoch 0"},
    {errc::unreleased_instance_id, "UNRELEASED_INSTANCE_ID", false, false, "the previous member with this group.instance.id has not left yet",
     "wait for its session to end or stop it, then join again"},
    {errc::unsupported_assignor, "UNSUPPORTED_ASSIGNOR", false, false, "the coordinator does not have the assignor asked for",
     "use one of group.consumer.assignors of the brokers, or leave group.remote.assignor unset"},
    {errc::stale_member_epoch, "STALE_MEMBER_EPOCH", false, false, "the member's epoch is behind the group's",
     "wait for the next heartbeat's answer and try again with its epoch"},
    {errc::mismatched_endpoint_type, "MISMATCHED_ENDPOINT_TYPE", false, false,
     "a controller was asked what only brokers answer, or the other way round",
     "use bootstrap.servers for brokers and bootstrap.controllers for controllers"},
    {errc::unsupported_endpoint_type, "UNSUPPORTED_ENDPOINT_TYPE", false, false, "this kind of endpoint does not answer the request yet",
     "ask a broker instead of a controller"},
    {errc::unknown_controller_id, "UNKNOWN_CONTROLLER_ID", false, false, "there is no controller with that id in the quorum",
     "check the id against what the quorum describes"},
    {errc::unknown_subscription_id, "UNKNOWN_SUBSCRIPTION_ID", false, false, "the client's metrics were sent for a subscription that has changed",
     "ask for the subscription again and send what it names"},
    {errc::telemetry_too_large, "TELEMETRY_TOO_LARGE", false, false, "the client's metrics are larger than the broker takes",
     "send fewer metrics at once; the broker's limit is telemetry.max.bytes"},
    {errc::invalid_registration, "INVALID_REGISTRATION", false, false, "the controller did not accept the broker's registration",
     "compare the broker's listeners, features and directories with the controller's"},
    {errc::transaction_abortable, "TRANSACTION_ABORTABLE", false, false, "the transaction cannot be completed, but the producer remains usable",
     "abort the transaction and begin it again"},
    {errc::invalid_record_state, "INVALID_RECORD_STATE", false, false,
     "the record of the share group is not in the state for this: its lock expired or it was acknowledged",
     "do not acknowledge it again; process within the record lock's duration"},
    {errc::share_session_not_found, "SHARE_SESSION_NOT_FOUND", true, false, "the broker does not know this share session (any more)",
     "open a new session; records that were not acknowledged are delivered again"},
    {errc::invalid_share_session_epoch, "INVALID_SHARE_SESSION_EPOCH", true, false, "client and broker disagree on how far the share session is",
     "open a new session; records that were not acknowledged are delivered again"},
    {errc::fenced_state_epoch, "FENCED_STATE_EPOCH", false, false, "the share coordinator was asked with an old epoch of the state",
     "nothing to do for a client; the group's broker reads the state again"},
    {errc::invalid_voter_key, "INVALID_VOTER_KEY", false, false, "the voter's id and directory are not those of the quorum's voter",
     "read the current voters and use their id and directory id"},
    {errc::duplicate_voter, "DUPLICATE_VOTER", false, false, "that voter is in the quorum already", "nothing to add"},
    {errc::voter_not_found, "VOTER_NOT_FOUND", false, false, "that voter is not in the quorum", "read the current voters and name one of them"},
    {errc::invalid_regular_expression, "INVALID_REGULAR_EXPRESSION", false, false,
     "the broker cannot read the regular expression of the subscription", "use RE2's syntax: brokers evaluate it, not the client"},
    {errc::rebootstrap_required, "REBOOTSTRAP_REQUIRED", false, false, "the broker asks the client to begin again from its bootstrap addresses",
     "connect to bootstrap.servers again and fetch metadata"},
    {errc::streams_invalid_topology, "STREAMS_INVALID_TOPOLOGY", false, false, "the streams application's topology is not valid",
     "correct the topology that the message describes"},
    {errc::streams_invalid_topology_epoch, "STREAMS_INVALID_TOPOLOGY_EPOCH", false, false, "the topology's epoch is not the one that the group has",
     "restart the application's instances with the same topology"},
    {errc::streams_topology_fenced, "STREAMS_TOPOLOGY_FENCED", false, false, "this member's topology is older than the group's",
     "upgrade this instance to the topology of the others"},
    {errc::share_session_limit_reached, "SHARE_SESSION_LIMIT_REACHED", true, false, "the broker holds as many share sessions as it may",
     "wait and try again, or raise group.share.max.share.sessions of the brokers"},
};

struct kafka_errors final : std::error_category {
    const char* name() const noexcept override { return "kafka"; }
    std::string message(int value) const override {
        const auto* row = find_errc(static_cast<errc>(value));
        std::string text(row ? row->name : "UNKNOWN");
        text += " (" + std::to_string(value) + ")";
        if (row && !row->cause.empty()) text += ": ", text += row->cause;
        return text;
    }
};

struct client_errc_info {
    client_errc code;
    std::string_view message, cure;
};

constexpr client_errc_info client_table[] = {
    {client_errc::malformed, "malformed bytes",
     "check that a Kafka broker listens there and that nothing between changes the bytes; if so, please report it"},
    {client_errc::timed_out, "timed out", "check that the brokers can be reached and keep up, or allow more time"},
    {client_errc::closed, "closed", "nothing to do if it was closed on purpose"},
    {client_errc::cancelled, "cancelled", "nothing to do if it was cancelled on purpose"},
    {client_errc::connection_lost, "connection lost", "try again: a new connection is made; look into the broker's log if it repeats"},
    {client_errc::version_not_supported, "version not supported",
     "see what the broker speaks (kwire api-versions) and upgrade it, or do without what is too new for it"},
    {client_errc::too_large, "too large", "make it smaller, or raise the limit that the message names"},
    {client_errc::unexpected_answer, "unexpected answer", "check that a Kafka broker listens there; if so, please report it"},
    {client_errc::invalid_argument, "invalid argument", "correct the value that the message names"},
    {client_errc::invalid_configuration, "invalid configuration", "correct the setting that the message names"},
    {client_errc::not_supported_by_build, "not supported by this build", "build kwire with the option that the message names"},
    {client_errc::buffer_full, "buffer full", "wait until some of it was sent, or raise buffer.memory"},
    {client_errc::unknown_topic_or_partition, "unknown topic or partition", "check the spelling and the partition number, or create the topic"},
    {client_errc::no_broker_available, "no broker available", "check bootstrap.servers, and that the brokers are up"},
    {client_errc::corrupt_batch, "corrupt record batch",
     "read it with another client: if that fails too, the broker's copy is damaged; skip past it or restore a replica"},
};

const client_errc_info* find(client_errc code) noexcept {
    const auto found = std::ranges::find(client_table, code, &client_errc_info::code);
    return found != std::end(client_table) ? found : nullptr;
}

struct kwire_errors final : std::error_category {
    const char* name() const noexcept override { return "kwire"; }
    std::string message(int value) const override {
        const auto* row = find(static_cast<client_errc>(value));
        return std::string(row ? row->message : "unknown error");
    }
};
}  // namespace

std::span<const errc_info> errc_table() noexcept { return table; }

const errc_info* find_errc(errc code) noexcept {
    const auto found = std::ranges::lower_bound(table, code, {}, &errc_info::code);
    return found != std::end(table) && found->code == code ? found : nullptr;
}

const errc_info* find_errc(std::string_view name) noexcept {
    const auto same = [](char a, char b) { return std::toupper(static_cast<unsigned char>(a)) == b; };
    const auto found = std::ranges::find_if(table, [&](const errc_info& row) { return std::ranges::equal(name, row.name, same); });
    return found != std::end(table) ? found : nullptr;
}

const std::error_category& kafka_category() noexcept {
    static const kafka_errors category;
    return category;
}

const std::error_category& kwire_category() noexcept {
    static const kwire_errors category;
    return category;
}

std::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), kafka_category()}; }
std::error_code make_error_code(client_errc code) noexcept { return {static_cast<int>(code), kwire_category()}; }

namespace {
// What the system says of a way to a broker. It can be free again a moment later.
bool of_the_network(std::error_code code) noexcept {
    constexpr std::errc passing[] = {std::errc::connection_refused,
                                     std::errc::connection_reset,
                                     std::errc::connection_aborted,
                                     std::errc::broken_pipe,
                                     std::errc::timed_out,
                                     std::errc::host_unreachable,
                                     std::errc::network_unreachable,
                                     std::errc::network_down,
                                     std::errc::network_reset,
                                     std::errc::not_connected,
                                     std::errc::resource_unavailable_try_again};
    return std::ranges::any_of(passing, [&](std::errc condition) { return code == condition; });
}
}  // namespace

bool retriable(std::error_code code) noexcept {
    if (code.category() == kafka_category()) {
        const auto* row = find_errc(static_cast<errc>(code.value()));
        return row && row->retriable;
    }
    return code == client_errc::connection_lost || code == client_errc::timed_out || code == client_errc::no_broker_available ||
           code == client_errc::corrupt_batch || of_the_network(code);
}

bool refreshes_metadata(std::error_code code) noexcept {
    if (code.category() == kwire_category()) return code == client_errc::connection_lost || code == client_errc::unknown_topic_or_partition;
    if (code.category() != kafka_category()) return retriable(code);
    const auto* row = find_errc(static_cast<errc>(code.value()));
    return row && row->refresh_metadata;
}

std::string_view cure(std::error_code code) noexcept {
    if (code.category() == kwire_category()) {
        const auto* row = find(static_cast<client_errc>(code.value()));
        return row ? row->cure : std::string_view();
    }
    if (of_the_network(code)) return "check the address, the network, and that the broker is up";
    if (code == std::errc::address_in_use) return "use another port, or end the program that listens there";
    if (code == std::errc::no_such_file_or_directory) return "check the path";
    if (code == std::errc::is_a_directory) return "name a file";
    if (std::string_view(code.category().name()) == "asio.netdb")  // names that are not found: Asio is of a higher room
        return "check the spelling of the host, and whether this machine's network knows it";
    if (code == std::errc::permission_denied) return "check who may do that";
    if (const auto* other = dynamic_cast<const curable_category*>(&code.category())) return other->cure(code.value());
    if (code.category() != kafka_category()) return {};
    const auto* row = find_errc(static_cast<errc>(code.value()));
    return row ? row->cure : std::string_view();
}
}  // namespace kwire
