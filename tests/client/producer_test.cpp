// SPDX-License-Identifier: Apache-2.0
#include "producer_world.hpp"

#include <kwire/protocol/messages/init_producer_id.hpp>
#include <kwire/protocol/messages/produce.hpp>

namespace producer_test {
using namespace kwire_test;

TEST(Producer, TellsPartitionAndOffsetOfEachRecord) {
    producer_world w({});
    w.send_many(30);
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.count(delivery_outcome::acked), 30);
    for (const auto& r : w.records) EXPECT_TRUE(*r->end) << r->end->error().message();
    w.check();
    int in_batches = 0;
    for (const auto& b : w.told) in_batches += b.count;
    EXPECT_EQ(in_batches, 30);
}

TEST(Producer, StampsARecordWithTheWallTimeAtWhichItWasAppended) {
    producer_world w({});
    w.send(1, "so that the topic is known");
    ASSERT_TRUE(w.run_to_end());
    std::vector<std::int64_t> appended;
    std::vector<handle> handles;
    const auto append = [&] {
        const auto now = w.world.host("client").wall_now().time_since_epoch();
        appended.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
        handles.push_back(w.p->try_enqueue({.topic = "t", .partition = 1, .value = as_bytes("v")}).value());
    };
    append();
    w.world.run_until(w.world.now() + 3ms);
    append();
    w.world.set_wall_clock(-1h);
    append();
    ASSERT_TRUE(w.world.run_while_not([&] { return handles.back().done(); }, w.world.now() + 10s));
    EXPECT_EQ(appended[1], appended[0] + 3);
    const auto log = w.log(1);
    ASSERT_EQ(log.size(), 4u);
    for (std::size_t i = 0; i < appended.size(); ++i) {
        EXPECT_EQ(log[i + 1].timestamp, appended[i]) << i;
        EXPECT_EQ(handles[i].get()->timestamp, appended[i]) << i;
    }
}

TEST(Producer, SendsKeysHeadersTimestampsAndNullsAsTheyWere) {
    producer_world w({});
    const record_header headers[] = {{"a", as_bytes("1")}, {"a", as_bytes("2")}, {"b", std::nullopt}};
    std::optional<result<delivery>> full, null;
    start(w.world.host("client").executor(),
          w.p->send({.topic = "t", .partition = 1, .key = as_bytes("k"), .value = as_bytes("v"), .headers = headers, .timestamp = 42}),
          [&](result<delivery> d) { full.emplace(std::move(d)); });
    start(w.world.host("client").executor(), w.p->send({.topic = "t", .partition = 1}), [&](result<delivery> d) { null.emplace(std::move(d)); });
    w.world.run_while_not([&] { return full && null; }, w.world.now() + 10s);
    ASSERT_TRUE(full && null);
    ASSERT_TRUE(*full) << full->error().message();
    EXPECT_EQ((**full).timestamp, 42);
    ASSERT_TRUE(*null) << null->error().message();
    EXPECT_GT((**null).timestamp, 1'000'000'000'000);
    decompressor expander;
    buffer room;
    const auto log = w.cluster->log("t", 1);
    record_batches batches(log.at(0));
    batch_view b;
    ASSERT_TRUE(batches.next(b).value());
    auto reader = b.records(expander, room).value();
    record_view r;
    ASSERT_TRUE(reader.next(r));
    EXPECT_EQ(as_text(*r.key), "k");
    EXPECT_EQ(as_text(*r.value), "v");
    EXPECT_EQ(r.timestamp, 42);
    std::vector<std::pair<std::string, std::optional<std::string>>> read;
    for (const auto& h : r.headers) {
        read.emplace_back(h.key, std::nullopt);
        if (h.value) read.back().second.emplace(as_text(*h.value));
    }
    EXPECT_EQ(read, (decltype(read){{"a", "1"}, {"a", "2"}, {"b", std::nullopt}}));
    if (!reader.next(r)) {
        record_batches next(log.at(1));
        ASSERT_TRUE(next.next(b).value());
        reader = b.records(expander, room).value();
        ASSERT_TRUE(reader.next(r));
    }
    EXPECT_FALSE(r.key);
    EXPECT_FALSE(r.value);
}

