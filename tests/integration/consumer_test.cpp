// SPDX-License-Identifier: Apache-2.0
// The consumer against real Kafka: what other programs wrote is read whole, in order, and from where it was asked for.
#include "support/kafka.hpp"
#include "tools/program.hpp"

#include "raw_kafka.hpp"

#include <kwire/client/blocking_consumer.hpp>
#include <kwire/protocol/compression.hpp>

#include <array>
#include <atomic>
#include <future>
#include <map>
#include <optional>
#include <thread>

namespace consumer_test {
using namespace kwire;
using namespace std::chrono_literals;

class ConsumeFromKafka : public kwire::support::kafka_test {
  protected:
    void SetUp() override {
        kafka_test::SetUp();
        if (IsSkipped() || HasFailure()) return;
        c.emplace(connect());
        raw.emplace(kafka().bootstrap);
    }
    // Brokers would make a topic again that a test deletes.
    blocking::client connect(std::shared_ptr<client_observer> watch = nullptr) {
        return blocking::client::make({.bootstrap_servers = {kafka().bootstrap}, .allow_auto_create_topics = false}, {}, std::move(watch)).value();
    }
    static std::string fresh_name(const std::string& what) {
        static std::atomic<int> n{0};
        return "consume-" + what + "-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count()) + "-" + std::to_string(++n);
    }
    std::string fresh(const std::string& what, int partitions = 1, const kwire::testing::raw_kafka::settings& how = {}) {
        auto name = fresh_name(what);
        raw->create_topic(name, partitions, how);
        return name;
    }
    blocking::partition_consumer open(const std::string& topic, offset_spec from, consumer_options o = {}, bool tell_end = false) {
        consumers.push_back(std::make_unique<blocking::consumer>(blocking::consumer::make(*c, o).value()));
        return consumers.back()->consume_partition(topic, 0, from, tell_end).value();
    }
    void produce(const std::string& topic, int first, int count, std::int64_t timestamp = -1, std::int32_t partition = 0, producer_options o = {}) {
        auto p = blocking::producer::make(*c, o).value();
        for (int i = first; i < first + count; ++i) {
            producer_record r{.topic = topic, .partition = partition};
            const std::string value = "value " + std::to_string(i);
            r.value = as_bytes(value);
            if (timestamp >= 0) r.timestamp = timestamp + i;
            const auto sent = p.enqueue(r);
            ASSERT_TRUE(sent) << sent.error().message();
        }
        const auto done = p.flush(60s);
        ASSERT_TRUE(done) << done.error().message();
    }
    static std::string value(const result<consumer_record>& r) { return r ? std::string(as_text(r->value.value_or(bytes()))) : r.error().message(); }
    kwire::testing::ended kcat(std::vector<std::string> words, std::string_view input) {
        words.insert(words.begin(), {"kcat", "-b", kafka().bootstrap, "-P"});
        return kwire::testing::run(std::move(words), input);
    }

