// SPDX-License-Identifier: Apache-2.0
// What the embedded broker takes from producers, what it refuses, and what it answers; over a connection of the test's own.
#include "requests.hpp"
#include "support/odd_batches.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/protocol/messages/init_producer_id.hpp>

namespace kwire::testing::produce_test {
class BrokerProduce : public ::testing::Test {
  protected:
    broker_thread broker{{.topics = {{"t", 1}}}};
    raw_peer peer{broker.bootstrap()};

    std::int64_t end() {
        return broker.run([](embedded_broker& b) { return b.log_end_offset("t", 0); });
    }
    std::string log() {
        return broker.run([](embedded_broker& b) {
            std::string all;
            for (const auto piece : b.log("t", 0)) all += as_text(piece);
            return all;
        });
    }
    /// A batch of `count` records of that producer; what is answered for it.
    produce_response::partition idempotent(std::int64_t id, int epoch, std::int32_t sequence, int count = 3) {
        return produce(
            peer, "t",
            batch_of(count, codec::none, {.producer_id = id, .producer_epoch = static_cast<std::int16_t>(epoch), .base_sequence = sequence}));
    }
};

TEST_F(BrokerProduce, JudgesEveryOddBatch) {
    for (const auto& odd : odd_batches()) {
        const auto before = end();
        const auto answer = produce(peer, "t", odd.records);
        EXPECT_EQ(answer.error_code, odd.expected) << odd.name;
        const bool taken = odd.expected == errc::none;
        EXPECT_EQ(answer.base_offset, taken ? before : -1) << odd.name;
        EXPECT_EQ(end() > before, taken) << odd.name;
    }
}

TEST_F(BrokerProduce, StampsOffsetAndLeaderEpochAndKeepsTheRest) {
    broker.run([](embedded_broker& b) { b.move_leader("t", 0, 1); });
    const auto sent = batch_of(3);
    EXPECT_EQ(produce(peer, "t", sent).base_offset, 0);
    EXPECT_EQ(produce(peer, "t", sent).base_offset, 3);
    auto first = sent, second = sent;
    put(first, batch_layout::partition_leader_epoch, 1, false);
    put(second, batch_layout::partition_leader_epoch, 1, false);
    put(second, batch_layout::base_offset, std::int64_t{3}, false);
    EXPECT_EQ(log(), first + second);
}

TEST_F(BrokerProduce, CorrectsTheYoungestTimestampOfABatch) {
    for (const auto kind : {codec::none, codec::gzip}) {
        auto batch = batch_of(20, kind, {}, 7000);
        put(batch, batch_layout::max_timestamp, std::int64_t{1});
        ASSERT_EQ(produce(peer, "t", batch).error_code, errc::none);
    }
    const auto all = log();
    record_batches batches(as_bytes(all));  // checks the checksums
    batch_view b;
    for (int i = 0; i < 2; ++i) {
        const auto more = batches.next(b);
        ASSERT_TRUE(more && *more);
        EXPECT_EQ(b.max_timestamp(), 7019);
    }
}

TEST_F(BrokerProduce, FindsTimestampsWithinCompressedBatches) {
    ASSERT_EQ(produce(peer, "t", batch_of(20, codec::gzip, {}, 7000)).error_code, errc::none);
    ASSERT_EQ(produce(peer, "t", batch_of(20, codec::none, {}, 8000)).error_code, errc::none);
    const auto at = [&](std::int64_t timestamp) {
        const auto answer = peer.ask(offset_at("t", timestamp), 7);
        const auto& p = answer->topics.at(0).partitions.at(0);
        return std::pair(p.offset, p.timestamp);
    };
    EXPECT_EQ(at(0), std::pair(std::int64_t{0}, std::int64_t{7000}));
    EXPECT_EQ(at(7013), std::pair(std::int64_t{13}, std::int64_t{7013}));
    EXPECT_EQ(at(7500), std::pair(std::int64_t{20}, std::int64_t{8000}));
    EXPECT_EQ(at(8019), std::pair(std::int64_t{39}, std::int64_t{8019}));
    EXPECT_EQ(at(8020), std::pair(std::int64_t{-1}, std::int64_t{-1}));
    EXPECT_EQ(at(list_offsets_request::max_timestamp), std::pair(std::int64_t{39}, std::int64_t{8019}));
}

TEST_F(BrokerProduce, AnswersADuplicateWithTheOffsetThatItGotBefore) {
    EXPECT_EQ(idempotent(9, 0, 0).base_offset, 0);
    EXPECT_EQ(idempotent(9, 0, 3).base_offset, 3);
    EXPECT_EQ(idempotent(9, 0, 0).base_offset, 0);
    EXPECT_EQ(idempotent(9, 0, 3).base_offset, 3);
    EXPECT_EQ(end(), 6);
}

TEST_F(BrokerProduce, RemembersFiveBatchesOfAProducer) {
    for (int i = 0; i < 6; ++i) EXPECT_EQ(idempotent(9, 0, 3 * i).base_offset, 3 * i);
    for (int i = 1; i < 6; ++i) EXPECT_EQ(idempotent(9, 0, 3 * i).base_offset, 3 * i);
    EXPECT_EQ(idempotent(9, 0, 0).error_code, errc::out_of_order_sequence_number);
    EXPECT_EQ(end(), 18);
}

TEST_F(BrokerProduce, RefusesGapsAndOverlapsOfSequences) {
    EXPECT_EQ(idempotent(9, 0, 0).error_code, errc::none);
    EXPECT_EQ(idempotent(9, 0, 4).error_code, errc::out_of_order_sequence_number);
    EXPECT_EQ(idempotent(9, 0, 2).error_code, errc::out_of_order_sequence_number);
    EXPECT_EQ(idempotent(9, 0, 0, 2).error_code, errc::out_of_order_sequence_number);  // the same beginning, another end
    EXPECT_EQ(idempotent(9, 0, 3).error_code, errc::none);
    EXPECT_EQ(end(), 6);
}

TEST_F(BrokerProduce, TakesAnySequenceOfAProducerThatItDoesNotKnow) {
    EXPECT_EQ(idempotent(9, 4, 777).error_code, errc::none);
    EXPECT_EQ(idempotent(9, 4, 780).error_code, errc::none);
    EXPECT_EQ(idempotent(9, 4, 5).error_code, errc::out_of_order_sequence_number);
    broker.run([](embedded_broker& b) { b.forget_producers("t", 0); });
    EXPECT_EQ(idempotent(9, 0, 5).error_code, errc::none);
}

TEST_F(BrokerProduce, FencesOlderEpochsAndBeginsNewOnesAtZero) {
    EXPECT_EQ(idempotent(9, 1, 0).error_code, errc::none);
    EXPECT_EQ(idempotent(9, 2, 3).error_code, errc::out_of_order_sequence_number);
    EXPECT_EQ(idempotent(9, 2, 0).error_code, errc::none);
    EXPECT_EQ(idempotent(9, 1, 3).error_code, errc::invalid_producer_epoch);
    EXPECT_EQ(idempotent(9, 1, 0).error_code, errc::invalid_producer_epoch);
    EXPECT_EQ(idempotent(9, 2, 3).error_code, errc::none);
}

TEST_F(BrokerProduce, CountsSequencesPastTheLargest) {
    EXPECT_EQ(idempotent(9, 0, INT32_MAX - 1).error_code, errc::none);  // 2147483646, 2147483647, 0
    EXPECT_EQ(idempotent(9, 0, 1).error_code, errc::none);
    EXPECT_EQ(idempotent(9, 0, INT32_MAX - 1).base_offset, 0);
    EXPECT_EQ(end(), 6);
}

TEST_F(BrokerProduce, KnowsProducersByWhatIsLeftOfTheLogAfterATruncation) {
    for (int i = 0; i < 9; ++i) EXPECT_EQ(idempotent(9, 0, 3 * i).base_offset, 3 * i);
    EXPECT_EQ(idempotent(8, 0, 0).base_offset, 27);
    broker.run([](embedded_broker& b) { b.truncate("t", 0, 6); });
    EXPECT_EQ(idempotent(9, 0, 9).error_code, errc::out_of_order_sequence_number);
    EXPECT_EQ(idempotent(9, 0, 3).base_offset, 3);
    EXPECT_EQ(idempotent(9, 0, 6).base_offset, 6);
    EXPECT_EQ(idempotent(8, 0, 50).base_offset, 9) << "nothing of it is left, so it is not known";
}

TEST_F(BrokerProduce, RefusesWhatOnlyTheRequestCanBeWrongIn) {
    const auto ask = [&](auto change) {
        produce_request r;
        r.acks = -1;
        const auto batch = batch_of(1);
        auto& p = r.topic_data.emplace_back().partition_data.emplace_back();
        r.topic_data[0].name = "t";
        p.records.emplace();
        p.records->data = as_bytes(batch);
        change(r);
        return peer.ask(r, 8)->responses.at(0).partition_responses.at(0).error_code;
    };
    EXPECT_EQ(ask([](produce_request&) {}), errc::none);
    EXPECT_EQ(ask([](produce_request& r) { r.acks = 2; }), errc::invalid_required_acks);
    EXPECT_EQ(ask([](produce_request& r) { r.transactional_id = "x"; }), errc::transactional_id_authorization_failed);
    EXPECT_EQ(ask([](produce_request& r) { r.topic_data[0].name = "nowhere"; }), errc::unknown_topic_or_partition);
    EXPECT_EQ(ask([](produce_request& r) { r.topic_data[0].partition_data[0].index = 1; }), errc::unknown_topic_or_partition);
    EXPECT_EQ(ask([](produce_request& r) { r.topic_data[0].partition_data[0].records.reset(); }), errc::invalid_record);
    broker.run([](embedded_broker& b) { b.set_isr("t", 0, {}); });
    EXPECT_EQ(ask([](produce_request&) {}), errc::not_enough_replicas);
    EXPECT_EQ(ask([](produce_request& r) { r.acks = 1; }), errc::none);
}

TEST_F(BrokerProduce, TakesZstdSinceV7) {
    if (!check_codec(codec::zstd)) GTEST_SKIP() << "this build has no zstd";
    const auto batch = batch_of(200, codec::zstd);
    EXPECT_EQ(produce(peer, "t", batch, 6).error_code, errc::unsupported_compression_type);
    EXPECT_EQ(produce(peer, "t", batch, 7).error_code, errc::none);
    EXPECT_EQ(end(), 200);
}

TEST_F(BrokerProduce, SaysWhatIsWrongWithABatch) {
    auto batch = batch_of(1);
    batch.back() = static_cast<char>(batch.back() ^ 1);
    produce_request r;
    r.acks = -1;
    r.topic_data.emplace_back().name = "t";
    auto& p = r.topic_data[0].partition_data.emplace_back();
    p.records.emplace();
    p.records->data = as_bytes(batch);
    const auto answer = peer.ask(r, 8);
    const auto what = answer->responses.at(0).partition_responses.at(0).error_message.value_or("");
    EXPECT_NE(what.find("CRC"), what.npos) << what;
}

TEST_F(BrokerProduce, WithAcksZeroAnswersNothingAndClosesOnAnError) {
    produce_request r;
    r.acks = 0;
    r.topic_data.emplace_back().name = "t";
    auto& p = r.topic_data[0].partition_data.emplace_back();
    p.records.emplace();
    const auto whole = batch_of(1);
    p.records->data = as_bytes(whole);
    peer.send(r, 8, 1);
    // The next answer is that of the next request, which has seen the record.
    peer.send(offset_at("t", list_offsets_request::latest), 7, 2);
    const auto answer = peer.answer<list_offsets_request>(7, 2);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->topics.at(0).partitions.at(0).offset, 1);
    r.topic_data[0].partition_data[0].index = 7;
    peer.send(r, 8, 3);
    EXPECT_TRUE(peer.is_closed());
}

TEST_F(BrokerProduce, GivesEveryProducerAnIdOfItsOwn) {
    init_producer_id_request r;
    r.transactional_id.reset();
    r.transaction_timeout_ms = 60'000;
    const auto first = peer.ask(r, 4), second = peer.ask(r, 4);
    EXPECT_EQ(first->error_code, errc::none);
    EXPECT_EQ(first->producer_epoch, 0);
    EXPECT_NE(first->producer_id, second->producer_id);
    r.producer_id = first->producer_id;
    EXPECT_EQ(peer.ask(r, 4)->error_code, errc::invalid_request) << "an id without an epoch";
    r.producer_epoch = 0;
    EXPECT_EQ(peer.ask(r, 4)->error_code, errc::none);
    r.transactional_id = "t1";
    EXPECT_EQ(peer.ask(r, 4)->error_code, errc::transactional_id_authorization_failed);
}
}  // namespace kwire::testing::produce_test