// Scenario 31: the acknowledgement of one of several batches is lost; all are sent again and recognised.
TEST(Producer, SurvivesALostAcknowledgement) {
    for (int lost = 0; lost < 5; ++lost) {
        producer_world w({.options = {.linger = 0ms}, .seed = static_cast<std::uint64_t>(lost + 1)});
        w.send(0, "first");
        ASSERT_TRUE(w.run_to_end());
        if (lost > 0) w.cluster->next<produce_request>({}, lost);
        w.cluster->next<produce_request>(reaction::closing_after());
        for (int i = 0; i < 20; ++i) {
            w.send(i % 3, "record " + std::to_string(i));
            w.world.run_until(w.world.now() + 100us);
        }
        ASSERT_TRUE(w.run_to_end());
        EXPECT_EQ(w.count(delivery_outcome::acked), 21);
        w.check();
    }
}

TEST(Producer, FollowsALeaderThatMoves) {
    producer_world w({.nodes = 3, .options = {.linger = 0ms}});
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 30; ++i) {
            w.send_many(1);
            if (i == 15) w.cluster->move_leader("t", round % 3, 1 + (round + 1) % 3);
            w.world.run_until(w.world.now() + 300us);
        }
    }
    const auto before = w.world.now();
    ASSERT_TRUE(w.run_to_end());
    EXPECT_LE(w.world.now() - before, 2s);
    EXPECT_EQ(w.count(delivery_outcome::acked), 300);
    w.check();
}

// Scenario 22 and 23: what can be waited out is, and nothing is written twice or out of order.
TEST(Producer, WaitsOutErrorsThatPass) {
    for (const auto code : {errc::not_leader_or_follower, errc::leader_not_available, errc::unknown_topic_or_partition, errc::request_timed_out,
                            errc::not_enough_replicas, errc::kafka_storage_error, errc::unknown_topic_id, errc::corrupt_message}) {
        for (const bool appended : {false, true}) {
            producer_world w({.options = {.linger = 0ms}});
            w.send_many(3);
            ASSERT_TRUE(w.run_to_end());
            w.cluster->next<produce_request>(appended ? reaction::failing_after(code) : reaction::failing(code), 3);
            for (int i = 0; i < 10; ++i) {
                w.send_many(3);
                w.world.run_until(w.world.now() + 200us);
            }
            ASSERT_TRUE(w.run_to_end());
            EXPECT_EQ(w.count(delivery_outcome::acked), 33) << static_cast<int>(code) << (appended ? " appended" : "");
            w.check();
        }
    }
}

TEST(Producer, GivesUpAtOnceWhereNoRetryCanHelpAndSaysThatNothingWasWritten) {
    for (const auto code : {errc::message_too_large, errc::topic_authorization_failed, errc::invalid_record, errc::invalid_required_acks,
                            errc::policy_violation, errc::unsupported_compression_type}) {
        producer_world w({.options = {.linger = 0ms}});
        w.send_many(3);
        ASSERT_TRUE(w.run_to_end());
        w.cluster->next<produce_request>(reaction::failing(code));
        w.send(0, "refused");
        w.world.run_until(w.world.now() + 50ms);
        ASSERT_TRUE(w.records.back()->end) << "it waited";
        EXPECT_EQ(w.records.back()->end->error(), code);
        EXPECT_EQ(outcome_of(*w.records.back()->end), delivery_outcome::not_written);
        w.send_many(12);
        ASSERT_TRUE(w.run_to_end());
        EXPECT_EQ(w.count(delivery_outcome::acked), 15);
        w.check();
    }
}

