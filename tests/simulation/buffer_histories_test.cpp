// SPDX-License-Identifier: Apache-2.0
// Many readers of one consumer whose fetch.buffer.memory is small, each of one partition or of all that are assigned, by record
// or by batch. They keep what they read, stop in the midst of it, cancel their waits, pause, seek, or never come again,
// while leaders move, connections are cut, and fetches fail, hang, come late or are throttled, all by seed. What must hold:
//
// Records come in order, none is left out or comes twice, and each has its own value for as long as it is kept; no more is
// held than scene::most_allowed(); once the weather is calm, whoever still reads and keeps nothing comes to the end of the
// log without a long stop, whatever others keep; and when all is let go of nothing is held.
#include "histories.hpp"
#include "support/run_in.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/client/consumer.hpp>
#include <kwire/protocol/batch_writer.hpp>
#include <kwire/protocol/messages/fetch.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>

#include <deque>

namespace kwire::buffer_histories_test {
constexpr std::int32_t partitions = 8;
constexpr int nodes = 3, for_ever = std::numeric_limits<int>::max();

struct reader {
    std::optional<partition_consumer> alone;  // none: it reads what is assigned
    bool by_batch = false, abandoned = false, reads = false;
    int appetite = 0, greed = 0;  // so many more it reads; so many of 1000 records it keeps
    asio::cancellation_signal stop;
    std::deque<consumer_record> kept;
};

struct log_of_one {
    std::deque<std::string> values;  // by offset
    std::size_t next = 0;            // to be read
    bool paused = false;
    reader* by = nullptr;
};

class scene {
  public:
    scene(std::uint64_t seed, bool print) : world(seed) {
        world.print = print;
        for (std::int32_t p = 0; p < partitions; ++p) {
            reader& r = *(logs_[p].by = world.chance(670) ? &readers_.emplace_back() : &readers_.front());
            if (&r == &readers_.front()) support::run_in(world, here_, k_->assign("t", p, offset_spec::at(0)), 60s).value();
            else r.alone.emplace(support::run_in(world, here_, k_->consume_partition("t", p, offset_spec::at(0)), 60s).value());
        }
        for (auto& r : readers_) r.by_batch = world.chance(500), r.greed = static_cast<int>(world.below(100));
        if (world.chance(500)) cluster_.on_request([this](const received_request& r) { return react(r); });
    }
    ~scene() {
        k_.reset();
        c_.reset();
        world.run_until(world.now() + 2s);
    }

    void step() {
        for (auto& r : readers_) {
            if (r.abandoned) continue;
            go_on(r, static_cast<int>(world.chance(800) ? world.below(3) : world.below(60)));
            if (r.reads && world.chance(100)) r.stop.emit(asio::cancellation_type::terminal);
            if (world.chance(200)) let_go(r, 1);
        }
        const auto p = static_cast<std::int32_t>(world.below(partitions));
        const auto node = static_cast<std::int32_t>(1 + world.below(nodes));
        if (world.chance(500)) append(p);
        if (world.chance(30)) pause_or_resume(p);
        if (world.chance(25)) seek(p);
        if (world.chance(10)) abandon(*logs_[p].by);
        if (world.chance(15)) cluster_.move_leader("t", p, node);
        if (world.chance(6)) cluster_.disconnect(node);
        pass(std::chrono::milliseconds(world.chance(125) ? world.below(1500) : world.below(20)));
    }
    /// Some never come again, or keep all that they can get; the others read on, and keep nothing.
    void calm() {
        cluster_.on_request({});
        for (auto& r : readers_) {
            if (world.chance(330)) abandon(r);
            r.greed = r.abandoned ? 1000 : 0;
            if (!r.abandoned) let_go(r);
            if (!r.abandoned || world.chance(500)) go_on(r, for_ever);
        }
        for (std::int32_t p = 0; p < partitions; ++p)
            if (logs_[p].paused && !logs_[p].by->abandoned) pause_or_resume(p);
        pass(10s);
        for (std::int32_t i = 0; i < 3 * partitions; ++i) append(i % partitions);
    }
    void come_to_the_end() {
        for (auto left = behind(); left > 0 && wrong.empty(); left = behind())
            if (!world.run_while_not([&] { return behind() < left; }, world.now() + 5s))
                broken("it stands still, " + std::to_string(left) + " records before the end");
    }
    void give_all_back() {
        leaving_ = true;
        for (auto& r : readers_) {
            abandon(r);
            let_go(r);
            r.alone.reset();
        }
        for (std::int32_t p = 0; p < partitions; ++p) k_->unassign("t", p);
        pass(2s);
        go_on(readers_.front(), 1);  // what it is in the midst of goes when it looks
        pass(2s);
        if (k_->buffered_bytes() > 0) broken("in the end are held " + std::to_string(k_->buffered_bytes()) + " bytes");
    }

