// SPDX-License-Identifier: Apache-2.0
// 36: whatever an application waits for can be cancelled, and everything closed or destroyed, at any moment: each operation
// ends once, in time, and nothing is left behind.
#include "real.hpp"
#include "session.hpp"
#include "simulated.hpp"
#include "simulation/histories.hpp"

#include <asio/bind_cancellation_slot.hpp>

namespace kwire_test::scenario_36_test {
struct operation {
    std::string name;
    clock::time_point deadline = clock::time_point::max();  // as it was asked for
    asio::cancellation_signal stop;
    std::optional<clock::time_point> stopped, over;
    int ends = 0;
};

/// A cluster of two, a client with a producer and a consumer, and many operations under way.
class application {
  public:
    explicit application(std::uint64_t seed) : w_(seed) {
        w_.world.sky.refused = static_cast<int>(w_.world.below(100));
        w_.world.sky.reset = static_cast<int>(w_.world.below(100));
        w_.world.sky.stalled = static_cast<int>(w_.world.below(100));
        w_.serve_brokers(2, {.topics = {{"t", 2}}});
        c_.emplace(
            client::make(w_.here, {.bootstrap_servers = {"b1:9092", "b2:9093"}, .request_timeout = 1s, .socket_connection_setup_timeout = 500ms})
                .value());
        core_ = c_->core();
        p_.emplace(producer::make(*c_, {.delivery_timeout = 2s, .linger = 1ms, .max_request_size = 100'000, .buffer_memory = 400'000}).value());
        k_.emplace(consumer::make(*c_, {.fetch_max_wait = 100ms}).value());
    }

    /// Begins something, any of what there is.
    void begin_one() {
        const auto soon = w_.world.now() + std::chrono::milliseconds(w_.world.below(1500));
        switch (w_.world.below(10)) {
            case 0:
            case 1:
            case 2: return send();
            case 3: return p_ ? begin("flush", p_->flush(soon), soon) : void();
            case 4: return p_ ? begin("enqueue", p_->enqueue(record(), soon), soon) : void();
            case 5: return c_ ? begin("topic", c_->topic(w_.world.chance(500) ? "t" : "new", soon), soon) : void();
            case 6: return c_ ? begin("cluster", c_->cluster(soon), soon) : void();
            case 7: return k_ ? begin("assign", k_->assign("t", offset_spec::oldest()), w_.world.now() + 1s) : void();
            case 8: return k_ && !reading_ ? reading_ = true, begin("next", k_->next()) : void();
            default: return k_ && !complaining_ ? complaining_ = true, begin("next_error", k_->next_error()) : void();
        }
    }
    /// Cancels one operation, or all.
    void cancel_some() {
        std::vector<std::shared_ptr<operation>> open;
        for (const auto& o : all_)
            if (!o->over && !o->stopped) open.push_back(o);
        if (open.empty()) return;
        const auto first = w_.world.below(open.size());
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (i != first && !cancel_all_) continue;
            open[i]->stopped = w_.world.now();
            open[i]->stop.emit(asio::cancellation_type::terminal);
            ++points;
        }
        cancel_all_ = w_.world.chance(50);
    }
    /// Closes or destroys one of what there is, in any order; false once all is gone.
    bool close_one() {
        const auto soon = w_.world.now() + std::chrono::milliseconds(w_.world.below(500));
        const auto which = w_.world.below(6);
        if (which == 5) return false;
        const bool there = which < 2 ? p_.has_value() : which < 4 ? k_.has_value() : c_.has_value();
        if (!there) return true;
        ++points;
        switch (which) {
            case 0: return begin("close producer", p_->close(soon), soon), true;
            case 1: return p_.reset(), true;
            case 2: return begin("close consumer", closing(&*k_), w_.world.now()), true;
            case 3: return forget(k_), true;
            default: return begin("close client", closing(&*c_, soon), soon), true;
        }
    }
    void black_hole() {
        for (const auto* name : {"b1", "b2"}) w_.world.part("client", name, true);
    }
    void pass_some_events() {
        const auto until = w_.world.events() + w_.world.below(60);
        w_.world.run_while_not([&] { return w_.world.events() >= until; }, w_.world.now() + 300ms);
    }

    /// Everything goes; what was wrong, or nothing.
    std::string end() {
        ++points;
        // A close that is under way uses its object; the others do not mind.
        w_.world.run_until(w_.world.now() + 500ms);
        const auto gone = w_.world.now();
        p_.reset();
        k_.reset();
        c_.reset();
        w_.world.run_until(gone + 5s);
        for (const auto& o : all_) {
            if (o->ends != 1) return o->name + " ended " + std::to_string(o->ends) + " times";
            if (*o->over > gone + 1s) return o->name + " went on for more than a second after everything was destroyed";
            if (o->deadline<gone&& * o->over> o->deadline + 250ms) return o->name + " outlived its deadline";
            if (o->stopped && *o->over > *o->stopped + 10ms) return o->name + " went on after it was cancelled";
        }
        if (!core_.expired()) return "something holds the client after its end";
        return {};
    }

    std::uint64_t points = 0;
    simulation& world() { return w_.world; }

