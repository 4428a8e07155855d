// SPDX-License-Identifier: Apache-2.0
#include "support/has.hpp"

#include <kwire/client/nearest.hpp>
#include <kwire/client/properties.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

namespace kwire::properties_test {
using namespace std::chrono_literals;

options ready() {
    options o;
    o.client.bootstrap_servers = {"localhost"};
    return o;
}
/// Why `name` cannot be set to `value`; empty if it can.
std::string refusal(std::string_view name, std::string_view value) {
    options o;
    const auto done = set_property(o, name, value);
    if (done) return {};
    EXPECT_EQ(done.error(), client_errc::invalid_configuration);
    return done.error().context();
}
std::string refusal(const options& o) {
    const auto done = check(o);
    return done ? std::string() : done.error().context();
}

TEST(Properties, ReadBackWhatTheyPrint) {
    const options defaults;
    for (const auto& row : properties()) {
        const auto text = row.get(defaults);
        if (text.empty()) continue;
        options o;
        EXPECT_TRUE(set_property(o, row.name, text)) << row.name;
        EXPECT_EQ(row.get(o), text);
    }
    EXPECT_NE(print_properties(defaults).find("\nlinger.ms=5\n"), std::string::npos);
}

TEST(Properties, HaveEachNameOnceAndOneLineOfWords) {
    std::set<std::string_view> names;
    for (const auto& row : properties()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        for (const auto& alias : row.aliases) {
            if (alias.name.empty()) continue;
            EXPECT_TRUE(names.insert(alias.name).second) << alias.name;
        }
        EXPECT_FALSE(row.doc.empty()) << row.name;
        EXPECT_EQ(row.doc.find('\n'), row.doc.npos) << row.name;
        EXPECT_FALSE(row.doc.ends_with('.')) << row.name;
    }
}

TEST(Properties, DefaultsAreKafkasButWhereTheHeaderSaysOtherwise) {
    const options o;
    const auto value = [&](std::string_view name) { return find_property(name)->get(o); };
    EXPECT_EQ(value("acks"), "all");
    EXPECT_EQ(value("enable.idempotence"), "true");
    EXPECT_EQ(value("delivery.timeout.ms"), "120000");
    EXPECT_EQ(value("request.timeout.ms"), "30000");
    EXPECT_EQ(value("linger.ms"), "5");
    EXPECT_EQ(value("buffer.memory"), "33554432");
    EXPECT_EQ(value("max.request.size"), "1048576");
    EXPECT_EQ(value("max.in.flight.requests.per.connection"), "5");
    EXPECT_EQ(value("retry.backoff.ms"), "100");
    EXPECT_EQ(value("retry.backoff.max.ms"), "1000");
    EXPECT_EQ(value("metadata.max.age.ms"), "300000");
    EXPECT_EQ(value("fetch.max.wait.ms"), "500");
    EXPECT_EQ(value("fetch.max.bytes"), "52428800");
    EXPECT_EQ(value("max.partition.fetch.bytes"), "1048576");
    EXPECT_EQ(value("isolation.level"), "read_uncommitted");
    EXPECT_EQ(value("auto.offset.reset"), "latest");
    EXPECT_EQ(value("check.crcs"), "true");
    EXPECT_EQ(value("security.protocol"), "PLAINTEXT");
}

TEST(Properties, TakeLibrdkafkasSpellings) {
    options o;
    const std::pair<const char*, const char*> pairs[] = {{"metadata.broker.list", "a:1, [::1]:2"},
                                                         {"message.timeout.ms", "7"},
                                                         {"queue.buffering.max.ms", "3"},
                                                         {"request.required.acks", "-1"},
                                                         {"compression.codec", "zstd"},
                                                         {"max.in.flight", "2"},
                                                         {"message.max.bytes", "1000"},
                                                         {"queue.buffering.max.kbytes", "2"},
                                                         {"fetch.wait.max.ms", "9"},
                                                         {"fetch.message.max.bytes", "11"},
                                                         {"queued.max.messages.kbytes", "64"},
                                                         {"auto.offset.reset", "smallest"},
                                                         {"sasl.mechanisms", "PLAIN"},
                                                         {"socket.timeout.ms", "13"},
                                                         {"partitioner", "consistent_random"}};
    for (const auto& [name, value] : pairs) EXPECT_TRUE(set_property(o, name, value)) << name;
    EXPECT_EQ(o.client.bootstrap_servers, (std::vector<std::string>{"a:1", "[::1]:2"}));
    EXPECT_EQ(o.producer.delivery_timeout, 7ms);
    EXPECT_EQ(o.producer.linger, 3ms);
    EXPECT_EQ(o.producer.acks, acks::all);
    EXPECT_EQ(o.producer.compression, codec::zstd);
    EXPECT_EQ(o.producer.max_in_flight_requests_per_connection, 2);
    EXPECT_EQ(o.producer.max_request_size, 1000u);
    EXPECT_EQ(o.producer.buffer_memory, 2048u);
    EXPECT_EQ(o.consumer.fetch_max_wait, 9ms);
    EXPECT_EQ(o.consumer.max_partition_fetch_bytes, 11u);
    EXPECT_EQ(o.consumer.fetch_buffer_memory, 65536u);
    EXPECT_EQ(o.consumer.auto_offset_reset, offset_reset::earliest);
    EXPECT_EQ(o.client.security.sasl_mechanism, "PLAIN");
    EXPECT_EQ(o.client.request_timeout, 13ms);
    EXPECT_EQ(o.producer.partitioner, partitioner_kind::consistent_random);
}

TEST(Properties, NameTheNearestOneForAnUnknownName) {
    EXPECT_EQ(refusal("mesage.timeout.ms", "1"), "there is no property 'mesage.timeout.ms', did you mean 'message.timeout.ms'?");
    EXPECT_EQ(refusal("lingerms", "1"), "there is no property 'lingerms', did you mean 'linger.ms'?");
    EXPECT_EQ(refusal("qqqqqqqqqqqqqqqqqq", "1"), "there is no property 'qqqqqqqqqqqqqqqqqq'");
    EXPECT_EQ(refusal("", "1"), "there is no property ''");
    EXPECT_EQ(refusal("acks.file", "/nowhere"), "there is no property 'acks.file'");  // only secrets are read from files
}

TEST(Properties, SayWhatToDoInsteadOfThoseThatOnlyOtherClientsHave) {
    EXPECT_EQ(refusal("retries", "3"), "there is no property 'retries': what can be tried again is, until delivery.timeout.ms is over; set that");
    EXPECT_EQ(refusal("message.send.max.retries", "3").substr(45), refusal("retries", "3").substr(28));
    const std::pair<const char*, const char*> others[] = {{"debug", "--trace"},
                                                          {"group.id", "no consumer groups"},
                                                          {"enable.auto.commit", "no consumer groups"},
                                                          {"transactional.id", "no transactions"},
                                                          {"batch.num.messages", "batch.size"},
                                                          {"ssl.truststore.location", "ssl.ca.location"},
                                                          {"ssl.keystore.password", "ssl.key.location"},
                                                          {"sasl.jaas.config", "sasl.username"},
                                                          {"sasl.kerberos.service.name", "no Kerberos"},
                                                          {"sasl.oauthbearer.token.endpoint.url", "sasl.oauthbearer.token"},
                                                          {"client.rack", "leave it out"}};
    for (const auto& [name, says] : others) {
        const auto text = refusal(name, "x");
        EXPECT_NE(text.find(says), std::string::npos) << text;
        EXPECT_EQ(text.find("did you mean"), std::string::npos) << text;
    }
}

TEST(Properties, AreOfTheClientTheProducerOrTheConsumer) {
    EXPECT_EQ(find_property("bootstrap.servers")->group, property_group::client);
    EXPECT_EQ(find_property("sasl.username")->group, property_group::client);
    EXPECT_EQ(find_property("acks")->group, property_group::producer);
    EXPECT_EQ(find_property("linger.ms")->group, property_group::producer);
    EXPECT_EQ(find_property("isolation.level")->group, property_group::consumer);
    EXPECT_EQ(find_property("fetch.min.bytes")->group, property_group::consumer);
}

TEST(Properties, ReadValuesStrictly) {
    EXPECT_EQ(refusal("linger.ms", "5ms"), "linger.ms: '5ms' is not allowed, it is not a whole number without unit: expected 0 or more");
    EXPECT_EQ(refusal("max.partition.fetch.bytes", "0"),
              "max.partition.fetch.bytes: '0' is not allowed, it is out of range: expected 1 to 2147483647");
    EXPECT_EQ(refusal("acks", "2"), "acks: '2' is not allowed: expected all, 1 or 0");
    EXPECT_EQ(refusal("check.crcs", "yes"), "check.crcs: 'yes' is not allowed: expected true or false");
    for (const auto* wrong : {"", " 5", "5 ", "+5", "0x5", "5.0", "99999999999999999999", "9223372036854775807", "-1"})
        EXPECT_NE(refusal("linger.ms", wrong), "") << wrong;
    EXPECT_NE(refusal("queue.buffering.max.kbytes", "9223372036854775807"), "");  // times 1024 it would wrap
    EXPECT_NE(refusal("bootstrap.servers", " , "), "");
    EXPECT_EQ(refusal("security.protocol", "plaintext"), "");
}

TEST(Properties, AFailureLeavesTheOptionsAsTheyWere) {
    options o = ready();
    ASSERT_TRUE(set_property(o, "bootstrap.servers", "a"));
    EXPECT_FALSE(set_property(o, "bootstrap.servers", ""));
    EXPECT_FALSE(set_property(o, "batch.size", "x"));
    EXPECT_EQ(o.client.bootstrap_servers, std::vector<std::string>{"a"});
    EXPECT_EQ(o.producer.batch_size, 256u * 1024);
}

TEST(Properties, SecretsComeFromFilesAndVariablesAndAreNeverPrinted) {
    const std::string path = ::testing::TempDir() + "kwire-properties-secret";
    std::ofstream(path) << "pass word \n";
    ASSERT_EQ(setenv("KWIRE_TEST_SECRET", "from the environment", 1), 0);
    options o;
    ASSERT_TRUE(set_property(o, "sasl.password.file", path));
    ASSERT_TRUE(set_property(o, "ssl.key.password.env", "KWIRE_TEST_SECRET"));
    EXPECT_EQ(o.client.security.sasl_password.reveal(), "pass word ");
    EXPECT_EQ(o.client.security.ssl_key_password.reveal(), "from the environment");
    const auto printed = print_properties(o);
    EXPECT_EQ(printed.find("pass word"), printed.npos);
    EXPECT_EQ(printed.find("from the env"), printed.npos);
    EXPECT_NE(printed.find("sasl.password=<redacted>\n"), printed.npos);
    EXPECT_EQ(refusal("sasl.password.file", path + "-none"), "sasl.password.file: cannot read the file " + path + "-none");
    EXPECT_EQ(refusal("sasl.password.env", "KWIRE_TEST_UNSET"), "sasl.password.env: the environment variable KWIRE_TEST_UNSET is not set");
    std::remove(path.c_str());
}

// CVE-2025-27817, and plugins and helpers of other clients.
TEST(Properties, NameNothingThatIsFetchedLoadedOrRun) {
    for (const auto& row : properties())
        for (const auto* word : {"url", "class", "plugin", "library", "cmd", "command", "kinit", "jaas"})
            EXPECT_EQ(row.name.find(word), std::string_view::npos) << row.name;
}

TEST(Properties, ReadFilesLineByLine) {
    options o;
    ASSERT_TRUE(read_properties(o, "# where\nbootstrap.servers = a:1\r\n\n  linger.ms=9\nclient.id=x=y", "conf"));
    EXPECT_EQ(o.client.bootstrap_servers, std::vector<std::string>{"a:1"});
    EXPECT_EQ(o.producer.linger, 9ms);
    EXPECT_EQ(o.client.client_id, "x=y");
    const auto unknown = read_properties(o, "linger.ms=1\nacksies=1\n", "conf");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().context(), "conf:2: there is no property 'acksies', did you mean 'acks'?");
    const auto bare = read_properties(o, "acks\n", "conf");
    ASSERT_FALSE(bare);
    EXPECT_EQ(bare.error().context(), "conf:1: expected NAME=VALUE");
}

