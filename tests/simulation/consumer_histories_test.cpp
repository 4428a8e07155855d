// SPDX-License-Identifier: Apache-2.0
// Consumers in bad weather: connections are cut, stalled and refused, leaders move, nodes stop and start, records expire,
// answers are late, wrong, cut short or corrupt, readers are slow, partitions paused and buffers full, all by seed. What must hold:
//
// A partition's records come in order, each with its own value and none twice; an offset is passed only if its record was
// delivered or an error named it; and once the weather is calm the reader comes to the end of the log.
#include "histories.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/consumer.hpp>
#include <kwire/net/simulation.hpp>
#include <kwire/protocol/batch_writer.hpp>
#include <kwire/protocol/messages/fetch.hpp>

#include <asio/awaitable.hpp>

namespace kwire::consumer_histories_test {
constexpr std::int32_t partitions = 3;
constexpr int nodes = 3;
std::string value_at(std::int32_t partition, std::int64_t offset, std::size_t filling) {
    return std::to_string(partition) + " " + std::to_string(offset) + std::string(filling, '.');
}

/// What was read of one partition, and what was told of it.
struct ledger {
    std::int32_t partition = 0;
    std::size_t filling = 0;  // of each value
    std::int64_t next = 0;    // behind what was delivered
    std::int64_t records = 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> passed, told;
    std::string wrong;

    void deliver(const record_view& r) {
        ++records;
        if (r.offset < next) broken("offset " + std::to_string(r.offset) + " came again, behind " + std::to_string(next - 1));
        else if (as_text(r.value.value_or(bytes())) != value_at(partition, r.offset, filling))
            broken("offset " + std::to_string(r.offset) + " has another's value");
        if (r.offset > next) passed.emplace_back(next, r.offset);
        next = std::max(next, r.offset + 1);
    }
    void check(std::int64_t end) {
        if (next < end) passed.emplace_back(next, end);
        for (const auto& [from, to] : passed)
            for (std::int64_t at = from; at < to; ++at)
                if (!is_told(at)) return broken("offset " + std::to_string(at) + " was neither delivered nor told");
    }
    bool is_told(std::int64_t at) const {
        return std::any_of(told.begin(), told.end(), [&](const auto& t) { return t.first <= at && at < t.second; });
    }
    void broken(const std::string& what) {
        if (wrong.empty()) wrong = "partition " + std::to_string(partition) + ": " + what;
    }
};

reaction mischief(simulation& world) {
    switch (world.below(12)) {
        case 0: return reaction::closing_after();
        case 1: return reaction::closing_before();
        case 2: return reaction::delayed(std::chrono::milliseconds(world.below(300)));
        case 3: return reaction::answered_late(std::chrono::milliseconds(world.below(300)));
        case 4: return reaction::failing(errc::not_leader_or_follower);
        case 5: return reaction::failing(errc::fenced_leader_epoch);
        case 6: return reaction::failing(errc::unknown_server_error);
        case 7: return reaction::failing(errc::offset_not_available);
        case 8: return reaction::cutting(world.below(400));
        case 9: return reaction::throttling(static_cast<std::int32_t>(world.below(200)));
        case 10: return reaction::hanging();
        default: return reaction::corrupting();
    }
}

class scene {
  public:
    scene(std::uint64_t seed, bool print) : world(seed), alone_(seed % 3 != 0), by_batch_(seed % 2 == 0), large_(seed % 5 == 0) {
        world.print = print;
        broker_options b;
        b.nodes = nodes;
        b.topics = {{"t", partitions}};
        b.port = 9092;
        std::vector<environment*> hosts;
        for (int i = 1; i <= nodes; ++i) {
            hosts.push_back(&world.host(name(i)));
            b.advertise.push_back({name(i), static_cast<std::uint16_t>(9091 + i)});
        }
        cluster.emplace(hosts, b);
        client_options common{.bootstrap_servers = {"broker-1:9092", "broker-2:9093", "broker-3:9094"}};
        common.request_timeout = 3s;
        common.socket_connection_setup_timeout = 1s;
        c.emplace(client::make(here, common).value());
        consumer_options o{.auto_offset_reset = offset_reset::earliest};
        o.max_partition_fetch_bytes = 200 + world.below(4000);
        o.fetch_buffer_memory = 64 * 1024 + world.below(64 * 1024);
        o.fetch_max_bytes = 2'000 + world.below(20'000);
        k.emplace(consumer::make(*c, o).value());
        for (std::int32_t p = 0; p < partitions; ++p) {
            books[p].partition = p;
            if (large_) books[p].filling = 1500;
            if (alone_) here.spawn(open_alone(this, p));
        }
        if (!alone_) here.spawn(read_assigned(this));
    }
    ~scene() {
        for (auto& p : open) p.reset();
        k.reset();
        c.reset();
        world.run_until(world.now() + 2s);
    }

