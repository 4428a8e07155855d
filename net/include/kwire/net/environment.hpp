// SPDX-License-Identifier: Apache-2.0
// The world as kwire sees it: byte streams, the time, timers and chance. Nothing else in kwire touches it.
//
// There is one rule for ending a wait. Whatever can wait (stream, acceptor, timer) has close(): it is final, may be called
// at any time, and everything that waits or will wait on the object completes with client_errc::closed. A deadline is
// therefore not a parameter: its owner keeps it as data, sets its one timer, and closes what took too long.
// An environment and all it hands out belong to one thread (or strand). Buffers passed in stay the caller's; they and the
// object must outlive the call. On any one stream: at most one read and one write at a time.
#pragma once

#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/error.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

// Enough of Asio to declare with, at no cost to who includes this; who awaits includes <asio/awaitable.hpp>.
namespace asio {
class any_io_executor;
template <typename T, typename Executor> class awaitable;
}  // namespace asio

namespace kwire::inline v0 {
template <class T> using task = asio::awaitable<T, asio::any_io_executor>;

/// The type of points in time. It has no now(): only an environment knows the time, and the compiler sees to it.
struct clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<clock>;
    static constexpr bool is_steady = true;
};

class stream {
  public:
    virtual ~stream() = default;
    /// All addresses of `host` (a name, IPv4 or IPv6 literal) are tried.
    virtual task<result<void>> connect(std::string host, std::uint16_t port) = 0;
    /// At least one byte; asio::error::eof once the peer has ended the stream in good order.
    virtual task<result<std::size_t>> read_some(std::span<std::byte> into) = 0;
    /// All bytes of all pieces, in one system call where possible; after an error nobody knows how many went out.
    virtual task<result<void>> write(std::span<const bytes> pieces) = 0;
    virtual void close() noexcept = 0;
    /// close(), and before it as much of `last` is sent as goes without waiting: a farewell, which may be lost. Not while a
    /// write is on. A stream over another one hands it on; one that does not just closes.
    virtual void close_with(bytes last) noexcept { (void)last, close(); }
};

class acceptor {
  public:
    virtual ~acceptor() = default;
    virtual task<result<std::unique_ptr<stream>>> accept() = 0;
    virtual std::uint16_t port() const = 0;
    virtual void close() noexcept = 0;
};

class timer {
  public:
    virtual ~timer() = default;
    /// Sets when wait() ends; moves a wait that is already on. A new timer stands at time_point::max(), never.
    virtual void expires_at(clock::time_point when) = 0;
    /// True once the time has come, false if the timer was closed.
    virtual task<bool> wait() = 0;
    virtual void close() noexcept = 0;
};

class environment {
  public:
    virtual ~environment() = default;
    virtual std::unique_ptr<stream> make_stream() = 0;                                           // not yet connected
    virtual result<std::unique_ptr<acceptor>> listen(std::string host, std::uint16_t port) = 0;  // port 0: any
    virtual std::unique_ptr<timer> make_timer() = 0;
    virtual clock::time_point now() const = 0;
    virtual std::chrono::system_clock::time_point wall_now() const = 0;
    /// The same for a fraction of the cost, for what is asked once a record: behind wall_now() by up to a tick of the kernel
    /// (1 to 10 ms), never ahead of it. An environment with nothing cheaper says wall_now(). Any thread may ask for it.
    virtual std::chrono::system_clock::time_point coarse_wall_now() const { return wall_now(); }
    virtual std::uint64_t random() = 0;
    virtual asio::any_io_executor executor() = 0;
    /// Starts `work` beside the caller; it may run up to its first wait before spawn() returns. An exception that leaves it
    /// is a bug and comes out of whoever runs the executor.
    virtual void spawn(task<void> work) = 0;
};
}  // namespace kwire