TEST(Properties, AcksOtherThanAllTurnIdempotenceOffUnlessItWasAskedFor) {
    options o = ready();
    ASSERT_TRUE(set_property(o, "acks", "1"));
    EXPECT_FALSE(o.producer.enable_idempotence);
    EXPECT_EQ(refusal(o), "");
    ASSERT_TRUE(set_property(o, "acks", "all"));
    EXPECT_TRUE(o.producer.enable_idempotence);
    ASSERT_TRUE(set_property(o, "max.in.flight", "6"));
    EXPECT_FALSE(o.producer.enable_idempotence);
    ASSERT_TRUE(set_property(o, "enable.idempotence", "true"));
    EXPECT_NE(refusal(o).find("at most 5"), std::string::npos) << refusal(o);
}

TEST(Options, DefaultsPassTheCheck) { EXPECT_EQ(refusal(ready()), ""); }

TEST(Options, ProtectionThatWouldHaveNoEffectIsRefused) {
    for (const auto& row : properties()) {
        if (!row.name.starts_with("sasl.") && !row.name.starts_with("ssl.") && !row.name.starts_with("enable.ssl.")) continue;
        if (row.name == "sasl.allow.cleartext") continue;  // a permission, which nobody needs to use
        options o = ready();
        const auto* value = row.name.starts_with("enable") ? "false" : row.name == "ssl.endpoint.identification.algorithm" ? "none" : "true";
        ASSERT_TRUE(set_property(o, row.name, value)) << row.name;
        EXPECT_TRUE(refusal(o).starts_with(std::string(row.name) + " would have no effect with security.protocol=PLAINTEXT"))
            << row.name << ": " << refusal(o);
    }
}

