// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/produce_verdict.hpp>

#include <gtest/gtest.h>

#include <set>

namespace produce_verdict_test {
using namespace kwire;

produce_verdict of(std::error_code why, sent reached = sent::perhaps, acks wanted = acks::all, bool idempotent = true, bool oldest = true) {
    return after_failure(why, reached, wanted, idempotent, oldest);
}

TEST(ProduceVerdict, RetriesWhatKafkaCallsRetriableAndNothingElseOfTheBrokersCodes) {
    const std::set<errc> special = {errc::duplicate_sequence_number, errc::out_of_order_sequence_number,
                                    errc::unknown_producer_id,       errc::invalid_producer_epoch,
                                    errc::producer_fenced,           errc::invalid_producer_id_mapping};
    for (const auto& row : errc_table()) {
        if (row.code == errc::none || special.contains(row.code)) continue;
        EXPECT_EQ(of(row.code).next, row.retriable ? produce_next::retry : produce_next::give_up) << row.name;
        EXPECT_EQ(of(row.code).refresh_metadata, row.refresh_metadata) << row.name;
    }
}

TEST(ProduceVerdict, TakesNothingForProofThatABatchWasNotWrittenButCodesGivenBeforeItIsAppended) {
    for (const auto code : {errc::message_too_large, errc::not_enough_replicas, errc::invalid_record, errc::topic_authorization_failed,
                            errc::out_of_order_sequence_number, errc::corrupt_message, errc::unknown_topic_id})
        EXPECT_FALSE(of(code).perhaps) << static_cast<int>(code);
    for (const auto code : {errc::request_timed_out, errc::not_enough_replicas_after_append, errc::unknown_server_error, errc::kafka_storage_error,
                            errc::network_exception, static_cast<errc>(9999)})
        EXPECT_TRUE(of(code).perhaps) << static_cast<int>(code);
}

TEST(ProduceVerdict, KnowsThatALeaderCanLoseItsPlaceAfterItAppendedWhenAllReplicasAreWaitedFor) {
    for (const auto code : {errc::not_leader_or_follower, errc::unknown_topic_or_partition, errc::leader_not_available}) {
        EXPECT_TRUE(of(code, sent::perhaps, acks::all).perhaps);
        EXPECT_FALSE(of(code, sent::perhaps, acks::leader).perhaps);
    }
}

TEST(ProduceVerdict, RenewsTheProducerIdOnlyForTheOldestBatchAndOnlyWithIdempotence) {
    for (const auto code : {errc::out_of_order_sequence_number, errc::unknown_producer_id, errc::invalid_producer_epoch, errc::producer_fenced,
                            errc::invalid_producer_id_mapping}) {
        EXPECT_EQ(of(code).next, produce_next::renew);
        EXPECT_EQ(of(code, sent::perhaps, acks::all, true, false).next, produce_next::retry) << "an older batch is to come first";
        EXPECT_EQ(of(code, sent::perhaps, acks::all, false).next, produce_next::give_up);
    }
}

TEST(ProduceVerdict, TakesARecognisedRepetitionForAnAcknowledgement) { EXPECT_EQ(of(errc::duplicate_sequence_number).next, produce_next::acked); }

TEST(ProduceVerdict, BelievesWhatTheConnectionSaysOfTheSocket) {
    EXPECT_EQ(of(client_errc::connection_lost, sent::never), (produce_verdict{produce_next::retry, false, true}));
    EXPECT_EQ(of(client_errc::connection_lost, sent::perhaps), (produce_verdict{produce_next::retry, true, true}));
    EXPECT_EQ(of(client_errc::version_not_supported, sent::never).next, produce_next::give_up);
    EXPECT_EQ(of(client_errc::closed, sent::perhaps).next, produce_next::give_up);
    EXPECT_TRUE(of(client_errc::closed, sent::perhaps).perhaps);
}

TEST(ProduceVerdict, DoesNotRepeatWhatReachedTheSocketWhereThereAreNoAnswers) {
    EXPECT_EQ(of(client_errc::connection_lost, sent::perhaps, acks::none, false).next, produce_next::give_up);
    EXPECT_EQ(of(client_errc::connection_lost, sent::never, acks::none, false).next, produce_next::retry);
}
}  // namespace produce_verdict_test
