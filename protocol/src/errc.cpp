// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/errc.hpp>

#include <algorithm>
#include <cctype>
#include <string>

namespace kwire::inline v0 {
namespace {
constexpr errc_info table[] = {
    {errc::unknown_server_error, "UNKNOWN_SERVER_ERROR", false, false, "", ""},
    {errc::none, "NONE", false, false, "", ""},
    {errc::offset_out_of_range, "OFFSET_OUT_OF_RANGE", false, false, "", ""},
    {errc::corrupt_message, "CORRUPT_MESSAGE", true, false, "", ""},
    {errc::unknown_topic_or_partition, "UNKNOWN_TOPIC_OR_PARTITION", true, true, "", ""},
    {errc::invalid_fetch_size, "INVALID_FETCH_SIZE", false, false, "", ""},
    {errc::leader_not_available, "LEADER_NOT_AVAILABLE", true, true, "", ""},
    {errc::not_leader_or_follower, "NOT_LEADER_OR_FOLLOWER", true, true, "", ""},
    {errc::request_timed_out, "REQUEST_TIMED_OUT", true, false, "", ""},
    {errc::broker_not_available, "BROKER_NOT_AVAILABLE", false, false, "", ""},
    {errc::replica_not_available, "REPLICA_NOT_AVAILABLE", true, true, "", ""},
    {errc::message_too_large, "MESSAGE_TOO_LARGE", false, false, "", ""},
    {errc::stale_controller_epoch, "STALE_CONTROLLER_EPOCH", false, false, "", ""},
    {errc::offset_metadata_too_large, "OFFSET_METADATA_TOO_LARGE", false, false, "", ""},
    {errc::network_exception, "NETWORK_EXCEPTION", true, true, "", ""},
    {errc::coordinator_load_in_progress, "COORDINATOR_LOAD_IN_PROGRESS", true, false, "", ""},
    {errc::coordinator_not_available, "COORDINATOR_NOT_AVAILABLE", true, true, "", ""},
    {errc::not_coordinator, "NOT_COORDINATOR", true, true, "", ""},
    {errc::invalid_topic_exception, "INVALID_TOPIC_EXCEPTION", false, false, "", ""},
    {errc::record_list_too_large, "RECORD_LIST_TOO_LARGE", false, false, "", ""},
    {errc::not_enough_replicas, "NOT_ENOUGH_REPLICAS", true, false, "", ""},
    {errc::not_enough_replicas_after_append, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", true, false, "", ""},
    {errc::invalid_required_acks, "INVALID_REQUIRED_ACKS", false, false, "", ""},
    {errc::illegal_generation, "ILLEGAL_GENERATION", false, false, "", ""},
    {errc::inconsistent_group_protocol, "INCONSISTENT_GROUP_PROTOCOL", false, false, "", ""},
    {errc::invalid_group_id, "INVALID_GROUP_ID", false, false, "", ""},
    {errc::unknown_member_id, "UNKNOWN_MEMBER_ID", false, false, "", ""},
    {errc::invalid_session_timeout, "INVALID_SESSION_TIMEOUT", false, false, "", ""},
    {errc::rebalance_in_progress, "REBALANCE_IN_PROGRESS", false, false, "", ""},
    {errc::invalid_commit_offset_size, "INVALID_COMMIT_OFFSET_SIZE", false, false, "", ""},
    {errc::topic_authorization_failed, "TOPIC_AUTHORIZATION_FAILED", false, false, "", ""},
    {errc::group_authorization_failed, "GROUP_AUTHORIZATION_FAILED", false, false, "", ""},
    {errc::cluster_authorization_failed, "CLUSTER_AUTHORIZATION_FAILED", false, false, "", ""},
    {errc::invalid_timestamp, "INVALID_TIMESTAMP", false, false, "", ""},
    {errc::unsupported_sasl_mechanism, "UNSUPPORTED_SASL_MECHANISM", false, false, "", ""},
    {errc::illegal_sasl_state, "ILLEGAL_SASL_STATE", false, false, "", ""},
    {errc::unsupported_version, "UNSUPPORTED_VERSION", false, false, "", ""},
    {errc::topic_already_exists, "TOPIC_ALREADY_EXISTS", false, false, "", ""},
    {errc::invalid_partitions, "INVALID_PARTITIONS", false, false, "", ""},
    {errc::invalid_replication_factor, "INVALID_REPLICATION_FACTOR", false, false, "", ""},
    {errc::invalid_replica_assignment, "INVALID_REPLICA_ASSIGNMENT", false, false, "", ""},
    {errc::invalid_config, "INVALID_CONFIG", false, false, "", ""},
    {errc::not_controller, "NOT_CONTROLLER", true, false, "", ""},
    {errc::invalid_request, "INVALID_REQUEST", false, false, "", ""},
    {errc::unsupported_for_message_format, "UNSUPPORTED_FOR_MESSAGE_FORMAT", false, false, "", ""},
    {errc::policy_violation, "POLICY_VIOLATION", false, false, "", ""},
    {errc::out_of_order_sequence_number, "OUT_OF_ORDER_SEQUENCE_NUMBER", false, false, "", ""},
    {errc::duplicate_sequence_number, "DUPLICATE_SEQUENCE_NUMBER", false, false, "", ""},
    {errc::invalid_producer_epoch, "INVALID_PRODUCER_EPOCH", false, false, "", ""},
    {errc::invalid_txn_state, "INVALID_TXN_STATE", false, false, "", ""},
    {errc::invalid_producer_id_mapping, "INVALID_PRODUCER_ID_MAPPING", false, false, "", ""},
    {errc::invalid_transaction_timeout, "INVALID_TRANSACTION_TIMEOUT", false, false, "", ""},
    {errc::concurrent_transactions, "CONCURRENT_TRANSACTIONS", true, false, "", ""},
    {errc::transaction_coordinator_fenced, "TRANSACTION_COORDINATOR_FENCED", false, false, "", ""},
    {errc::transactional_id_authorization_failed, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", false, false, "", ""},
    {errc::security_disabled, "SECURITY_DISABLED", false, false, "", ""},
    {errc::operation_not_attempted, "OPERATION_NOT_ATTEMPTED", false, false, "", ""},
    {errc::kafka_storage_error, "KAFKA_STORAGE_ERROR", true, true, "", ""},
    {errc::log_dir_not_found, "LOG_DIR_NOT_FOUND", false, false, "", ""},
    {errc::sasl_authentication_failed, "SASL_AUTHENTICATION_FAILED", false, false, "", ""},
    {errc::unknown_producer_id, "UNKNOWN_PRODUCER_ID", false, false, "", ""},
    {errc::reassignment_in_progress, "REASSIGNMENT_IN_PROGRESS", false, false, "", ""},
    {errc::delegation_token_auth_disabled, "DELEGATION_TOKEN_AUTH_DISABLED", false, false, "", ""},
    {errc::delegation_token_not_found, "DELEGATION_TOKEN_NOT_FOUND", false, false, "", ""},
    {errc::delegation_token_owner_mismatch, "DELEGATION_TOKEN_OWNER_MISMATCH", false, false, "", ""},
    {errc::delegation_token_request_not_allowed, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED", false, false, "", ""},
    {errc::delegation_token_authorization_failed, "DELEGATION_TOKEN_AUTHORIZATION_FAILED", false, false, "", ""},
    {errc::delegation_token_expired, "DELEGATION_TOKEN_EXPIRED", false, false, "", ""},
    {errc::invalid_principal_type, "INVALID_PRINCIPAL_TYPE", false, false, "", ""},
    {errc::non_empty_group, "NON_EMPTY_GROUP", false, false, "", ""},
    {errc::group_id_not_found, "GROUP_ID_NOT_FOUND", false, false, "", ""},
    {errc::fetch_session_id_not_found, "FETCH_SESSION_ID_NOT_FOUND", true, false, "", ""},
    {errc::invalid_fetch_session_epoch, "INVALID_FETCH_SESSION_EPOCH", true, false, "", ""},
    {errc::listener_not_found, "LISTENER_NOT_FOUND", true, true, "", ""},
    {errc::topic_deletion_disabled, "TOPIC_DELETION_DISABLED", false, false, "", ""},
    {errc::fenced_leader_epoch, "FENCED_LEADER_EPOCH", true, true, "", ""},
    {errc::unknown_leader_epoch, "UNKNOWN_LEADER_EPOCH", true, false, "", ""},
    {errc::unsupported_compression_type, "UNSUPPORTED_COMPRESSION_TYPE", false, false, "", ""},
    {errc::stale_broker_epoch, "STALE_BROKER_EPOCH", false, false, "", ""},
    {errc::offset_not_available, "OFFSET_NOT_AVAILABLE", true, false, "", ""},
    {errc::member_id_required, "MEMBER_ID_REQUIRED", false, false, "", ""},
    {errc::preferred_leader_not_available, "PREFERRED_LEADER_NOT_AVAILABLE", true, true, "", ""},
    {errc::group_max_size_reached, "GROUP_MAX_SIZE_REACHED", false, false, "", ""},
    {errc::fenced_instance_id, "FENCED_INSTANCE_ID", false, false, "", ""},
    {errc::eligible_leaders_not_available, "ELIGIBLE_LEADERS_NOT_AVAILABLE", true, true, "", ""},
    {errc::election_not_needed, "ELECTION_NOT_NEEDED", true, true, "", ""},
    {errc::no_reassignment_in_progress, "NO_REASSIGNMENT_IN_PROGRESS", false, false, "", ""},
    {errc::group_subscribed_to_topic, "GROUP_SUBSCRIBED_TO_TOPIC", false, false, "", ""},
    {errc::invalid_record, "INVALID_RECORD", false, false, "", ""},
    {errc::unstable_offset_commit, "UNSTABLE_OFFSET_COMMIT", true, false, "", ""},
    {errc::throttling_quota_exceeded, "THROTTLING_QUOTA_EXCEEDED", true, false, "", ""},
    {errc::producer_fenced, "PRODUCER_FENCED", false, false, "", ""},
    {errc::resource_not_found, "RESOURCE_NOT_FOUND", false, false, "", ""},
    {errc::duplicate_resource, "DUPLICATE_RESOURCE", false, false, "", ""},
    {errc::unacceptable_credential, "UNACCEPTABLE_CREDENTIAL", false, false, "", ""},
    {errc::inconsistent_voter_set, "INCONSISTENT_VOTER_SET", false, false, "", ""},
    {errc::invalid_update_version, "INVALID_UPDATE_VERSION", false, false, "", ""},
    {errc::feature_update_failed, "FEATURE_UPDATE_FAILED", false, false, "", ""},
    {errc::principal_deserialization_failure, "PRINCIPAL_DESERIALIZATION_FAILURE", false, false, "", ""},
    {errc::snapshot_not_found, "SNAPSHOT_NOT_FOUND", false, false, "", ""},
    {errc::position_out_of_range, "POSITION_OUT_OF_RANGE", false, false, "", ""},
    {errc::unknown_topic_id, "UNKNOWN_TOPIC_ID", true, true, "", ""},
    {errc::duplicate_broker_registration, "DUPLICATE_BROKER_REGISTRATION", false, false, "", ""},
    {errc::broker_id_not_registered, "BROKER_ID_NOT_REGISTERED", false, false, "", ""},
    {errc::inconsistent_topic_id, "INCONSISTENT_TOPIC_ID", true, true, "", ""},
    {errc::inconsistent_cluster_id, "INCONSISTENT_CLUSTER_ID", false, false, "", ""},
    {errc::transactional_id_not_found, "TRANSACTIONAL_ID_NOT_FOUND", false, false, "", ""},
    {errc::fetch_session_topic_id_error, "FETCH_SESSION_TOPIC_ID_ERROR", true, false, "", ""},
    {errc::ineligible_replica, "INELIGIBLE_REPLICA", false, false, "", ""},
    {errc::new_leader_elected, "NEW_LEADER_ELECTED", false, false, "", ""},
    {errc::offset_moved_to_tiered_storage, "OFFSET_MOVED_TO_TIERED_STORAGE", false, false, "", ""},
    {errc::fenced_member_epoch, "FENCED_MEMBER_EPOCH", false, false, "", ""},
    {errc::unreleased_instance_id, "UNRELEASED_INSTANCE_ID", false, false, "", ""},
    {errc::unsupported_assignor, "UNSUPPORTED_ASSIGNOR", false, false, "", ""},
    {errc::stale_member_epoch, "STALE_MEMBER_EPOCH", false, false, "", ""},
    {errc::mismatched_endpoint_type, "MISMATCHED_ENDPOINT_TYPE", false, false, "", ""},
    {errc::unsupported_endpoint_type, "UNSUPPORTED_ENDPOINT_TYPE", false, false, "", ""},
    {errc::unknown_controller_id, "UNKNOWN_CONTROLLER_ID", false, false, "", ""},
    {errc::unknown_subscription_id, "UNKNOWN_SUBSCRIPTION_ID", false, false, "", ""},
    {errc::telemetry_too_large, "TELEMETRY_TOO_LARGE", false, false, "", ""},
    {errc::invalid_registration, "INVALID_REGISTRATION", false, false, "", ""},
    {errc::transaction_abortable, "TRANSACTION_ABORTABLE", false, false, "", ""},
    {errc::invalid_record_state, "INVALID_RECORD_STATE", false, false, "", ""},
    {errc::share_session_not_found, "SHARE_SESSION_NOT_FOUND", true, false, "", ""},
    {errc::invalid_share_session_epoch, "INVALID_SHARE_SESSION_EPOCH", true, false, "", ""},
    {errc::fenced_state_epoch, "FENCED_STATE_EPOCH", false, false, "", ""},
    {errc::invalid_voter_key, "INVALID_VOTER_KEY", false, false, "", ""},
    {errc::duplicate_voter, "DUPLICATE_VOTER", false, false, "", ""},
    {errc::voter_not_found, "VOTER_NOT_FOUND", false, false, "", ""},
    {errc::invalid_regular_expression, "INVALID_REGULAR_EXPRESSION", false, false, "", ""},
    {errc::rebootstrap_required, "REBOOTSTRAP_REQUIRED", false, false, "", ""},
    {errc::streams_invalid_topology, "STREAMS_INVALID_TOPOLOGY", false, false, "", ""},
    {errc::streams_invalid_topology_epoch, "STREAMS_INVALID_TOPOLOGY_EPOCH", false, false, "", ""},
    {errc::streams_topology_fenced, "STREAMS_TOPOLOGY_FENCED", false, false, "", ""},
    {errc::share_session_limit_reached, "SHARE_SESSION_LIMIT_REACHED", true, false, "", ""},
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

struct kwire_errors final : std::error_category {
    const char* name() const noexcept override { return "kwire"; }
    std::string message(int value) const override {
        switch (static_cast<client_errc>(value)) {
            case client_errc::malformed: return "malformed bytes";
            case client_errc::timed_out: return "timed out";
            case client_errc::closed: return "closed";
            case client_errc::cancelled: return "cancelled";
            case client_errc::connection_lost: return "connection lost";
            case client_errc::version_not_supported: return "version not supported";
            case client_errc::too_large: return "too large";
            case client_errc::unexpected_answer: return "unexpected answer";
            case client_errc::invalid_argument: return "invalid argument";
            case client_errc::invalid_configuration: return "invalid configuration";
            case client_errc::not_supported_by_build: return "not supported by this build";
            case client_errc::buffer_full: return "buffer full";
            case client_errc::unknown_topic_or_partition: return "unknown topic or partition";
            case client_errc::no_broker_available: return "no broker available";
            case client_errc::corrupt_batch: return "corrupt record batch";
        }
        return "unknown error";
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

bool retriable(std::error_code code) noexcept {
    if (code.category() == kafka_category()) {
        const auto* row = find_errc(static_cast<errc>(code.value()));
        return row && row->retriable;
    }
    return code == client_errc::connection_lost || code == client_errc::timed_out || code == client_errc::no_broker_available ||
           code == client_errc::corrupt_batch || code == std::errc::connection_reset || code == std::errc::connection_refused ||
           code == std::errc::broken_pipe || code == std::errc::timed_out;
}

bool refreshes_metadata(std::error_code code) noexcept {
    if (code.category() == kwire_category()) return code == client_errc::connection_lost || code == client_errc::unknown_topic_or_partition;
    if (code.category() != kafka_category()) return retriable(code);
    const auto* row = find_errc(static_cast<errc>(code.value()));
    return row && row->refresh_metadata;
}

std::string_view cure(std::error_code code) noexcept {
    if (code.category() != kafka_category()) return {};
    const auto* row = find_errc(static_cast<errc>(code.value()));
    return row ? row->cure : std::string_view();
}
}  // namespace kwire
