// SPDX-License-Identifier: Apache-2.0
// Source: KIP-98 (idempotence), KIP-467 (error messages), KIP-516 (topic ids), KIP-951 (who leads now); KafkaApis.scala for
// what happens with acks=0.
#include "../server_connection.hpp"

#include <kwire/protocol/messages/produce.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
// Owns what the answer's strings view into.
struct produced {
    produce_response response;
    std::deque<std::string> texts;
    std::map<std::int32_t, endpoint> leaders;  // to be named in the answer
};

errc refuse(const exchange& x, const produce_request& request, const broker_partition* p) {
    if (request.acks < -1 || request.acks > 1) return errc::invalid_required_acks;
    if (request.transactional_id) return errc::transactional_id_authorization_failed;
    if (!p) return x.request.api_version >= 13 ? errc::unknown_topic_id : errc::unknown_topic_or_partition;
    if (const auto e = check_leader(x, *p, -1); e != errc::none) return e;
    if (request.acks == -1 && static_cast<int>(p->isr.size()) < x.cluster.options().min_insync_replicas) return errc::not_enough_replicas;
    return errc::none;
}

void name_leader(const exchange& x, const broker_partition& p, produced& out, produce_response::partition& answer) {
    if (x.request.api_version < 10 || answer.error_code != errc::not_leader_or_follower) return;
    answer.current_leader = {p.leader, p.leader_epoch, {}};
    if (const auto n = x.cluster.nodes().find(p.leader); n != x.cluster.nodes().end()) out.leaders[p.leader] = n->second.advertised();
}

produce_response::partition append(const exchange& x, const produce_request& request, std::string_view topic, broker_partition* p,
                                   const produce_request::partition& wanted, produced& out) {
    produce_response::partition answer;
    answer.index = wanted.index;
    answer.base_offset = -1;
    const auto forced = x.wanted_error(topic, wanted.index);
    answer.error_code = forced;
    if (forced == errc::none || x.how.despite_error) {
        const auto refused = refuse(x, request, p);
        broker_cluster::appended done{refused, -1, {}};
        if (refused == errc::none && !wanted.records) done = {errc::invalid_record, -1, "the request has no records for this partition"};
        else if (refused == errc::none) done = x.cluster.append(*p, wanted.records->data, x.request.api_version);
        if (forced == errc::none) {
            answer.error_code = done.code;
            answer.base_offset = done.base_offset;
            if (!done.what.empty()) answer.error_message = out.texts.emplace_back(std::move(done.what));
        }
    }
    if (p && answer.error_code == errc::none) answer.log_start_offset = p->log.start();
    if (p) name_leader(x, *p, out, answer);
    return answer;
}
}  // namespace

result<reply> answer_produce(const exchange& x) {
    const auto request = x.request.as<produce_request>();
    if (!request) return request.error();
    produced out;
    bool failed = false;
    for (const auto& wanted : request->topic_data) {
        broker_topic* t = x.request.api_version >= 13 ? x.cluster.find_topic(wanted.topic_id) : x.cluster.find_topic(wanted.name);
        auto& topic = out.response.responses.emplace_back();
        topic.name = wanted.name;
        topic.topic_id = wanted.topic_id;
        for (const auto& p : wanted.partition_data) {
            auto answer = append(x, *request, t ? std::string_view(t->name) : wanted.name, find_partition(t, p.index), p, out);
            if (x.request.api_version >= 13 && t && answer.error_code == errc::unknown_topic_id) answer.error_code = errc::unknown_topic_or_partition;
            failed = failed || answer.error_code != errc::none;
            topic.partition_responses.push_back(std::move(answer));
        }
    }
    if (request->acks == 0) {  // nobody would read an answer: the client has to notice by the end of the connection
        reply none;
        none.answered = false;
        none.then_close = failed;
        return none;
    }
    out.response.throttle_time_ms = x.how.throttle_time_ms;
    for (const auto& [id, where] : out.leaders) out.response.node_endpoints.push_back({id, where.host, where.port, std::nullopt, {}});
    return x.answer(out.response);
}
}  // namespace kwire
