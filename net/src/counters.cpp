// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/counters.hpp>

#include <algorithm>

namespace kwire::inline v0 {
void time_counter::turn(clock::time_point now) noexcept {
    const auto from = from_.load(std::memory_order_relaxed);
    const bool next = now - from < 2 * window;
    before_.store(next ? longest_.load(std::memory_order_relaxed) : clock::duration(0), std::memory_order_relaxed);
    longest_.store(clock::duration(0), std::memory_order_relaxed);
    from_.store(now, std::memory_order_relaxed);
}

timing time_counter::at(clock::time_point now) const noexcept {
    const auto age = now - from_.load(std::memory_order_relaxed);
    auto longest = longest_.load(std::memory_order_relaxed);
    if (age < window) longest = std::max(longest, before_.load(std::memory_order_relaxed));
    if (age >= 2 * window) longest = clock::duration(0);
    return {count_.value(), std::chrono::nanoseconds(static_cast<std::int64_t>(total_.value())), longest};
}

std::shared_ptr<broker_counters> network_counters::of(std::int32_t node_id) {
    std::lock_guard guard(mutex_);
    auto& b = brokers_[node_id];
    if (!b) b = std::make_unique<broker_counters>();
    return {shared_from_this(), b.get()};
}
}  // namespace kwire
