// SPDX-License-Identifier: Apache-2.0
// Everybody reads what everybody wrote: kwire, kcat and the Java client, on three versions of Kafka and the embedded broker,
// plain and gzip; keys, values, nulls and headers come back as they were.
//
// The outcome is the table in docs/compatibility.md. KWIRE_WRITE_COMPATIBILITY=1 writes it there; otherwise it is compared.
#include "peers.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>

namespace kwire::testing::matrix_test {
constexpr std::string_view first_line = "| broker | written by |";

struct table {
    std::vector<std::string> readers;
    std::vector<std::pair<std::string, lines>> rows;  // "broker | writer", and a cell for each reader

    std::string text() const {
        std::string out(first_line);
        for (const auto& r : readers) out.append(" read by ").append(r).append(" |");
        out += "\n| --- | --- |";
        for (std::size_t i = 0; i < readers.size(); ++i) out += " --- |";
        for (const auto& [row, cells] : rows) {
            out.append("\n| ").append(row).append(" |");
            for (const auto& c : cells) out.append(" ").append(c).append(" |");
        }
        return out += "\n";
    }
};

std::string read_file(const std::string& path) {
    std::ifstream in(path);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
}

/// Where the table stands in the text; its length is 0 if it is not there.
std::pair<std::size_t, std::size_t> place_of_table(const std::string& text) {
    const auto begin = text.find(first_line);
    if (begin == std::string::npos) return {text.size(), 0};
    const auto end = text.find("\n\n", begin);
    return {begin, end == std::string::npos ? text.size() - begin : end + 1 - begin};
}

void expect_in_the_documentation(const table& t) {
    const auto path = (support::source_dir() / "docs/compatibility.md").string();
    auto text = read_file(path);
    const auto [at, size] = place_of_table(text);
    const char* write = std::getenv("KWIRE_WRITE_COMPATIBILITY");
    if (write && *write) std::ofstream(path) << text.replace(at, size, t.text());
    else EXPECT_EQ(text.substr(at, size), t.text()) << "KWIRE_WRITE_COMPATIBILITY=1 writes it anew";
}

/// One writer on one broker, read by all: a cell for each reader.
lines row_of(const std::string& bootstrap, const std::string& topic_prefix, client_program& writer, std::vector<client_program>& readers,
             java_interop& java_machine) {
    std::map<std::string, std::string> wrong;
    java_machine.expected = writer.records.size();
    for (const std::string codec : {"none", "gzip"}) {
        const auto topic = topic_prefix + "-" + writer.name + "-" + codec;
        const auto failed = writer.write(bootstrap, topic, codec);
        EXPECT_EQ(failed, "") << writer.name << " could not write " << topic;
        for (auto& reader : readers) {
            const auto got = reader.read(bootstrap, topic);
            EXPECT_EQ(got, writer.records) << topic << " as " << reader.name << " reads it";
            if (!failed.empty() || got != writer.records) wrong[reader.name] += wrong[reader.name].empty() ? "no: " + codec : ", " + codec;
        }
    }
    lines cells;
    for (const auto& reader : readers) cells.push_back(wrong[reader.name].empty() ? "yes" : wrong[reader.name]);
    return cells;
}

bool any_batch_is_compressed(broker_thread& broker, const std::string& topic) {
    return broker.run([&](embedded_broker& b) {
        return std::ranges::any_of(b.log(topic, 0), [](bytes piece) {
            record_batches batches(piece);
            batch_view one;
            const auto more = batches.next(one);
            return more && *more && one.compression() == codec::gzip;
        });
    });
}

TEST(Matrix, EveryClientReadsWhatEveryClientWrote) {
    if (support::skip_or_fail(missing_for_interop())) return;
    broker_thread embedded;
    std::vector<std::pair<std::string, std::string>> brokers;
    for (const auto& version : support::kafka_versions()) {
        const auto cluster = support::find_kafka(version);
        if (support::skip_or_fail(cluster ? "" : "Kafka " + version + " is not up")) return;
        brokers.emplace_back("Kafka " + version, cluster->bootstrap);
    }
    brokers.emplace_back("embedded", embedded.bootstrap());
    java_interop java_machine;
    std::vector<client_program> clients{kwire_client(), kcat_client(), java_machine.client()};
    table t;
    for (const auto& c : clients) t.readers.push_back(c.name);
    const auto run = "matrix-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
    for (const auto& [broker, bootstrap] : brokers)
        for (auto& writer : clients) t.rows.emplace_back(broker + " | " + writer.name, row_of(bootstrap, run, writer, clients, java_machine));
    for (const auto& c : clients) EXPECT_TRUE(any_batch_is_compressed(embedded, run + "-" + c.name + "-gzip")) << c.name;
    if (std::getenv("KWIRE_KAFKA")) return;  // other versions than the documentation has
    expect_in_the_documentation(t);
}
}  // namespace kwire::testing::matrix_test
