// SPDX-License-Identifier: Apache-2.0
// Producers in bad weather: connections are cut, stalled and refused, leaders move, nodes stop and start, acknowledgements
// are lost and errors given, all by seed; and every record's fate must be what the producer said (producer_world::check).
#include "client/producer_world.hpp"
#include "histories.hpp"

#include <kwire/protocol/messages/produce.hpp>

#include <cstdlib>

namespace producer_histories_test {
using namespace kwire_test;

struct tally {
    int acked = 0, not_written = 0, unknown = 0, retried = 0, renewed = 0;
};
struct counter : client_observer {
    int retried = 0, renewed = 0;
    void produce_retried(std::string_view, std::int32_t, const error&, clock::duration) override { ++retried; }
    void producer_id_renewed(std::string_view, std::int32_t, const error&) override { ++renewed; }
};

reaction mischief(simulation& world) {
    switch (world.below(8)) {
        case 0: return reaction::closing_after();
        case 1: return reaction::closing_before();
        case 2: return reaction::delayed(std::chrono::milliseconds(world.below(300)));
        case 3: return reaction::answered_late(std::chrono::milliseconds(world.below(300)));
        case 4: return reaction::failing(errc::not_leader_or_follower);
        case 5: return reaction::failing_after(errc::request_timed_out);
        case 6: return reaction::failing(errc::not_enough_replicas);
        default: return reaction::cutting(world.below(40));
    }
}

history live(std::uint64_t seed, bool print, tally& all) {
    const bool idempotent = seed % 4 != 0;
    constexpr clock::duration patience[] = {400ms, 1s, 3s, 20s};
    const auto delivery = std::chrono::duration_cast<std::chrono::milliseconds>(patience[seed / 4 % 4]);
    const auto watch = std::make_shared<counter>();
    producer_world w({.nodes = 3,
                      .common = {.request_timeout = seed % 3 == 0 ? 3s : 300ms, .socket_connection_setup_timeout = 1s},
                      .options = {.enable_idempotence = idempotent,
                                  .delivery_timeout = delivery,
                                  .linger = 2ms,
                                  .batch_size = 2000,
                                  .max_request_size = 2000,
                                  .buffer_memory = seed % 5 == 0 ? 8000u : 1u << 20,
                                  .compression = seed % 7 == 0 ? codec::gzip : codec::none},
                      .seed = seed,
                      .watch = watch});
    simulation& world = w.world;
    world.print = print;
    SCOPED_TRACE("seed " + std::to_string(seed));
    world.sky.reset = static_cast<int>(world.below(400));
    world.sky.finished = static_cast<int>(world.below(200));
    world.sky.stalled = static_cast<int>(world.below(200));
    world.sky.refused = static_cast<int>(world.below(200));
    world.sky.fate_within = 20'000;
    const int spite = static_cast<int>(world.below(150));
    w.cluster->on_request(
        [&](const received_request& r) { return r.api_key == produce_request::api_key && world.chance(spite) ? mischief(world) : reaction{}; });
    bool up[4] = {true, true, true, true};
    for (int step = 0; step < 120; ++step) {
        for (auto n = world.below(6); n > 0; --n) w.send(static_cast<std::int32_t>(world.below(3)), "record " + std::to_string(w.records.size()));
        const auto partition = static_cast<std::int32_t>(world.below(3));
        const auto node = static_cast<std::int32_t>(1 + world.below(3));
        if (world.chance(40) && up[node]) w.cluster->move_leader("t", partition, node);
        if (world.chance(20)) w.cluster->disconnect(node);
        if (world.chance(15)) {
            up[node] = !up[node];
            if (!up[node]) w.cluster->stop_node(node);
            else w.cluster->start_node(node).value();
        }
        world.run_until(world.now() + std::chrono::milliseconds(world.below(60)));
    }
    world.sky = {};
    w.cluster->on_request({});
    for (std::int32_t n = 1; n <= 3; ++n)
        if (!up[n]) w.cluster->start_node(n).value();
    EXPECT_TRUE(w.run_to_end(60s)) << "not all ended";
    // What is still on its way to a broker arrives.
    world.run_until(world.now() + 10s);
    w.check();
    for (const auto& r : w.records) { EXPECT_LE(r->took, delivery + 250ms) << r->value; }
    all.acked += w.count(delivery_outcome::acked);
    all.not_written += w.count(delivery_outcome::not_written);
    all.unknown += w.count(delivery_outcome::unknown);
    all.retried += watch->retried;
    all.renewed += watch->renewed;
    return {::testing::Test::HasFailure() ? "see above" : "", world.trace(), world.events()};
}

void live_many(std::uint64_t count) {
    tally all;
    hold_for_seeds(count, [&](std::uint64_t seed, bool print) { return live(seed, print, all); });
    std::printf("acked %d, not written %d, unknown %d; batches retried %d, producer ids renewed %d\n", all.acked, all.not_written, all.unknown,
                all.retried, all.renewed);
    if (::testing::Test::HasFailure() || seeds_are_chosen()) return;
    EXPECT_GT(all.acked, (all.not_written + all.unknown) * 4);
    EXPECT_GT(all.not_written, 0);
    EXPECT_GT(all.unknown, 0);
    EXPECT_GT(all.retried, 100);
    EXPECT_GT(all.renewed, 0);
}

TEST(ProducerHistories, EndTruthfullyInOrderAndOnce) { live_many(200); }
TEST(ProducerHistoriesFull, EndTruthfullyInOrderAndOnce) { live_many(6000); }
}  // namespace producer_histories_test
