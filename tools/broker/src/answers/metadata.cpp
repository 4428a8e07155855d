// SPDX-License-Identifier: Apache-2.0
// A topic that is made on first use is usable in the same answer; Kafka answers UNKNOWN_TOPIC_OR_PARTITION once or twice first.
// Source: KIP-4 (null topics), KIP-430 (authorized operations), KIP-516 (by id), KIP-204 (allow auto creation).
#include "../server_connection.hpp"

#include <kwire/protocol/messages/metadata.hpp>

#include <algorithm>
#include <set>

namespace kwire::inline v0 {
namespace {
// All operations that Kafka knows for the kind of resource, a bit each: what a cluster without an authorizer allows.
constexpr std::int32_t topic_operations = 0b1101'1111'1000, cluster_operations = 0b1'1111'1010'0000;

metadata_response::partition describe(const exchange& x, const broker_partition& p, std::int32_t index) {
    metadata_response::partition out;
    out.partition_index = index;
    out.leader_id = p.leader;
    out.leader_epoch = p.leader_epoch;
    out.replica_nodes = p.replicas;
    out.isr_nodes = p.isr;
    for (const auto id : p.replicas)
        if (!x.cluster.up(id)) out.offline_replicas.push_back(id);
    if (p.leader < 0) out.error_code = errc::leader_not_available;
    return out;
}

metadata_response::topic describe(const exchange& x, const broker_topic& t, bool with_operations) {
    metadata_response::topic out;
    out.name = t.name;
    out.topic_id = t.id;
    if (with_operations) out.topic_authorized_operations = topic_operations;
    std::int32_t index = 0;
    for (const auto& p : t.partitions) {
        auto described = describe(x, *p, index);
        if (const auto e = x.wanted_error(t.name, index); e != errc::none) described.error_code = e;
        out.partitions.push_back(std::move(described));
        ++index;
    }
    return out;
}

metadata_response::topic refuse(std::optional<std::string_view> name, const uuid& id, errc why) {
    metadata_response::topic out;
    out.name = name;
    out.topic_id = id;
    out.error_code = why;
    return out;
}

metadata_response::topic find(const exchange& x, const metadata_request& request, const metadata_request::topic& wanted) {
    const bool with_operations = request.include_topic_authorized_operations;
    if (!wanted.name) {
        const auto* t = x.cluster.find_topic(wanted.topic_id);
        return t ? describe(x, *t, with_operations) : refuse(std::nullopt, wanted.topic_id, errc::unknown_topic_id);
    }
    const auto name = *wanted.name;
    if (const auto e = x.wanted_error(name, -1); e != errc::none) return refuse(name, {}, e);
    if (const auto* t = x.cluster.find_topic(name)) return describe(x, *t, with_operations);
    if (const auto e = check_topic_name(name); e != errc::none) return refuse(name, {}, e);
    if (!x.cluster.options().auto_create_topics || !request.allow_auto_topic_creation) return refuse(name, {}, errc::unknown_topic_or_partition);
    const auto made = x.cluster.create_topic(name, x.cluster.options().default_partitions);
    return made ? describe(x, **made, with_operations) : refuse(name, {}, errc::invalid_request);
}
}  // namespace

result<reply> answer_metadata(const exchange& x) {
    const auto request = x.request.as<metadata_request>();
    if (!request) return request.error();
    const auto version = x.request.api_version;
    const bool all = !request->topics || (version == 0 && request->topics->empty());
    if (!all)
        for (const auto& t : *request->topics)
            if (version < 12 && (!t.name || !t.topic_id.is_zero()))
                return error(client_errc::malformed, "MetadataRequest.topics: topics can be named by id since v12");
    metadata_response r;
    r.throttle_time_ms = x.how.throttle_time_ms;
    r.cluster_id = "kwire-embedded-broker0";
    r.controller_id = x.cluster.controller();
    if (request->include_cluster_authorized_operations) r.cluster_authorized_operations = cluster_operations;
    std::vector<endpoint> addresses;  // what the answer's hosts view into
    addresses.reserve(x.cluster.nodes().size());
    for (const auto& [id, n] : x.cluster.nodes()) {
        if (!n.listening) continue;
        addresses.push_back(n.advertised());
        r.brokers.push_back({id, addresses.back().host, addresses.back().port, std::nullopt, {}});
    }
    if (all) {
        for (const auto& [name, t] : x.cluster.topics()) r.topics.push_back(describe(x, *t, request->include_topic_authorized_operations));
    } else {
        std::set<std::pair<std::optional<std::string_view>, uuid>> seen;
        for (const auto& t : *request->topics)
            if (seen.emplace(t.name, t.topic_id).second) r.topics.push_back(find(x, *request, t));
    }
    if (version >= 13) r.error_code = x.wanted_error("", -1);
    return x.answer(r);
}
}  // namespace kwire
