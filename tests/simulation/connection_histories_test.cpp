// SPDX-License-Identifier: Apache-2.0
// What must hold for every request on a pool's connections, through whatever the network does: it completes exactly once,
// with its own answer or an error, by its deadline; what is said never to have been sent was not; and once the weather is
// calm every broker is well again soon. The brokers are toys that echo, hang up, or fall silent.
#include "histories.hpp"
#include "net/echo.hpp"

#include <kwire/net/pool.hpp>
#include <kwire/net/simulation.hpp>

#include <set>

namespace kwire::connection_histories_test {
constexpr int brokers = 3;
std::string broker_name(int i) { return "b" + std::to_string(i); }

struct seen_by_brokers {
    std::set<std::string> requests;
};

task<void> echo(std::shared_ptr<scripted_peer> p, seen_by_brokers* seen) {
    const bool known = co_await p->say_hello();
    for (bool on = known; on;) {
        const auto r = co_await p->read();
        if (!r) co_return;
        const auto text = echoed(*r);
        seen->requests.insert(text);
        if (text.ends_with("hang up")) co_return;
        if (text.ends_with("silence")) {
            co_await p->ignore_all();
            co_return;
        }
        on = co_await p->answer(r->correlation_id, text);
    }
}

class examiner {
  public:
    examiner(environment& env, seen_by_brokers& seen) : env_(env), seen_(seen) {}

    /// `answered_within`: in calm weather it must be answered, and as soon as that.
    void ask(std::shared_ptr<pool> p, int broker, std::string text, clock::duration limit, clock::duration answered_within = 1h) {
        const auto now = env_.now();
        asked_.push_back({std::to_string(asked_.size()) + " " + text, now + limit, now + answered_within, answered_within < 1h, 0});
        env_.spawn(ask_one(this, std::move(p), broker, asked_.size() - 1));
    }
    void at_the_end() {
        for (std::size_t i = 0; i < asked_.size(); ++i)
            if (asked_[i].ends == 0) broken("never completed", i);
    }
    std::string verdict;
    int answered = 0, failed = 0, timed_out = 0, never_sent = 0;

  private:
    struct question {
        std::string text;
        clock::time_point deadline, answered_by;
        bool calm;
        int ends;
    };
    static task<void> ask_one(examiner* e, std::shared_ptr<pool> p, int broker, std::size_t i) {
        const auto deadline = e->asked_[i].deadline;
        const auto there = co_await p->connect(broker, role::produce, deadline);
        if (there) (*there)->send(echo_request(e->asked_[i].text), deadline, [e, i](result<answer> got, sent s) { e->ended(i, std::move(got), s); });
        else e->ended(i, there.error(), sent::never);
    }
    void ended(std::size_t i, result<answer> got, sent s) {
        question& q = asked_[i];
        const auto now = env_.now();
        if (++q.ends > 1) broken("completed twice", i);
        if (now > q.deadline) broken("completed after its deadline", i);
        if (got && as_text(got->body) != q.text) broken("got another's answer", i);
        const bool late = !got && got.error() == client_errc::timed_out;
        if (late && got.error().context().starts_with("Echo") && now < q.deadline) broken("timed out early", i);
        if (!got && s == sent::never && seen_.requests.contains(q.text)) broken("was seen by a broker, but said never to have been sent", i);
        if (q.calm && !got) broken("was not answered in calm weather: " + got.error().message(), i);
        if (q.calm && now > q.answered_by) broken("was answered late in calm weather", i);
        ++(got ? answered : late ? timed_out : failed);
        if (s == sent::never) ++never_sent;
    }
    void broken(const std::string& what, std::size_t i) {
        if (verdict.empty()) verdict = "request " + std::to_string(i) + " " + what;
    }

    environment& env_;
    seen_by_brokers& seen_;
    std::vector<question> asked_;
};

struct scene {
    explicit scene(std::uint64_t seed) : world(seed), e(here, seen) {
        std::vector<broker_address> all;
        for (int i = 1; i <= brokers; ++i) {
            boot(i);
            all.push_back({i, {broker_name(i), 9092}});
        }
        pool_options o;
        o.connection.most_in_flight = 1 + static_cast<std::size_t>(world.below(8));
        o.connect_limit = 1s;
        p = pool::make(here, o);
        p->update_brokers(all);
    }
    void boot(int i) {
        auto& h = world.host(broker_name(i));
        auto a = h.listen("", 9092);
        if (a)
            h.spawn(follow_script(&h, std::shared_ptr<acceptor>(*std::move(a)),
                                  [this](std::shared_ptr<scripted_peer> peer) { return echo(std::move(peer), &seen); }));
    }
    int any_broker() { return 1 + static_cast<int>(world.below(brokers)); }

