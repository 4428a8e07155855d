// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/send_lane.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <gtest/gtest.h>

#include <memory>

namespace send_lane_test {
using namespace kwire;
using namespace std::chrono_literals;

constexpr clock::time_point start{1h};

struct SendLane : ::testing::Test {
    SendLane() { lane.take({4000, 0, 1}); }
    /// The broker knows the producer id: a batch of no records at all was acknowledged.
    void prove() {
        auto& b = make(0);
        lane.push(b);
        lane.departs(b, how, 1);
        lane.acked(b, 0, -1);
        all.back()->settled = true;
    }
    ~SendLane() override {
        for (auto& b : all) {
            if (!b->settled) b->state->fail(client_errc::closed);
            b->state->release();
        }
    }
    produce_batch& make(int records = 10) {
        auto& b = *all.emplace_back(std::make_unique<produce_batch>());
        b.writer.start(1000);
        for (int i = 0; i < records; ++i) b.writer.append({1, std::nullopt, as_bytes("x"), {}});
        b.state = new delivery_state(3);
        b.state->closed(0);
        b.lane = &lane;
        b.opened = now;
        b.deadline = now + 10s;
        return b;
    }
    produce_batch& send(std::int32_t leader = 1) {
        EXPECT_TRUE(lane.may_send(how, leader, now));
        auto& b = make();
        lane.push(b);
        lane.departs(b, how, leader);
        return b;
    }
    send_lane::news fail(produce_batch& b, std::error_code why, sent reached = sent::perhaps) { return lane.failed(b, why, reached, how, now, 0); }
    static std::vector<std::byte> wire(const produce_batch& b) { return {b.writer.wire().begin(), b.writer.wire().end()}; }
    static delivery_outcome end(const produce_batch& b) { return b.state->why() ? outcome_of(*b.state->why()) : delivery_outcome::acked; }

