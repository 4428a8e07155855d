// SPDX-License-Identifier: Apache-2.0
// Source: KIP-79 (by timestamp), KIP-320 (leader epochs), KIP-734 (-3), KIP-405 (-4), KIP-1005 (-5), KIP-1023 (-6).
#include "../server_connection.hpp"

#include <kwire/protocol/messages/list_offsets.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
using wanted_offset = list_offsets_request::partition;
using answered_offset = list_offsets_response::partition;

void answer_with(batch_inspector& inspector, answered_offset& out, const partition_log::entry& e, std::int64_t not_older_than) {
    const auto found = inspector.first_not_older(e.data(), not_older_than);
    out.offset = e.base_offset + found.offset_delta;
    out.timestamp = found.timestamp;
    out.leader_epoch = e.leader_epoch;
}

void look_up(batch_inspector& inspector, const broker_partition& p, const wanted_offset& wanted, answered_offset& out) {
    const auto& log = p.log;
    switch (wanted.timestamp) {
        case list_offsets_request::latest:
            out.offset = log.end();
            out.leader_epoch = p.leader_epoch;
            return;
        case list_offsets_request::earliest:
        case list_offsets_request::earliest_local: {
            const auto* first = log.find(log.start());
            out.offset = log.start();
            out.leader_epoch = first ? first->leader_epoch : p.leader_epoch;
            return;
        }
        case list_offsets_request::max_timestamp: {
            const auto youngest = std::ranges::max_element(log.entries(), {}, &partition_log::entry::max_timestamp);
            if (youngest != log.entries().end()) answer_with(inspector, out, *youngest, youngest->max_timestamp);
            return;
        }
        case list_offsets_request::latest_tiered:
        case list_offsets_request::earliest_pending_upload: return;  // nothing is ever uploaded
        default: break;
    }
    const auto found = std::ranges::find_if(log.entries(), [&](const auto& e) { return e.max_timestamp >= wanted.timestamp; });
    if (found != log.entries().end()) answer_with(inspector, out, *found, wanted.timestamp);
}

// Since which version a sentinel is known; INT16_MAX: it never is.
std::int16_t known_since(std::int64_t timestamp) {
    switch (timestamp) {
        case list_offsets_request::max_timestamp: return 7;
        case list_offsets_request::earliest_local: return 8;
        case list_offsets_request::latest_tiered: return 9;
        case list_offsets_request::earliest_pending_upload: return 11;
        default: return timestamp < list_offsets_request::earliest ? INT16_MAX : std::int16_t{0};
    }
}

answered_offset answer_partition(const exchange& x, std::string_view topic, const wanted_offset& wanted) {
    answered_offset out;
    out.partition_index = wanted.partition_index;
    out.error_code = x.wanted_error(topic, wanted.partition_index);
    if (out.error_code != errc::none) return out;
    const auto* p = find_partition(x.cluster.find_topic(topic), wanted.partition_index);
    if (!p) return out.error_code = errc::unknown_topic_or_partition, out;
    out.error_code = check_leader(x, *p, wanted.current_leader_epoch);
    if (out.error_code != errc::none) return out;
    if (x.request.api_version < known_since(wanted.timestamp)) return out.error_code = errc::unsupported_version, out;
    look_up(x.cluster.inspector(), *p, wanted, out);
    if (x.request.api_version == 0 && out.offset >= 0) out.old_style_offsets.push_back(out.offset);
    return out;
}
}  // namespace

result<reply> answer_list_offsets(const exchange& x) {
    const auto request = x.request.as<list_offsets_request>();
    if (!request) return request.error();
    list_offsets_response r;
    r.throttle_time_ms = x.how.throttle_time_ms;
    for (const auto& t : request->topics) {
        auto& topic = r.topics.emplace_back();
        topic.name = t.name;
        for (const auto& p : t.partitions) topic.partitions.push_back(answer_partition(x, t.name, p));
    }
    return x.answer(r);
}
}  // namespace kwire
