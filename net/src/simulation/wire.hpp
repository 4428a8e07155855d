// SPDX-License-Identifier: Apache-2.0
// One simulated connection: two ends, and for each direction what is under way.
#pragma once

#include "host.hpp"

#include <deque>
#include <string>

namespace kwire::inline v0 {
struct simulated_wire : std::enable_shared_from_this<simulated_wire> {
    enum class fate { none, reset, finish, stall };
    struct end {
        explicit end(simulated_host& h) : at(h), life(h.life), readable(h), writable(h) {}
        simulated_host& at;
        std::uint64_t life;
        simulated_gate readable, writable;
        bool open = true, ended = false;  // ended: the peer's FIN is here
        std::error_code broken;
        std::string inbox;             // arrived, not yet read
        std::size_t taken = 0;         // how much of the inbox has been read
        std::size_t ahead = 0;         // sent, not yet read by the peer
        std::deque<std::string> sent;  // on its way to the peer, in order; an empty one is a FIN
        std::uint64_t carried = 0;
        clock::time_point last_arrival{};
        std::size_t unread() const { return inbox.size() - taken; }
    };

    simulated_wire(simulation& w, simulated_host& from, simulated_host& to);
    bool alive(std::size_t side) const { return ends[side].at.up && ends[side].at.life == ends[side].life; }
    void send(std::size_t side, std::string segment);
    void close(std::size_t side);
    void break_off(std::size_t side);

    simulation& world;
    end ends[2];  // 0 dialled, 1 accepted
    std::uint64_t id;
    fate what = fate::none;
    std::uint64_t strikes_at = 0;
    std::size_t strikes = 0;  // the side whose sending it cuts
    bool struck = false, planned = false;

  private:
    void queue(std::size_t side, std::string segment);
    void arrive(std::size_t side);
    void break_off_later(std::size_t side);
};

struct simulated_acceptor final : acceptor {
    simulated_acceptor(simulated_host& h, std::uint16_t p) : at(h), where(p), life(h.life), arrived(h) { at.listening[p] = this; }
    ~simulated_acceptor() override { simulated_acceptor::close(); }
    task<result<std::unique_ptr<stream>>> accept() override;
    std::uint16_t port() const override { return where; }
    void close() noexcept override;

    simulated_host& at;
    std::uint16_t where;
    std::uint64_t life;
    bool closed = false;
    std::deque<std::shared_ptr<simulated_wire>> backlog;
    simulated_gate arrived;
};

struct simulated_stream final : stream {
    explicit simulated_stream(simulated_host& h) : at(h), side(0) {}
    simulated_stream(simulated_host& h, std::shared_ptr<simulated_wire> accepted) : at(h), over(std::move(accepted)), side(1) {}
    ~simulated_stream() override { simulated_stream::close(); }
    task<result<void>> connect(std::string host, std::uint16_t port) override;
    task<result<std::size_t>> read_some(std::span<std::byte> into) override;
    task<result<void>> write(std::span<const bytes> pieces) override;
    void close() noexcept override;
    void close_with(bytes last) noexcept override;

  private:
    task<void> pause(clock::duration d);
    task<result<simulated_host*>> look_up(std::string name);

    simulated_host& at;
    std::shared_ptr<simulated_gate> dialling = std::make_shared<simulated_gate>(at);
    std::shared_ptr<simulated_wire> over;
    std::size_t side;
    bool closed = false;
};

struct simulated_timer final : timer {
    explicit simulated_timer(simulated_host& h) : at(h), s(std::make_shared<state>(h)) {}
    ~simulated_timer() override { simulated_timer::close(); }
    void expires_at(clock::time_point when) override;
    task<bool> wait() override;
    void close() noexcept override;

  private:
    struct state {
        explicit state(simulated_host& h) : changed(h) {}
        simulated_gate changed;
        clock::time_point when = clock::time_point::max();
        std::uint64_t version = 0;
    };
    simulated_host& at;
    std::shared_ptr<state> s;
    bool closed = false;
};
}  // namespace kwire
