// SPDX-License-Identifier: Apache-2.0
// Clients that never heard of kwire, with their defaults, on the embedded broker: they produce to it, consume from it, and
// place keys on the partitions that kwire's hashes say.
//
// Go is used where it is there, and never installed.
#include "peers.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/protocol/partition_hash.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <gtest/gtest.h>

namespace kwire::testing::peers_test {
constexpr version_profile profiles[] = {version_profile::kafka_2_8, version_profile::kafka_3_9, version_profile::kafka_4_3};

std::string file_of(const std::string& name) { return (support::binary_dir() / name).string(); }

/// Builds tests/interop/go/NAME; empty if Go is not there or its modules cannot be had.
std::string go_program(const std::string& name) {
    if (!support::lacking("go").empty()) return "";
    const auto to = file_of("interop-go/" + name), log = to + ".log";
    std::filesystem::create_directories(file_of("interop-go"));
    const auto command = "cd " + (support::source_dir() / "tests/interop/go").string() + " && GOFLAGS=-mod=readonly timeout 400 go build -o " + to +
                         " ./" + name + " > " + log + " 2>&1";
    return support::shell(command) == 0 ? to : "";
}

client_program go_client(const std::string& name, const std::string& path) {
    return {name, all_records(),
            [=](const std::string& bootstrap, const std::string& topic, const std::string& codec) -> std::string {
                std::string input;
                for (const auto& r : all_records()) input += r + "\n";
                const auto e = run({path, "produce", bootstrap, topic, codec}, input);
                return e.status == 0 ? "" : "failed: " + e.err;
            },
            [=](const std::string& bootstrap, const std::string& topic) -> lines {
                const auto e = run({path, "consume", bootstrap, topic, std::to_string(all_records().size())});
                return e.status == 0 ? split(e.out) : lines{e.err};
            }};
}

/// Writes and reads with `client` and reads again with kwire, for each profile and codec. One partition, so order holds.
void round_trips(
    client_program client, const lines& codecs, const std::function<void()>& before_read = [] {}) {
    for (const auto as : profiles) {
        broker_thread broker({.versions = as});
        for (const auto& codec : codecs) {
            const auto topic = "t-" + codec;
            const auto where = client.name + ", " + codec + ", as " + std::string(to_string(as));
            broker.run([&](embedded_broker& b) { b.create_topic(topic, 1).value(); });
            ASSERT_EQ(client.write(broker.bootstrap(), topic, codec), "") << where;
            before_read();
            EXPECT_EQ(client.read(broker.bootstrap(), topic), client.records) << where;
            EXPECT_EQ(kwire_client().read(broker.bootstrap(), topic), client.records) << where;
        }
    }
}

lines codecs_here() {
    lines all{"none", "gzip"};
    for (const auto kind : {codec::snappy, codec::lz4, codec::zstd})
        if (check_codec(kind)) all.emplace_back(codec_name(kind));
    return all;
}

using hash = std::int32_t (*)(bytes, std::int32_t) noexcept;
/// Keys of all lengths up to 40 bytes, and more of one length.
lines keys() {
    lines all;
    for (int i = 0; i < 300; ++i) all.push_back("key-" + std::to_string(i * 7919) + std::string(static_cast<std::size_t>(i % 29), 'k'));
    return all;
}
/// Every key lies in the partition that `by` says, and none is missing.
void expect_placed(broker_thread& broker, const std::string& topic, std::int32_t partitions, hash by, const std::string& who) {
    std::size_t seen = 0;
    broker.run([&](embedded_broker& b) {
        decompressor expander;
        buffer room;
        for (std::int32_t p = 0; p < partitions; ++p)
            for (const auto piece : b.log(topic, p)) {
                record_batches batches(piece);
                batch_view batch;
                ASSERT_TRUE(batches.next(batch).value());
                auto reader = batch.records(expander, room);
                ASSERT_TRUE(reader);
                for (const record_view& r : *reader) {
                    ++seen;
                    EXPECT_EQ(by(r.key.value(), partitions), p) << as_text(*r.key) << " placed by " << who;
                }
            }
    });
    EXPECT_EQ(seen, keys().size()) << who;
}

TEST(Peers, LibrdkafkaThroughKcat) {
    if (support::skip_or_fail(support::lacking("kcat"))) return;
    round_trips(kcat_client(), codecs_here());
    round_trips(kcat_client({"-X", "enable.idempotence=true"}), {"none", "gzip"});
}

TEST(Peers, JavaWithItsDefaults) {
    if (support::skip_or_fail(missing_for_interop())) return;
    java_interop machine;
    machine.expected = all_records().size();
    round_trips(machine.client(), codecs_here());
}

TEST(Peers, JavasConsoleProgramsByPartition) {
    if (support::skip_or_fail(missing_for_interop())) return;
    if (jars().find("/4.") == std::string::npos) GTEST_SKIP() << "the classes have these names since Kafka 4";
    broker_thread broker({.topics = {{"t", 1}}});
    const auto produced =
        run(java({"org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", broker.bootstrap(), "--topic", "t"}), "one\ntwo\nthree\n");
    ASSERT_EQ(produced.status, 0) << produced.err;
    const auto consumed = run(java({"org.apache.kafka.tools.consumer.ConsoleConsumer", "--bootstrap-server", broker.bootstrap(), "--topic", "t",
                                    "--partition", "0", "--offset", "earliest", "--max-messages", "3"}));
    EXPECT_EQ(consumed.status, 0) << consumed.err;
    EXPECT_EQ(consumed.out, "one\ntwo\nthree\n");
}

TEST(Peers, FranzGo) {
    const auto path = go_program("franz");
    if (path.empty()) GTEST_SKIP() << "franz-go: Go or its modules are not here";
    round_trips(go_client("franz-go", path), codecs_here());
}

TEST(Peers, Sarama) {
    const auto path = go_program("sarama");
    if (path.empty()) GTEST_SKIP() << "Sarama: Go or its modules are not here";
    round_trips(go_client("Sarama", path), codecs_here());
}

TEST(PartitionHash, PlacesKeysAsLibrdkafkaDoes) {
    if (support::skip_or_fail(support::lacking("kcat"))) return;
    const std::pair<const char*, hash> partitioners[] = {{"consistent", crc32_partition}, {"consistent_random", crc32_partition},
                                                         {"murmur2", murmur2_partition},  {"murmur2_random", murmur2_partition},
                                                         {"fnv1a", fnv1a_partition},      {"fnv1a_random", fnv1a_partition}};
    std::string input;
    for (const auto& k : keys()) input += k + "|v\n";
    broker_thread broker;
    for (const auto& [name, by] : partitioners) {
        broker.run([&, n = name](embedded_broker& b) { b.create_topic(n, 7).value(); });
        const auto e = run({"kcat", "-P", "-b", broker.bootstrap(), "-t", name, "-K", "|", "-X", std::string("topic.partitioner=") + name}, input);
        ASSERT_EQ(e.status, 0) << e.err;
        expect_placed(broker, name, 7, by, name);
    }
}

TEST(PartitionHash, PlacesKeysAsSaramaDoes) {
    const auto path = go_program("sarama");
    if (path.empty()) GTEST_SKIP() << "Sarama: Go or its modules are not here";
    std::string input;
    for (const auto& k : keys()) input += std::to_string(k.size()) + "|" + k + "|1|v|\n";
    broker_thread broker({.topics = {{"t", 7}}});
    const auto e = run({path, "produce", broker.bootstrap(), "t", "none"}, input);
    ASSERT_EQ(e.status, 0) << e.err;
    expect_placed(broker, "t", 7, fnv1a_partition, "Sarama");
}

TEST(PartitionHash, PlacesKeysAsFranzGoDoes) {
    const auto path = go_program("franz");
    if (path.empty()) GTEST_SKIP() << "franz-go: Go or its modules are not here";
    std::string input;
    for (const auto& k : keys()) input += std::to_string(k.size()) + "|" + k + "|1|v|\n";
    broker_thread broker({.topics = {{"t", 7}}});
    const auto e = run({path, "produce", broker.bootstrap(), "t", "none"}, input);
    ASSERT_EQ(e.status, 0) << e.err;
    expect_placed(broker, "t", 7, murmur2_partition, "franz-go");
}
}  // namespace kwire::testing::peers_test
