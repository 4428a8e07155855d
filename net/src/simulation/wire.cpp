// SPDX-License-Identifier: Apache-2.0
#include "wire.hpp"

#include <asio/error.hpp>

#include <algorithm>

namespace kwire::inline v0 {
simulated_wire::simulated_wire(simulation& w, simulated_host& from, simulated_host& to) : world(w), ends{end(from), end(to)}, id(++w.connections_) {
    const auto& sky = world.sky;
    const auto drawn = static_cast<int>(world.below(1000));
    if (drawn < sky.reset) what = fate::reset;
    else if (drawn < sky.reset + sky.finished) what = fate::finish;
    else if (drawn < sky.reset + sky.finished + sky.stalled) what = fate::stall;
    strikes_at = world.below(sky.fate_within);
    strikes = world.below(2);
    world.carried_.push_back({0, 0});
    const auto plan = world.cuts_.find(id);
    if (plan == world.cuts_.end()) return;
    planned = true;
    what = plan->second.how == cut_kind::reset ? fate::reset : plan->second.how == cut_kind::finish ? fate::finish : fate::stall;
    strikes_at = plan->second.after;
    strikes = plan->second.from_dialler ? 0 : 1;
}

void simulated_wire::send(std::size_t side, std::string segment) {
    end& me = ends[side];
    me.ahead += segment.size();
    world.carried_[id - 1][side] += segment.size();
    if (side == strikes && struck) return;  // whatever the fate was, nothing more gets through
    const bool doomed = side == strikes && what != fate::none && (planned || world.sky.strikes()) && me.carried + segment.size() >= strikes_at;
    if (!doomed) {
        me.carried += segment.size();
        return queue(side, std::move(segment));
    }
    segment.resize(static_cast<std::size_t>(strikes_at - std::min(strikes_at, me.carried)));
    world.note(what == fate::reset ? "reset" : what == fate::finish ? "finish" : "stall", id, strikes_at);
    struck = true;
    me.carried = strikes_at;
    if (!segment.empty()) queue(side, std::move(segment));
    if (what == fate::finish) queue(side, "");
    if (what == fate::reset) break_off_later(0), break_off_later(1);
}

void simulated_wire::queue(std::size_t side, std::string segment) {
    end& me = ends[side];
    const auto sending = clock::duration(segment.size() * 1'000'000'000 / world.sky.bytes_per_second);
    me.last_arrival = std::max(world.now() + world.latency(), me.last_arrival) + sending;
    me.sent.push_back(std::move(segment));
    world.at(me.last_arrival, [w = shared_from_this(), side] { w->arrive(side); });
}

void simulated_wire::arrive(std::size_t side) {
    end &me = ends[side], &peer = ends[1 - side];
    if (world.apart(me.at, peer.at) || !peer.at.up) {  // TCP sends again until it gets through
        world.at(world.now() + 200ms, [w = shared_from_this(), side] { w->arrive(side); });
        return;
    }
    if (me.sent.empty()) return;
    std::string segment = std::move(me.sent.front());
    me.sent.pop_front();
    world.note("arrive", id * 2 + side, segment.size());
    if (!peer.open || !alive(1 - side)) return break_off_later(side);
    if (segment.empty()) peer.ended = true;
    peer.inbox += segment;
    peer.readable.open();
}

void simulated_wire::break_off_later(std::size_t side) {
    world.at(world.now() + world.latency(), [w = shared_from_this(), side] { w->break_off(side); });
}

void simulated_wire::break_off(std::size_t side) {
    end& e = ends[side];
    if (!e.open || e.broken || !alive(side)) return;
    world.note("broken", id * 2 + side);
    e.broken = asio::error::connection_reset;
    e.inbox.clear();
    e.taken = 0;
    e.readable.open();
    e.writable.open();
}

void simulated_wire::close(std::size_t side) {
    end& e = ends[side];
    if (!alive(side)) return;
    e.open = false;
    world.note("close", id * 2 + side);
    if (!e.broken && e.unread() == 0) send(side, "");
    else if (!e.broken) break_off_later(1 - side);
    e.readable.open();
    e.writable.open();
}

task<result<std::unique_ptr<stream>>> simulated_acceptor::accept() {
    while (!closed && backlog.empty()) co_await arrived.wait();
    if (closed) co_return error(client_errc::closed);
    std::unique_ptr<stream> accepted = std::make_unique<simulated_stream>(at, std::move(backlog.front()));
    backlog.pop_front();
    co_return std::move(accepted);
}

void simulated_acceptor::close() noexcept {
    if (std::exchange(closed, true) || life != at.life) return;
    at.listening.erase(where);
    for (auto& w : backlog) w->close(1);
    arrived.open();
}

task<void> simulated_stream::pause(clock::duration d) {
    at.world.at(at.now() + d, [held = std::weak_ptr(dialling)] {
        if (const auto g = held.lock()) g->open();
    });
    co_await dialling->wait();
}

task<result<simulated_host*>> simulated_stream::look_up(std::string name) {
    const auto slow = at.world.slow_names.find(name);
    const auto takes = slow == at.world.slow_names.end() ? at.world.sky.lookup_takes : slow->second;
    const bool fails = at.world.chance(at.world.sky.lookup_failed);
    if (takes > 0s) co_await pause(takes);
    simulated_host* found = at.world.find(name, at);
    at.world.note("look up", found ? found->id : 0, fails);
    if (fails || !found) {
        std::string what = "look up the name ";
        co_return error(fails ? asio::error::host_not_found_try_again : asio::error::host_not_found, what + name);
    }
    co_return found;
}

task<result<void>> simulated_stream::connect(std::string host, std::uint16_t port) {
    const auto found = co_await look_up(std::move(host));
    if (closed) co_return error(client_errc::closed);
    if (!found) co_return found.error();
    simulated_host& peer = **found;
    at.world.note("dial", peer.id, port);
    const bool silent = at.world.chance(at.world.sky.silent);
    for (int tries = 0; !closed && (tries == 0 || silent || at.world.apart(at, peer) || !peer.up); ++tries) {
        if (tries == 127) co_return error(asio::error::timed_out);
        auto round = at.world.latency();
        if (tries > 0) round = 1s;
        co_await pause(round);
    }
    if (closed) co_return error(client_errc::closed);
    const bool refused = at.world.chance(at.world.sky.refused);
    const auto listener = peer.listening.find(port);
    if (listener == peer.listening.end() || refused) co_return error(asio::error::connection_refused);
    over = std::make_shared<simulated_wire>(at.world, at, peer);
    at.world.remember(over);
    listener->second->backlog.push_back(over);
    listener->second->arrived.open();
    const auto back = at.world.latency();
    co_await pause(back);
    if (closed) co_return error(client_errc::closed);
    co_return result<void>();
}

task<result<std::size_t>> simulated_stream::read_some(std::span<std::byte> into) {
    if (closed) co_return error(client_errc::closed);
    if (!over) co_return error(asio::error::not_connected);
    auto& me = over->ends[side];
    while (!closed && !me.broken && me.unread() == 0 && !me.ended) co_await me.readable.wait();
    if (closed) co_return error(client_errc::closed);
    if (me.broken) co_return error(me.broken);
    if (me.unread() == 0) co_return error(asio::error::eof);
    std::size_t n = std::min(into.size(), me.unread());
    if (at.world.chance(at.world.sky.fragmented)) n = 1 + static_cast<std::size_t>(at.world.below(n));
    std::memcpy(into.data(), me.inbox.data() + me.taken, n);
    me.taken += n;
    if (me.unread() == 0) me.inbox.clear(), me.taken = 0;
    auto& peer = over->ends[1 - side];
    peer.ahead -= n;
    if (over->alive(1 - side)) peer.writable.open();
    co_return n;
}

task<result<void>> simulated_stream::write(std::span<const bytes> pieces) {
    if (closed) co_return error(client_errc::closed);
    if (!over) co_return error(asio::error::not_connected);
    auto& me = over->ends[side];
    const std::size_t window = at.world.sky.window;
    std::string segment;
    for (std::size_t piece = 0, offset = 0; piece < pieces.size();) {
        if (closed) co_return error(client_errc::closed);
        if (me.broken) co_return error(me.broken);
        const std::size_t room = window - std::min(window, me.ahead + segment.size());
        const auto n = std::min(room, pieces[piece].size() - offset);
        segment.append(reinterpret_cast<const char*>(pieces[piece].data()) + offset, n);
        offset += n;
        if (offset == pieces[piece].size()) {
            ++piece, offset = 0;
            continue;
        }
        if (!segment.empty()) over->send(side, std::exchange(segment, {}));
        co_await me.writable.wait();
    }
    if (!segment.empty()) over->send(side, std::move(segment));
    co_return result<void>();
}

void simulated_stream::close() noexcept {
    if (std::exchange(closed, true)) return;
    dialling->open();
    if (over) over->close(side);
}

void simulated_stream::close_with(bytes last) noexcept {
    if (!closed && over && over->alive(side)) {
        const auto& me = over->ends[side];
        const std::size_t room = at.world.sky.window - std::min<std::size_t>(at.world.sky.window, me.ahead);
        const auto some = last.first(std::min(last.size(), room));
        if (!me.broken && !some.empty()) over->send(side, std::string(as_text(some)));
    }
    close();
}

void simulated_timer::expires_at(clock::time_point when) {
    if (s->when == when) return;
    s->when = when;
    s->changed.open();
}

task<bool> simulated_timer::wait() {
    while (!closed) {
        if (s->when <= at.now()) co_return true;
        if (s->when != clock::time_point::max())
            at.world.at(s->when, [held = std::weak_ptr(s), version = ++s->version, w = &at.world] {
                const auto t = held.lock();
                if (t && t->version == version) w->note("timer", version), t->changed.open();
            });
        co_await s->changed.wait();
    }
    co_return false;
}

void simulated_timer::close() noexcept {
    closed = true;
    ++s->version;
    s->changed.open();
}
}  // namespace kwire
