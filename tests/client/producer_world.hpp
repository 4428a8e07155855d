// SPDX-License-Identifier: Apache-2.0
// A producer, a cluster and a network, all simulated; and what must hold for every record that was ever sent.
//
// Each record's value is unique. At the end the logs are read and joined with what the producer said: acked records are
// there once, at that offset (and without idempotence perhaps again); those not written are absent; of the others nothing
// was claimed but that they come at most once; and the records of a partition lie in the order in which they were sent.
#pragma once

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/producer.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>

namespace kwire_test {
using namespace kwire;
using namespace std::chrono_literals;

struct sent_record {
    std::int32_t partition = 0;
    std::string value;
    clock::time_point begun{};
    std::optional<result<delivery>> end;
    clock::duration took{};
    int ends = 0;
};

struct producer_world {
    struct settings {
        int nodes = 1, partitions = 3;
        version_profile versions = version_profile::kafka_4_3;
        client_options common{};
        producer_options options{};
        std::uint64_t seed = 1;
        std::shared_ptr<client_observer> watch{};
    };

    explicit producer_world(settings s) : world(s.seed), idempotent(s.options.enable_idempotence) {
        for (int i = 1; i <= s.nodes; ++i) hosts.push_back(&world.host("broker-" + std::to_string(i)));
        broker_options b;
        b.nodes = s.nodes;
        b.topics = {{"t", s.partitions}};
        b.versions = s.versions;
        for (int i = 1; i <= s.nodes; ++i) b.advertise.push_back({"broker-" + std::to_string(i), static_cast<std::uint16_t>(9091 + i)});
        b.port = 9092;
        cluster = std::make_unique<embedded_broker>(hosts, b);
        if (s.common.bootstrap_servers.empty())
            for (int i = 1; i <= s.nodes; ++i) s.common.bootstrap_servers.push_back("broker-" + std::to_string(i) + ":" + std::to_string(9091 + i));
        cl.emplace(client::make(world.host("client"), s.common, s.watch).value());
        p.emplace(producer::make(*cl, s.options, [this](const batch_delivery& d) {
                      told.push_back({d.partition, d.count, d.base_offset, d.outcome()});
                      if (on_told) on_told();
                  }).value());
    }
    ~producer_world() {
        p.reset();
        cl.reset();
        world.run_until(world.now() + 1s);
    }

    /// Sends one record; its outcome is written down when it is known.
    void send(std::int32_t partition, std::string value) {
        auto& r = records.emplace_back(std::make_unique<sent_record>(sent_record{partition, std::move(value), world.now(), {}, {}, 0}));
        start(world.host("client").executor(), p->send({.topic = "t", .partition = partition, .value = as_bytes(r->value)}),
              [this, at = r.get()](result<delivery> d) {
                  at->end.emplace(std::move(d));
                  at->took = world.now() - at->begun;
                  ++at->ends;
                  ++ended;
              });
    }
    void send_many(int n) {
        for (int i = 0; i < n; ++i) {
            const auto partition = static_cast<std::int32_t>(records.size() % 3);
            send(partition, "record " + std::to_string(records.size()));
        }
    }
    bool run_to_end(clock::duration limit = 300s) {
        return world.run_while_not([&] { return ended == records.size(); }, world.now() + limit);
    }
    int count(delivery_outcome o) const {
        int n = 0;
        for (const auto& r : records) n += r->end && outcome_of(*r->end) == o;
        return n;
    }

    struct found {
        std::int64_t offset;
        std::string value;
        std::int64_t timestamp;
    };
    std::vector<found> log(std::int32_t partition) const {
        std::vector<found> all;
        decompressor expander;
        buffer room;
        for (const auto& piece : cluster->log("t", partition)) {
            record_batches batches(piece);
            batch_view b;
            for (auto more = batches.next(b); more && *more; more = batches.next(b)) {
                auto reader = b.records(expander, room);
                if (!reader) throw failure(reader.error());
                record_view r;
                while (reader->next(r)) all.push_back({r.offset, std::string(as_text(r.value.value_or(bytes()))), r.timestamp});
            }
        }
        return all;
    }

    /// `lost_by_broker`: the broker threw records away, so that acked ones may be missing.
    void check(bool lost_by_broker = false) const {
        std::map<std::string, const sent_record*> sent;
        std::map<std::string, std::size_t> number;
        for (const auto& r : records) {
            number[r->value] = sent.size();
            sent[r->value] = r.get();
            EXPECT_EQ(r->ends, 1) << r->value << " ended " << r->ends << " times";
        }
        std::map<std::string, std::vector<std::int64_t>> places;
        const auto partitions = static_cast<std::int32_t>(3);
        for (std::int32_t p_ = 0; p_ < partitions; ++p_) {
            std::size_t last = 0;
            bool first = true;
            for (const auto& f : log(p_)) {
                ASSERT_TRUE(sent.contains(f.value)) << "nobody sent '" << f.value << "'";
                EXPECT_EQ(sent[f.value]->partition, p_) << f.value;
                const bool again = !places[f.value].empty();
                places[f.value].push_back(f.offset);
                if (!again || idempotent) {
                    const auto n = number[f.value];
                    EXPECT_TRUE(first || n > last) << f.value << " lies behind a record that was sent later";
                    last = n;
                    first = false;
                }
            }
        }
        for (const auto& r : records) {
            if (!r->end) continue;
            const auto& at = places[r->value];
            if (idempotent) { EXPECT_LE(at.size(), 1u) << r->value << " was written " << at.size() << " times"; }
            switch (outcome_of(*r->end)) {
                case delivery_outcome::acked:
                    if (lost_by_broker) break;
                    EXPECT_FALSE(at.empty()) << r->value << " was acknowledged and is not there";
                    if (!at.empty() && (**r->end).offset >= 0) { EXPECT_NE(std::ranges::find(at, (**r->end).offset), at.end()) << r->value; }
                    break;
                case delivery_outcome::not_written:
                    EXPECT_TRUE(at.empty()) << r->value << " is there, but was said not to be: " << r->end->error().message();
                    break;
                case delivery_outcome::unknown: break;
            }
        }
    }

    struct batch {
        std::int32_t partition, count;
        std::int64_t base_offset;
        delivery_outcome what;
    };

    simulation world;
    bool idempotent;
    std::vector<environment*> hosts;
    std::unique_ptr<embedded_broker> cluster;
    std::optional<client> cl;
    std::optional<producer> p;
    std::vector<std::unique_ptr<sent_record>> records;
    std::vector<batch> told;
    std::function<void()> on_told;
    std::size_t ended = 0;
};
}  // namespace kwire_test
