// SPDX-License-Identifier: Apache-2.0
// The producer against real Kafka, read back by kcat: what it says of each record is what lies in the log.
#include "support/kafka.hpp"

#include <kwire/client/blocking.hpp>
#include <kwire/client/observer.hpp>

#include <array>
#include <atomic>
#include <cstdio>
#include <map>
#include <thread>

namespace producer_test {
using namespace kwire;
using namespace std::chrono_literals;

class ProduceToKafka : public kwire::support::kafka_test {
  protected:
    void SetUp() override {
        kafka_test::SetUp();
        if (!IsSkipped() && !HasFailure()) kwire::support::skip_or_fail(kwire::support::lacking("kcat"));
    }
    blocking::client connect(std::shared_ptr<client_observer> watch = nullptr) {
        return blocking::client::make({.bootstrap_servers = {kafka().bootstrap}}, {}, std::move(watch)).value();
    }
    static std::string fresh(const std::string& what) {
        static std::atomic<int> n{0};
        return "produce-" + what + "-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count()) + "-" + std::to_string(++n);
    }
    /// By partition and offset: what `format` prints of each record.
    std::map<std::pair<int, long long>, std::string> read(const std::string& topic, const std::string& format) {
        const std::string command = "kcat -b " + kafka().bootstrap + " -C -t " + topic + " -o beginning -e -q -Z -f '%p %o " + format + "\\n' 2>&1";
        std::map<std::pair<int, long long>, std::string> found;
        FILE* const pipe = popen(command.c_str(), "r");
        std::array<char, 65536> line;
        while (std::fgets(line.data(), static_cast<int>(line.size()), pipe)) {
            int partition = 0, after = 0;
            long long offset = 0;
            EXPECT_EQ(std::sscanf(line.data(), "%d %lld %n", &partition, &offset, &after), 2) << line.data();
            std::string text = line.data() + after;
            text.pop_back();
            EXPECT_TRUE(found.emplace(std::pair(partition, offset), std::move(text)).second);
        }
        EXPECT_EQ(pclose(pipe), 0);
        return found;
    }
};

TEST_P(ProduceToKafka, WritesWhereItSays) {
    const auto c = connect();
    for (const auto compression : {codec::none, codec::gzip}) {
        const auto topic = fresh("where");
        std::map<std::pair<int, long long>, std::string> said;
        auto p = blocking::producer::make(c, {.linger = 2ms, .batch_size = 8000, .compression = compression}).value();
        std::vector<std::pair<handle, std::string>> sent;
        for (int i = 0; i < 3000; ++i) {
            std::string value = "value " + std::to_string(i);
            auto h = p.enqueue({.topic = topic, .key = as_bytes(std::to_string(i % 50)), .value = as_bytes(value)});
            ASSERT_TRUE(h) << h.error().message();
            sent.emplace_back(*std::move(h), std::move(value));
        }
        for (auto& [h, value] : sent) {
            const auto d = p.delivered(h);
            ASSERT_TRUE(d) << d.error().message();
            said[{d->partition, d->offset}] = value;
        }
        for (int i = 0; i < 20; ++i) {
            const std::string value = "alone " + std::to_string(i);
            const auto d = p.send({.topic = topic, .value = as_bytes(value)});
            ASSERT_TRUE(d) << d.error().message();
            said[{d->partition, d->offset}] = value;
        }
        EXPECT_EQ(said.size(), 3020u);
        EXPECT_EQ(read(topic, "%s"), said);
    }
}

TEST_P(ProduceToKafka, KeepsKeysNullsHeadersAndTimestamps) {
    const auto c = connect();
    const auto topic = fresh("whole");
    auto p = blocking::producer::make(c).value();
    const record_header headers[] = {{"a", as_bytes("1")}, {"a", as_bytes("2")}, {"n", std::nullopt}};
    const auto whole =
        p.send({.topic = topic, .partition = 0, .key = as_bytes("k"), .value = as_bytes("v"), .headers = headers, .timestamp = 1234567890123});
    ASSERT_TRUE(whole) << whole.error().message();
    EXPECT_EQ(whole->timestamp, 1234567890123);
    ASSERT_TRUE(p.send({.topic = topic, .partition = 0, .key = as_bytes("k")}));
    ASSERT_TRUE(p.send({.topic = topic, .partition = 0, .value = as_bytes("")}));
    const auto found = read(topic, "%T %K [%k] %S [%s] %h");
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found.at({0, 0}), "1234567890123 1 [k] 1 [v] a=1,a=2,n=NULL");
    EXPECT_NE(found.at({0, 1}).find(" 1 [k] -1 "), std::string::npos) << found.at({0, 1});
    EXPECT_NE(found.at({0, 2}).find(" -1 [NULL] 0 "), std::string::npos) << found.at({0, 2});
}

