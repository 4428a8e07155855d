// SPDX-License-Identifier: Apache-2.0
// Operations that are cancelled, or whose client is closed under them, at points that a seed draws.
//
// Of every operation must hold, whatever the network does: it ends once; at its deadline at the latest, give or take a
// quarter of a second; at once when it is cancelled; and when all is over nothing of the client is left.
#include "histories.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/offsets.hpp>
#include <kwire/client/producer.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>

#include <memory>

namespace kwire::cancel_histories_test {
struct operation {
    std::string name, value = "some record";
    asio::cancellation_signal stop;
    clock::time_point began{}, deadline{}, ended{}, cancelled{};  // cancelled: the epoch if it was not
    std::error_code how;
    int ends = 0;
};

class playing {
  public:
    explicit playing(std::uint64_t seed) : world(seed) {
        world.sky.refused = 50, world.sky.silent = 20, world.sky.reset = 100, world.sky.stalled = 50;
        b.nodes = 1 + static_cast<int>(world.below(3));
        b.topics = {{"t", 3}};
        b.port = 9092;
        std::vector<environment*> hosts;
        for (int i = 0; i < b.nodes; ++i) {
            const std::string name = "broker-" + std::to_string(i);
            hosts.push_back(&world.host(name));
            b.advertise.push_back({name, static_cast<std::uint16_t>(9092 + i)});
        }
        cluster = std::make_unique<embedded_broker>(hosts, b);
        c.emplace(client::make(here, {.bootstrap_servers = {"broker-0:9092"}}).value());
        p.emplace(producer::make(*c, {.delivery_timeout = 3s, .linger = 1ms}).value());
    }

    history play(bool print) {
        world.print = print;
        const std::weak_ptr<client_core> core = c->core();
        const auto begin = world.now();
        const int count = 4 + static_cast<int>(world.below(12));
        for (int i = 0; i < count; ++i) world.at(begin + world.below(2000) * 1ms, [this] { begin_one(); });
        const auto end = begin + world.below(2500) * 1ms;
        world.at(end, [this] { finish(); });
        world.run_until(begin + 20s);
        p.reset();
        c.reset();
        world.run_until(world.now() + 3s);
        if (!core.expired() && verdict.empty()) verdict = "something of the client is left";
        for (const auto& o : all) judge(*o);
        return {verdict, world.trace(), world.events()};
    }

  private:
    template <class T> void run(std::string name, clock::time_point deadline, task<T> work) {
        operation& o = *all.back();
        o.name = std::move(name);
        o.began = world.now();
        o.deadline = deadline;
        start(here.executor(), std::move(work), asio::bind_cancellation_slot(o.stop.slot(), [this, at = &o](T got) {
                  ++at->ends;
                  at->ended = world.now();
                  at->how = code_of(got);
              }));
        if (world.chance(600))
            world.at(world.now() + world.below(1000) * 1ms, [this, at = &o] {
                if (at->ends > 0) return;
                at->cancelled = world.now();
                at->stop.emit(world.chance(500) ? asio::cancellation_type::terminal : asio::cancellation_type::partial);
            });
    }
    template <class T> static std::error_code code_of(const result<T>& got) { return got ? std::error_code() : got.error().code(); }
    static std::error_code code_of(const std::vector<result<located_offset>>& got) { return code_of(got.front()); }

    void begin_one() {
        if (!c) return;
        all.push_back(std::make_unique<operation>());
        const auto deadline = world.now() + world.below(3000) * 1ms;
        switch (world.below(8)) {
            case 0: return run("topic", deadline, c->topic("t", deadline));
            case 1: return run("unknown topic", deadline, c->topic("nowhere" + std::to_string(world.below(3)), deadline));
            case 2: return run("cluster", deadline, c->cluster(deadline));
            case 3:
                return run("list offsets", deadline, list_offsets(*c, {{"t", 0, offset_spec::newest()}, {"t", 1, offset_spec::oldest()}}, deadline));
            case 4: return run("call", deadline, c->call(1, metadata_request(), deadline));
            case 5: return run("enqueue", deadline, p->enqueue({.topic = "t", .value = as_bytes(all.back()->value)}, deadline));
            case 6: return run("flush", deadline, p->flush(deadline));
            default: return run("send", world.now() + 3s, p->send({.topic = "t", .value = as_bytes(all.back()->value)}));
        }
    }
    void finish() {
        const auto deadline = world.now() + world.below(1500) * 1ms;
        switch (world.below(4)) {
            case 0: {
                all.push_back(std::make_unique<operation>());
                return run("close the producer", deadline, p->close(deadline));
            }
            case 1:
                here.spawn([](task<void> closing) -> task<void> { co_await std::move(closing); }(c->close(deadline)));
                must_end_by = deadline;
                return;
            case 2:
                p.reset();
                c.reset();
                must_end_by = world.now();
                return;
            default: return;
        }
    }
    void judge(const operation& o) {
        const auto say = [&](const std::string& what) {
            if (verdict.empty()) verdict = o.name + " " + what;
        };
        if (o.ends != 1) return say("ended " + std::to_string(o.ends) + " times");
        if (o.ended > o.deadline + 250ms) say("outlived its deadline");
        const bool stopped = o.cancelled != clock::time_point();
        if (stopped && o.ended > o.cancelled + 1ms) return say("went on after it was cancelled");
        if (o.ended > std::max(must_end_by, o.began) + 250ms) return say("went on after its client was closed");
        if (o.how == client_errc::cancelled && !stopped) say("says that it was cancelled");
    }

    simulation world;
    broker_options b{};
    environment& here = world.host("client");
    std::unique_ptr<embedded_broker> cluster;
    std::optional<client> c;
    std::optional<producer> p;
    std::vector<std::unique_ptr<operation>> all;
    clock::time_point must_end_by = clock::time_point::max() - 1h;
    std::string verdict;
};
history play(std::uint64_t seed, bool print) { return playing(seed).play(print); }

TEST(CancelHistories, EndOnceInTimeAndLeaveNothing) { hold_for_seeds(500, play); }
TEST(CancelHistoriesFull, EndOnceInTimeAndLeaveNothing) { hold_for_seeds(12'000, play); }
}  // namespace kwire::cancel_histories_test