TEST(Producer, TellsTheWholeStoryOfAnError) {
    producer_world w({.options = {.linger = 0ms}});
    w.send(2, "a");
    ASSERT_TRUE(w.run_to_end());
    w.cluster->next<produce_request>(reaction::failing(errc::topic_authorization_failed));
    w.send(2, "b");
    ASSERT_TRUE(w.run_to_end());
    const auto message = w.records[1]->end->error().message();
    EXPECT_TRUE(message.starts_with("failed to send to t: partition 2: Produce v13 to broker 1 at broker-1:9092: TOPIC_AUTHORIZATION_FAILED"))
        << message;
}

TEST(Producer, SaysThatAnOutcomeIsUnknownWhenNobodyAnswersBeforeTheDeadline) {
    producer_world w({.common = {.request_timeout = 2s}, .options = {.delivery_timeout = 5s, .linger = 0ms}});
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    bool hang = true;
    w.cluster->on_request([&](const received_request& r) {
        reaction how;
        if (hang && r.api_key == produce_request::api_key) how.what = kwire::outcome::silence;  // it is carried out, though
        return how;
    });
    const auto before = w.world.now();
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    EXPECT_LE(w.world.now() - before, 5s + 250ms);
    EXPECT_EQ(w.count(delivery_outcome::unknown), 3);
    hang = false;
    w.send_many(9);
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.count(delivery_outcome::acked), 12);
    w.check();
}

// Scenario 30: the deadline passes while the request is with the broker, who answers later.
TEST(Producer, SaysThatAnOutcomeIsUnknownWhenTheDeadlinePassesInFlightAndNeverSendsItAgain) {
    for (const bool carried_out : {true, false}) {
        producer_world w({.options = {.delivery_timeout = 2s, .linger = 0ms}});
        w.send_many(3);
        ASSERT_TRUE(w.run_to_end());
        reaction late = reaction::answered_late(3s);
        if (!carried_out) late.error_for = [](std::string_view, std::int32_t) { return errc::not_leader_or_follower; };
        w.cluster->next<produce_request>(late);
        const auto before = w.world.now();
        w.send_many(3);
        ASSERT_TRUE(w.run_to_end());
        EXPECT_LE(w.world.now() - before, 2s + 250ms);
        EXPECT_EQ(w.count(delivery_outcome::unknown), 3);
        w.send_many(9);
        w.world.run_until(w.world.now() + 10s);
        w.check();
        EXPECT_EQ(w.log(0).size(), carried_out ? 5u : 4u);
    }
}

TEST(Producer, SaysThatNothingWasWrittenWhenNoBrokerCouldBeReached) {
    producer_world w({.common = {.reconnect_backoff_max = 1s}, .options = {.delivery_timeout = 3s, .linger = 0ms}});
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    w.cluster->stop_node(1);
    w.world.run_until(w.world.now() + 100ms);
    const auto before = w.world.now();
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    EXPECT_LE(w.world.now() - before, 3s + 250ms);
    EXPECT_EQ(w.count(delivery_outcome::not_written), 3);
    EXPECT_NE(w.records.back()->end->error().message().find("broker 1 at broker-1:9092"), std::string::npos)
        << w.records.back()->end->error().message();
    ASSERT_TRUE(w.cluster->start_node(1));
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.count(delivery_outcome::acked), 6);
    w.check();
}

// Scenario 31. In all of them the broker wrote nothing.
TEST(Producer, GoesOnWithANewProducerIdWhereTheBrokerLostTrack) {
    for (const auto code : {errc::out_of_order_sequence_number, errc::unknown_producer_id, errc::invalid_producer_epoch, errc::producer_fenced,
                            errc::invalid_producer_id_mapping}) {
        struct counter : client_observer {
            int renewed = 0;
            void producer_id_renewed(std::string_view, std::int32_t, const error&) override { ++renewed; }
        };
        const auto seen = std::make_shared<counter>();
        producer_world w({.options = {.linger = 0ms}, .watch = seen});
        w.send_many(9);
        ASSERT_TRUE(w.run_to_end());
        w.cluster->next<produce_request>(reaction::failing(code));
        for (int i = 0; i < 10; ++i) {
            w.send(0, "record " + std::to_string(100 + i));
            w.world.run_until(w.world.now() + 200us);
        }
        ASSERT_TRUE(w.run_to_end());
        EXPECT_EQ(w.count(delivery_outcome::acked), 19) << static_cast<int>(code);
        EXPECT_EQ(seen->renewed, 1);
        w.check();
    }
}

