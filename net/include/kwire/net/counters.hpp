// SPDX-License-Identifier: Apache-2.0
// What is counted of connections and requests, by broker.
//
// One strand counts; any thread reads, without a lock and without stopping it. Counting costs a few plain additions a
// request. The figures of one moment can be apart by a request.
// Source: the metrics of Kafka's selector and of its nodes (connection-creation-total, request-latency-avg, …).
#pragma once

#include <kwire/net/environment.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

namespace kwire::inline v0 {
/// Only grows. One thread at a time adds, unless all use add_shared().
class counter {
  public:
    void add(std::uint64_t n = 1) noexcept { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
    void add_shared(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

/// Durations: all of them, and the longest of late.
struct timing {
    std::uint64_t count = 0;
    std::chrono::nanoseconds total{0};    // since the client's start
    std::chrono::nanoseconds longest{0};  // in the last 30 to 60 s
    bool operator==(const timing&) const = default;
};

class time_counter {
  public:
    static constexpr std::chrono::seconds window{30};  // metrics.sample.window.ms

    void add(clock::duration took, clock::time_point now) noexcept {
        count_.add();
        total_.add(static_cast<std::uint64_t>(took.count()));
        if (now - from_.load(std::memory_order_relaxed) >= window) turn(now);
        if (took > longest_.load(std::memory_order_relaxed)) longest_.store(took, std::memory_order_relaxed);
    }
    timing at(clock::time_point now) const noexcept;

  private:
    void turn(clock::time_point now) noexcept;
    counter count_, total_;
    std::atomic<clock::duration> longest_{clock::duration(0)}, before_{clock::duration(0)};  // in this window, in the last
    std::atomic<clock::time_point> from_{clock::time_point()};
};

/// One broker's, over all connections to it.
struct broker_counters {
    counter connections_made, connections_ended, authentications_failed;
    counter requests, responses, requests_failed, bytes_out, bytes_in;
    time_counter latency;
};

/// All brokers'. Thread-safe.
class network_counters : public std::enable_shared_from_this<network_counters> {
  public:
    /// Those of a broker, made when first asked for; -1: of those that are known by their bootstrap address only.
    std::shared_ptr<broker_counters> of(std::int32_t node_id);
    template <class Visit> void for_each(Visit visit) const {
        std::lock_guard guard(mutex_);
        for (const auto& [id, b] : brokers_) visit(id, *b);
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::int32_t, std::unique_ptr<broker_counters>> brokers_;
};
}  // namespace kwire
