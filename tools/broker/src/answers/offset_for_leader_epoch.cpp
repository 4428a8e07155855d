// SPDX-License-Identifier: Apache-2.0
// Source: KIP-101, KIP-279, KIP-320; LeaderEpochFileCache.scala (which epoch is named).
#include "../server_connection.hpp"

#include <kwire/protocol/messages/offset_for_leader_epoch.hpp>

namespace kwire::inline v0 {
namespace {
using answered_epoch = offset_for_leader_epoch_response::epoch_end_offset;

answered_epoch look_up(const exchange& x, std::string_view topic, const offset_for_leader_epoch_request::partition_epoch& wanted) {
    answered_epoch out;
    out.partition = wanted.partition;
    out.error_code = x.wanted_error(topic, wanted.partition);
    if (out.error_code != errc::none) return out;
    const auto* p = find_partition(x.cluster.find_topic(topic), wanted.partition);
    if (!p) return out.error_code = errc::unknown_topic_or_partition, out;
    out.error_code = check_leader(x, *p, wanted.current_leader_epoch);
    if (out.error_code != errc::none || wanted.leader_epoch > p->leader_epoch) return out;
    const auto end = p->log.end_of_epoch(wanted.leader_epoch, p->leader_epoch);
    out.leader_epoch = end.epoch;
    out.end_offset = end.end_offset;
    return out;
}
}  // namespace

result<reply> answer_offset_for_leader_epoch(const exchange& x) {
    const auto request = x.request.as<offset_for_leader_epoch_request>();
    if (!request) return request.error();
    offset_for_leader_epoch_response r;
    r.throttle_time_ms = x.how.throttle_time_ms;
    for (const auto& t : request->topics) {
        auto& topic = r.topics.emplace_back();
        topic.topic = t.topic;
        for (const auto& p : t.partitions) topic.partitions.push_back(look_up(x, t.topic, p));
    }
    return x.answer(r);
}
}  // namespace kwire
