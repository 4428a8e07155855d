// SPDX-License-Identifier: Apache-2.0
// Host names to addresses, without one slow name server delaying everybody.
//
// Asio's resolver does one lookup at a time on a hidden thread and cannot be cancelled; this keeps up to eight threads
// that each block in getaddrinfo and end when the queue is empty. They hold nothing of the execution context: after
// stop() an answer is dropped where it arrives.
#pragma once

#include <kwire/net/environment.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/ip/tcp.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

namespace kwire::inline v0 {
class name_lookup : public std::enable_shared_from_this<name_lookup> {
  public:
    using addresses = std::vector<asio::ip::tcp::endpoint>;
    /// Runs on the executor given; destroyed on any thread, so it may hold nothing that belongs to one.
    using completion = std::function<void(std::error_code, addresses)>;

    /// Blocks; called on a thread of its own.
    using resolver = std::function<addresses(const std::string& host, std::uint16_t port, std::error_code& why)>;

    explicit name_lookup(asio::any_io_executor home, resolver how = now) : how_(std::move(how)), home_(std::move(home)) {}
    void start(std::string host, std::uint16_t port, completion done);
    /// After this nothing completes any more.
    void stop();

    /// Blocks. The addresses of both families in turn, starting with the family that the system prefers.
    static addresses now(const std::string& host, std::uint16_t port, std::error_code& why);

  private:
    struct job {
        std::string host;
        std::uint16_t port;
        completion done;
    };
    static constexpr int most_threads = 8;
    static void work(std::shared_ptr<name_lookup> self);

    const resolver how_;
    std::mutex mutex_;
    asio::any_io_executor home_;  // emptied by stop(): the threads must not keep what belongs to the context
    std::deque<job> queue_;
    int threads_ = 0;
};
}  // namespace kwire
