// SPDX-License-Identifier: Apache-2.0
// What a client logs: that each line says enough, that there is none too many, and no secret in any.
#include <kwire/client/log.hpp>

#include "producer_world.hpp"

#include <kwire/protocol/messages/produce.hpp>

namespace kwire_test::log_test {
struct kept_line {
    log_level level;
    std::string event, text, whole;
    std::map<std::string, std::string> fields;
};
struct kept_log {
    std::vector<kept_line> lines;
    log_sink sink(log_level least) {
        return {least, [this](const log_line& l) {
                    auto& k = lines.emplace_back(kept_line{l.level, std::string(l.event), std::string(l.text), to_string(l), {}});
                    for (const auto& f : l.fields) k.fields[std::string(f.name)] = f.value;
                }};
    }
    const kept_line* find(std::string_view event) const {
        const auto at = std::ranges::find(lines, event, &kept_line::event);
        return at == lines.end() ? nullptr : &*at;
    }
};

/// What a client logs from `least` on, of a broker that refuses a batch, goes away and comes back.
void have_trouble(kept_log& log, log_level least) {
    client_options common;
    common.log = log.sink(least);
    producer_world w({.common = common, .options = {.linger = 0ms}});
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    w.cluster->next<produce_request>(reaction::failing(errc::not_leader_or_follower));
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    w.cluster->stop_node(1);
    w.send_many(3);
    w.world.run_until(w.world.now() + 3s);
    ASSERT_TRUE(w.cluster->start_node(1));
    ASSERT_TRUE(w.run_to_end());
}

TEST(Log, SaysWhatHappenedWhereWhyAndWhatIsNext) {
    kept_log log;
    have_trouble(log, log_level::debug);
    for (const auto& l : log.lines) {
        EXPECT_FALSE(l.text.empty()) << l.whole;
        EXPECT_EQ(l.whole.find('\n'), std::string::npos) << l.whole;
        if (l.level < log_level::warning || l.event == "insecure") continue;
        EXPECT_TRUE(l.fields.contains("why")) << l.whole;
        EXPECT_NE(l.text.find(l.fields.at("why")), std::string::npos) << l.whole;
        EXPECT_TRUE(l.fields.contains("next")) << l.whole;
    }
    for (const auto* event :
         {"connecting", "connected", "connect-failed", "disconnected", "produce-retried", "reconnect-planned", "metadata-updated"})
        EXPECT_TRUE(log.find(event)) << event;
    const auto* failed = log.find("connect-failed");
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->level, log_level::warning);
    EXPECT_TRUE(failed->text.starts_with("cannot connect to broker 1 at broker-1:9092: ")) << failed->text;
    const auto* retried = log.find("produce-retried");
    ASSERT_TRUE(retried);
    EXPECT_TRUE(retried->fields.at("partition").starts_with("t[")) << retried->whole;
    EXPECT_NE(retried->text.find("NOT_LEADER_OR_FOLLOWER"), std::string::npos) << retried->text;
}

TEST(Log, SaysNothingBelowItsLevelAndNothingWithoutASink) {
    kept_log warnings;
    have_trouble(warnings, log_level::warning);
    EXPECT_TRUE(warnings.find("connect-failed"));
    for (const auto& l : warnings.lines) EXPECT_GE(l.level, log_level::warning) << l.whole;
    producer_world silent({.options = {.linger = 0ms}});
    EXPECT_EQ(silent.cl->core()->watch(), nullptr) << "nobody watches, so nothing is told";
}

TEST(Log, StandsBesideAnObserver) {
    struct counting : client_observer {
        int requests = 0, connections = 0, updates = 0;
        void response_decoded(const observed_request&) override { ++requests; }
        void connected(std::string_view, clock::duration) override { ++connections; }
        void metadata_updated(std::size_t, std::size_t) override { ++updates; }
    };
    kept_log log;
    client_options common;
    common.log = log.sink(log_level::debug);
    const auto watch = std::make_shared<counting>();
    producer_world w({.common = common, .options = {.linger = 0ms}, .watch = watch});
    w.send_many(3);
    ASSERT_TRUE(w.run_to_end());
    EXPECT_GT(watch->requests, 3);
    EXPECT_EQ(watch->connections, std::ranges::count(log.lines, "connected", &kept_line::event));
    EXPECT_EQ(watch->updates, std::ranges::count(log.lines, "metadata-updated", &kept_line::event));
}

TEST(Log, HoldsNoSecret) {
    constexpr std::string_view canary = "S3cret-c4nary";
    kept_log log;
    client_options common;
    common.log = log.sink(log_level::debug);
    common.security.protocol = security_protocol::sasl_plaintext;
    common.security.sasl_mechanism = "PLAIN";
    common.security.sasl_username = "user";
    common.security.sasl_password = secret(std::string(canary));
    common.security.sasl_allow_cleartext = true;
    producer_world w({.common = common, .options = {.delivery_timeout = 3s, .linger = 0ms}});
    w.send_many(1);
    ASSERT_TRUE(w.run_to_end());
    EXPECT_TRUE(log.find("connect-failed"));
    for (const auto& l : log.lines) EXPECT_EQ(l.whole.find(canary), std::string::npos) << l.whole;
}

TEST(Log, PrintsALineThatCanBeTakenApartAgain) {
    const log_field fields[] = {{"peer", "broker 2 at h:1"}, {"pause_ms", "104"}, {"why", "said \"no\"\\\n"}, {"empty", ""}};
    EXPECT_EQ(to_string(log_line{log_level::warning, "some-event", "it failed", fields}),
              "level=warning event=some-event text=\"it failed\" peer=\"broker 2 at h:1\" pause_ms=104 why=\"said \\\"no\\\"\\\\\\x0a\" empty=\"\"");
}
}  // namespace kwire_test::log_test