    simulation world;
    const std::size_t limit = std::size_t{64 << 10} << 2 * world.below(3);
    std::size_t most = 0;  // bytes that were held
    std::string wrong;

  private:
    reaction react(const received_request& r) {
        const reaction all[] = {reaction::hanging(), reaction::closing_before(), reaction::delayed(400ms), reaction::throttling(300),
                                reaction::failing(errc::not_leader_or_follower)};
        return r.api_key == fetch_request::api_key && world.chance(33) ? all[world.below(std::size(all))] : reaction{};
    }
    void append(std::int32_t p) {
        constexpr std::size_t sizes[] = {10, 100, 1000, 6000, 9000};
        const auto filling = sizes[world.below(sizes_)];
        writer_.start(1 << 20);
        for (auto n = 1 + world.below(filling > 5000 ? 100 : 40); n > 0; --n) {
            auto& values = logs_[p].values;
            values.push_back(std::to_string(p) + " " + std::to_string(values.size()) + std::string(filling, '.'));
            writer_.append({1000, {}, as_bytes(values.back()), {}});
        }
        if (writer_.size() > 200'000 || world.chance(500)) {
            widest_ = std::max(widest_, writer_.size());
            writer_.compress(coder_, spare_).value();
        }
        writer_.seal();
        largest_ = std::max(largest_, writer_.size());
        cluster_.append("t", p, writer_.wire()).value();
    }
    void abandon(reader& r) {
        r.abandoned = true, r.appetite = 0;
        if (r.reads && (leaving_ || world.chance(500))) r.stop.emit(asio::cancellation_type::terminal);
    }
    void pause_or_resume(std::int32_t p) {
        const auto& alone = logs_[p].by->alone;
        const bool on = logs_[p].paused = !logs_[p].paused;
        if (alone) on ? alone->pause() : alone->resume();
        else on ? k_->pause("t", p) : k_->resume("t", p);
    }
    void seek(std::int32_t p) {
        logs_[p].next = world.below(logs_[p].values.size() + 1);
        const auto to = offset_spec::at(static_cast<std::int64_t>(logs_[p].next));
        logs_[p].by->alone ? logs_[p].by->alone->seek(to) : k_->seek("t", p, to);
    }
    void go_on(reader& r, int appetite) {
        r.appetite = appetite;
        if (std::exchange(r.reads, true)) return;
        start(there_.executor(), read(this, &r), asio::bind_cancellation_slot(r.stop.slot(), [this, &r](result<void> how) {
                  r.reads = false;
                  if (!how && how.error() != client_errc::cancelled && !leaving_) broken("a reader ends: " + how.error().message());
              }));
    }
    // Made here before they are awaited: g++ 12 destroys twice what `?:` makes beside co_await.
    task<result<consumed_batch>> next_batch(reader& r) { return r.alone ? r.alone->next_batch() : k_->next_batch(); }
    task<result<consumer_record>> next(reader& r) { return r.alone ? r.alone->next() : k_->next(); }
    static task<result<void>> read(scene* s, reader* r) {
        for (; r->appetite > 0; --r->appetite) {
            if (r->by_batch) {
                const auto b = co_await s->next_batch(*r);
                if (!b) co_return b.error();
                for (const record_view& m : *b) s->deliver(*r, {m, b->topic(), b->partition(), b->keeps()});
            } else {
                const auto m = co_await s->next(*r);
                if (!m) co_return m.error();
                s->deliver(*r, *m);
            }
        }
        co_return result<void>();
    }
    void deliver(reader& by, const consumer_record& r) {
        auto& next = logs_[r.partition].next;
        if (static_cast<std::size_t>(r.offset) != next) broken(name(r) + " comes instead of " + std::to_string(next));
        look_at(r);
        next = static_cast<std::size_t>(r.offset) + 1;
        if (world.chance(by.greed)) by.kept.push_back(r);
        weigh();
    }
    void look_at(const consumer_record& r) {
        const auto& values = logs_[r.partition].values;
        const auto at = static_cast<std::size_t>(r.offset);
        if (at >= values.size() || as_text(r.value.value_or(bytes())) != values[at]) broken(name(r) + " has another's value");
    }
    void let_go(reader& r, std::size_t count = std::string::npos) {
        for (; count > 0 && !r.kept.empty(); --count, r.kept.pop_front()) look_at(r.kept.front());
    }
    // What there is no room for: of each partition two answers (of 64 KiB, or of one batch that is larger) and two batches that
    // are expanded, though they be parked; two more of those, if all that the assigned ones' reader has are parked. And what
    // there was room for is larger than that, if an answer to one of a broker's two lanes is one large batch.
    std::size_t most_allowed() const {
        const std::size_t answer = 1024 + std::max(largest_, std::size_t{64 << 10});
        return limit + (2 * partitions + 2 * nodes) * answer + 2 * (partitions + 1) * widest_;
    }
    void pass(clock::duration d) {
        world.run_until(world.now() + d);
        weigh();
    }
    void weigh() {
        most = std::max(most, k_->buffered_bytes());
        if (most > most_allowed()) broken("more is held than may be: " + std::to_string(most) + " bytes");
    }
    std::size_t behind() const {
        std::size_t sum = 0;
        for (const auto& l : logs_) sum += l.by->abandoned ? 0 : l.values.size() - l.next;
        return sum;
    }
    static std::string name(const consumer_record& r) { return std::to_string(r.partition) + " " + std::to_string(r.offset); }
    void broken(const std::string& what) {
        if (wrong.empty()) wrong = what;
    }

