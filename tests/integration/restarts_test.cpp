// SPDX-License-Identifier: Apache-2.0
// Three nodes of real Kafka, of which each leader in turn is killed and comes back, while a partition is written and read.
#include "support/kafka.hpp"

#include <kwire/client/blocking_consumer.hpp>

#include <chrono>
#include <future>
#include <thread>

#include <unistd.h>

namespace restarts_test {
using namespace kwire;
using namespace std::chrono_literals;

/// A cluster of the test's own: the shared one has one node, and others need it.
class three_nodes {
  public:
    explicit three_nodes(const std::string& version) : dir_(kwire::support::binary_dir() / "kafka-restarts" / version) {
        std::filesystem::create_directories(dir_.parent_path());
        const auto owner = std::to_string(::getpid());
        EXPECT_EQ(cluster("start", "--version " + version + " --nodes 3 --port 0 --while " + owner + " > " + log().string() + " 2>&1"), 0) << log();
        std::ifstream env(dir_ / "env");
        for (std::string line; std::getline(env, line);)
            if (line.starts_with("BOOTSTRAP=")) bootstrap_ = split(line.substr(10));
    }
    ~three_nodes() { cluster("stop", ""); }
    three_nodes(const three_nodes&) = delete;
    three_nodes& operator=(const three_nodes&) = delete;

    const std::vector<std::string>& bootstrap() const { return bootstrap_; }
    void kill(std::int32_t node) { EXPECT_EQ(cluster("kill", std::to_string(node)), 0); }
    void restart(std::int32_t node) { EXPECT_EQ(cluster("restart", std::to_string(node)), 0); }

  private:
    static std::vector<std::string> split(const std::string& addresses) {
        std::istringstream words(addresses);
        std::vector<std::string> all;
        for (std::string one; std::getline(words, one, ',');) all.push_back(one);
        return all;
    }
    std::filesystem::path log() const { return dir_.string() + ".log"; }
    int cluster(const std::string& verb, const std::string& words) const {
        const auto script = kwire::support::source_dir() / "tools/kafka-cluster";
        return kwire::support::shell("KAFKA_HEAP=320m " + script.string() + " " + verb + " " + dir_.string() + " " + words);
    }

    const std::filesystem::path dir_;
    std::vector<std::string> bootstrap_;
};

class ConsumeAcrossRestartsFull : public kwire::support::kafka_test {};

result<void> write(const blocking::client& c, const std::string& topic, int first, int count) {
    auto p = blocking::producer::make(c).value();
    for (int i = first; i < first + count; ++i) {
        const std::string value = "value " + std::to_string(i);
        const auto sent = p.send({.topic = topic, .partition = 0, .value = as_bytes(value)});
        if (!sent) return sent.error();
    }
    return {};
}

partition_metadata now(const blocking::client& c, const std::string& topic) {
    const auto all = c.cluster(60s, std::vector{topic}).value();
    return all.topics.at(0).partitions.at(0);
}

TEST_P(ConsumeAcrossRestartsFull, EveryRecordIsReadOnceAndInOrder) {
    three_nodes kafka(GetParam());
    ASSERT_EQ(kafka.bootstrap().size(), 3u);
    const auto c = blocking::client::make({.bootstrap_servers = kafka.bootstrap()}).value();
    const auto k = blocking::consumer::make(c).value();
    const auto p = k.consume_partition("restarts", 0, offset_spec::oldest()).value();
    int next = 0;
    const auto read = [&](int count) {
        for (const int end = next + count; next < end; ++next) {
            const auto m = p.next(150s);
            ASSERT_TRUE(m) << m.error().message();
            ASSERT_EQ(as_text(m->value.value()), "value " + std::to_string(next));
            ASSERT_EQ(m->offset, next);
        }
    };
    for (int round = 0; round < 3; ++round) {
        const auto before = write(c, "restarts", next, 100);
        ASSERT_TRUE(before) << before.error().message();
        read(100);
        if (HasFatalFailure()) return;
        const auto leader = now(c, "restarts").leader;
        kafka.kill(leader);
        auto meanwhile = std::async(std::launch::async, [&, first = next] { return write(c, "restarts", first, 100); });
        read(100);
        const auto written = meanwhile.get();
        if (HasFatalFailure()) return;
        ASSERT_TRUE(written) << written.error().message();
        kafka.restart(leader);
        const auto give_up = std::chrono::steady_clock::now() + 120s;
        while (now(c, "restarts").isr.size() < 3) {
            ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "the node does not catch up";
            std::this_thread::sleep_for(200ms);
        }
    }
    EXPECT_EQ(p.high_watermark(), next);
    while (const auto told = p.try_next_error()) {
        EXPECT_FALSE((*told)->stopped) << (*told)->why.message();
        EXPECT_EQ((*told)->to, -1) << (*told)->why.message();
    }
}

INSTANTIATE_TEST_SUITE_P(Kafka, ConsumeAcrossRestartsFull, ::testing::ValuesIn(kwire::support::kafka_versions()), kwire::support::version_name);
}  // namespace restarts_test