    void append() {
        const auto p = static_cast<std::int32_t>(world.below(partitions));
        const auto base = cluster->log_end_offset("t", p);
        const auto count = 1 + static_cast<int>(world.below(30));
        batch_writer w(1 << 16);
        for (int i = 0; i < count; ++i) {
            const auto text = value_at(p, base + i, books[p].filling);
            w.append({1000, {}, as_bytes(text), {}});
        }
        if (world.chance(300)) w.compress(coder_, spare_).value();
        w.seal();
        cluster->append("t", p, w.wire()).value();
    }
    void step() {
        for (auto n = world.below(4); n > 0; --n) append();
        const auto p = static_cast<std::int32_t>(world.below(partitions));
        const auto node = static_cast<std::int32_t>(1 + world.below(nodes));
        if (world.chance(40) && up[node]) cluster->move_leader("t", p, node);
        if (world.chance(20)) cluster->disconnect(node);
        if (world.chance(15)) start_or_stop(node);
        if (world.chance(10)) expire(p);
        if (world.chance(20)) pause_or_resume(p);
        world.run_until(world.now() + std::chrono::milliseconds(world.below(80)));
    }
    void calm() {
        world.sky = {};
        cluster->on_request({});
        slow = 0;
        for (std::int32_t n = 1; n <= nodes; ++n)
            if (!up[n]) start_or_stop(n);
        for (std::int32_t p = 0; p < partitions; ++p) {
            if (cluster->leader("t", p) < 0) cluster->move_leader("t", p, 1);
            if (paused[p]) pause_or_resume(p);
        }
    }
    bool at_the_end() {
        for (std::int32_t p = 0; p < partitions; ++p) {
            const auto end = cluster->log_end_offset("t", p);
            if (books[p].next < end && !books[p].is_told(end - 1)) return false;
        }
        return true;
    }
    std::string verdict() {
        if (!trouble.empty()) return trouble;
        for (auto& b : books) {
            b.check(cluster->log_end_offset("t", b.partition));
            if (!b.wrong.empty()) return b.wrong;
        }
        return {};
    }

    simulation world;
    environment& here = world.host("client");
    std::optional<embedded_broker> cluster;
    std::optional<client> c;
    std::optional<consumer> k;
    std::shared_ptr<partition_consumer> open[partitions];
    ledger books[partitions];
    bool up[nodes + 1] = {true, true, true, true}, paused[partitions] = {};
    int slow = 0, stops = 0;  // readers: so many of 1000 records take a while
    std::string trouble;

  private:
    static std::string name(int node) { return "broker-" + std::to_string(node); }
    void start_or_stop(std::int32_t node) {
        up[node] = !up[node];
        if (up[node]) cluster->start_node(node).value();
        else cluster->stop_node(node);
    }
    void expire(std::int32_t p) {
        const auto end = cluster->log_end_offset("t", p);
        cluster->delete_records("t", p, static_cast<std::int64_t>(world.below(static_cast<std::uint64_t>(end) + 1)));
    }
    void pause_or_resume(std::int32_t p) {
        if (alone_ && !open[p]) return;
        paused[p] = !paused[p];
        if (alone_) paused[p] ? open[p]->pause() : open[p]->resume();
        else paused[p] ? k->pause("t", p) : k->resume("t", p);
    }

    static task<void> sleep(scene* s, clock::duration d) {
        const auto t = s->here.make_timer();
        t->expires_at(s->here.now() + d);
        co_await t->wait();
    }
    // Where records are large, what is not read for so long is in the way of others.
    task<void> dawdle() { return sleep(this, world.chance(slow) ? std::chrono::milliseconds(world.below(large_ ? 3000 : 500)) : 0ms); }

    // Whoever reads looks whether the scene still has its consumer: what was there at its end may have been read before.
    static task<void> open_alone(scene* s, std::int32_t p) {
        while (!s->open[p]) {
            if (!s->k) co_return;
            auto opened = co_await s->k->consume_partition("t", p, offset_spec::at(0));
            if (opened) s->open[p] = std::make_shared<partition_consumer>(*std::move(opened));
            else if (opened.error() == client_errc::closed) co_return;
        }
        s->here.spawn(hear_alone(s, s->open[p], p));
        if (s->by_batch_) co_await read_batches(s, s->open[p]);
        else co_await read_records(s, s->open[p], p);
    }
    static task<void> read_records(scene* s, std::shared_ptr<partition_consumer> from, std::int32_t p) {
        for (;;) {
            const auto m = co_await from->next();
            if (m) s->books[p].deliver(*m);
            else if (m.error() == client_errc::closed) co_return;
            if (m) co_await s->dawdle();
            else co_await sleep(s, 10ms);  // stopped until hear_alone() seeks
        }
    }
    static task<void> read_batches(scene* s, std::shared_ptr<partition_consumer> from) {
        for (;;) {
            const auto b = co_await from->next_batch();
            if (b) s->take(*b);
            else if (b.error() == client_errc::closed) co_return;
            if (b) co_await s->dawdle();
            else co_await sleep(s, 10ms);
        }
    }
    static task<void> hear_alone(scene* s, std::shared_ptr<partition_consumer> from, std::int32_t p) {
        for (;;) {
            const auto e = co_await from->next_error();
            if (!e) co_return;
            const auto go_on = s->heard(*e, p);
            if (e->stopped) from->seek(offset_spec::at(go_on < 0 ? from->position() : go_on));
        }
    }

