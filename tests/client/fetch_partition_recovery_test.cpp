// SPDX-License-Identifier: Apache-2.0
// What becomes of a fetch_partition when offsets are out of range, logs truncated or batches unreadable.
#include "fetch_partition_reading.hpp"

namespace kwire::fetch_partition_recovery_test {
using phase = fetch_partition::phase;
using event_kind = partition_event::kind;

TEST(FetchPartitionRecovery, OutOfRangeFollowsThePolicyAndTellsFromWhereToWhere) {
    for (const auto policy : {offset_reset::earliest, offset_reset::latest}) {
        fetch_partition_options options;
        options.auto_offset_reset = policy;
        reading r(offset_spec::at(100), options);
        EXPECT_FALSE(r.fails(errc::offset_out_of_range).event) << "not before the new place is known";
        const auto lookup = r.p.wants_lookup(r.now);
        ASSERT_TRUE(lookup);
        EXPECT_EQ(lookup->what, policy == offset_reset::earliest ? offset_spec::oldest() : offset_spec::newest());
        r.p.looking_up();
        const auto out = r.p.looked_up(lookup->turn, 230, policy == offset_reset::latest);
        ASSERT_TRUE(out.event);
        EXPECT_EQ(out.event->what, event_kind::moved);
        EXPECT_EQ(out.event->why, errc::offset_out_of_range);
        EXPECT_EQ(out.event->from, 100);
        EXPECT_EQ(out.event->to, 230);
        EXPECT_EQ(out.event->why.context(), policy == offset_reset::earliest
                                                ? "going on at 230 instead of 100 (auto.offset.reset=earliest): orders[3]: offset 100"
                                                : "going on at 230 instead of 100 (auto.offset.reset=latest): orders[3]: offset 100");
        EXPECT_EQ(r.ask().fetch_offset, 230);
    }
}

TEST(FetchPartitionRecovery, OutOfRangeStopsItWithoutAPolicy) {
    fetch_partition_options options;
    options.auto_offset_reset = offset_reset::none;
    reading r(offset_spec::at(100), options);
    const auto out = r.fails(errc::offset_out_of_range);
    ASSERT_TRUE(out.event);
    EXPECT_EQ(out.event->what, event_kind::stopped);
    EXPECT_EQ(r.p.position(), 100);
    EXPECT_EQ(r.p.state(), phase::stopped);
}

TEST(FetchPartitionRecovery, ALookupThatFailsInPassingIsTriedAgainAndMovesNothing) {
    fetch_partition_options options;
    options.auto_offset_reset = offset_reset::earliest;
    reading r(offset_spec::at(100), options);
    r.fails(errc::offset_out_of_range);
    for (int i = 0; i < 5; ++i) {
        const auto lookup = r.p.wants_lookup(r.now);
        ASSERT_TRUE(lookup);
        r.p.looking_up();
        EXPECT_FALSE(r.p.wants_lookup(r.now));
        r.p.lookup_failed(lookup->turn, error(errc::not_leader_or_follower), r.now, 0);
        EXPECT_EQ(r.p.position(), 100);
        EXPECT_FALSE(r.p.wants_lookup(r.now));
        r.wait_out_backoff();
    }
    const auto lookup = r.p.wants_lookup(r.now);
    const auto out = r.p.looked_up(lookup->turn, 0, false);
    ASSERT_TRUE(out.event);
    EXPECT_EQ(out.event->from, 100);
}

// A broker whose history of epochs does not reach back says OFFSET_OUT_OF_RANGE too (false data loss: franz-go before 1.21.4).
TEST(FetchPartitionRecovery, OutOfRangeIsAskedAgainWithoutTheEpochBeforeItIsBelieved) {
    fetch_partition_options options;
    options.auto_offset_reset = offset_reset::earliest;
    reading r(offset_spec::at(100), options);
    r.records_to(110, 500);
    r.read_to(110);
    EXPECT_FALSE(r.fails(errc::offset_out_of_range).event);
    EXPECT_EQ(r.p.state(), phase::reading);
    const auto q = r.ask();
    EXPECT_EQ(q.last_fetched_epoch, -1);
    EXPECT_EQ(q.fetch_offset, 110);
    r.answer(q, reading::up_to(500), {120, 7, 0});
    EXPECT_EQ(r.ask().last_fetched_epoch, 7) << "the next one is checked again";
}

TEST(FetchPartitionRecovery, OutOfRangeWaitsUntilWhatWasFetchedIsRead) {
    fetch_partition_options options;
    options.auto_offset_reset = offset_reset::earliest;
    reading r(offset_spec::at(100), options);
    r.records_to(110, 500, -1);
    r.fails(errc::offset_out_of_range);
    EXPECT_EQ(r.p.state(), phase::reading);
    r.wait_out_backoff();
    r.read_to(110, -1);
    r.fails(errc::offset_out_of_range);
    EXPECT_EQ(r.p.state(), phase::looking_up);
    EXPECT_EQ(r.p.position(), 110);
}

TEST(FetchPartitionRecovery, ATruncatedLogIsReportedAndReadAgainFromWhereItAgrees) {
    reading r;
    r.records_to(110, 500);
    r.read_to(110);
    auto a = reading::up_to(500);
    a.diverging_epoch.epoch = 6;
    a.diverging_epoch.end_offset = 105;
    const auto out = r.answer(r.ask(), a);
    ASSERT_TRUE(out.event);
    EXPECT_EQ(out.event->what, event_kind::moved);
    EXPECT_EQ(out.event->from, 110);
    EXPECT_EQ(out.event->to, 105);
    EXPECT_EQ(out.event->why.context(), "orders[3]: the log was truncated: records from 105 to 109 that were delivered are not in it any more");
    const auto q = r.ask();
    EXPECT_EQ(q.fetch_offset, 105);
    EXPECT_EQ(q.last_fetched_epoch, 6);
}

TEST(FetchPartitionRecovery, ATruncatedLogStopsItWithoutAPolicy) {
    fetch_partition_options options;
    options.auto_offset_reset = offset_reset::none;
    reading r(offset_spec::at(100), options);
    r.records_to(110, 500);
    r.read_to(110);
    auto a = reading::up_to(500);
    a.diverging_epoch.epoch = 6;
    a.diverging_epoch.end_offset = 105;
    const auto out = r.answer(r.ask(), a);
    ASSERT_TRUE(out.event);
    EXPECT_EQ(out.event->what, event_kind::stopped);
    EXPECT_EQ(r.p.position(), 110);
}

TEST(FetchPartitionRecovery, ALogTruncatedOnlyWhereItWasFetchedAheadIsNoLoss) {
    reading r;
    r.records_to(110, 500);
    r.read_to(110);
    r.records_to(120, 500);
    auto a = reading::up_to(500);
    a.diverging_epoch.epoch = 7;
    a.diverging_epoch.end_offset = 115;
    EXPECT_FALSE(r.answer(r.ask(), a).event);
    EXPECT_EQ(r.ask().fetch_offset, 110);
}

TEST(FetchPartitionRecovery, AnUndefinedDivergenceIsNoLoss) {
    reading r;
    r.records_to(110, 500);
    r.read_to(110);
    auto a = reading::up_to(500);
    a.diverging_epoch.epoch = 3;
    a.diverging_epoch.end_offset = -1;
    EXPECT_FALSE(r.answer(r.ask(), a).event);
    const auto q = r.ask();
    EXPECT_EQ(q.fetch_offset, 110);
    EXPECT_EQ(q.last_fetched_epoch, -1);
}

TEST(FetchPartitionRecovery, RefetchesWhatItCannotReadOnceThenStopsAndNeverPasses) {
    reading r;
    r.records_to(120, 500);
    r.read_to(105);
    const error why(client_errc::corrupt_batch, "batch at offset 105");
    EXPECT_FALSE(r.p.unreadable(r.p.generation(), 105, 110, why, false).event);
    EXPECT_EQ(r.p.position(), 105);
    const auto q = r.ask();
    EXPECT_EQ(q.fetch_offset, 105);
    r.answer(q, reading::up_to(500), {120, 7, 0});
    const auto out = r.p.unreadable(r.p.generation(), 105, 110, why, false);
    ASSERT_TRUE(out.event);
    EXPECT_EQ(out.event->what, event_kind::stopped);
    EXPECT_EQ(out.event->from, 105);
    EXPECT_EQ(out.event->to, 110);
    EXPECT_EQ(r.p.position(), 105);
    r.wait_out_backoff();
    EXPECT_FALSE(r.p.wants_fetch(r.now));
    r.p.seek(offset_spec::at(out.event->to));
    EXPECT_EQ(r.ask().fetch_offset, 110) << "skipping is the application's decision";
}

TEST(FetchPartitionRecovery, ACorruptBatchThatCameWholeTheSecondTimeIsForgotten) {
    reading r;
    const error why(client_errc::corrupt_batch, "batch");
    r.records_to(120, 500);
    r.p.unreadable(r.p.generation(), 100, 110, why, false);
    r.records_to(120, 500);
    r.read_to(120);
    r.records_to(130, 500);
    EXPECT_FALSE(r.p.unreadable(r.p.generation(), 120, 130, why, false).event) << "another batch gets its own second try";
}

TEST(FetchPartitionRecovery, WhatCannotBeReadForGoodIsNotFetchedAgain) {
    reading r;
    r.records_to(120, 500);
    const auto out = r.p.unreadable(r.p.generation(), 100, 110, error(client_errc::too_large, "batch"), true);
    ASSERT_TRUE(out.event);
    EXPECT_EQ(out.event->what, event_kind::stopped);
}

TEST(FetchPartitionRecovery, AnAnswerThatGoesBackIsRefusedWithoutAHotLoop) {
    reading r;
    EXPECT_FALSE(r.answer(r.ask(), reading::up_to(500), {90, 7, 0}).deliver);
    EXPECT_FALSE(r.p.wants_fetch(r.now));
    EXPECT_EQ(r.p.position(), 100);
}
}  // namespace kwire::fetch_partition_recovery_test
