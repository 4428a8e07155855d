// SPDX-License-Identifier: Apache-2.0
// There are no groups and no transactions, and an error that clients do not retry says so. The API is there at all because
// librdkafka takes it for the sign of a broker that can store lz4.
// Source: KIP-699 (many keys); librdkafka's rdkafka_feature.c.
#include "../server_connection.hpp"

#include <kwire/protocol/messages/find_coordinator.hpp>

namespace kwire::inline v0 {
result<reply> answer_find_coordinator(const exchange& x) {
    const auto request = x.request.as<find_coordinator_request>();
    if (!request) return request.error();
    constexpr std::string_view why = "the embedded broker has no groups and no transactions";
    const auto forced = x.wanted_error("", -1);
    const auto refusal = request->key_type == 0 ? errc::group_authorization_failed : errc::transactional_id_authorization_failed;
    const auto code = forced == errc::none ? refusal : forced;
    find_coordinator_response r;
    r.throttle_time_ms = x.how.throttle_time_ms;
    if (x.request.api_version < 4) {
        r.error_code = code;
        r.error_message = why;
        r.node_id = r.port = -1;
    }
    for (const auto key : request->coordinator_keys) r.coordinators.push_back({key, -1, "", -1, code, why, {}});
    return x.answer(r);
}
}  // namespace kwire