TEST(Producer, DoesNotTryForEverWhereTheBrokerNeverFindsTrackAgain) {
    producer_world w({.options = {.linger = 0ms}});
    w.cluster->on_request([](const received_request& r) {
        return r.api_key == produce_request::api_key ? reaction::failing(errc::out_of_order_sequence_number) : reaction{};
    });
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end(10s));
    EXPECT_EQ(w.count(delivery_outcome::not_written), 3);
    w.check();
}

TEST(Producer, GoesOnWithoutIdempotenceWhereThereAreNoProducerIds) {
    struct seen : client_observer {
        int off = 0;
        void idempotence_off(const error&) override { ++off; }
    };
    const auto watch = std::make_shared<seen>();
    producer_world w({.options = {.linger = 0ms}, .watch = watch});
    w.cluster->on_request([](const received_request& r) {
        return r.api_key == init_producer_id_request::api_key ? reaction::failing(errc::cluster_authorization_failed) : reaction{};
    });
    w.send_many(30);
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.count(delivery_outcome::acked), 30);
    EXPECT_EQ(watch->off, 1);
    w.check();
}

TEST(Producer, KeepsOrderWithoutIdempotenceToo) {
    producer_world w({.nodes = 2, .options = {.enable_idempotence = false, .linger = 0ms}});
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    for (int i = 0; i < 60; ++i) {
        w.send_many(1);
        if (i % 10 == 5) w.cluster->next<produce_request>(reaction::failing(errc::not_enough_replicas));
        if (i % 20 == 15) w.cluster->move_leader("t", i % 3, 1 + i % 2);
        w.world.run_until(w.world.now() + 200us);
    }
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.count(delivery_outcome::acked), 63);
    w.check();
}

TEST(Producer, SpeaksToOlderBrokers) {
    for (const auto versions : {version_profile::kafka_2_8, version_profile::kafka_3_9}) {
        producer_world w({.versions = versions});
        w.send_many(30);
        ASSERT_TRUE(w.run_to_end());
        EXPECT_EQ(w.count(delivery_outcome::acked), 30);
        w.check();
    }
}

TEST(Producer, ExpectsNoAnswersWithAcksNone) {
    producer_world w({.options = {.acks = acks::none, .enable_idempotence = false, .linger = 0ms}});
    w.send_many(30);
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.count(delivery_outcome::acked), 30);
    EXPECT_EQ((**w.records[0]->end).offset, -1);
    w.world.run_until(w.world.now() + 1s);
    EXPECT_EQ(w.log(0).size() + w.log(1).size() + w.log(2).size(), 30u);
    w.check();
}

TEST(Producer, RefusesWhatCanNeverBeSent) {
    producer_world w({});
    w.send(0, "first");
    ASSERT_TRUE(w.run_to_end());
    w.send(7, "to nowhere");
    w.send(0, std::string(2'000'000, 'x'));
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.records[1]->end->error(), client_errc::unknown_topic_or_partition);
    EXPECT_EQ(w.records[2]->end->error(), client_errc::too_large);
    EXPECT_NE(w.records[2]->end->error().message().find("max.request.size (1048576)"), std::string::npos) << w.records[2]->end->error().message();
    w.check();
}