    // Twenty seconds in which the network and the brokers do what they can.
    void storm() {
        const auto begin = world.now();
        world.sky = {.refused = 100,
                     .silent = 30,
                     .lookup_failed = 30,
                     .reset = 150,
                     .finished = 100,
                     .stalled = 100,
                     .most_latency = 1us * (100 + world.below(20'000)),
                     .window = 512 + static_cast<std::size_t>(world.below(8192))};
        for (int i = 0; i < 400; ++i) {
            const auto when = begin + 1ms * world.below(20'000);
            std::string text(static_cast<std::size_t>(world.below(300)), '.');
            if (i % 50 == 7) text = "silence";
            if (i % 40 == 9) text = "hang up";
            world.at(when, [this, text] {
                const int broker = any_broker();
                e.ask(p, broker, text, 1ms * (50 + world.below(5000)));
            });
        }
        for (auto t = begin; t < begin + 20s; t += 1ms * (300 + world.below(2000))) {
            const auto until = t + 1ms * (100 + world.below(1500));
            const int broker = any_broker();
            const auto name = broker_name(broker);
            if (world.chance(400)) {
                world.at(t, [this, name] { world.part("client", name, true); });
                world.at(until, [this, name] { world.part("client", name, false); });
            } else {
                world.at(t, [this, name] { world.crash(name, world.chance(500)); });
                world.at(until, [this, broker, name] { world.restart(name), boot(broker); });
            }
        }
        world.run_until(begin + 25s);
        world.sky = {};
        for (int i = 1; i <= brokers; ++i) {
            world.part("client", broker_name(i), false);
            world.restart(broker_name(i));
            boot(i);
        }
    }
    // What broke is whole again; the longest pause passes, and connections that stalled are found out.
    void calm() {
        for (int i = 1; i <= brokers; ++i) e.ask(p, i, "", 4s);
        world.run_until(world.now() + 20s);
        for (int i = 1; i <= brokers; ++i) e.ask(p, i, "", 4s);
        world.run_until(world.now() + 5s);
        for (int i = 0; i < 50; ++i) e.ask(p, any_broker(), "", 1s, 200ms);
        world.run_until(world.now() + 1s);
        for (int i = 0; i < 5; ++i) e.ask(p, 1, "", 3s);  // and a broker's process restarts under them
        world.run_until(world.now() + 50us);
        world.crash("b1", false);
        boot(1);
        world.run_until(world.now() + 400ms);
        for (int i = 0; i < 5; ++i) e.ask(p, 1, "", 1s, 300ms);
        world.run_until(world.now() + 4s);
        for (int i = 0; i < 5; ++i) e.ask(p, any_broker(), "", 1s);
    }

    simulation world;
    environment& here = world.host("client");
    seen_by_brokers seen;
    examiner e;
    std::shared_ptr<pool> p;
};

history play(std::uint64_t seed, bool print) {
    scene s(seed);
    s.world.print = print;
    s.storm();
    s.calm();
    if (seed % 4 == 0) {
        s.world.crash("client", false);  // nobody closes anything, and yet nothing is left
    } else {
        s.p->close();
        s.world.run_until(s.world.now() + 1us);
        s.e.at_the_end();
    }
    if (s.e.verdict.empty() && s.p.use_count() > 1) s.e.verdict = "something holds the pool after its end";
    if (s.e.verdict.empty() && (s.e.answered < 100 || s.e.failed < 5)) s.e.verdict = "no history worth the name";
    if (print) std::fprintf(stderr, "%d answered, %d failed, %d timed out, %d never sent\n", s.e.answered, s.e.failed, s.e.timed_out, s.e.never_sent);
    return {s.e.verdict, s.world.trace(), s.world.events()};
}

TEST(ConnectionHistories, HoldThroughBadWeather) { hold_for_seeds(500, play); }
TEST(ConnectionHistoriesFull, HoldThroughBadWeather) { hold_for_seeds(5000, play); }

TEST(ConnectionHistories, AreTheSameForTheSameSeed) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto once = play(seed, false), again = play(seed, false);
        EXPECT_EQ(once.trace, again.trace) << seed;
        EXPECT_NE(once.trace, play(seed + 1000, false).trace);
    }
}
}  // namespace kwire::connection_histories_test
