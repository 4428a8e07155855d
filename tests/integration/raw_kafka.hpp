// SPDX-License-Identifier: Apache-2.0
// Single requests to a cluster of one node: what an administrator does, and what a transactional producer does. In versions
// that Kafka 2.8 and Kafka 4.3 both speak.
#pragma once

#include "support/raw_peer.hpp"

#include <kwire/protocol/batch_writer.hpp>
#include <kwire/protocol/messages/add_partitions_to_txn.hpp>
#include <kwire/protocol/messages/create_partitions.hpp>
#include <kwire/protocol/messages/create_topics.hpp>
#include <kwire/protocol/messages/delete_records.hpp>
#include <kwire/protocol/messages/delete_topics.hpp>
#include <kwire/protocol/messages/end_txn.hpp>
#include <kwire/protocol/messages/find_coordinator.hpp>
#include <kwire/protocol/messages/init_producer_id.hpp>
#include <kwire/protocol/messages/produce.hpp>

#include <chrono>
#include <thread>
#include <vector>

namespace kwire::testing {
class raw_kafka {
  public:
    explicit raw_kafka(std::string_view bootstrap, std::string client_id = "raw") : peer_(bootstrap, std::move(client_id)) {}

    /// Asks until the answer is more than that it is too early: coordinators, and topics that are new or go, take a moment.
    /// `code` finds what the answer says; it must come to be errc::none.
    template <message Request, class Code> raw_answer<typename Request::response> ask(const Request& m, std::int16_t version, Code code) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        for (;;) {
            auto got = peer_.ask(m, version);
            const errc e = got ? code(*got.operator->()) : errc::network_exception;
            if (got && retriable(make_error_code(e)) && std::chrono::steady_clock::now() < give_up) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                continue;
            }
            EXPECT_EQ(e, errc::none) << Request::name;
            return got;
        }
    }

    using settings = std::vector<std::pair<std::string, std::string>>;
    void create_topic(std::string_view name, int partitions, const settings& how = {}) {
        create_topics_request m;
        m.timeout_ms = 30'000;
        auto& t = m.topics.emplace_back();
        t.name = name;
        t.num_partitions = partitions;
        t.replication_factor = 1;
        for (const auto& [key, value] : how) {
            auto& c = t.configs.emplace_back();
            c.name = key;
            c.value = value;
        }
        ask(m, 5, [](const auto& r) { return r.topics.at(0).error_code; });
    }
    void enlarge_topic(std::string_view name, int partitions) {
        create_partitions_request m;
        m.timeout_ms = 30'000;
        auto& t = m.topics.emplace_back();
        t.name = name;
        t.count = partitions;
        t.assignments.reset();
        ask(m, 2, [](const auto& r) { return r.results.at(0).error_code; });
    }
    void delete_topic(std::string_view name) {
        delete_topics_request m;
        m.timeout_ms = 30'000;
        m.topic_names = {name};
        ask(m, 4, [](const auto& r) { return r.responses.at(0).error_code; });
    }
    void delete_records(std::string_view topic, std::int32_t partition, std::int64_t before) {
        delete_records_request m;
        m.timeout_ms = 30'000;
        auto& t = m.topics.emplace_back();
        t.name = topic;
        auto& p = t.partitions.emplace_back();
        p.partition_index = partition;
        p.offset = before;
        const auto gone = ask(m, 2, [](const auto& r) { return r.topics.at(0).partitions.at(0).error_code; });
        EXPECT_EQ(gone->topics.at(0).partitions.at(0).low_watermark, before);
    }

  private:
    raw_peer peer_;
};

/// A producer of transactions on partition 0, as KIP-98 has them (before KIP-890).
class transactions {
  public:
    transactions(raw_kafka& kafka, std::string id, std::string topic) : kafka_(kafka), id_(std::move(id)), topic_(std::move(topic)) {
        find_coordinator_request find;
        find.key = id_;
        find.key_type = 1;
        kafka_.ask(find, 3, [](const auto& r) { return r.error_code; });
        init_producer_id_request init;
        init.transactional_id = id_;
        init.transaction_timeout_ms = 60'000;
        const auto given = kafka_.ask(init, 4, [](const auto& r) { return r.error_code; });
        producer_id_ = given->producer_id;
        epoch_ = given->producer_epoch;
    }
    /// Opens one, if none is open.
    void begin() {
        add_partitions_to_txn_request add;
        add.v3_and_below_transactional_id = id_;
        add.v3_and_below_producer_id = producer_id_;
        add.v3_and_below_producer_epoch = epoch_;
        auto& added = add.v3_and_below_topics.emplace_back();
        added.name = topic_;
        added.partitions = {0};
        kafka_.ask(add, 3, [](const auto& r) { return r.results_by_topic_v3_and_below.at(0).results_by_partition.at(0).partition_error_code; });
    }
    /// Writes records in the transaction that is open, or opens one.
    void write(const std::vector<std::string>& values) {
        begin();
        batch_writer batch(1 << 16);
        for (const auto& v : values) EXPECT_TRUE(batch.append({1'700'000'000'000, {}, as_bytes(v), {}}));
        batch.seal({.producer_id = producer_id_, .producer_epoch = epoch_, .base_sequence = sequence_, .transactional = true});
        sequence_ += batch.count();
        produce_request m;
        m.transactional_id = id_;
        m.acks = -1;
        m.timeout_ms = 30'000;
        auto& t = m.topic_data.emplace_back();
        t.name = topic_;
        auto& p = t.partition_data.emplace_back();
        p.records = records{batch.wire()};
        kafka_.ask(m, 8, [](const auto& r) { return r.responses.at(0).partition_responses.at(0).error_code; });
    }
    void end(bool commit) {
        end_txn_request m;
        m.transactional_id = id_;
        m.producer_id = producer_id_;
        m.producer_epoch = epoch_;
        m.committed = commit;
        kafka_.ask(m, 3, [](const auto& r) { return r.error_code; });
    }

  private:
    raw_kafka& kafka_;
    const std::string id_, topic_;
    std::int64_t producer_id_ = -1;
    std::int16_t epoch_ = -1;
    std::int32_t sequence_ = 0;
};
}  // namespace kwire::testing
