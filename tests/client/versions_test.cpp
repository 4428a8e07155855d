// SPDX-License-Identifier: Apache-2.0
// Every version of the requests that producers and consumers send, as a cluster that knows no higher one gets it: a field
// that a version does not have must not be set in it.
#include "support/run_in.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/consumer.hpp>
#include <kwire/client/producer.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>
#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/init_producer_id.hpp>
#include <kwire/protocol/messages/list_offsets.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/produce.hpp>

#include <gtest/gtest.h>

#include <set>

namespace kwire::versions_test {
struct world {
    world(std::int16_t api_key, std::int16_t highest)
        : broker({&sim.host("one"), &sim.host("two")}, {.nodes = 2,
                                                        .topics = {{"t", 1}},
                                                        .port = 9092,
                                                        .advertise = {{"one", 9092}, {"two", 9093}},
                                                        .highest_versions = {{api_key, highest}}}) {}
    ~world() {
        c.reset();
        sim.run_until(sim.now() + 1s);
    }
    template <class T> T run(task<T> work) { return support::run_in(sim, host, std::move(work), 60s); }
    std::string send(const producer& p, std::string_view value) {
        const auto sent = run(p.send({.topic = "t", .partition = 0, .value = as_bytes(value)}));
        return sent ? "sent" : sent.error().message();
    }
    static std::string value(const result<consumer_record>& r) { return r ? std::string(as_text(r->value.value())) : r.error().message(); }

    simulation sim{5};
    environment& host = sim.host("client");
    embedded_broker broker;
    std::optional<client> c = client::make(host, {.bootstrap_servers = {"one:9092"}}).value();
};

// Batches bear leader epochs, the leader moves while they are read, and places are looked up in all ways.
template <class Request> void produce_and_consume(std::int16_t lowest) {
    for (std::int16_t v = lowest; v <= Request::last_version; ++v) {
        SCOPED_TRACE(std::string(Request::name) + " v" + std::to_string(v));
        std::set<std::int16_t> used;
        world w(Request::api_key, v);
        w.broker.on_request([&](const received_request& r) {
            if (r.api_key == Request::api_key) used.insert(r.api_version);
            return reaction{};
        });
        const auto p = producer::make(*w.c, {}).value();
        const auto k = consumer::make(*w.c, {.isolation_level = isolation_level::read_committed}).value();
        w.broker.move_leader("t", 0, 2);
        EXPECT_EQ(w.send(p, "0"), "sent");
        const auto from = w.run(k.consume_partition("t", 0, offset_spec::oldest())).value();
        EXPECT_EQ(world::value(w.run(from.next())), "0");
        w.broker.move_leader("t", 0, 1);
        EXPECT_EQ(w.send(p, "1"), "sent");
        EXPECT_EQ(w.send(p, "2"), "sent");
        EXPECT_EQ(world::value(w.run(from.next())), "1");
        EXPECT_EQ(world::value(w.run(from.next())), "2");
        from.seek(offset_spec::before_end(2));
        EXPECT_EQ(world::value(w.run(from.next())), "1");
        from.seek(offset_spec::since(std::chrono::sys_time<std::chrono::milliseconds>(1ms)));
        EXPECT_EQ(world::value(w.run(from.next())), "0");
        EXPECT_FALSE(used.empty());
        if (!used.empty()) { EXPECT_LE(*used.rbegin(), v); }
        if (::testing::Test::HasFailure()) return;
    }
}

TEST(Versions, OfFetch) { produce_and_consume<fetch_request>(4); }
TEST(Versions, OfListOffsets) { produce_and_consume<list_offsets_request>(2); }
TEST(Versions, OfMetadata) { produce_and_consume<metadata_request>(4); }
TEST(Versions, OfProduce) { produce_and_consume<produce_request>(3); }
TEST(Versions, OfInitProducerId) { produce_and_consume<init_producer_id_request>(0); }
}  // namespace kwire::versions_test