TEST(Producer, WaitsForRoomInsteadOfGrowingAndKeepsOrder) {
    producer_world w({.options = {.batch_size = 4096, .max_request_size = 8192, .buffer_memory = 32 * 1024}});
    std::size_t most = 0;
    for (int i = 0; i < 300; ++i) {
        w.send(i % 3, "record " + std::to_string(i) + std::string(1000, '.'));
        most = std::max(most, w.p->memory_used());
    }
    EXPECT_FALSE(w.p->try_enqueue({.topic = "t", .value = as_bytes("x")}));
    ASSERT_TRUE(w.run_to_end());
    EXPECT_LE(most, 32u * 1024);
    EXPECT_EQ(w.count(delivery_outcome::acked), 300);
    EXPECT_EQ(w.p->memory_used(), 0u);
    w.check();
}

TEST(Producer, HoldsBackWhileABrokerThrottlesIt) {
    producer_world w({.options = {.linger = 0ms}});
    w.send(0, "a");
    ASSERT_TRUE(w.run_to_end());
    w.cluster->next<produce_request>(reaction::throttling(3000));
    w.send(0, "b");
    ASSERT_TRUE(w.run_to_end());
    const auto before = w.world.now();
    w.send(0, "c");
    ASSERT_TRUE(w.run_to_end());
    EXPECT_GE(w.world.now() - before, 2900ms);
    w.check();
}

TEST(Producer, FlushesAtOnceWhatWouldLinger) {
    producer_world w({.options = {.linger = 60s}});
    w.send(0, "first");
    w.world.run_until(w.world.now() + 10s);
    EXPECT_EQ(w.ended, 0u);
    std::optional<result<void>> flushed;
    start(w.world.host("client").executor(), w.p->flush(w.cl->in(5s)), [&](result<void> r) { flushed.emplace(std::move(r)); });
    w.world.run_until(w.world.now() + 1s);
    ASSERT_TRUE(flushed);
    EXPECT_TRUE(*flushed) << flushed->error().message();
    EXPECT_EQ(w.ended, 1u);
}

TEST(Producer, ClosesWithinItsDeadlineAndEndsEverythingOnce) {
    for (const bool reachable : {true, false}) {
        producer_world w({.options = {.linger = 60s}});
        w.send(0, "known");
        w.world.run_until(w.world.now() + 100ms);
        if (!reachable) w.cluster->on_request([](const received_request&) { return reaction::hanging(); });
        w.send_many(12);
        std::optional<result<void>> closed;
        const auto before = w.world.now();
        start(w.world.host("client").executor(), w.p->close(w.cl->in(2s)), [&](result<void> r) { closed.emplace(std::move(r)); });
        w.world.run_while_not([&] { return closed.has_value(); }, before + 10s);
        ASSERT_TRUE(closed);
        EXPECT_EQ(closed->has_value(), reachable);
        EXPECT_LE(w.world.now() - before, 2s + 250ms);
        w.world.run_until(w.world.now() + 10ms);
        EXPECT_EQ(w.ended, 13u);
        EXPECT_EQ(w.count(delivery_outcome::acked), reachable ? 13 : 0);
        EXPECT_EQ(w.p->try_enqueue({.topic = "t", .value = as_bytes("x")}).error(), client_errc::closed);
        w.check();
    }
}

TEST(Producer, EndsWhatIsPendingWhenItOrItsClientIsDestroyed) {
    for (const bool client_first : {true, false}) {
        producer_world w({.options = {.linger = 60s}});
        w.send_many(6);
        w.world.run_until(w.world.now() + 100ms);
        w.send_many(6);
        if (client_first) w.cl.reset();
        else w.p.reset();
        w.world.run_until(w.world.now() + 10ms);
        EXPECT_EQ(w.ended, 12u);
        EXPECT_EQ(w.count(delivery_outcome::not_written), 12);
        w.check();
        if (client_first) w.p.reset();
    }
}

