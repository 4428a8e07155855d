// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/metadata_view.hpp>

namespace kwire::inline v0 {
namespace {
std::vector<partition_metadata> to_partitions(const std::vector<metadata_response::partition>& told) {
    std::vector<partition_metadata> all;
    for (const auto& p : told) {
        if (p.partition_index < 0) continue;
        partition_metadata one{p.partition_index, p.leader_id, p.leader_epoch, p.replica_nodes, p.isr_nodes, p.offline_replicas, p.error_code};
        if (p.error_code == errc::leader_not_available) one.leader = -1;
        all.push_back(std::move(one));
    }
    std::ranges::sort(all, {}, &partition_metadata::partition);
    // A partition that the answer leaves out is there all the same, unless numbers jump wildly.
    std::vector<partition_metadata> whole;
    for (auto& p : all) {
        const auto missing = static_cast<std::size_t>(p.partition) - std::min(whole.size(), static_cast<std::size_t>(p.partition));
        if (missing > all.size()) break;
        while (whole.size() < static_cast<std::size_t>(p.partition))
            whole.push_back({static_cast<std::int32_t>(whole.size()), -1, -1, {}, {}, {}, errc::leader_not_available});
        if (whole.size() == static_cast<std::size_t>(p.partition)) whole.push_back(std::move(p));
    }
    return whole;
}
}  // namespace

cluster_metadata to_cluster(const metadata_response& r) {
    cluster_metadata c;
    c.cluster_id = r.cluster_id.value_or("");
    c.controller_id = r.controller_id;
    for (const auto& b : r.brokers) {
        if (b.node_id < 0 || b.port <= 0 || b.port > 65535) continue;  // port -1: the broker has no such listener
        broker_metadata one{b.node_id, {std::string(b.host), static_cast<std::uint16_t>(b.port)}, std::nullopt};
        if (b.rack) one.rack.emplace(*b.rack);
        c.brokers.push_back(std::move(one));
    }
    std::ranges::sort(c.brokers, {}, &broker_metadata::node_id);
    for (const auto& t : r.topics)
        if (t.name) c.topics.push_back({std::string(*t.name), t.topic_id, t.is_internal, t.error_code, to_partitions(t.partitions)});
    std::ranges::sort(c.topics, {}, &topic_metadata::name);
    return c;
}

bool metadata_view::want(std::string_view topic) {
    auto found = topics_.find(topic);
    if (found == topics_.end()) {
        found = topics_.emplace(std::string(topic), entry{}).first;
        found->second.what.name = topic;
    } else if (!found->second.asked || found->second.what.why == errc::none || incomplete(found->second.what)) {
        return false;
    }
    found->second.asked = false;
    new_topics_ = true;
    return true;
}

bool metadata_view::forget_unknown(std::string_view topic) {
    const auto found = topics_.find(topic);
    if (found == topics_.end() || !found->second.what.partitions.empty()) return false;
    topics_.erase(found);
    return true;
}

clock::time_point metadata_view::next_refresh() const noexcept {
    if (under_way_) return clock::time_point::max();
    clock::time_point earliest{};
    if (asked_at_) earliest = *asked_at_ + options_.least_between;
    earliest = std::max(earliest, pause_.not_before());
    if (new_topics_ || suspected_ || incomplete_ || (failure_ && !topics_.empty())) return earliest;
    if (topics_.empty() || !updated_at_) return clock::time_point::max();
    return std::max(earliest, *updated_at_ + options_.max_age);
}

std::vector<std::string> metadata_view::begin_refresh(clock::time_point now) {
    asked_at_ = now;
    ++asked_;
    under_way_ = true;
    suspicions_ = suspected_ ? suspicions_ + 1 : 0;
    suspected_ = new_topics_ = false;
    std::vector<std::string> names;
    for (auto& [name, e] : topics_) {
        e.asked = true;
        names.push_back(name);
    }
    return names;
}

// Known for sure, or a matter of waiting?
bool metadata_view::incomplete(const topic_metadata& t) {
    if (t.why != errc::none) return retriable(make_error_code(t.why));
    return t.partitions.empty() || std::ranges::any_of(t.partitions, [](const auto& p) { return p.leader < 0; });
}

// True if anything about leaders is new.
bool metadata_view::merge(entry& old, topic_metadata&& now) {
    const bool another = !now.id.is_zero() && !old.what.id.is_zero() && now.id != old.what.id;
    if (another || old.what.partitions.empty()) {
        const bool news = !now.partitions.empty() || now.why != old.what.why;
        old.highest_epoch.clear();
        for (const auto& p : now.partitions) old.highest_epoch.push_back(p.leader_epoch);
        old.what = std::move(now);
        return news;
    }
    old.what.why = now.why;
    old.what.internal = now.internal;
    if (!now.id.is_zero()) old.what.id = now.id;
    bool news = false;
    for (std::size_t i = 0; i < now.partitions.size(); ++i) {
        auto& p = now.partitions[i];
        if (i == old.what.partitions.size()) {
            old.highest_epoch.push_back(p.leader_epoch);
            old.what.partitions.push_back(std::move(p));
            news = true;
            continue;
        }
        auto& known = old.what.partitions[i];
        if (p.leader_epoch != -1 && p.leader_epoch < old.highest_epoch[i]) continue;  // a broker that lags behind
        if (p.leader_epoch == -1 && p.leader == known.leader) p.leader_epoch = known.leader_epoch;
        old.highest_epoch[i] = std::max(old.highest_epoch[i], p.leader_epoch);
        news |= p.leader != known.leader || p.leader_epoch != known.leader_epoch;
        known = std::move(p);
    }
    return news;
}

void metadata_view::updated(cluster_metadata answer, clock::time_point now, std::uint64_t random) {
    under_way_ = false;
    failure_.reset();
    failing_since_.reset();
    updated_at_ = now;
    answered_ = asked_;
    brokers_ = std::move(answer.brokers);
    cluster_id_ = std::move(answer.cluster_id);
    controller_id_ = answer.controller_id;
    bool news = false;
    incomplete_ = false;
    for (auto& [name, e] : topics_) {
        const auto told = std::ranges::lower_bound(answer.topics, name, {}, &topic_metadata::name);
        if (told != answer.topics.end() && told->name == name) news |= merge(e, std::move(*told));
        else if (e.asked) e.what.why = errc::unknown_topic_or_partition;
        incomplete_ |= incomplete(e.what);
    }
    if (news) suspicions_ = 0;
    if (incomplete_) pause_.failed(now, random);
    else pause_.succeeded();
}

void metadata_view::failed(error why, clock::time_point now, std::uint64_t random) {
    under_way_ = false;
    failure_ = std::move(why);
    if (!failing_since_) failing_since_ = asked_at_;
    pause_.failed(now, random);
}

const topic_metadata* metadata_view::topic(std::string_view name) const {
    const auto found = topics_.find(name);
    if (found == topics_.end() || (found->second.what.partitions.empty() && found->second.what.why == errc::none)) return nullptr;
    return &found->second.what;
}

const topic_metadata* metadata_view::topic(const uuid& id) const {
    for (const auto& [name, e] : topics_)
        if (e.what.id == id) return &e.what;
    return nullptr;
}

const partition_metadata* metadata_view::partition(std::string_view topic, std::int32_t partition) const {
    const auto found = topics_.find(topic);
    if (found == topics_.end() || partition < 0 || static_cast<std::size_t>(partition) >= found->second.what.partitions.size()) return nullptr;
    return &found->second.what.partitions[static_cast<std::size_t>(partition)];
}

bool metadata_view::hint(std::string_view topic, std::int32_t partition, leader_hint told) {
    const auto found = topics_.find(topic);
    if (found == topics_.end() || partition < 0 || told.leader < 0) return false;
    const auto at = static_cast<std::size_t>(partition);
    entry& e = found->second;
    if (at >= e.what.partitions.size() || told.leader_epoch <= e.highest_epoch[at]) return false;
    e.highest_epoch[at] = told.leader_epoch;
    auto& known = e.what.partitions[at];
    known.leader_epoch = told.leader_epoch;
    known.why = errc::none;
    return std::exchange(known.leader, told.leader) != told.leader;
}
}  // namespace kwire
