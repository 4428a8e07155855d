// SPDX-License-Identifier: Apache-2.0
// Source: KIP-511 (software name and version; how a newer request is refused).
#include "../server_connection.hpp"

#include <kwire/protocol/messages/api_versions.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
api_versions_response::api_version entry_for(const offered_api& a) { return {a.api_key, a.offered.first, a.offered.last, {}}; }

// [a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?
bool fit_for_software(std::string_view text) {
    const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return !text.empty() && alphanumeric(text.front()) && alphanumeric(text.back()) &&
           std::ranges::all_of(text, [&](char c) { return alphanumeric(c) || c == '-' || c == '.'; });
}
}  // namespace

result<reply> answer_api_versions(const exchange& x) {
    const auto request = x.request.as<api_versions_request>();
    if (!request) return request.error();
    api_versions_response r;
    r.throttle_time_ms = x.how.throttle_time_ms;
    r.error_code = x.wanted_error("", -1);
    if (x.request.api_version >= 3 && !(fit_for_software(request->client_software_name) && fit_for_software(request->client_software_version)))
        r.error_code = errc::invalid_request;
    if (r.error_code == errc::none)
        for (const auto& a : offered_apis(x.cluster.options().versions)) {
            auto& entry = r.api_keys.emplace_back(entry_for(a));
            const auto& highest = x.cluster.options().highest_versions;
            if (const auto lower = highest.find(a.api_key); lower != highest.end()) entry.max_version = std::min(entry.max_version, lower->second);
        }
    if (r.error_code == errc::none && x.cluster.options().telemetry)
        for (const auto& a : telemetry_apis()) r.api_keys.push_back(entry_for(a));
    return x.answer(r);
}

reply refuse_api_versions(const exchange& x) {
    api_versions_response r;
    r.error_code = errc::unsupported_version;
    r.api_keys.push_back(entry_for(*find_offered(x.cluster.options().versions, api_versions_request::api_key)));
    reply out;
    out.head = encode_response(r, 0, x.request.correlation_id);
    return out;
}
}  // namespace kwire
