// SPDX-License-Identifier: Apache-2.0
// Watching a client of real Kafka: a log without secrets, and metrics as a receiver in the broker understands them.
#include "secure_kafka.hpp"

#include "raw_kafka.hpp"
#include "support/canary.hpp"

#include <kwire/client/blocking.hpp>
#include <kwire/client/blocking_consumer.hpp>
#include <kwire/protocol/messages/get_telemetry_subscriptions.hpp>
#include <kwire/protocol/messages/incremental_alter_configs.hpp>
#include <kwire/protocol/messages/push_telemetry.hpp>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>

namespace watching_test {
using namespace kwire;
using kwire::support::has;
using namespace std::chrono_literals;

std::string fresh(const std::string& what) { return what + "-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count()); }

using WatchingKafka = kwire::support::secure_kafka_test;

TEST_P(WatchingKafka, LogsNoSecretWhetherItIsLetInOrNot) {
    if (kwire::support::skip_or_fail(has_openssl() ? "" : "OpenSSL is not in this build")) return;
    const auto lines = [&](const std::string& mechanism, const std::string& password) {
        std::string all;
        client_options o{.bootstrap_servers = {kafka().bootstrap_sasl}};
        o.security = sasl(mechanism, false);
        if (mechanism == "OAUTHBEARER") o.security.sasl_oauthbearer_token = secret(password);
        else o.security.sasl_password = secret(password);
        o.log = {log_level::debug, [&](const log_line& l) { all += to_string(l) + "\n"; }};
        {
            const auto c = blocking::client::make(o).value();
            (void)c.cluster(3s);
            c.close();
        }
        kwire::support::expect_without(password, all, mechanism);
        return all;
    };
    for (const std::string mechanism : {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"}) {
        const bool token = mechanism == "OAUTHBEARER";
        const auto in = lines(mechanism, token ? kwire::support::unsecured_token("kwire", 1h) : kafka().sasl_password);
        EXPECT_TRUE(has(in, "event=connected")) << in;
        const auto out = lines(mechanism, std::string(kwire::support::canary));
        EXPECT_TRUE(has(out, "event=connect-failed")) << out;
        EXPECT_FALSE(has(out, "event=connected")) << out;
    }
}

struct telling : client_observer {
    std::atomic<int> requests{0};  // of telemetry
    std::vector<error> why;
    std::vector<clock::duration> pauses;
    void request_written(const observed_request& r, std::span<const bytes>) override {
        if (r.api_key == get_telemetry_subscriptions_request::api_key || r.api_key == push_telemetry_request::api_key) ++requests;
    }
    void telemetry_failed(const error& e, clock::duration pause) override {
        why.push_back(e);
        pauses.push_back(pause);
    }
};

class TelemetryToKafka : public kwire::support::kafka_test {
  protected:
    /// Whether the fixture gave this broker tests/support/MetricsReceiver.java.
    bool receives() const { return std::filesystem::exists(kafka().directory + "/plugins/MetricsReceiver.class"); }
    /// The n-th push of a client, as the receiver wrote it; waits for it.
    std::string pushed(const std::string& client_id, int n) const {
        const auto file = kafka().directory + "/metrics/" + client_id + "-" + std::to_string(n);
        const auto until = std::chrono::steady_clock::now() + 60s;
        while (!std::filesystem::exists(file) && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(50ms);
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }
    /// Has the broker ask clients of this id for all metrics once a second; returns when it does.
    void subscribe(const std::string& client_id) {
        kwire::testing::raw_kafka admin(kafka().bootstrap, client_id);
        const std::string match = "client_id=" + client_id;
        admin.ask(subscription(client_id, match), 1, [](const auto& r) { return r.responses.at(0).error_code; });
        const auto until = std::chrono::steady_clock::now() + 60s;
        for (bool asks = false; !asks; std::this_thread::sleep_for(100ms)) {
            ASSERT_LT(std::chrono::steady_clock::now(), until) << "the broker does not ask for metrics";
            const auto got = admin.ask(get_telemetry_subscriptions_request(), 0, [](const auto& r) { return r.error_code; });
            asks = !got->requested_metrics.empty();
        }
    }
    /// Sends and reads back five records.
    static void use(const blocking::client& c, const std::string& topic) {
        const auto p = blocking::producer::make(c, {}).value();
        for (int i = 0; i < 5; ++i) ASSERT_TRUE(p.send({.topic = topic, .partition = 0, .value = as_bytes("x")}));
        const auto k = blocking::consumer::make(c).value();
        ASSERT_TRUE(k.assign(topic, 0, offset_spec::oldest()));
        for (int i = 0; i < 5; ++i) ASSERT_TRUE(k.next(30s));
    }
    static std::int64_t sum_of(const std::string& name, const std::string& text) {
        const std::regex sum("name: \"" + std::regex_replace(name, std::regex("\\."), "\\.") +
                             "\"[^}]*\\n *sum \\{\\s*data_points \\{[^}]*as_int: ([0-9]+)\\s*\\}\\s*aggregation_temporality: "
                             "AGGREGATION_TEMPORALITY_DELTA\\s*is_monotonic: true");
        std::smatch m;
        EXPECT_TRUE(std::regex_search(text, m, sum)) << name << " in\n" << text;
        return m.empty() ? 0 : std::stoll(m.str(1));
    }

  private:
    static incremental_alter_configs_request subscription(std::string_view name, std::string_view match) {
        incremental_alter_configs_request m;
        auto& r = m.resources.emplace_back();
        r.resource_type = 16;  // client metrics
        r.resource_name = name;
        r.configs = {{"metrics", 0, "*", {}}, {"interval.ms", 0, "1000", {}}, {"match", 0, match, {}}};
        return m;
    }
};

TEST_P(TelemetryToKafka, IsUnderstoodByAReceiverAndNothingIsSentWhereThereIsNone) {
    const bool should = GetParam().starts_with("4.3.");
    if (kwire::support::skip_or_fail(should && !receives() ? "the JDK that compiles Kafka's receiver of metrics is not here" : "")) return;
    const auto id = fresh("telemetry");
    if (receives()) subscribe(id);
    const auto watch = std::make_shared<telling>();
    std::string log;
    client_options o{.bootstrap_servers = {kafka().bootstrap}, .client_id = id, .enable_metrics_push = true};
    o.log = {log_level::info, [&](const log_line& l) { log += to_string(l) + "\n"; }};
    const auto c = blocking::client::make(o, {}, watch).value();
    use(c, id);
    if (!receives()) {
        c.close();
        EXPECT_EQ(watch->requests, 0);
        ASSERT_EQ(watch->why.size(), 1u);
        EXPECT_EQ(watch->why[0], client_errc::version_not_supported) << watch->why[0].message();
        EXPECT_EQ(watch->pauses[0], 5min);
        EXPECT_FALSE(has(log, "telemetry")) << log;
        return;
    }
    std::vector<std::string> all{pushed(id, 0), pushed(id, 1)};
    c.close();
    for (int n = 2; !has(all.back(), "terminating: true") && !all.back().empty(); ++n) all.push_back(pushed(id, n));
    std::string whole;
    std::int64_t connections = 0;
    for (const auto& text : all) {
        connections += sum_of("org.apache.kafka.producer.connection.creation.total", text);
        whole += text;
    }
    EXPECT_TRUE(has(all.back(), "terminating: true")) << all.back();
    EXPECT_EQ(connections, static_cast<std::int64_t>(c.counters().all_brokers().connection_creation_total)) << "each once\n" << whole;
    for (const std::string name : {"producer.connection.creation.rate", "producer.node.request.latency.avg", "producer.node.request.latency.max",
                                   "producer.record.queue.time.avg", "producer.record.queue.time.max", "consumer.connection.creation.total",
                                   "consumer.node.request.latency.avg", "consumer.fetch.manager.fetch.latency.avg",
                                   "consumer.fetch.manager.fetch.latency.max", "consumer.coordinator.assigned.partitions"})
        EXPECT_TRUE(has(whole, "name: \"org.apache.kafka." + name + "\"")) << name << "\n" << whole;
    EXPECT_FALSE(has(whole, "not understood")) << whole;
    EXPECT_TRUE(watch->why.empty()) << watch->why[0].message();
}

INSTANTIATE_TEST_SUITE_P(Kafka, WatchingKafka, ::testing::ValuesIn(kwire::support::kafka_versions()), kwire::support::version_name);
INSTANTIATE_TEST_SUITE_P(Kafka, TelemetryToKafka, ::testing::ValuesIn(kwire::support::kafka_versions()), kwire::support::version_name);
}  // namespace watching_test