    static task<void> read_assigned(scene* s) {
        for (std::int32_t p = 0; p < partitions && s->k; ++p) {
            const auto assigned = co_await s->k->assign("t", p, offset_spec::at(0));
            if (assigned) continue;
            if (assigned.error() == client_errc::closed) co_return;
            --p;
        }
        if (s->k) s->here.spawn(hear_assigned(s));
        while (s->k) {
            if (s->by_batch_) {
                const auto b = co_await s->k->next_batch();
                if (b) s->take(*b);
                else if (b.error() == client_errc::closed) co_return;
            } else {
                const auto m = co_await s->k->next();
                if (m) s->books[m->partition].deliver(*m);
                else if (m.error() == client_errc::closed) co_return;
            }
            co_await s->dawdle();
        }
    }
    static task<void> hear_assigned(scene* s) {
        for (;;) {
            const auto e = co_await s->k->next_error();
            if (!e || !s->k) co_return;
            const auto go_on = s->heard(*e, e->partition);
            if (e->stopped) s->k->seek("t", e->partition, offset_spec::at(go_on < 0 ? s->k->position("t", e->partition) : go_on));
        }
    }

    void take(const consumed_batch& b) {
        const auto whole = b.for_each([&](const record_view& r) { books[b.partition()].deliver(r); });
        (void)whole;  // the consumer knows, and tells
    }
    /// Where to go on behind what cannot be read; -1 if nothing was named.
    std::int64_t heard(const consumer_error& e, std::int32_t p) {
        if (e.topic != "t" || e.partition != p)
            trouble = "an error of " + e.topic + "[" + std::to_string(e.partition) + "] came from partition " + std::to_string(p);
        if (world.print)
            std::fprintf(stderr, "partition %d: %s [%lld, %lld)%s\n", p, e.why.message().c_str(), static_cast<long long>(e.from),
                         static_cast<long long>(e.to), e.stopped ? " stopped" : "");
        stops += e.stopped;
        if (e.to <= e.from) return -1;
        books[p].told.emplace_back(e.from, e.to);
        return e.to;
    }

    const bool alone_, by_batch_, large_;
    compressor coder_{codec::gzip};
    buffer spare_;
};

struct tally {
    std::int64_t records = 0, told = 0, stops = 0;
};

history live(std::uint64_t seed, bool print, tally& all) {
    scene s(seed, print);
    s.world.sky.reset = static_cast<int>(s.world.below(300));
    s.world.sky.finished = static_cast<int>(s.world.below(150));
    s.world.sky.stalled = static_cast<int>(s.world.below(150));
    s.world.sky.refused = static_cast<int>(s.world.below(200));
    s.world.sky.fate_within = 20'000;
    s.slow = static_cast<int>(s.world.below(30));
    const int spite = static_cast<int>(s.world.below(150));
    s.cluster->on_request(
        [&](const received_request& r) { return r.api_key == fetch_request::api_key && s.world.chance(spite) ? mischief(s.world) : reaction{}; });
    for (int i = 0; i < 120; ++i) s.step();
    s.calm();
    const bool whole = s.world.run_while_not([&] { return s.at_the_end(); }, s.world.now() + 120s);
    std::string verdict = s.verdict();
    if (verdict.empty() && !whole) verdict = "it does not come to the end";
    for (const auto& b : s.books) {
        all.records += b.records;
        all.told += static_cast<std::int64_t>(b.told.size());
    }
    all.stops += s.stops;
    return {verdict, s.world.trace(), s.world.events()};
}

void live_many(std::uint64_t count) {
    tally all;
    hold_for_seeds(count, [&](std::uint64_t seed, bool print) { return live(seed, print, all); });
    std::printf("%lld records read, %lld ranges told, %lld stops\n", static_cast<long long>(all.records), static_cast<long long>(all.told),
                static_cast<long long>(all.stops));
    if (::testing::Test::HasFailure() || seeds_are_chosen()) return;
    EXPECT_GT(all.records, 100 * static_cast<std::int64_t>(count)) << "they hardly read";
    EXPECT_GT(all.told, 0);
    EXPECT_GT(all.stops, 0);
}

TEST(ConsumerHistories, PassNoOffsetInSilence) { live_many(200); }
TEST(ConsumerHistoriesFull, PassNoOffsetInSilence) { live_many(5000); }
}  // namespace kwire::consumer_histories_test
