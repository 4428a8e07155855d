// SPDX-License-Identifier: Apache-2.0
// SIGINT and SIGTERM for a program that waits in blocking calls.
//
// The first one is a request to stop: stopped() says so, descriptor() becomes readable, and after a time of grace `give_up`
// is called, on a thread of this object, to end what still waits. A second one ends the program at once, with status 130.
// One object at a time. Signals behave as before once it is gone.
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

namespace kwire::tool {
class stop_signals {
  public:
    stop_signals(std::chrono::milliseconds grace, std::function<void()> give_up);
    ~stop_signals();
    stop_signals(const stop_signals&) = delete;
    stop_signals& operator=(const stop_signals&) = delete;

    bool stopped() const noexcept;
    /// To poll() together with what is read. Nothing is to be read from it.
    int descriptor() const noexcept { return told_[0]; }

  private:
    void wait(std::chrono::milliseconds grace, const std::function<void()>& give_up) const;

    int told_[2] = {-1, -1};   // written by the handler, read by nobody: it stays readable
    int ended_[2] = {-1, -1};  // closed at its end, for the thread
    struct sigaction before_[2];
    std::thread watching_;
};
}  // namespace kwire::tool
