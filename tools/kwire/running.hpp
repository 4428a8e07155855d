// SPDX-License-Identifier: Apache-2.0
// Runs a verb that talks to a cluster: a loop, a client, and the signals that end it.
//
// The first SIGINT or SIGTERM closes the client, or calls what was set with on_interrupt(); a second one ends the program at once.
#pragma once

#include "verb.hpp"

#include <kwire/client/client.hpp>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <functional>

namespace kwire::tool {
/// SIGINT and SIGTERM of this process, seen on one loop.
class interruption {
  public:
    explicit interruption(asio::io_context& on);
    /// Called once, at the first signal; at once if it has come already.
    void on_interrupt(std::function<void()> act);
    bool interrupted() const noexcept { return interrupted_; }
    /// Lets the loop end.
    void stop_watching();

  private:
    void watch();

    asio::signal_set signals_;
    std::function<void()> act_;
    bool interrupted_ = false;
};

/// The same as failed(), or, if a signal ended it, its exit status without a word.
int failed(const context& c, const interruption& signals, const error& why);

/// Makes a client of the settings, runs `work` to its end and closes the client. Returns its status.
int run_with_client(const context& c, const std::function<task<int>(const client&, interruption&)>& work);
}  // namespace kwire::tool