// Scenario 39: numbers of the old topic never reach the new one.
TEST(Producer, GoesOnWithATopicThatWasMadeAnew) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {  // of several requests under way, the answers to the old topic come late
        producer_world w({.options = {.linger = 0ms}, .seed = seed});
        w.send_many(9);
        ASSERT_TRUE(w.run_to_end());
        w.cluster->delete_topic("t");
        ASSERT_TRUE(w.cluster->create_topic("t", 3));
        w.records.clear();
        w.ended = 0;
        w.send_many(30);
        ASSERT_TRUE(w.run_to_end());
        EXPECT_EQ(w.count(delivery_outcome::acked), 30) << "seed " << seed;
        w.check();
    }
}

TEST(Producer, WaitsForATopicThatIsUnknownUntilTheDeadline) {
    producer_world w({.options = {.delivery_timeout = 3s}});
    w.cluster->on_request([](const received_request& r) {
        reaction how;
        if (r.api_key == 3)
            how.error_for = [](std::string_view topic, std::int32_t) { return topic.empty() ? errc::none : errc::unknown_topic_or_partition; };
        return how;
    });
    const auto before = w.world.now();
    w.send(0, "x");
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.records[0]->end->error(), client_errc::unknown_topic_or_partition);
    EXPECT_GE(w.world.now() - before, 2900ms);
    EXPECT_LE(w.world.now() - before, 3250ms);
}

TEST(Producer, LooksForATopicAgainThatSomebodyHasGivenUp) {
    for (const bool asked_first : {false, true}) {
        producer_world w({.common = {.allow_auto_create_topics = false}, .options = {.delivery_timeout = 3s}});
        const producer_record r{.topic = "later", .partition = 0, .value = as_bytes("x")};
        if (asked_first) { EXPECT_EQ(w.p->try_enqueue(r).error(), client_errc::buffer_full); }
        std::optional<result<delivery>> gave_up;
        start(w.world.host("client").executor(), w.p->send(r), [&](result<delivery> d) { gave_up.emplace(std::move(d)); });
        w.world.run_until(w.world.now() + 10s);
        ASSERT_TRUE(gave_up);
        EXPECT_EQ(gave_up->error(), client_errc::unknown_topic_or_partition);
        ASSERT_TRUE(w.cluster->create_topic("later", 1));
        EXPECT_EQ(w.p->try_enqueue(r).error(), client_errc::buffer_full) << "is being looked up";
        w.world.run_until(w.world.now() + 2s);
        const auto h = w.p->try_enqueue(r);
        EXPECT_TRUE(h) << h.error().message();
    }
}

TEST(Producer, SendsWhatATopicThatVanishesForAWhileIsOwed) {
    producer_world w({.options = {.linger = 0ms}});
    w.send_many(9);
    ASSERT_TRUE(w.run_to_end());
    bool gone = true;
    w.cluster->on_request([&](const received_request& r) {
        reaction how;
        if (gone && (r.api_key == 3 || r.api_key == 0))
            how.error_for = [](std::string_view topic, std::int32_t) { return topic.empty() ? errc::none : errc::unknown_topic_or_partition; };
        return how;
    });
    w.send_many(9);
    w.world.run_until(w.world.now() + 20s);
    EXPECT_EQ(w.ended, 9u);
    gone = false;
    ASSERT_TRUE(w.run_to_end(5s));
    EXPECT_EQ(w.count(delivery_outcome::acked), 18);
    w.check();
}

TEST(Producer, CompressesBatches) {
    producer_world w({.options = {.linger = 20ms, .compression = codec::gzip}});
    for (int i = 0; i < 300; ++i) w.send(i % 3, "record " + std::to_string(i) + std::string(200, 'z'));
    ASSERT_TRUE(w.run_to_end());
    EXPECT_EQ(w.count(delivery_outcome::acked), 300);
    std::size_t bytes_in_log = 0;
    for (const auto& b : w.cluster->log("t", 0)) bytes_in_log += b.size();
    EXPECT_LT(bytes_in_log, 100u * 100);
    w.check();
}
}  // namespace producer_test
