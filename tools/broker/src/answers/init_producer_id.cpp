// SPDX-License-Identifier: Apache-2.0
// A new id each time, as Kafka gives one to producers without a transactional id; transactions are refused for good.
// Source: KIP-98, KIP-360.
#include "../server_connection.hpp"

#include <kwire/protocol/messages/init_producer_id.hpp>

namespace kwire::inline v0 {
result<reply> answer_init_producer_id(const exchange& x) {
    const auto request = x.request.as<init_producer_id_request>();
    if (!request) return request.error();
    init_producer_id_response r;
    r.throttle_time_ms = x.how.throttle_time_ms;
    r.error_code = x.wanted_error("", -1);
    if (r.error_code == errc::none && (request->producer_id < 0) != (request->producer_epoch < 0)) r.error_code = errc::invalid_request;
    if (r.error_code == errc::none && request->transactional_id)
        r.error_code = request->transactional_id->empty() ? errc::invalid_request : errc::transactional_id_authorization_failed;
    if (r.error_code == errc::none) r.producer_id = x.cluster.next_producer_id();
    else r.producer_epoch = -1;
    return x.answer(r);
}
}  // namespace kwire
