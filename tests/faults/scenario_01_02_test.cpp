// SPDX-License-Identifier: Apache-2.0
// 1: byte after byte. 2: connections that are cut anywhere.
#include "real.hpp"
#include "session.hpp"
#include "simulated.hpp"

#include <kwire/protocol/messages/api_versions.hpp>
#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/init_producer_id.hpp>
#include <kwire/protocol/messages/list_offsets.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/produce.hpp>

#include <set>

namespace kwire_test::scenario_01_02_test {
constexpr int partitions = 2;

TEST(Scenario01, ASessionThatGoesByteByByteIsAsAnyOther) {
    proxied_cluster k(1, {.default_partitions = partitions});
    k.proxies[0]->on_connection([](std::uint64_t, direction) { return std::vector{fault::dribble(0)}; });
    const auto c = client::make(*k.env, quick_client(k.bootstrap())).value();
    const auto got = k.run(session(&c, "t", 40, partitions));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(*got, expected_session(40, partitions));
}

using place = std::pair<std::int16_t, direction>;

/// How long the first frame of each API is, each way.
std::map<place, std::size_t> first_frames(proxied_cluster& k) {
    std::map<place, std::size_t> sizes;
    k.proxies[0]->on_frame([&](const passing_frame& f) {
        if (f.api_key) sizes.try_emplace({*f.api_key, f.way}, f.size);
        return std::vector<fault>();
    });
    const auto c = client::make(*k.env, quick_client(k.bootstrap())).value();
    EXPECT_TRUE(k.run(session(&c, "first", 4, partitions)));
    k.proxies[0]->on_frame({});
    return sizes;
}

void cut_first_frames(const std::function<std::vector<std::size_t>(std::size_t size)>& places) {
    proxied_cluster k(1, {.default_partitions = partitions});
    const auto sizes = first_frames(k);
    std::set<std::int16_t> apis;
    int cuts = 0;
    for (const auto& [where, size] : sizes) {
        apis.insert(where.first);
        for (const auto at : places(size))
            for (const auto& how : {fault::reset(at), fault::finish(at)}) {
                const auto topic = "t" + std::to_string(++cuts);
                k.proxies[0]->next(where.first, where.second, how);
                const auto c = client::make(*k.env, quick_client(k.bootstrap())).value();
                const auto got = k.run(session(&c, topic, 4, partitions));
                const auto what = "API " + std::to_string(where.first) +
                                  (where.second == direction::to_broker ? " to the broker" : " to the client") + " cut after " + std::to_string(at) +
                                  (how.what == fault::kind::reset ? " (RST)" : " (FIN)");
                ASSERT_TRUE(got) << what << ": " << got.error().message();
                EXPECT_EQ(*got, expected_session(4, partitions)) << what;
                for (int p = 0; p < partitions; ++p) EXPECT_EQ(k.brokers->log_end_offset(topic, p), 2) << what << ": written twice";
            }
    }
    EXPECT_EQ(apis, (std::set<std::int16_t>{produce_request::api_key, fetch_request::api_key, list_offsets_request::api_key,
                                            metadata_request::api_key, api_versions_request::api_key, init_producer_id_request::api_key}));
    std::printf("%d cuts\n", cuts);
}

TEST(Scenario02, AConnectionThatIsCutInTheFirstExchangeOfAnApiLosesNothing) {
    cut_first_frames([](std::size_t size) { return std::vector{std::size_t(0), std::size_t(6), size / 2, size - 1}; });
}
TEST(Scenario02Full, AConnectionThatIsCutAtAnyByteOfTheFirstExchangeOfAnApiLosesNothing) {
    cut_first_frames([](std::size_t size) {
        std::vector<std::size_t> all;
        for (std::size_t at = 0; at <= size; ++at) all.push_back(at);
        return all;
    });
}

struct lived {
    session_result got;
    clock::duration took;
    std::vector<std::array<std::uint64_t, 2>> carried;
    std::int64_t written;
};
/// A session in a world of its own, in which one connection is cut.
lived live(const std::function<void(simulation&)>& spoil) {
    simulated_world w(3);
    w.world.sky.fragmented = 0;
    spoil(w.world);
    w.serve_brokers(2, {.topics = {{"t", partitions}}});
    const auto c = client::make(w.here, quick_client({"b1:9092", "b2:9093"})).value();
    auto got = w.run(session(&c, "t", 6, partitions));
    return {std::move(got), w.took, w.world.carried(), w.brokers->log_end_offset("t", 0) + w.brokers->log_end_offset("t", 1)};
}

void cut_everywhere(std::uint64_t stride) {
    const auto whole = live([](simulation&) {});
    ASSERT_TRUE(whole.got) << whole.got.error().message();
    std::uint64_t cuts = 0, bytes = 0;
    for (std::size_t i = 0; i < whole.carried.size(); ++i)
        for (const std::size_t side : {0u, 1u}) {
            bytes += whole.carried[i][side];
            for (std::uint64_t at = (i + side) % stride; at <= whole.carried[i][side]; at += stride)
                for (const auto how : {cut_kind::reset, cut_kind::finish}) {
                    const auto one = live([&](simulation& s) { s.cut(i + 1, side == 0, at, how); });
                    const auto what = "connection " + std::to_string(i + 1) + (side == 0 ? " from" : " to") + " the client cut after " +
                                      std::to_string(at) + (how == cut_kind::reset ? " (RST)" : " (FIN)");
                    ++cuts;
                    ASSERT_TRUE(one.got) << what << ": " << one.got.error().message();
                    ASSERT_EQ(*one.got, expected_session(6, partitions)) << what;
                    ASSERT_EQ(one.written, 6) << what << ": written twice";
                    ASSERT_LE(one.took, whole.took + 2s) << what;
                }
        }
    std::printf("%llu cuts in %zu connections of %llu bytes together\n", static_cast<unsigned long long>(cuts), whole.carried.size(),
                static_cast<unsigned long long>(bytes));
}

TEST(Scenario02, AConnectionThatIsCutInTheSimulatedWorldLosesNothing) { cut_everywhere(23); }
TEST(Scenario02Full, AConnectionThatIsCutAtAnyByteInTheSimulatedWorldLosesNothing) { cut_everywhere(1); }
}  // namespace kwire_test::scenario_01_02_test
