// SPDX-License-Identifier: Apache-2.0
// One connection through the proxy: two sockets, and for each direction one coroutine that reads and one that passes on.
#pragma once

#include "fault_course.hpp"

#include <kwire/net/endpoint.hpp>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <array>
#include <string>

namespace kwire::inline v0 {
/// An exception in a coroutine is a bug; asio::detached would swallow it.
void spawn(const asio::any_io_executor& where, asio::awaitable<void> work);

class proxied_connection : public std::enable_shared_from_this<proxied_connection> {
  public:
    using counters = std::array<std::uint64_t, 2>;  // by direction

    /// Adds the bytes that it passes on to `passed`.
    proxied_connection(asio::ip::tcp::socket client, std::shared_ptr<counters> passed);
    /// Connects to `broker` and passes on until both ends have ended.
    static asio::awaitable<void> run(std::shared_ptr<proxied_connection> self, endpoint broker, std::array<fault_course, 2> courses);

    void release();
    void reset() noexcept;
    bool open() const noexcept { return open_; }

  private:
    struct way {
        explicit way(const asio::any_io_executor& where, fault_course c);
        fault_course course;
        std::string inbox;           // read, not yet passed on
        asio::steady_timer changed;  // cancelled when there is news
        std::chrono::steady_clock::time_point held_until{};
        bool ended = false;                  // nothing more comes
        bool deaf = false, patient = false;  // deaf: nothing is read any more; patient: whatever comes is read
    };
    static asio::awaitable<void> read(std::shared_ptr<proxied_connection> self, direction from);
    static asio::awaitable<void> pass(std::shared_ptr<proxied_connection> self, direction to);
    bool strike(way& w, const fault& f);
    void finish() noexcept;
    void end_if_over() noexcept;
    void wake();
    asio::ip::tcp::socket& source(direction d) { return d == direction::to_broker ? client_ : broker_; }
    asio::ip::tcp::socket& sink(direction d) { return d == direction::to_broker ? broker_ : client_; }
    way& of(direction d) { return *ways_[static_cast<std::size_t>(d)]; }

    asio::ip::tcp::socket client_, broker_;
    std::array<std::optional<way>, 2> ways_;
    const std::shared_ptr<counters> passed_;
    int readers_ = 0, passers_ = 0;
    bool open_ = true, finished_ = false;  // finished: both were told of the end, and what still comes is dropped
};
}  // namespace kwire