TEST(Options, ProtectionThatShowsSecretsOrCannotWorkIsRefused) {
    using settings = std::vector<std::pair<const char*, const char*>>;
    const auto refused = [](const settings& all) {
        options o = ready();
        for (const auto& [name, value] : all) {
            const auto done = set_property(o, name, value);
            EXPECT_TRUE(done) << done.error().message();
        }
        return refusal(o);
    };
    const settings plain{{"sasl.mechanism", "PLAIN"}, {"sasl.username", "u"}, {"sasl.password", "canary"}};
    const auto with = [&](settings all) {
        all.insert(all.begin(), plain.begin(), plain.end());
        return refused(all);
    };
    using support::has;
    EXPECT_TRUE(has(with({{"security.protocol", "SASL_PLAINTEXT"}}), "sasl.allow.cleartext=true allows it"));
    EXPECT_FALSE(has(with({{"security.protocol", "SASL_PLAINTEXT"}}), "canary"));
    EXPECT_EQ(with({{"security.protocol", "SASL_PLAINTEXT"}, {"sasl.allow.cleartext", "true"}}), "");
    EXPECT_TRUE(has(refused({{"security.protocol", "SASL_PLAINTEXT"}}), "sasl.mechanism is not set"));
    EXPECT_TRUE(has(refused({{"security.protocol", "SASL_PLAINTEXT"}, {"sasl.mechanism", "GSSAPI"}}), "'GSSAPI' is not known"));
    EXPECT_TRUE(has(refused({{"security.protocol", "SASL_PLAINTEXT"}, {"sasl.mechanism", "OAUTHBEARER"}}), "needs a token"));
    EXPECT_TRUE(has(refused({{"security.protocol", "SASL_PLAINTEXT"}, {"sasl.mechanism", "OAUTHBEARER"}, {"sasl.oauthbearer.token", "t"}}),
                    "shows its secret"));
    if (!has_openssl()) {
        EXPECT_TRUE(has(refused({{"security.protocol", "SSL"}}), "security.protocol=SSL needs OpenSSL: configure kwire with KWIRE_WITH_OPENSSL=ON"));
        EXPECT_TRUE(has(refused({{"security.protocol", "SASL_PLAINTEXT"}, {"sasl.mechanism", "SCRAM-SHA-256"}}), "KWIRE_WITH_OPENSSL=ON"));
        return;
    }
    EXPECT_EQ(refused({{"security.protocol", "SSL"}}), "");
    EXPECT_EQ(with({{"security.protocol", "SASL_SSL"}}), "");
    EXPECT_TRUE(has(with({{"security.protocol", "SASL_SSL"}, {"enable.ssl.certificate.verification", "false"}}), "to whoever answers"));
    EXPECT_TRUE(has(with({{"security.protocol", "SASL_SSL"}, {"ssl.endpoint.identification.algorithm", ""}}), "to whoever answers"));
    EXPECT_TRUE(has(refused({{"security.protocol", "SASL_SSL"}, {"sasl.mechanism", "SCRAM-SHA-256"}}), "sasl.username is not set"));
    EXPECT_TRUE(has(refused({{"security.protocol", "SSL"}, {"ssl.certificate.location", "x"}}), "one is of no use without the other"));
    EXPECT_TRUE(has(refused({{"security.protocol", "SSL"}, {"ssl.cipher.suites", "DEFAULT:@SECLEVEL=0"}}), "no commands"));
    EXPECT_TRUE(has(refused({{"security.protocol", "SSL"}, {"ssl.enabled.protocols", "TLSv1.1,TLSv1.2"}}), "'TLSv1.1' is not TLSv1.2 or TLSv1.3"));
    EXPECT_TRUE(has(refused({{"security.protocol", "SSL"}, {"enable.ssl.certificate.verification", "false"}, {"ssl.ca.location", "x"}}),
                    "ssl.ca.location would have no effect"));
}

