// SPDX-License-Identifier: Apache-2.0
// A host of the simulated world, and the gates at which its coroutines wait.
//
// Whatever waits on a host waits at a gate that the host knows, so that a crash can drop it there: the coroutine's frame
// is destroyed where it stands, and no cooperation of the code under test is needed.
#pragma once

#include <kwire/net/simulation.hpp>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>

#include <stdexcept>

namespace kwire::inline v0 {
struct simulated_acceptor;

struct simulated_waiter {
    virtual ~simulated_waiter() = default;
    virtual void go_on() = 0;
    bool opened = false;  // and it has not gone on yet
};
template <class Handler> struct simulated_waiter_of final : simulated_waiter {
    explicit simulated_waiter_of(Handler h) : handler(std::move(h)) {}
    void go_on() override {
        if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) slot.clear();
        std::move(handler)();
    }
    Handler handler;
};

struct simulated_host final : environment {
    simulated_host(simulation& w, std::string n, std::uint64_t i) : world(w), name(std::move(n)), id(i) {}
    std::unique_ptr<stream> make_stream() override;
    result<std::unique_ptr<acceptor>> listen(std::string host, std::uint16_t port) override;
    std::unique_ptr<timer> make_timer() override;
    clock::time_point now() const override { return world.now(); }
    std::chrono::system_clock::time_point wall_now() const override;
    std::uint64_t random() override { return world.random(); }
    asio::any_io_executor executor() override { return world.ready_->get_executor(); }
    void spawn(task<void> work) override;

    simulation& world;
    std::string name;
    std::uint64_t id, gates = 0, life = 0;  // a life ends with a crash
    std::uint16_t last_port = 40000;
    bool up = true;
    void open(std::uint64_t gate);
    std::map<std::uint64_t, std::unique_ptr<simulated_waiter>> waiting;  // by gate; dropping one destroys its coroutine
    std::map<std::uint16_t, simulated_acceptor*> listening;
};

// Where at most one coroutine of a host waits until another opens it.
class simulated_gate {
  public:
    explicit simulated_gate(simulated_host& h) : host_(h), id_(h.gates++) {}
    simulated_gate(const simulated_gate&) = delete;
    simulated_gate& operator=(const simulated_gate&) = delete;
    ~simulated_gate() { host_.waiting.erase(id_); }
    /// Ends also when the coroutine is cancelled, which Asio then throws where it waits next.
    task<void> wait() {
        return asio::async_initiate<decltype(asio::use_awaitable), void()>(
            [this](auto handler) {
                if (host_.waiting.count(id_)) throw std::logic_error("two coroutines wait for one thing");
                // Cancelled, it goes on, and is thrown out of its next wait: as at an Asio timer.
                if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected())
                    slot.assign([host = &host_, id = id_](asio::cancellation_type) { host->open(id); });
                host_.waiting[id_] = std::make_unique<simulated_waiter_of<decltype(handler)>>(std::move(handler));
            },
            asio::use_awaitable);
    }
    void open() { host_.open(id_); }

  private:
    simulated_host& host_;
    std::uint64_t id_;
};
}  // namespace kwire