    std::optional<blocking::client> c;
    std::vector<std::unique_ptr<blocking::consumer>> consumers;
    std::optional<kwire::testing::raw_kafka> raw;
};

TEST_P(ConsumeFromKafka, BeginsWhereItIsTold) {
    const auto topic = fresh("where");
    produce(topic, 0, 5, 1'700'000'000'000);
    produce(topic, 5, 5, 1'700'000'000'000);
    using ms = std::chrono::sys_time<std::chrono::milliseconds>;
    for (const auto& [from, first] : {std::pair{offset_spec::oldest(), 0},
                                      {offset_spec::at(7), 7},
                                      {offset_spec::before_end(4), 6},
                                      {offset_spec::before_end(40), 0},
                                      {offset_spec::since(ms(1'600'000'000'000ms)), 0},
                                      {offset_spec::since(ms(1'700'000'000'003ms)), 3},
                                      {offset_spec::since(ms(1'700'000'000'009ms)), 9}}) {
        const auto p = open(topic, from);
        for (int i = first; i < 10; ++i) {
            const auto m = p.next(60s);
            ASSERT_EQ(value(m), "value " + std::to_string(i)) << describe(from);
            EXPECT_EQ(m->offset, i);
            EXPECT_EQ(m->timestamp, 1'700'000'000'000 + i);
        }
        EXPECT_EQ(p.high_watermark(), 10);
    }
    const auto p = open(topic, offset_spec::newest()), young = open(topic, offset_spec::since(ms(1'700'000'000'010ms)));
    for (const auto* at_end : {&p, &young}) {
        while (at_end->position() < 0) ASSERT_EQ(at_end->next(10ms).error(), client_errc::timed_out);
        EXPECT_EQ(at_end->position(), 10);
    }
    produce(topic, 10, 1);
    EXPECT_EQ(value(p.next(60s)), "value 10");
    EXPECT_EQ(value(young.next(60s)), "value 10");
    p.seek(offset_spec::at(2));
    EXPECT_EQ(value(p.next(60s)), "value 2");
}

TEST_P(ConsumeFromKafka, TheYoungestRecordIsFoundWhereBrokersCanLookForIt) {
    const auto topic = fresh("youngest");
    produce(topic, 0, 3, 1'700'000'000'000);
    produce(topic, 0, 3, 1'600'000'000'000);
    const auto p = open(topic, offset_spec::max_timestamp());
    const auto m = p.next(60s);
    if (kafka().version.starts_with("2.")) {  // KIP-734 came with 3.0
        EXPECT_EQ(m.error(), client_errc::version_not_supported) << m.error().message();
        return;
    }
    ASSERT_TRUE(m) << m.error().message();
    EXPECT_EQ(m->offset, 2);
}

TEST_P(ConsumeFromKafka, GoesOnAtAnyRecordOfABatch) {
    for (const auto compression : {codec::none, codec::gzip}) {
        const auto topic = fresh("resumed");
        produce(topic, 0, 500, -1, 0, {.batch_size = 2000, .compression = compression});
        const auto batches = open(topic, offset_spec::oldest());
        const auto first = batches.next_batch(60s);
        ASSERT_TRUE(first) << first.error().message();
        ASSERT_EQ(first->header().compression(), compression);
        ASSERT_GT(first->next_offset(), 20);
        ASSERT_LT(first->next_offset(), 300);
        std::int64_t next = 0;
        for (int count = 1; next < 500; count += 6) {
            const auto p = open(topic, offset_spec::at(next));
            for (int i = 0; i < count && next < 500; ++i, ++next) {
                const auto m = p.next(60s);
                ASSERT_EQ(value(m), "value " + std::to_string(next));
                ASSERT_EQ(m->offset, next);
            }
            EXPECT_EQ(p.position(), next);
        }
    }
}

TEST_P(ConsumeFromKafka, AnEmptyPartitionIsAtItsEndAndWaitsForARecord) {
    using ms = std::chrono::sys_time<std::chrono::milliseconds>;
    const auto empty = fresh("empty"), emptied = fresh("emptied");
    produce(emptied, 0, 3);
    raw->delete_records(emptied, 0, 3);
    for (const auto& [topic, end] : {std::pair{empty, 0}, {emptied, 3}}) {
        std::vector<blocking::partition_consumer> all;
        for (const auto from : {offset_spec::oldest(), offset_spec::newest(), offset_spec::before_end(2), offset_spec::since(ms(1ms))}) {
            all.push_back(open(topic, from, {}, true));
            const auto told = all.back().next_batch(60s);
            ASSERT_TRUE(told) << told.error().message();
            EXPECT_TRUE(told->end_of_partition()) << describe(from);
            EXPECT_EQ(told->next_offset(), end) << describe(from);
        }
        produce(topic, end, 1);
        for (const auto& p : all) {
            const auto m = p.next(60s);
            EXPECT_EQ(value(m), "value " + std::to_string(end));
            EXPECT_EQ(m->offset, end);
        }
    }
}

TEST_P(ConsumeFromKafka, WaitsForATopicThatIsNotThereYet) {
    struct watching : client_observer {
        std::promise<void> asked;
        std::atomic<bool> once{false};
        void metadata_updated(std::size_t, std::size_t) override {
            if (!once.exchange(true)) asked.set_value();
        }
    };
    const auto watch = std::make_shared<watching>();
    const auto early = connect(watch);
    const auto k = blocking::consumer::make(early).value();
    const auto topic = fresh_name("later");
    auto waiting = std::async(std::launch::async, [&] { return k.consume_partition(topic, 1, offset_spec::oldest()); });
    watch->asked.get_future().wait();
    raw->create_topic(topic, 2);
    produce(topic, 0, 3, -1, 1);
    const auto p = waiting.get();
    ASSERT_TRUE(p) << p.error().message();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(value(p->next(60s)), "value " + std::to_string(i));
}

TEST_P(ConsumeFromKafka, FindsPartitionsThatATopicIsGivenLater) {
    const auto topic = fresh("enlarged");
    const auto k = blocking::consumer::make(*c).value();
    const auto other = connect();
    const auto reads_on = blocking::consumer::make(other).value();
    const auto zero = reads_on.consume_partition(topic, 0, offset_spec::oldest()).value();
    ASSERT_EQ(k.partitions(topic).value(), std::vector<std::int32_t>{0});
    raw->enlarge_topic(topic, 3);
    const auto give_up = std::chrono::steady_clock::now() + 60s;
    while (k.partitions(topic).value().size() < 3) {  // the broker itself is told a moment later
        ASSERT_LT(std::chrono::steady_clock::now(), give_up);
        std::this_thread::sleep_for(20ms);
    }
    const auto two = reads_on.consume_partition(topic, 2, offset_spec::oldest());
    ASSERT_TRUE(two) << two.error().message();
    produce(topic, 0, 2, -1, 0);
    produce(topic, 2, 2, -1, 2);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(value(zero.next(60s)), "value " + std::to_string(i));
        EXPECT_EQ(value(two->next(60s)), "value " + std::to_string(2 + i));
    }
    ASSERT_TRUE(k.assign(topic, offset_spec::oldest()));
    EXPECT_EQ(k.assigned().size(), 3u);
}