TEST(Options, ContradictionsAreRefusedAndNamed) {
    const std::pair<std::vector<std::pair<const char*, const char*>>, const char*> cases[] = {
        {{{"acks", "1"}, {"enable.idempotence", "true"}}, "acks must be all"},
        {{{"linger.ms", "10"}, {"delivery.timeout.ms", "5"}}, "delivery.timeout.ms is less than linger.ms"},
        {{{"buffer.memory", "1000"}, {"max.request.size", "900"}}, "buffer.memory is 1000, must be at least 262656: batch.size, and 512 bytes"},
        {{{"buffer.memory", "1049087"}}, "buffer.memory is 1049087, must be at least 1049088: max.request.size, and 512 bytes that a batch takes"},
        {{{"compression.level", "3"}}, "compression.level would have no effect"},
        {{{"compression.gzip.level", "3"}, {"compression.type", "lz4"}}, "compression.gzip.level would have no effect"},
        {{{"compression.level", "12"}, {"compression.type", "gzip"}}, "compression level 12 is not between 1 and 9"},
        {{{"reconnect.backoff.max.ms", "50"}}, "reconnect.backoff.max.ms is less"},
        {{{"retry.backoff.max.ms", "50"}}, "retry.backoff.max.ms is less"},
        {{{"fetch.min.bytes", "10"}, {"fetch.max.bytes", "5"}}, "fetch.min.bytes is more than fetch.max.bytes"},
        {{{"bootstrap.servers", "a:b"}}, "bootstrap.servers: broker address \"a:b\""},
    };
    for (const auto& [settings, expected] : cases) {
        options o = ready();
        for (const auto& [name, value] : settings) ASSERT_TRUE(set_property(o, name, value)) << name;
        EXPECT_TRUE(refusal(o).starts_with(expected)) << expected << ": " << refusal(o);
    }
    EXPECT_TRUE(refusal(options()).starts_with("bootstrap.servers is not set"));
}

TEST(Options, TheLevelIsTheOneOfTheCodecInUse) {
    producer_options o;
    EXPECT_EQ(level_of(o), std::nullopt);
    o.compression = codec::zstd;
    o.compression_level = 5;
    EXPECT_EQ(level_of(o), 5);
    o.compression_zstd_level = -7;
    EXPECT_EQ(level_of(o), -7);
    EXPECT_TRUE(check(o));
}

TEST(Nearest, CountsInsertionsRemovalsReplacementsAndSwaps) {
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
    EXPECT_EQ(edit_distance("acsk", "acks"), 1u);
    const std::string_view names[] = {"consume", "produce"};
    EXPECT_EQ(nearest("prodcue", names), "produce");
    EXPECT_EQ(nearest("xyz", names), "");
    EXPECT_EQ(nearest("", names), "");
}
}  // namespace kwire::properties_test