TEST_P(ProduceToKafka, IsIdempotentByDefaultAndKeepsOrderFromSeveralThreads) {
    struct seen : client_observer {
        std::atomic<int> off{0};
        void idempotence_off(const error&) override { ++off; }
    };
    const auto watch = std::make_shared<seen>();
    const auto c = connect(watch);
    const auto topic = fresh("threads");
    auto p = blocking::producer::make(c, {.batch_size = 4000}).value();
    ASSERT_TRUE(p.send({.topic = topic, .partition = 0, .value = as_bytes("first")}));
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 1000; ++i) {
                const std::string value = std::to_string(t) + " " + std::to_string(i);
                const auto h = p.enqueue({.topic = topic, .partition = 0, .value = as_bytes(value)});
                ASSERT_TRUE(h) << h.error().message();
            }
        });
    }
    for (auto& t : threads) t.join();
    const auto flushed = p.flush(60s);
    ASSERT_TRUE(flushed) << flushed.error().message();
    EXPECT_EQ(watch->off, 0);
    int next[3] = {};
    for (const auto& [at, value] : read(topic, "%s")) {
        if (value == "first") continue;
        const int t = value.at(0) - '0';
        EXPECT_EQ(value, std::to_string(t) + " " + std::to_string(next[t]++));
    }
    EXPECT_EQ(next[0] + next[1] + next[2], 3000);
}

TEST_P(ProduceToKafka, SaysWhatIsWrongWithARecordThatIsTooLarge) {
    const auto c = connect();
    const auto topic = fresh("large");
    auto p = blocking::producer::make(c, {.max_request_size = 3'000'000}).value();
    const std::string value(2'000'000, 'x');
    const auto refused = p.send({.topic = topic, .partition = 0, .value = as_bytes(value)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), errc::message_too_large) << refused.error().message();
    EXPECT_EQ(outcome_of(refused), delivery_outcome::not_written);
    const auto after = p.send({.topic = topic, .partition = 0, .value = as_bytes("small")});
    ASSERT_TRUE(after) << after.error().message();
    EXPECT_EQ(after->offset, 0);
}

TEST_P(ProduceToKafka, SendsWithEveryKindOfAcks) {
    const auto c = connect();
    const auto topic = fresh("acks");
    for (const auto wanted : {acks::none, acks::leader, acks::all}) {
        auto p = blocking::producer::make(c, {.acks = wanted, .enable_idempotence = wanted == acks::all}).value();
        const auto d = p.send({.topic = topic, .partition = 0, .value = as_bytes("x")});
        ASSERT_TRUE(d) << d.error().message();
        EXPECT_EQ(d->offset >= 0, wanted != acks::none);
        ASSERT_TRUE(p.close(10s));
    }
    EXPECT_EQ(read(topic, "%s").size(), 3u);
}

INSTANTIATE_TEST_SUITE_P(Kafka, ProduceToKafka, ::testing::ValuesIn(kwire::support::kafka_versions()), kwire::support::version_name);
}  // namespace producer_test