TEST_P(ConsumeFromKafka, ATopicThatIsDeletedAndMadeAgainIsToldAndReadFromItsBeginning) {
    const auto topic = fresh("again");
    produce(topic, 0, 20);
    const auto p = open(topic, offset_spec::oldest(), {.auto_offset_reset = offset_reset::earliest});
    for (int i = 0; i < 20; ++i) ASSERT_EQ(value(p.next(60s)), "value " + std::to_string(i));
    raw->delete_topic(topic);
    auto told = p.next_error(60s);
    ASSERT_TRUE(told) << told.error().message();
    EXPECT_TRUE(told->why == errc::unknown_topic_or_partition || told->why == errc::unknown_topic_id) << told->why.message();
    EXPECT_FALSE(told->stopped);
    raw->create_topic(topic, 1);
    produce(topic, 100, 30);
    while (told && told->to < 0) told = p.next_error(60s);
    ASSERT_TRUE(told) << told.error().message();
    EXPECT_EQ(told->to, 0) << told->why.message();
    auto m = p.next(60s);
    while (m && m->offset >= 20) m = p.next(60s);  // before 3.1 topics are asked for by name, so what lies there may come first
    for (int i = 0; i < 30; ++i, m = p.next(60s)) {
        ASSERT_EQ(value(m), "value " + std::to_string(100 + i));
        ASSERT_EQ(m->offset, i);
        if (i == 29) break;
    }
}

TEST_P(ConsumeFromKafka, ReadsWhatKcatWroteInEveryCodec) {
    if (kwire::support::skip_or_fail(kwire::support::lacking("kcat"))) return;
    std::string lines;
    for (int i = 0; i < 2000; ++i) lines += "line " + std::to_string(i) + " and what makes it longer\n";
    for (const auto& [name, how] :
         {std::pair{"none", codec::none}, {"gzip", codec::gzip}, {"snappy", codec::snappy}, {"lz4", codec::lz4}, {"zstd", codec::zstd}}) {
        if (!check_codec(how)) continue;
        const auto topic = fresh(name);
        const auto sent = kcat({"-t", topic, "-p", "0", "-z", name}, lines);
        ASSERT_EQ(sent.status, 0) << sent.err;
        const auto p = open(topic, offset_spec::oldest());
        for (int i = 0; i < 2000; ++i) {
            const auto m = p.next(60s);
            ASSERT_EQ(value(m), "line " + std::to_string(i) + " and what makes it longer") << name;
            ASSERT_EQ(m->offset, i);
        }
    }
}