    clock::time_point now = start;
    send_lane::options how;
    send_lane lane{"t", 3, true};
    std::vector<std::unique_ptr<produce_batch>> all;
};

TEST_F(SendLane, NumbersBatchesOneBehindTheOther) {
    prove();
    EXPECT_EQ(send().base_sequence, 0);
    EXPECT_EQ(send().base_sequence, 10);
    EXPECT_EQ(send().base_sequence, 20);
}

TEST_F(SendLane, HasAtMostItsWindowInFlight) {
    prove();
    for (int i = 0; i < 5; ++i) send();
    EXPECT_FALSE(lane.may_send(how, 1, now));
    lane.acked(*all[1], 0, -1);
    EXPECT_TRUE(lane.may_send(how, 1, now));
}

TEST_F(SendLane, SendsTheSameBytesAgain) {
    auto& b = send();
    const auto before = wire(b);
    EXPECT_TRUE(fail(b, client_errc::connection_lost).retried);
    now += 1s;
    ASSERT_EQ(lane.next_again(), &b);
    lane.departs(b, how, 2);
    EXPECT_EQ(wire(b), before);
}

TEST_F(SendLane, GoesBackToTheFrontOnlyWhenNothingIsInFlight) {
    prove();
    auto &a = send(), &b = send(), &c = send();
    fail(a, errc::not_leader_or_follower);
    now += 1s;
    EXPECT_FALSE(lane.may_send(how, 1, now));
    fail(b, errc::out_of_order_sequence_number);
    EXPECT_FALSE(lane.may_send(how, 1, now));
    EXPECT_FALSE(lane.renewing()) << "a gap behind a batch that is to be sent again is no surprise";
    fail(c, errc::out_of_order_sequence_number);
    now += 1s;
    for (auto* next : {&a, &b, &c}) {
        ASSERT_TRUE(lane.may_send(how, 1, now));
        ASSERT_EQ(lane.next_again(), next);
        lane.departs(*next, how, 1);
    }
    EXPECT_EQ(lane.next_again(), nullptr);
    EXPECT_EQ(a.base_sequence, 0);
    EXPECT_EQ(c.base_sequence, 20);
}

TEST_F(SendLane, WaitsForTheOldLeaderBeforeItTurnsToTheNew) {
    auto& a = send(1);
    EXPECT_FALSE(lane.may_send(how, 2, now));
    lane.acked(a, 0, -1);
    EXPECT_TRUE(lane.may_send(how, 2, now));
}

TEST_F(SendLane, PausesLongerWithEachFailureAndOncePerRound) {
    prove();
    auto &a = send(), &b = send();
    fail(a, errc::not_enough_replicas);
    fail(b, errc::not_enough_replicas);
    EXPECT_LE(lane.not_before(), now + 120ms);
    EXPECT_FALSE(lane.may_send(how, 1, now));
    now += 1s;
    lane.departs(a, how, 1);
    fail(a, errc::not_enough_replicas);
    EXPECT_GE(lane.not_before(), now + 160ms);
    lane.hurry();
    EXPECT_TRUE(lane.may_send(how, 1, now));
}

TEST_F(SendLane, GivesNumbersOfARefusedBatchToTheNextIfNoneWasGivenAfterThem) {
    prove();
    auto& a = send();
    EXPECT_FALSE(fail(a, errc::message_too_large).renewed_for);
    EXPECT_EQ(end(a), delivery_outcome::not_written);
    EXPECT_EQ(send().base_sequence, 0);
}

TEST_F(SendLane, RenewsItsProducerIdWhereARefusedBatchLeavesAGap) {
    prove();
    auto &a = send(), &b = send();
    EXPECT_TRUE(fail(a, errc::message_too_large).renewed_for);
    EXPECT_FALSE(lane.wants_identity()) << "something is in flight";
    fail(b, errc::out_of_order_sequence_number);
    ASSERT_TRUE(lane.wants_identity());
    EXPECT_FALSE(lane.may_send(how, 1, now + 1h));
    lane.take({5000, 0, 2});
    now += 1s;
    lane.departs(b, how, 1);
    EXPECT_EQ(b.producer_id, 5000);
    EXPECT_EQ(b.base_sequence, 0);
    record_batches sealed(b.writer.wire());
    batch_view view;
    ASSERT_TRUE(sealed.next(view).value()) << "with its checksum";
    EXPECT_EQ(view.producer_id(), 5000);
}

// Scenario 31. A batch that was given up may still be on its way; behind a later one it must not be taken any more.
TEST_F(SendLane, RaisesItsEpochSoThatTheBrokerFencesWhatIsStillOnItsWay) {
    prove();
    auto& b = send();
    const auto id = b.producer_id;
    EXPECT_FALSE(lane.next_epoch());
    EXPECT_TRUE(fail(b, errc::out_of_order_sequence_number).renewed_for);
    const auto raised = lane.next_epoch();
    ASSERT_TRUE(raised);
    EXPECT_EQ(raised->id, id);
    EXPECT_EQ(raised->epoch, b.producer_epoch + 1);
    lane.take(*raised);
    EXPECT_FALSE(lane.next_epoch());
    EXPECT_EQ(b.producer_epoch, raised->epoch);
}

TEST_F(SendLane, NeedsANewIdWhereTheBrokerDoesNotKnowItsOwnOrTheEpochsAreUsedUp) {
    prove();
    EXPECT_TRUE(fail(send(), errc::unknown_producer_id).renewed_for);
    EXPECT_FALSE(lane.next_epoch());
    lane.take({5000, INT16_MAX, 2});
    now += 1s;
    auto& again = *lane.next_again();
    lane.departs(again, how, 1);
    EXPECT_TRUE(fail(again, errc::out_of_order_sequence_number).renewed_for);
    EXPECT_FALSE(lane.next_epoch());
}

TEST_F(SendLane, DoesNotSendUnderANewIdWhatWasPerhapsWrittenUnderTheOld) {
    prove();
    auto &a = send(), &b = send();
    fail(a, client_errc::connection_lost);
    fail(b, client_errc::connection_lost, sent::never);
    now += 1s;
    lane.departs(a, how, 1);
    EXPECT_TRUE(fail(a, errc::unknown_producer_id).renewed_for);
    const auto n = lane.take({5000, 0, 2});
    EXPECT_EQ(n.gone, std::vector<produce_batch*>{&a});
    EXPECT_EQ(end(a), delivery_outcome::unknown);
    EXPECT_FALSE(b.settled);
}

TEST_F(SendLane, DoesNotSendUnderANewIdWhatALaterBatchHasOvertaken) {
    prove();
    auto &a = send(), &b = send(), &c = send();
    fail(a, errc::not_enough_replicas);
    lane.acked(b, 100, -1);
    fail(c, errc::not_enough_replicas);
    now += 1s;
    lane.departs(a, how, 1);
    fail(a, errc::out_of_order_sequence_number);
    lane.take({5000, 0, 2});
    EXPECT_TRUE(a.settled);
    EXPECT_EQ(end(a), delivery_outcome::not_written);
    EXPECT_FALSE(c.settled);
}

TEST_F(SendLane, DoesNotRenewForEver) {
    auto& a = send();
    for (std::int64_t i = 2; !a.settled; ++i) {
        ASSERT_LT(i, 10);
        fail(a, errc::out_of_order_sequence_number);
        if (a.settled) break;
        lane.take({i * 1000, 0, i});
        now += 1s;
        lane.departs(a, how, 1);
    }
    EXPECT_EQ(end(a), delivery_outcome::not_written);
}

TEST_F(SendLane, LeavesMemoryAloneThatASocketHolds) {
    auto& a = send();
    a.writes = 1;
    fail(a, errc::unknown_producer_id);
    EXPECT_FALSE(lane.wants_identity()) << "a new number would change bytes that may still be read";
    a.writes = 0;
    EXPECT_TRUE(lane.wants_identity());
}

TEST_F(SendLane, EndsWhatIsOverdueAsUnknownOnlyIfItMayHaveBeenWritten) {
    prove();
    auto &flying = send(), &refused = send();
    fail(refused, errc::not_enough_replicas);
    auto& fresh = make();
    lane.push(fresh);
    now += 11s;
    const auto n = lane.expire(now, how, nullptr);
    EXPECT_EQ(n.settled.size(), 3u);
    EXPECT_EQ(end(flying), delivery_outcome::unknown);
    EXPECT_EQ(end(refused), delivery_outcome::not_written);
    EXPECT_EQ(refused.state->why()->code(), errc::not_enough_replicas);
    EXPECT_EQ(end(fresh), delivery_outcome::not_written);
    EXPECT_FALSE(lane.empty()) << "the answer to what is in flight may still come";
    EXPECT_EQ(lane.acked(flying, 7, -1).gone, std::vector<produce_batch*>{&flying});
    EXPECT_TRUE(lane.empty());
    EXPECT_EQ(end(flying), delivery_outcome::unknown) << "that was said, and is not taken back";
}

TEST_F(SendLane, EndsWhatIsDueFirstWhereverItStands) {
    prove();
    auto &a = send(), &b = send(), &c = send();
    b.deadline = now + 5s;
    for (auto* each : {&a, &b, &c}) fail(*each, errc::not_enough_replicas);
    EXPECT_EQ(lane.next_deadline(), now + 5s);
    EXPECT_TRUE(lane.expire(now + 4s, how, nullptr).settled.empty());
    now += 5s;
    const auto n = lane.expire(now, how, nullptr);
    EXPECT_EQ(n.gone, std::vector<produce_batch*>{&b});
    EXPECT_EQ(end(b), delivery_outcome::not_written);
    EXPECT_EQ(lane.next_deadline(), now + 5s);
    ASSERT_TRUE(n.renewed_for) << "it leaves a gap in the numbers";
    lane.take(*lane.next_epoch());
    for (auto* next : {&a, &c}) {
        ASSERT_TRUE(lane.may_send(how, 1, now));
        ASSERT_EQ(lane.next_again(), next);
        lane.departs(*next, how, 1);
        lane.acked(*next, 0, -1);
    }
    EXPECT_EQ(a.base_sequence, 0);
    EXPECT_EQ(c.base_sequence, 10);
}

TEST_F(SendLane, AsksForANewIdOnlyIfTheBrokerSaysThatThereIsAGapBehindAnUnknownBatch) {
    auto& a = send();
    now += 11s;
    lane.expire(now, how, nullptr);
    auto& b = make();
    lane.push(b);
    lane.departs(b, how, 1);
    fail(a, client_errc::connection_lost);
    EXPECT_FALSE(lane.renewing());
    EXPECT_EQ(b.base_sequence, 10);
    fail(b, errc::out_of_order_sequence_number);
    EXPECT_TRUE(lane.wants_identity());
    lane.take({5000, 0, 2});
    EXPECT_FALSE(b.settled) << "it was refused, so it can go under the new id";
}

TEST_F(SendLane, SendsOneAtATimeUntilTheBrokerKnowsItsProducerId) {
    auto& a = send();
    EXPECT_FALSE(lane.may_send(how, 1, now)) << "a broker without an entry for the id would take the second before the first";
    lane.acked(a, 0, -1);
    send();
    EXPECT_TRUE(lane.may_send(how, 1, now));
}

TEST_F(SendLane, TakesTheBrokerForForgetfulAfterAPause) {
    prove();
    now += 2s;
    send();
    EXPECT_FALSE(lane.may_send(how, 1, now));
}

TEST_F(SendLane, SendsOneAtATimeWithoutIdempotence) {
    how.idempotent = false;
    lane.take({});
    auto& a = send();
    EXPECT_EQ(a.base_sequence, -1);
    EXPECT_FALSE(lane.may_send(how, 1, now));
    lane.acked(a, 0, -1);
    EXPECT_TRUE(lane.may_send(how, 1, now));
}

TEST_F(SendLane, NumbersGoOnFromZeroBehindTheLast) {
    EXPECT_EQ(sequence_after(2147483640, 10), 2);
    EXPECT_EQ(sequence_after(2147483647, 1), 0);
}

TEST_F(SendLane, TakesNoNumbersOfATopicToAnotherOfTheSameName) {
    auto& a = send();
    lane.acked(a, 0, -1);
    lane.topic_replaced();
    EXPECT_TRUE(lane.wants_identity());
}

TEST_F(SendLane, AbandonsEverythingOnce) {
    prove();
    auto &flying = send(), &waiting = make();
    lane.push(waiting);
    const auto n = lane.abandon(client_errc::closed);
    EXPECT_EQ(n.settled.size(), 2u);
    EXPECT_EQ(end(flying), delivery_outcome::unknown);
    EXPECT_EQ(end(waiting), delivery_outcome::not_written);
    EXPECT_EQ(lane.abandon(client_errc::closed).settled.size(), 0u);
    EXPECT_EQ(fail(flying, client_errc::closed).gone.size(), 1u);
    EXPECT_TRUE(lane.empty());
}
}  // namespace send_lane_test
