// SPDX-License-Identifier: Apache-2.0
// An event loop on a thread of its own.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <chrono>
#include <thread>

namespace kwire::support {
class loop_thread {
  public:
    loop_thread() : thread_([this] { io.run_for(std::chrono::minutes(2)); }) {}
    ~loop_thread() { ends(); }
    loop_thread(const loop_thread&) = delete;
    loop_thread& operator=(const loop_thread&) = delete;

    /// Waits until nothing is left to do there; false if that is not so after two minutes.
    bool ends() {
        stay_.reset();
        if (thread_.joinable()) thread_.join();
        return io.stopped();
    }
    asio::io_context io{1};

  private:
    asio::executor_work_guard<asio::io_context::executor_type> stay_{io.get_executor()};
    std::thread thread_;
};
}  // namespace kwire::support