TEST_P(ConsumeFromKafka, KeysHeadersAndNullsAreThere) {
    if (kwire::support::skip_or_fail(kwire::support::lacking("kcat"))) return;
    const auto topic = fresh("whole");
    ASSERT_EQ(kcat({"-t", topic, "-p", "0", "-K", ":", "-Z", "-H", "a=1", "-H", "a=2"}, "key:value\n").status, 0);
    ASSERT_EQ(kcat({"-t", topic, "-p", "0", "-K", ":", "-Z"}, "key:\n").status, 0);
    ASSERT_EQ(kcat({"-t", topic, "-p", "0"}, "alone\n").status, 0);
    const auto p = open(topic, offset_spec::oldest());
    const auto whole = p.next(60s), null = p.next(60s), alone = p.next(60s);
    ASSERT_TRUE(whole && null && alone);
    EXPECT_EQ(as_text(whole->key.value()), "key");
    EXPECT_EQ(as_text(whole->value.value()), "value");
    std::vector<std::pair<std::string, std::string>> headers;
    for (const auto& h : whole->headers) headers.emplace_back(h.key, as_text(h.value.value()));
    EXPECT_EQ(headers, (std::vector<std::pair<std::string, std::string>>{{"a", "1"}, {"a", "2"}}));
    EXPECT_GT(whole->timestamp, 1'700'000'000'000);
    EXPECT_EQ(as_text(null->key.value()), "key");
    EXPECT_FALSE(null->value);
    EXPECT_FALSE(alone->key);
    EXPECT_EQ(as_text(alone->value.value()), "alone");
}

TEST_P(ConsumeFromKafka, ReadCommittedHidesWhatWasAbortedAndWaitsForWhatIsOpen) {
    const auto topic = fresh("transactions");
    kwire::testing::transactions t(*raw, topic + "-id", topic);
    t.write({"committed 1", "committed 2"});
    t.end(true);
    t.begin();
    t.end(false);  // empty: only its marker is in the log
    t.write({"aborted 1", "aborted 2"});
    t.write({"aborted 3"});
    t.end(false);
    t.write({"committed 3"});
    t.end(true);
    t.write({"open 1"});
    const auto all = open(topic, offset_spec::oldest());
    for (const auto* expected : {"committed 1", "committed 2", "aborted 1", "aborted 2", "aborted 3", "committed 3", "open 1"})
        ASSERT_EQ(value(all.next(60s)), expected);
    const auto committed = open(topic, offset_spec::oldest(), {.isolation_level = isolation_level::read_committed});
    for (const auto* expected : {"committed 1", "committed 2", "committed 3"}) ASSERT_EQ(value(committed.next(60s)), expected);
    t.begin();
    EXPECT_EQ(committed.next(300ms).error(), client_errc::timed_out) << "a transaction is open";
    t.end(true);
    ASSERT_EQ(value(committed.next(60s)), "open 1");
}

