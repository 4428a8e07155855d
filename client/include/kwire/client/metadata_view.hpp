// SPDX-License-Identifier: Apache-2.0
// What is known of the cluster: brokers, topics, who leads which partition; and when to ask again.
//
// A pure class: answers, failures and the time are passed in. It knows more than the last answer: a topic that an answer
// leaves out or has an error for keeps the leaders it had, and a leader epoch never goes back, whichever broker's stale
// view says so (-1 is not known, which is no step back). A topic of the same name with another id is another topic.
// Source: MetadataResponse.json; KIP-320 (leader epochs), KIP-516 (topic ids), KIP-951 (hints in other answers).
#pragma once

#include <kwire/net/backoff.hpp>
#include <kwire/net/broker_address.hpp>
#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/uuid.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kwire::inline v0 {
struct partition_metadata {
    std::int32_t partition = 0;
    std::int32_t leader = -1;        // -1: there is none
    std::int32_t leader_epoch = -1;  // -1: not known
    std::vector<std::int32_t> replicas, isr, offline;
    errc why = errc::none;  // LEADER_NOT_AVAILABLE while there is no leader
};

struct topic_metadata {
    std::string name;
    uuid id;  // zero: the broker is older than topic ids (2.8)
    bool internal = false;
    errc why = errc::none;                       // what the last answer said of the topic
    std::vector<partition_metadata> partitions;  // by their number, without holes; empty: never known
};

struct broker_metadata {
    std::int32_t node_id = -1;
    endpoint where;  // as advertised
    std::optional<std::string> rack;
};

struct cluster_metadata {
    std::string cluster_id;  // empty: not told
    std::int32_t controller_id = -1;
    std::vector<broker_metadata> brokers;  // by node id
    std::vector<topic_metadata> topics;    // by name
    broker_address told_by{};              // node id -1: by a bootstrap address that is none of `brokers`
};

/// The answer in values that own themselves, sorted.
cluster_metadata to_cluster(const metadata_response& r);

struct leader_hint {
    std::int32_t leader = -1, leader_epoch = -1;
    bool operator==(const leader_hint&) const = default;
};

class metadata_view {
  public:
    struct options {
        std::chrono::milliseconds max_age{300'000};    // metadata.max.age.ms
        std::chrono::milliseconds least_between{100};  // not more than ten requests a second, whatever happens
        backoff_options retry{std::chrono::milliseconds(100), std::chrono::milliseconds(1'000)};  // retry.backoff.ms
    };

    explicit metadata_view(options o) : options_(o), pause_(o.retry) {}

    /// From now on answers are asked to tell of `topic`. True if it was not wanted before.
    bool want(std::string_view topic);
    /// Nobody asks for a topic any more that no broker knew. What was known once stays: false.
    bool forget_unknown(std::string_view topic);
    /// What is known was proven wrong: ask again soon.
    void suspect() noexcept { suspected_ = true; }
    /// What is known may be old: ask again soon. The answer is there once answers() is at least the number returned.
    std::uint64_t ask_again() noexcept {
        new_topics_ = true;
        return asked_ + 1;
    }
    /// The number of the last request that was answered; the first is 1.
    std::uint64_t answers() const noexcept { return answered_; }

    /// When the next request is due; time_point::max() while one is under way.
    clock::time_point next_refresh() const noexcept;
    /// The topics to ask for now. Until updated() or failed() a request is under way.
    std::vector<std::string> begin_refresh(clock::time_point now);
    void updated(cluster_metadata answer, clock::time_point now, std::uint64_t random);
    void failed(error why, clock::time_point now, std::uint64_t random);
    /// Requests in a row that brought no answer, or none that helped: time to ask another broker.
    int fruitless() const noexcept { return std::max(pause_.failures(), suspicions_); }
    /// Why the last request failed; null if it did not.
    const error* last_failure() const noexcept { return failure_ ? &*failure_ : nullptr; }

    /// When the first request was begun of those that failed since one was answered, or since rebootstrapped().
    const std::optional<clock::time_point>& failing_since() const noexcept { return failing_since_; }
    void rebootstrapped(clock::time_point now) noexcept { failing_since_ = now; }

    /// Null if nothing is known of it yet. With no partitions: `why` says what brokers say of it.
    const topic_metadata* topic(std::string_view name) const;
    const topic_metadata* topic(const uuid& id) const;
    /// Null if not known. A leader of -1: the partition has none.
    const partition_metadata* partition(std::string_view topic, std::int32_t partition) const;
    /// What another answer says of the leader. True if that was news.
    bool hint(std::string_view topic, std::int32_t partition, leader_hint told);

    const std::vector<broker_metadata>& brokers() const noexcept { return brokers_; }
    const std::string& cluster_id() const noexcept { return cluster_id_; }
    std::int32_t controller_id() const noexcept { return controller_id_; }
    std::size_t topics() const noexcept { return topics_.size(); }

  private:
    struct entry {
        topic_metadata what;
        std::vector<std::int32_t> highest_epoch;  // seen, by partition
        bool asked = false;                       // since it was last wanted anew
    };
    bool merge(entry& old, topic_metadata&& now);
    static bool incomplete(const topic_metadata& t);

    options options_;
    backoff pause_;
    std::map<std::string, entry, std::less<>> topics_;  // those that are wanted
    std::vector<broker_metadata> brokers_;
    std::string cluster_id_;
    std::int32_t controller_id_ = -1;
    std::optional<error> failure_;
    std::optional<clock::time_point> asked_at_, updated_at_, failing_since_;
    std::uint64_t asked_ = 0, answered_ = 0;
    int suspicions_ = 0;
    bool suspected_ = false, under_way_ = false, incomplete_ = false, new_topics_ = false;
};
}  // namespace kwire
