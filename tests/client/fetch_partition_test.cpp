// SPDX-License-Identifier: Apache-2.0
#include "fetch_partition_reading.hpp"

namespace kwire::fetch_partition_test {
using phase = fetch_partition::phase;
using event_kind = partition_event::kind;

TEST(FetchPartition, ReadsOnWhereTheLastBatchEnded) {
    reading r;
    EXPECT_EQ(r.p.position(), 100);
    const auto first = r.ask();
    EXPECT_EQ(first.fetch_offset, 100);
    EXPECT_EQ(first.current_leader_epoch, 7);
    EXPECT_EQ(first.last_fetched_epoch, -1) << "nothing was read yet, so nothing can have diverged";
    EXPECT_FALSE(r.p.wants_fetch(r.now)) << "one question at a time";
    EXPECT_TRUE(r.answer(first, reading::up_to(500), {110, 6, 0}).deliver);
    EXPECT_EQ(r.p.position(), 100) << "fetched is not delivered";
    const auto second = r.ask();
    EXPECT_EQ(second.fetch_offset, 110);
    EXPECT_EQ(second.last_fetched_epoch, 6);
    r.read_to(110, 6);
    EXPECT_EQ(r.p.position(), 110);
    EXPECT_EQ(r.p.high_watermark(), 500);
}

TEST(FetchPartition, AsksNoMoreWhileTwoAnswersLieReady) {
    reading r;
    r.records_to(110, 500);
    r.records_to(120, 500);
    EXPECT_FALSE(r.p.wants_fetch(r.now));
    r.read_to(105);
    EXPECT_TRUE(r.p.wants_fetch(r.now)) << "one is in the application's hands, one ready, the third may come";
}

TEST(FetchPartition, AsksForLittleFirstAndForMoreWhenABatchDidNotFit) {
    reading r;
    auto q = r.ask();
    EXPECT_EQ(q.partition_max_bytes, 64u * 1024);
    r.answer(q, reading::up_to(500), {-1, -1, 900'000});
    q = r.ask();
    EXPECT_EQ(q.partition_max_bytes, 900'000u) << "the batch that was cut says how long it is";
    r.answer(q, reading::up_to(500), {101, 7, 0});
    EXPECT_EQ(r.ask().partition_max_bytes, 450'000u) << "its neighbours may be as large";
}

TEST(FetchPartition, AsksForTwiceAsMuchWhenNothingFitted) {
    reading r;
    EXPECT_FALSE(r.answer(r.ask(), reading::up_to(500), {}).deliver);
    for (std::size_t expect = 256 * 1024; expect < 50u << 20; expect *= 2) {
        const auto q = r.ask();
        EXPECT_EQ(q.partition_max_bytes, expect);
        const auto out = r.answer(q, reading::up_to(500), {});
        EXPECT_FALSE(out.deliver);
        EXPECT_FALSE(out.event);
    }
    EXPECT_EQ(r.ask().partition_max_bytes, 50u * 1024 * 1024) << "fetch.max.bytes is the limit";
    EXPECT_EQ(r.p.position(), 100);
}

TEST(FetchPartition, AsksForNoMoreWhenOthersTookItsPlace) {
    reading r;
    fetched_range nothing;
    nothing.crowded_out = true;
    for (int i = 0; i < 20; ++i) r.answer(r.ask(), reading::up_to(500), nothing);
    EXPECT_EQ(r.ask().partition_max_bytes, 256u * 1024);
}

TEST(FetchPartition, AsksForAsMuchAsItsBatchesMeasure) {
    reading r;
    std::int64_t next = 100;
    const auto batches_of = [&](std::size_t size) {
        fetched_range got{next += 10, 7, 0};
        got.largest_batch = size;
        r.answer(r.ask(), reading::up_to(500), got);
        r.read_to(next);
        return r.p.ask(256 * 1024).partition_max_bytes;
    };
    for (int i = 0; i < 4; ++i) EXPECT_EQ(batches_of(700'000), 700'000u);
    EXPECT_EQ(batches_of(1000), 350'000u);
    EXPECT_EQ(batches_of(1000), 256u * 1024);
}

TEST(FetchPartition, DoesNotBelieveTheSizeOfABatchBeyondTheLimit) {
    reading r;
    r.answer(r.ask(), reading::up_to(500), {-1, -1, 0x7fffffff});
    EXPECT_EQ(r.ask().partition_max_bytes, 50u * 1024 * 1024);
}

TEST(FetchPartition, TellsTheEndOnceEachTimeItIsReached) {
    reading r;
    EXPECT_FALSE(r.records_to(110, 120).reached_end);
    EXPECT_TRUE(r.records_to(120, 120).reached_end);
    r.read_to(110);
    r.read_to(120);
    auto q = r.ask();
    EXPECT_TRUE(q.may_wait);
    EXPECT_FALSE(r.answer(q, reading::up_to(120)).reached_end) << "it was told";
    EXPECT_TRUE(r.records_to(121, 121).reached_end);
    r.p.seek(offset_spec::at(121));
    EXPECT_TRUE(r.answer(r.ask(), reading::up_to(121)).reached_end) << "who seeks wants to know again";
}

TEST(FetchPartition, EndsAtTheLastStableOffsetForReadCommitted) {
    fetch_partition_options options;
    options.isolation_level = isolation_level::read_committed;
    reading r(offset_spec::at(100), options);
    auto a = reading::up_to(150);
    a.last_stable_offset = 110;
    EXPECT_TRUE(r.answer(r.ask(), a, {110, 7, 0}).reached_end);
    EXPECT_EQ(r.p.end_offset(), 110);
    EXPECT_EQ(r.p.high_watermark(), 150);
}

TEST(FetchPartition, DropsAnswersFromBeforeASeek) {
    reading r;
    const auto late = r.ask();
    r.p.seek(offset_spec::at(40));
    EXPECT_TRUE(r.p.wants_fetch(r.now)) << "it does not wait for the old answer";
    EXPECT_FALSE(r.answer(late, reading::up_to(500), {110, 7, 0}).deliver);
    EXPECT_EQ(r.p.fetch_offset(), 40);
    const auto generation = r.p.generation();
    r.p.seek(offset_spec::at(50));
    r.p.delivered(generation, 60, 7);
    r.p.taken(generation);
    EXPECT_EQ(r.p.position(), 50) << "what was fetched before counts for nothing";
}

TEST(FetchPartition, ASeekToAnEarlierAnswerOfTheSameOffsetIsStillAnotherQuestion) {
    reading r;
    const auto late = r.ask();
    r.p.seek(offset_spec::at(100));
    const auto now = r.ask();
    EXPECT_FALSE(r.answer(late, reading::up_to(500), {110, 7, 0}).deliver);
    EXPECT_TRUE(r.answer(now, reading::up_to(500), {110, 7, 0}).deliver);
}

TEST(FetchPartition, PauseStopsAskingAndKeepsWhatIsThere) {
    reading r;
    r.records_to(110, 500);
    r.p.pause();
    EXPECT_FALSE(r.p.wants_fetch(r.now));
    r.read_to(110);
    EXPECT_EQ(r.p.position(), 110);
    r.p.resume();
    EXPECT_EQ(r.ask().fetch_offset, 110);
}

TEST(FetchPartition, FetchesFromANewLeaderAtOnceAndDropsTheOldOnesAnswer) {
    reading r;
    const auto late = r.ask();
    r.p.leader(2, 8, {});
    EXPECT_TRUE(r.p.wants_fetch(r.now));
    EXPECT_FALSE(r.answer(late, reading::up_to(500), {110, 7, 0}).deliver);
    const auto q = r.ask();
    EXPECT_EQ(q.current_leader_epoch, 8);
    EXPECT_EQ(q.fetch_offset, 100);
}

TEST(FetchPartition, KeepsWhatWasFetchedFromTheOldLeader) {
    reading r;
    r.records_to(110, 500);
    r.p.leader(2, 8, {});
    r.read_to(110);
    EXPECT_EQ(r.p.position(), 110);
}

TEST(FetchPartition, AnOlderLeaderEpochChangesNothing) {
    reading r;
    r.p.leader(9, 6, {});
    EXPECT_EQ(r.p.leader_id(), 1);
    r.p.leader(4, -1, {});
    EXPECT_EQ(r.p.leader_id(), 4) << "an unknown epoch is no step back";
    EXPECT_EQ(r.p.leader_epoch(), 7);
}

TEST(FetchPartition, ANewLeaderEndsTheBackoff) {
    reading r;
    r.fails(errc::not_leader_or_follower);
    EXPECT_FALSE(r.p.wants_fetch(r.now));
    r.p.leader(2, 8, {});
    EXPECT_TRUE(r.p.wants_fetch(r.now));
}

TEST(FetchPartition, FollowsTheLeaderThatAnAnswerNames) {
    reading r;
    fetch_response::partition a;
    a.error_code = errc::not_leader_or_follower;
    a.current_leader.leader_id = 5;
    a.current_leader.leader_epoch = 9;
    const auto out = r.answer(r.ask(), a);
    EXPECT_TRUE(out.refresh_metadata);
    EXPECT_FALSE(out.event);
    EXPECT_EQ(r.p.leader_id(), 5);
    EXPECT_TRUE(r.p.wants_fetch(r.now));
}

// Whatever a broker says in passing, the offset stays (reset wrongly: librdkafka before 1.8 and 2.3).
TEST(FetchPartition, TransientErrorsNeverMoveTheOffset) {
    for (const auto& row : errc_table()) {
        const bool passing = row.retriable || row.refresh_metadata || row.code == errc::unknown_server_error;
        if (!passing) continue;
        reading r;
        for (int i = 0; i < 20; ++i) {
            const auto out = r.fails(row.code);
            EXPECT_EQ(out.refresh_metadata, row.refresh_metadata) << row.name;
            EXPECT_FALSE(r.p.wants_fetch(r.now)) << row.name << ": not without a pause";
            r.wait_out_backoff();
        }
        EXPECT_EQ(r.p.state(), phase::reading) << row.name;
        EXPECT_EQ(r.p.position(), 100) << row.name;
        EXPECT_EQ(r.ask().fetch_offset, 100) << row.name;
    }
}

TEST(FetchPartition, LastingErrorsStopItUntilSeek) {
    reading r;
    const auto out = r.fails(errc::topic_authorization_failed);
    ASSERT_TRUE(out.event);
    EXPECT_EQ(out.event->what, event_kind::stopped);
    EXPECT_EQ(out.event->why, errc::topic_authorization_failed);
    EXPECT_EQ(out.event->why.context(), "orders[3]");
    EXPECT_EQ(r.p.state(), phase::stopped);
    r.wait_out_backoff();
    EXPECT_FALSE(r.p.wants_fetch(r.now));
    ASSERT_NE(r.p.why_stopped(), nullptr);
    r.p.seek(offset_spec::at(100));
    EXPECT_TRUE(r.p.wants_fetch(r.now));
    EXPECT_EQ(r.p.why_stopped(), nullptr);
}

TEST(FetchPartition, TellsOnceWhatKeepsFailing) {
    reading r;
    int told = 0;
    for (int i = 0; i < 10; ++i) {
        const auto out = r.fails(errc::not_leader_or_follower);
        if (out.event) {
            EXPECT_EQ(out.event->what, event_kind::failing);
            EXPECT_EQ(i, 2) << "a leader that moves is no news";
            ++told;
        }
        r.wait_out_backoff();
    }
    EXPECT_EQ(told, 1);
    r.records_to(110, 500);
    r.wait_out_backoff();
    told = 0;
    for (int i = 0; i < 3; ++i) {
        told += r.fails(errc::not_leader_or_follower).event.has_value();
        r.wait_out_backoff();
    }
    EXPECT_EQ(told, 1) << "it had recovered in between";
}

TEST(FetchPartition, BacksOffFartherEachTime) {
    reading r;
    clock::duration last{};
    for (int i = 0; i < 4; ++i) {
        r.fails(errc::kafka_storage_error);
        const auto pause = r.p.not_before() - r.now;
        EXPECT_GT(pause, last);
        last = pause;
        r.now = r.p.not_before();
    }
    r.records_to(110, 500);
    EXPECT_TRUE(r.p.wants_fetch(r.now));
}

TEST(FetchPartition, BeginsWhereTheLookupSays) {
    reading r(offset_spec::newest());
    EXPECT_EQ(r.p.position(), -1);
    EXPECT_FALSE(r.p.wants_fetch(r.now));
    const auto lookup = r.p.wants_lookup(r.now);
    ASSERT_TRUE(lookup);
    EXPECT_EQ(lookup->what, offset_spec::newest());
    EXPECT_EQ(lookup->current_leader_epoch, 7);
    r.p.looking_up();
    EXPECT_TRUE(r.p.looked_up(lookup->turn, 77, true).reached_end);
    const auto q = r.ask();
    EXPECT_EQ(q.fetch_offset, 77);
    EXPECT_TRUE(q.may_wait);
}

// A late answer must not undo what the application asked for since (franz-go before 1.21.4).
TEST(FetchPartition, ALateLookupDoesNotUndoASeek) {
    reading r(offset_spec::newest());
    const auto lookup = r.p.wants_lookup(r.now);
    r.p.looking_up();
    r.p.seek(offset_spec::at(5));
    r.p.looked_up(lookup->turn, 77, true);
    EXPECT_EQ(r.p.position(), 5);
    r.p.seek(offset_spec::oldest());
    EXPECT_TRUE(r.p.wants_lookup(r.now));
    r.p.looked_up(lookup->turn, 77, true);
    EXPECT_EQ(r.p.state(), phase::looking_up);
}

TEST(FetchPartition, ANewLeaderIsAskedForTheStartAgain) {
    reading r(offset_spec::oldest());
    const auto lookup = r.p.wants_lookup(r.now);
    r.p.looking_up();
    r.p.leader(2, 8, {});
    const auto again = r.p.wants_lookup(r.now);
    ASSERT_TRUE(again);
    r.p.looked_up(lookup->turn, 3, false);
    EXPECT_EQ(r.p.state(), phase::looking_up);
    r.p.looked_up(again->turn, 4, false);
    EXPECT_EQ(r.p.position(), 4);
}

TEST(FetchPartition, ATopicMadeAgainUnderTheSameNameIsAnotherLog) {
    uuid first, second;
    first.raw[0] = std::byte{1};
    second.raw[0] = std::byte{2};
    fetch_partition_options options;
    options.auto_offset_reset = offset_reset::earliest;
    reading r(offset_spec::at(100), options);
    r.p.leader(1, 7, first);
    EXPECT_EQ(r.p.position(), 100);
    r.p.leader(1, 0, second);
    EXPECT_EQ(r.p.leader_epoch(), 0) << "its epochs begin anew";
    const auto lookup = r.p.wants_lookup(r.now);
    ASSERT_TRUE(lookup);
    const auto out = r.p.looked_up(lookup->turn, 0, false);
    ASSERT_TRUE(out.event);
    EXPECT_EQ(out.event->what, event_kind::moved);
    EXPECT_EQ(out.event->why, errc::unknown_topic_id);
    EXPECT_EQ(out.event->from, 100);
    EXPECT_EQ(out.event->to, 0);
}

TEST(FetchPartition, WithoutALeaderNothingIsAsked) {
    reading r;
    r.p.leader(-1, 8, {});
    EXPECT_FALSE(r.p.wants_fetch(r.now));
    r.p.leader(3, 9, {});
    EXPECT_TRUE(r.p.wants_fetch(r.now));
}

TEST(FetchPartition, ALostConnectionIsTriedAgainAndLooksForANewLeader) {
    reading r;
    const auto q = r.ask();
    const auto out = r.p.fetch_failed(q, error(client_errc::connection_lost), r.now, 0);
    EXPECT_TRUE(out.refresh_metadata);
    EXPECT_FALSE(out.event);
    EXPECT_FALSE(r.p.wants_fetch(r.now));
    r.wait_out_backoff();
    EXPECT_EQ(r.ask().fetch_offset, 100);
}

// Every order of (fetch, answer, seek, read, new leader, corrupt batch) up to depth six: the position passes only what was
// delivered, and what is asked next never lies before it or in the past of a seek.
TEST(FetchPartition, NoOrderOfEventsSkipsAnOffset) {
    constexpr int kinds = 6, depth = 6;
    int total = 1;
    for (int i = 0; i < depth; ++i) total *= kinds;
    for (int code = 0; code < total; ++code) {
        reading r;
        std::optional<fetch_partition::question> open;
        struct lot {
            std::uint32_t generation;
            std::int64_t from, to;
        };
        std::vector<lot> queue;
        std::int64_t expected = 100;  // what the application must see next
        std::int64_t jumps = 0;
        for (int rest = code, i = 0; i < depth; ++i, rest /= kinds) {
            switch (rest % kinds) {
                case 0:
                    if (r.p.wants_fetch(r.now)) open = r.p.ask(1000), r.p.asked();
                    break;
                case 1:
                    if (!open) break;
                    if (r.p.answered(*open, reading::up_to(10'000), {open->fetch_offset + 10, 7, 0}, r.now, 0).deliver)
                        queue.push_back({r.p.generation(), open->fetch_offset, open->fetch_offset + 10});
                    break;
                case 2:
                    expected = 1000 * ++jumps;
                    r.p.seek(offset_spec::at(expected));
                    break;
                case 3:
                    while (!queue.empty() && queue.front().generation != r.p.generation()) queue.erase(queue.begin());
                    if (queue.empty()) break;
                    ASSERT_EQ(queue.front().from, expected) << "order " << code;
                    r.p.taken(queue.front().generation);
                    expected = queue.front().to;
                    r.p.delivered(queue.front().generation, expected, 7);
                    queue.erase(queue.begin());
                    break;
                case 4: r.p.leader(r.p.leader_id() + 1, r.p.leader_epoch() + 1, {}); break;
                case 5: r.p.unreadable(r.p.generation(), r.p.position(), r.p.position() + 10, error(client_errc::corrupt_batch), false); break;
            }
            ASSERT_EQ(r.p.position(), expected) << "order " << code;
            ASSERT_GE(r.p.fetch_offset(), r.p.position()) << "order " << code;
        }
    }
}
}  // namespace kwire::fetch_partition_test