TEST_P(ConsumeFromKafka, PassesTheGapsOfACompactedTopic) {
    const auto topic =
        fresh("compacted", 1,
              {{"cleanup.policy", "compact"}, {"segment.ms", "100"}, {"min.cleanable.dirty.ratio", "0.001"}, {"max.compaction.lag.ms", "100"}});
    auto p = blocking::producer::make(*c, {.compression = codec::gzip}).value();
    std::map<std::string, std::int64_t> last;  // of each key
    std::int64_t end = 0;
    const std::string filling(100, 'x');
    const auto write = [&](std::initializer_list<int> keys) {
        std::vector<std::pair<std::string, handle>> sent;
        for (const int k : keys) {
            auto key = "key " + std::to_string(k);
            auto h = p.enqueue({.topic = topic, .partition = 0, .key = as_bytes(key), .value = as_bytes(filling)});
            ASSERT_TRUE(h) << h.error().message();
            sent.emplace_back(std::move(key), *std::move(h));
        }
        for (const auto& [key, h] : sent) {
            const auto d = p.delivered(h);
            ASSERT_TRUE(d) << d.error().message();
            last[key] = d->offset;
            end = d->offset + 1;
        }
    };
    const auto give_up = std::chrono::steady_clock::now() + 90s;
    for (bool gaps = false; !gaps;) {
        ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "Kafka does not compact";
        write({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
        write({0, 4, 5, 9});                 // leaves gaps within the batch before it
        std::this_thread::sleep_for(250ms);  // a segment is rolled by the first record after segment.ms
        write({4});
        const auto from = open(topic, offset_spec::oldest());
        std::map<std::string, std::int64_t> found;
        std::int64_t next = 0, read = 0;
        for (; next < end; ++read) {
            const auto m = from.next(60s);
            ASSERT_TRUE(m) << m.error().message();
            ASSERT_GE(m->offset, next);
            next = m->offset + 1;
            found[std::string(as_text(m->key.value()))] = m->offset;
        }
        ASSERT_EQ(found, last) << "what compaction leaves is read";
        EXPECT_FALSE(from.try_next_error());
        gaps = read < end;
    }
}

TEST_P(ConsumeFromKafka, AnOffsetThatWasDeletedFollowsThePolicy) {
    const auto topic = fresh("deleted");
    produce(topic, 0, 20);
    raw->delete_records(topic, 0, 12);
    const auto earliest = open(topic, offset_spec::at(3), {.auto_offset_reset = offset_reset::earliest});
    EXPECT_EQ(value(earliest.next(60s)), "value 12");
    const auto told = earliest.next_error(60s);
    ASSERT_TRUE(told) << told.error().message();
    EXPECT_EQ(told->why, errc::offset_out_of_range) << told->why.message();
    EXPECT_EQ(told->from, 3);
    EXPECT_EQ(told->to, 12);
    EXPECT_FALSE(told->stopped);
    const auto latest = open(topic, offset_spec::at(3), {.auto_offset_reset = offset_reset::latest});
    const auto later = latest.next_error(60s);
    ASSERT_TRUE(later) << later.error().message();
    EXPECT_EQ(later->to, 20);
    produce(topic, 20, 1);
    EXPECT_EQ(value(latest.next(60s)), "value 20");
    const auto none = open(topic, offset_spec::at(3), {.auto_offset_reset = offset_reset::none});
    EXPECT_EQ(none.next(60s).error(), errc::offset_out_of_range);
    const auto stop = none.next_error(60s);
    ASSERT_TRUE(stop) << stop.error().message();
    EXPECT_TRUE(stop->stopped);
    none.seek(offset_spec::oldest());
    EXPECT_EQ(value(none.next(60s)), "value 12");
    none.seek(offset_spec::at(1000));
    EXPECT_EQ(none.next(60s).error(), errc::offset_out_of_range);
    const auto back = open(topic, offset_spec::at(1000), {.auto_offset_reset = offset_reset::earliest});
    EXPECT_EQ(value(back.next(60s)), "value 12");
    const auto lost = back.next_error(60s);
    ASSERT_TRUE(lost) << lost.error().message();
    EXPECT_EQ(lost->to, 12);
}

TEST_P(ConsumeFromKafka, TimestampsOfTheBrokerAreTold) {
    const auto topic = fresh("stamped", 1, {{"message.timestamp.type", "LogAppendTime"}});
    const auto before = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    produce(topic, 0, 3, 1'700'000'000'000);
    const auto p = open(topic, offset_spec::oldest());
    const auto b = p.next_batch(60s);
    ASSERT_TRUE(b) << b.error().message();
    EXPECT_EQ(b->header().timestamp_type(), timestamp_type::log_append_time);
    for (const record_view& r : *b) EXPECT_GE(r.timestamp, before);
}

TEST_P(ConsumeFromKafka, SaysWhatCannotBeRead) {
    const auto from = blocking::consumer::make(*c).value();
    const auto refused = from.partitions("not/a/topic");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), errc::invalid_topic_exception) << refused.error().message();
    const auto topic = fresh("few");
    const auto beyond = from.consume_partition(topic, 7, offset_spec::oldest());
    ASSERT_FALSE(beyond);
    EXPECT_EQ(beyond.error(), client_errc::unknown_topic_or_partition) << beyond.error().message();
}

TEST_P(ConsumeFromKafka, TheExamplesReadEverythingAndEndOnASignal) {
    const auto topic = fresh("examples", 3);
    const auto sent = kwire::testing::run(
        {kwire::support::program("example-producer-blocking").string(), "--brokers", kafka().bootstrap, "--topic", topic, "--interval", "0"});
    ASSERT_EQ(sent.status, 0) << sent.err;
    for (const auto* name : {"example-consumer", "example-consumer-blocking"}) {
        kwire::testing::program p({kwire::support::program(name).string(), "--brokers", kafka().bootstrap, "--topic", topic});
        for (int i = 0; i < 10; ++i) p.wait_for(": test message " + std::to_string(i) + "\n");
        p.signal(SIGINT);
        const auto e = p.wait();
        EXPECT_EQ(e.status, 0) << name;
        EXPECT_EQ(e.err, "") << name;
        EXPECT_TRUE(e.out.ends_with("\nShutting down consumer\n")) << name << ": " << e.out;
        EXPECT_EQ(std::count(e.out.begin(), e.out.end(), '\n'), 11) << name << ": " << e.out;
    }
}

INSTANTIATE_TEST_SUITE_P(Kafka, ConsumeFromKafka, ::testing::ValuesIn(kwire::support::kafka_versions()), kwire::support::version_name);
}  // namespace consumer_test
