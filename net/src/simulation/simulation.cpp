// SPDX-License-Identifier: Apache-2.0
#include "wire.hpp"

#include <asio/co_spawn.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <cinttypes>
#include <cstdio>

namespace kwire::inline v0 {
std::unique_ptr<stream> simulated_host::make_stream() { return std::make_unique<simulated_stream>(*this); }
std::unique_ptr<timer> simulated_host::make_timer() { return std::make_unique<simulated_timer>(*this); }

result<std::unique_ptr<acceptor>> simulated_host::listen(std::string, std::uint16_t port) {
    while (port == 0)
        if (++last_port; last_port != 0 && !listening.count(last_port)) port = last_port;
    if (listening.count(port)) return error(asio::error::address_in_use, "listen on port " + std::to_string(port));
    return std::unique_ptr<acceptor>(std::make_unique<simulated_acceptor>(*this, port));
}

std::chrono::system_clock::time_point simulated_host::wall_now() const {
    const auto since_start = world.now().time_since_epoch() - 1000h + world.wall_clock_set_;
    return std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::system_clock::duration>(1'700'000'000s + since_start));
}

// The waiter stays in the host's keeping until its turn comes, so that a crash in between finds it.
void simulated_host::open(std::uint64_t gate) {
    const auto found = waiting.find(gate);
    if (found == waiting.end() || std::exchange(found->second->opened, true)) return;
    world.become_ready([this, gate] {
        const auto its_turn = waiting.extract(gate);
        if (its_turn) its_turn.mapped()->go_on();  // else it crashed, or the gate is gone
    });
}

void simulated_host::spawn(task<void> work) {
    asio::co_spawn(*world.ready_, std::move(work), [](std::exception_ptr bug) {
        if (bug) std::rethrow_exception(bug);
    });
}

simulation::simulation(std::uint64_t seed) : ready_(std::make_unique<asio::io_context>(ASIO_CONCURRENCY_HINT_UNSAFE)), random_(seed) {}

simulation::~simulation() {  // first who waits, while what they wait for is still there
    for (auto& [name, h] : hosts_) crash(name, true);
    events_to_come_.clear();
    settle();
    wires_.clear();
}

simulated_host& simulation::known(const std::string& name) {
    auto& h = hosts_[name];
    if (!h) h = std::make_unique<simulated_host>(*this, name, hosts_.size());
    return *h;
}

environment& simulation::host(const std::string& name) { return known(name); }
void simulation::alias(const std::string& other_name, const std::string& name) { aliases_[other_name] = name; }

simulated_host* simulation::find(const std::string& name, simulated_host& from) {
    if (name == "localhost" || name == "127.0.0.1" || name == "::1") return &from;
    const auto meant = aliases_.find(name);
    const auto found = hosts_.find(meant == aliases_.end() ? name : meant->second);
    return found == hosts_.end() ? nullptr : found->second.get();
}

void simulation::at(clock::time_point when, std::function<void()> what) {
    events_to_come_.push_back({std::max(when, now_), order_++, std::move(what)});
    std::push_heap(events_to_come_.begin(), events_to_come_.end());
}

// Which of several coroutines goes on first is chance, as it is between real sockets.
void simulation::settle() {
    ready_->restart();
    for (int steps = 0;;) {
        while (ready_->poll_one() > 0)
            if (++steps > 10'000'000) throw std::runtime_error("a loop that never waits: virtual time stands still");
        ready_->restart();
        if (can_go_on_.empty()) return;
        const auto chosen = can_go_on_.begin() + static_cast<std::ptrdiff_t>(can_go_on_.size() == 1 ? 0 : below(can_go_on_.size()));
        asio::post(*ready_, std::move(*chosen));  // and not called here: what it spawns begins at once, as on a real executor
        can_go_on_.erase(chosen);
    }
}

bool simulation::step(clock::time_point limit) {
    if (events_to_come_.empty() || events_to_come_.front().when > limit) return false;
    std::pop_heap(events_to_come_.begin(), events_to_come_.end());
    event next = std::move(events_to_come_.back());
    events_to_come_.pop_back();
    now_ = next.when;
    next.what();
    settle();
    return true;
}

void simulation::run_until(clock::time_point end) {
    settle();
    while (step(end)) {}
    now_ = std::max(now_, end);
}

bool simulation::run_while_not(const std::function<bool()>& done, clock::time_point limit) {
    settle();
    while (!done())
        if (!step(limit)) return done();
    return true;
}

std::uint64_t simulation::random() {  // splitmix64; std's distributions differ between libraries
    std::uint64_t z = random_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

clock::duration simulation::latency() {
    return sky.least_latency + clock::duration(below(static_cast<std::uint64_t>((sky.most_latency - sky.least_latency).count())));
}

void simulation::note(const char* what, std::uint64_t which, std::uint64_t size) {
    ++events_;
    const auto t = static_cast<std::uint64_t>(now_.time_since_epoch().count());
    for (const std::uint64_t v : {t, static_cast<std::uint64_t>(what[0]), which, size}) trace_ = (trace_ ^ v) * 1099511628211u;
    const double seconds = static_cast<double>((now_.time_since_epoch() - 1000h).count()) / 1e9;
    if (print) std::fprintf(stderr, "%.6f %s %" PRIu64 " %" PRIu64 "\n", seconds, what, which, size);
}

bool simulation::apart(const simulated_host& a, const simulated_host& b) const {
    const auto found = apart_.find(std::minmax(a.name, b.name));
    return found != apart_.end() && found->second;
}

void simulation::part(const std::string& one, const std::string& other, bool apart) {
    apart_[std::minmax(one, other)] = apart;
    note(apart ? "part" : "join", 0);
}

void simulation::cut(std::uint64_t connection, bool from_dialler, std::uint64_t after, cut_kind how) {
    cuts_[connection] = {from_dialler, after, how};
}

void simulation::remember(const std::shared_ptr<simulated_wire>& w) {
    std::erase_if(wires_, [](const auto& old) { return old.expired(); });
    wires_.push_back(w);
}

void simulation::crash(const std::string& name, bool power_failed) {
    auto& h = known(name);
    note("crash", h.id, power_failed);
    ++h.life;
    h.up = !power_failed;
    h.listening.clear();
    for (const auto& held : wires_) {
        const auto w = held.lock();
        for (std::size_t side = 0; w && side < 2; ++side)
            if (&w->ends[side].at == &h && !power_failed) at(now_ + latency(), [w, side] { w->break_off(1 - side); });
    }
    while (!h.waiting.empty()) h.waiting.extract(h.waiting.begin());  // each destroys its coroutine, through ready_
    settle();
}

void simulation::restart(const std::string& name) {
    auto& h = known(name);
    h.up = true;
    note("restart", h.id);
}
}  // namespace kwire