    environment &here_ = world.host("here"), &there_ = world.host("there");  // readers have an executor of their own
    embedded_broker cluster_{here_, {.nodes = nodes, .topics = {{"t", partitions}}, .port = 9092, .history_bytes = 0}};
    std::optional<client> c_ = client::make(here_, {.bootstrap_servers = {"127.0.0.1:9092"}, .request_timeout = 5s}).value();
    std::optional<consumer> k_ = consumer::make(*c_, {.fetch_buffer_memory = limit}).value();
    std::deque<reader> readers_{1};  // the first reads what is assigned
    log_of_one logs_[partitions];
    std::size_t largest_ = 0, widest_ = 0;            // of all batches, in bytes: as it is sent, and expanded
    const std::uint64_t sizes_ = 3 + world.below(3);  // so many sizes of records there are
    bool leaving_ = false;
    batch_writer writer_;
    compressor coder_{codec::gzip};
    buffer spare_;
};

void live_many(std::uint64_t count) {
    std::uint64_t exceeded = 0;
    hold_for_seeds(count, [&](std::uint64_t seed, bool print) -> history {
        scene s(seed, print);
        for (int i = 0; i < 300 && s.wrong.empty(); ++i) s.step();
        s.calm();
        s.come_to_the_end();
        s.give_all_back();
        exceeded += s.most > s.limit;
        return {s.wrong, s.world.trace(), s.world.events()};
    });
    if (::testing::Test::HasFailure() || seeds_are_chosen()) return;
    EXPECT_GT(exceeded, count / 4) << "there is room for nearly everything";
}

TEST(BufferHistories, ComeToTheEndWithinTheirBound) { live_many(50); }
TEST(BufferHistoriesFull, ComeToTheEndWithinTheirBound) { live_many(500); }
}  // namespace kwire::buffer_histories_test
