// SPDX-License-Identifier: Apache-2.0
// An embedded broker on a thread of its own, for test suites that have no io_context.
//
//     broker_thread b({.topics = {{"orders", 3}}});
//     ... connect whatever speaks Kafka to b.bootstrap() ...
//     const auto end = b.run([](embedded_broker& broker) { return broker.log_end_offset("orders", 0); });
//
// Thread-safety: any thread may call anything but the destructor. Hooks run on the broker's thread.
#pragma once

#include <kwire/broker/embedded_broker.hpp>

#include <optional>
#include <type_traits>

namespace kwire::inline v0 {
class broker_thread {
  public:
    /// Listens when it returns; throws failure if it cannot.
    explicit broker_thread(broker_options options = {});
    /// Closes everything and ends the thread.
    ~broker_thread();
    broker_thread(const broker_thread&) = delete;
    broker_thread& operator=(const broker_thread&) = delete;

    std::string bootstrap() const;

    /// Calls `f` with the broker on its thread, waits, and returns what it returns, or throws what it throws. Return
    /// values, not views into the broker.
    template <class F> auto run(F f) {
        using returned = std::invoke_result_t<F&, embedded_broker&>;
        if constexpr (std::is_void_v<returned>) {
            run_there(f);
        } else {
            std::optional<returned> value;
            run_there([&](embedded_broker& b) { value.emplace(f(b)); });
            return *std::move(value);
        }
    }

  private:
    void run_there(const std::function<void(embedded_broker&)>& f);

    struct inside;
    std::unique_ptr<inside> inside_;
};
}  // namespace kwire