  private:
    template <class T> void begin(std::string name, task<T> work, clock::time_point deadline = clock::time_point::max()) {
        const auto o = all_.emplace_back(std::make_shared<operation>());
        o->name = std::move(name);
        o->deadline = deadline;
        start(w_.here.executor(), std::move(work), asio::bind_cancellation_slot(o->stop.slot(), [this, o](T) {
                  ++o->ends;
                  o->over = w_.world.now();
                  if (o->name == "next") reading_ = false;
                  if (o->name == "next_error") complaining_ = false;
              }));
    }
    static producer_record record() {
        static const std::string value(1000, 'v');
        producer_record r;
        r.topic = "t";
        r.value = as_bytes(value);
        return r;
    }
    void send() {
        if (p_) begin("send", p_->send(record()), w_.world.now() + 2s);
    }
    template <class T> void forget(std::optional<T>& what) {
        const auto uses = [](const auto& o) { return o->name == "close consumer" && !o->over; };
        if (std::ranges::none_of(all_, uses)) what.reset();
    }

    std::vector<std::shared_ptr<operation>> all_;  // first: their signals outlive what may be cancelled
    simulated_world w_;
    std::weak_ptr<client_core> core_;
    std::optional<client> c_;
    std::optional<producer> p_;
    std::optional<consumer> k_;
    bool reading_ = false, complaining_ = false, cancel_all_ = false;
};

history live(std::uint64_t seed, bool print, std::uint64_t& points) {
    application a(seed);
    a.world().print = print;
    for (int i = 0; i < 12; ++i) {
        for (auto n = a.world().below(5); n > 0; --n) a.begin_one();
        a.pass_some_events();
        a.cancel_some();
    }
    if (a.world().chance(300)) a.black_hole();
    while (a.close_one()) {
        a.begin_one();
        a.pass_some_events();
    }
    const auto verdict = a.end();
    points += a.points;
    return {verdict, a.world().trace(), a.world().events()};
}

void live_many(std::uint64_t count, std::uint64_t least_points) {
    std::uint64_t points = 0;
    hold_for_seeds(count, [&](std::uint64_t seed, bool print) { return live(seed, print, points); });
    std::printf("%llu points at which something was cancelled, closed or destroyed\n", static_cast<unsigned long long>(points));
    if (seeds_are_chosen()) return;
    EXPECT_GE(points, least_points);
}

TEST(Scenario36, WhatIsCancelledOrClosedAtAnyMomentEndsOnceAndInTime) { live_many(450, 3000); }
TEST(Scenario36Full, WhatIsCancelledOrClosedAtAnyMomentEndsOnceAndInTime) { live_many(14'000, 100'000); }

TEST(Scenario36, AProducerThatEndsBeforeItBeganIsForgotten) {
    simulated_world w;
    w.serve_brokers(1);
    {
        const auto c = client::make(w.here, {.bootstrap_servers = {"b1:9092"}}).value();
        std::shared_ptr<std::optional<result<delivery>>> sent;
        {
            const auto p = producer::make(c).value();
            producer_record r;
            r.topic = "t";
            r.value = as_bytes("value");
            sent = w.begin(p.send(r));
            w.world.run_until(w.world.now());  // it asks for the topic, and has nothing to send yet
        }
        w.pass(1s);
        EXPECT_TRUE(sent->has_value());
        EXPECT_TRUE(w.run(c.cluster(c.in(5s))));
    }
    w.pass(1s);  // the client tells its users that it closes; one that is gone must not be among them
}

TEST(Scenario36, OnRealSocketsTooWhatIsCancelledEndsAtOnce) {
    real_world w;
    auto& env = w.env;
    fault_proxy silent(w.io.get_executor());
    silent.on_connection([](std::uint64_t, direction) { return std::vector{fault::stop_reading(0)}; });
    embedded_broker broker(*env);
    silent.forward_to(broker.address(1));
    {
        const auto c = client::make(*env, {.bootstrap_servers = {to_string(silent.address())}}).value();
        asio::cancellation_signal stop;
        std::optional<result<topic_metadata>> got;
        start(w.io, c.topic("t", c.in(1h)), asio::bind_cancellation_slot(stop.slot(), [&](result<topic_metadata> t) { got.emplace(std::move(t)); }));
        ASSERT_TRUE(w.until([&] { return silent.connections() == 1; }));
        EXPECT_FALSE(got);
        stop.emit(asio::cancellation_type::terminal);
        ASSERT_TRUE(w.until([&] { return got.has_value(); }));
        EXPECT_EQ(got->error(), client_errc::cancelled);
    }
    broker.stop();
    silent.stop();
}

TEST(Scenario36, ABlackHoleDoesNotHoldUpTheEnd) {
    real_world w;
    auto& env = w.env;
    fault_proxy hole(w.io.get_executor());
    embedded_broker broker(*env, {.topics = {{"t", 1}}, .advertise = {hole.address()}});
    hole.forward_to(broker.address(1));
    auto c = std::make_unique<client>(client::make(*env, {.bootstrap_servers = {to_string(hole.address())}}).value());
    EXPECT_TRUE(w.run(session(c.get(), "t", 3, 1)));
    hole.on_connection([](std::uint64_t, direction) { return std::vector{fault::stop_reading(0)}; });
    hole.on_frame([](const passing_frame&) { return std::vector{fault::stop_reading(0)}; });
    const auto sent = w.begin(send_all(c.get(), "t", 3, 1));
    w.pass(100ms);
    EXPECT_FALSE(sent->has_value());
    const auto began = env->now();
    const auto closed = w.run(closing(c.get(), c->in(300ms)));
    EXPECT_TRUE(closed);
    ASSERT_TRUE(w.until([&] { return sent->has_value(); }));
    EXPECT_FALSE(**sent);
    EXPECT_GE(env->now() - began, 250ms) << "it had so long to end well";
    c.reset();
    broker.stop();
    hole.stop();
}
}  // namespace kwire_test::scenario_36_test
