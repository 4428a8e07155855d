// SPDX-License-Identifier: Apache-2.0
// What the embedded broker answers to producers is what Kafka answers: the same batches and sequences to both, over
// connections of the test's own.
#include "support/kafka.hpp"
#include "support/odd_batches.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/protocol/messages/init_producer_id.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <chrono>
#include <thread>

namespace kwire::testing::broker_answers_test {
using namespace std::chrono_literals;

class BrokerAnswers : public support::kafka_test {
  protected:
    /// Makes a topic that nobody else uses and waits until it can be written to.
    static std::string fresh_topic(raw_peer& peer) {
        auto name = "answers-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
        metadata_request r;
        r.topics.emplace();
        r.topics->emplace_back().name = name;
        for (int i = 0; i < 300; ++i, std::this_thread::sleep_for(100ms)) {
            const auto m = peer.ask(r, 9);
            if (m->topics.at(0).error_code == errc::none && produce(peer, name, batch_of(1)).error_code == errc::none) return name;
        }
        ADD_FAILURE() << "the topic was not made within half a minute";
        return name;
    }
    static std::int64_t new_producer(raw_peer& peer) {
        init_producer_id_request r;
        r.transactional_id.reset();
        r.transaction_timeout_ms = 60'000;
        for (int i = 0; i < 300; ++i, std::this_thread::sleep_for(100ms))
            if (const auto a = peer.ask(r, 4); a && a->error_code == errc::none) return a->producer_id;
        ADD_FAILURE() << "no producer id within half a minute";
        return -1;
    }
};

/// Of each batch: what is answered, and where it lies.
std::vector<std::pair<errc, std::int64_t>> sequences(raw_peer& peer, const std::string& topic, std::int64_t id) {
    struct step {
        int epoch;
        std::int32_t sequence;
        int count;
    };
    constexpr step steps[] = {
        {1, 100, 3}, {1, 103, 3}, {1, 103, 3}, {1, 100, 3},               // nobody knows it: any sequence; then duplicates
        {1, 107, 3}, {1, 105, 3}, {1, 100, 2}, {1, 106, 1},               // gaps and overlaps
        {1, 107, 1}, {1, 108, 1}, {1, 109, 1}, {1, 110, 1}, {1, 100, 3},  // older than the last five
        {1, 103, 3}, {1, 106, 1}, {2, 5, 1},   {2, 0, 1},   {1, 111, 1},  // a new epoch begins at 0, the old one is fenced
        {1, 106, 1}, {2, 0, 1},   {2, 1, 1},   {3, 0, 1},   {3, 2, 1},   {9, 0, 1}, {9, 1, 2}, {9, 3, 1},
    };
    std::vector<std::pair<errc, std::int64_t>> all;
    for (const auto& s : steps) {
        const auto a = produce(
            peer, topic,
            batch_of(s.count, codec::none, {.producer_id = id, .producer_epoch = static_cast<std::int16_t>(s.epoch), .base_sequence = s.sequence}));
        all.emplace_back(a.error_code, a.base_offset);
    }
    return all;
}

TEST_P(BrokerAnswers, OddBatchesAreJudgedAsKafkaJudgesThem) {
    raw_peer kafka_peer(kafka().bootstrap);
    const auto topic = fresh_topic(kafka_peer);
    broker_thread embedded{{.topics = {{"t", 1}}}};
    raw_peer embedded_peer(embedded.bootstrap());
    for (const auto& odd : odd_batches()) {
        const auto theirs = produce(kafka_peer, topic, odd.records), ours = produce(embedded_peer, "t", odd.records);
        if (!odd.kafka_varies) { EXPECT_EQ(ours.error_code, theirs.error_code) << odd.name; }
    }
}

TEST_P(BrokerAnswers, SequencesAreJudgedAsKafkaJudgesThem) {
    raw_peer kafka_peer(kafka().bootstrap);
    const auto topic = fresh_topic(kafka_peer);
    broker_thread embedded{{.topics = {{"t", 1}}}};
    raw_peer embedded_peer(embedded.bootstrap());
    produce(embedded_peer, "t", batch_of(1));  // as fresh_topic did
    EXPECT_EQ(sequences(embedded_peer, "t", new_producer(embedded_peer)), sequences(kafka_peer, topic, new_producer(kafka_peer)));
}
INSTANTIATE_TEST_SUITE_P(Kafka, BrokerAnswers, ::testing::ValuesIn(support::kafka_versions()), support::version_name);
}  // namespace kwire::testing::broker_answers_test
