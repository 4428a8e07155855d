// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/produce_verdict.hpp>

namespace kwire::inline v0 {
namespace {
// Codes that a leader gives before it appends. Everything else, codes yet to be invented included, is no proof.
bool refused_before_append(errc code, acks wanted) {
    switch (code) {
        case errc::corrupt_message:
        case errc::unknown_topic_id:  // never known, or deleted with all that was in it
        case errc::message_too_large:
        case errc::invalid_topic_exception:
        case errc::record_list_too_large:
        case errc::not_enough_replicas:
        case errc::invalid_required_acks:
        case errc::topic_authorization_failed:
        case errc::cluster_authorization_failed:
        case errc::transactional_id_authorization_failed:
        case errc::sasl_authentication_failed:
        case errc::invalid_timestamp:
        case errc::unsupported_version:
        case errc::invalid_request:
        case errc::unsupported_for_message_format:
        case errc::policy_violation:
        case errc::out_of_order_sequence_number:
        case errc::unknown_producer_id:
        case errc::invalid_producer_epoch:
        case errc::invalid_producer_id_mapping:
        case errc::invalid_txn_state:
        case errc::producer_fenced:
        case errc::unsupported_compression_type:
        case errc::invalid_record: return true;
        case errc::unknown_topic_or_partition:
        case errc::leader_not_available:
        case errc::not_leader_or_follower:
        case errc::replica_not_available:
        case errc::fenced_leader_epoch: return wanted != acks::all;  // with all, the leader may have lost its place while it waited
        default: return false;
    }
}

bool lost_track(errc code) {
    return code == errc::out_of_order_sequence_number || code == errc::unknown_producer_id || code == errc::invalid_producer_epoch ||
           code == errc::invalid_producer_id_mapping || code == errc::producer_fenced;
}
}  // namespace

produce_verdict after_failure(std::error_code why, sent reached, acks wanted, bool idempotent, bool oldest) {
    produce_verdict v;
    v.refresh_metadata = refreshes_metadata(why);
    if (why.category() == kafka_category()) {
        const auto code = static_cast<errc>(why.value());
        if (code == errc::duplicate_sequence_number) return {produce_next::acked, true, false};
        v.perhaps = !refused_before_append(code, wanted);
        if (idempotent && lost_track(code)) v.next = oldest ? produce_next::renew : produce_next::retry;
        else if (retriable(why)) v.next = produce_next::retry;
        return v;
    }
    v.perhaps = reached == sent::perhaps;
    // Ours and the socket's: the way to the broker failed, not the batch, but for what no other attempt can change.
    const bool final = why == client_errc::closed || why == client_errc::version_not_supported || why == client_errc::invalid_argument ||
                       why == client_errc::cancelled;
    if (!final) v.next = produce_next::retry;
    // Without answers (acks 0) nothing tells what was written; a request that reached the socket is not repeated.
    if (wanted == acks::none && v.perhaps) v.next = produce_next::give_up;
    return v;
}
}  // namespace kwire
