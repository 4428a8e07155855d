// SPDX-License-Identifier: Apache-2.0
// A world in memory: named hosts, a network that fails as asked, and time that jumps to the next event.
//
// A host is an environment, so the same client and broker run here as on real sockets. One seed gives one history, byte
// for byte: everything happens on one thread, in the order of (time, sequence), and all chance comes from one generator.
// trace() folds every event into a number; two runs that agree on it did the same. So nothing under test may depend on
// addresses, unordered containers, std's distributions, or the order of evaluation of arguments that draw.
//
//     simulation world(seed);
//     environment &here = world.host("client"), &there = world.host("broker");
//     ...  spawn things on both, let the weather be bad
//     world.run_until(world.now() + 10s);
//
// What a test passes in (at) runs between two steps of the hosts, and may crash() them.
#pragma once

#include <kwire/net/environment.hpp>

#include <array>
#include <functional>
#include <map>
#include <tuple>
#include <vector>

namespace asio {
class io_context;
}

namespace kwire::inline v0 {
struct simulated_host;
struct simulated_wire;
using namespace std::chrono_literals;

/// How the network treats connections. The fate of a connection is drawn when it is made, and spared it by a calm sky.
struct weather {
    int refused = 0, silent = 0;               // so many of 1000 attempts to connect; silent: until ETIMEDOUT, 127 s later
    int lookup_failed = 0;                     // so many of 1000 lookups of a name
    int reset = 0, finished = 0, stalled = 0;  // so many of 1000 connections; finished: one direction ends in good order
    std::size_t fate_within = 4096;            // the byte at which it strikes is drawn below this
    clock::duration least_latency = 100us, most_latency = 2ms;
    clock::duration lookup_takes = 0s;
    std::uint64_t bytes_per_second = 100'000'000;
    std::size_t window = 64 * 1024;  // what a writer may be ahead of its reader
    int fragmented = 250;            // so many of 1000 reads get fewer bytes than there are
    bool strikes() const { return reset + finished + stalled > 0; }
};

/// How a connection ends that a test cuts: both sides see it break; one direction ends in good order; one falls silent.
enum class cut_kind { reset, finish, stall };

class simulation {
  public:
    explicit simulation(std::uint64_t seed);
    ~simulation();
    simulation(const simulation&) = delete;
    simulation& operator=(const simulation&) = delete;

    /// Made when first named. Names that nobody made are not found when something connects to them.
    environment& host(const std::string& name);
    /// Another name or address of a host, as an advertised listener may use; "localhost", "127.0.0.1" and "::1" are
    /// every host itself.
    void alias(const std::string& other_name, const std::string& name);
    clock::time_point now() const { return now_; }
    void at(clock::time_point when, std::function<void()> what);
    /// Everything up to `end`; time then stands there. What a coroutine throws comes out here.
    void run_until(clock::time_point end);
    /// Runs until `done` is true; false if nothing is left to happen, or `limit` is reached, and it is not.
    bool run_while_not(const std::function<bool()>& done, clock::time_point limit = clock::time_point::max());

    weather sky;
    std::map<std::string, clock::duration> slow_names;  // whose lookups take so long, instead of sky.lookup_takes
    /// Apart: what one sends the other is lost until they are joined again, and then sent once more, as TCP does.
    void part(const std::string& one, const std::string& other, bool apart);
    /// The process on `name` is gone between two instructions: its coroutines are destroyed where they wait. Its peers see
    /// a reset, or nothing at all if the power failed, until restart().
    void crash(const std::string& name, bool power_failed);
    void restart(const std::string& name);

    /// A connection is cut, whatever the sky says, once its dialler, or the side that accepted it, has sent so many bytes.
    /// The first connection made in this world is 1.
    void cut(std::uint64_t connection, bool from_dialler, std::uint64_t after, cut_kind how);
    /// What each connection has carried so far, in the order in which they were made: bytes from its dialler, and to it.
    const std::vector<std::array<std::uint64_t, 2>>& carried() const noexcept { return carried_; }
    /// Sets all wall clocks, forward or back. The time that deadlines are made of goes on as it does.
    void set_wall_clock(clock::duration by) { wall_clock_set_ += by; }

    std::uint64_t random();
    std::uint64_t below(std::uint64_t limit) { return limit ? random() % limit : 0; }
    bool chance(int of_1000) { return below(1000) < static_cast<std::uint64_t>(of_1000); }
    clock::duration latency();

    /// Adds to the trace.
    void note(const char* what, std::uint64_t which, std::uint64_t size = 0);
    std::uint64_t trace() const { return trace_; }
    std::uint64_t events() const { return events_; }
    bool print = false;  // every event, to stderr

  private:
    friend simulated_host;
    friend simulated_wire;
    friend struct simulated_stream;
    friend class simulated_gate;
    struct planned_cut {
        bool from_dialler;
        std::uint64_t after;
        cut_kind how;
    };
    struct event {
        clock::time_point when;
        std::uint64_t order;
        std::function<void()> what;
        bool operator<(const event& e) const { return std::tie(when, order) > std::tie(e.when, e.order); }
    };
    simulated_host& known(const std::string& name);
    simulated_host* find(const std::string& name, simulated_host& from);
    bool apart(const simulated_host& a, const simulated_host& b) const;
    void remember(const std::shared_ptr<simulated_wire>& w);
    void become_ready(std::function<void()> go_on) { can_go_on_.push_back(std::move(go_on)); }
    bool step(clock::time_point limit);
    void settle();

    std::unique_ptr<asio::io_context> ready_;       // it never has a socket or a timer, so it is a plain queue
    std::vector<std::function<void()>> can_go_on_;  // coroutines whose wait is over; which goes first is drawn
    clock::time_point now_{1000h};
    std::uint64_t random_, trace_ = 14695981039346656037u, events_ = 0, order_ = 0, connections_ = 0;
    std::map<std::string, std::unique_ptr<simulated_host>> hosts_;
    std::map<std::string, std::string> aliases_;
    std::map<std::pair<std::string, std::string>, bool> apart_;
    std::vector<std::weak_ptr<simulated_wire>> wires_;
    std::map<std::uint64_t, planned_cut> cuts_;
    std::vector<std::array<std::uint64_t, 2>> carried_;
    clock::duration wall_clock_set_{};
    std::vector<event> events_to_come_;  // a heap, the next one first
};
}  // namespace kwire
