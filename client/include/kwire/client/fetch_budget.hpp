// SPDX-License-Identifier: Apache-2.0
// How many bytes a consumer may hold: received, expanded, and delivered but not yet let go of, in one sum.
//
// Whoever needs memory takes a lease first and keeps it beside the memory. Back-pressure, not refusal: a fetch waits until
// there is room; an expansion that comes while nothing else is expanded may always be, however large it is, or a batch
// larger than the budget could never be read.
// Thread-safety: everything here may be called by any thread.
// Source: fetch.buffer.memory; KIP-74 (one batch comes even if it is larger than the limit).
#pragma once

#include <kwire/net/unique_function.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace kwire::inline v0 {
class fetch_budget : public std::enable_shared_from_this<fetch_budget> {
  public:
    /// Bytes that are held as long as this lives.
    class lease {
      public:
        lease() = default;
        lease(lease&& other) noexcept : from_(std::move(other.from_)), size_(std::exchange(other.size_, 0)) {}
        lease& operator=(lease&& other) noexcept;
        ~lease() { reset(); }
        std::size_t size() const noexcept { return size_; }
        /// To what really came; never waits.
        void resize(std::size_t size) noexcept;
        /// Takes `more` bytes if there is room for them; else nothing changes.
        bool grow(std::size_t more) noexcept;
        void reset() noexcept;

      private:
        friend fetch_budget;
        lease(std::shared_ptr<fetch_budget> from, std::size_t size) noexcept : from_(std::move(from)), size_(size) {}
        std::shared_ptr<fetch_budget> from_;
        std::size_t size_ = 0;
    };

    static std::shared_ptr<fetch_budget> make(std::size_t limit);

    std::size_t limit() const noexcept { return limit_; }
    std::size_t held() const noexcept { return held_.load(std::memory_order_relaxed); }
    std::size_t room() const noexcept;
    /// Takes `size` bytes, whether there is room or not: the caller has asked room(), or cannot do without.
    lease take(std::size_t size) noexcept;
    /// Somebody waits for room: `tell` is called once, by whatever thread makes some next.
    void when_released(unique_function<void()> tell);

  private:
    explicit fetch_budget(std::size_t limit) : limit_(limit) {}
    void give_back(std::size_t size) noexcept;

    const std::size_t limit_;
    std::atomic<std::size_t> held_{0};
    std::atomic<bool> awaited_{false};
    std::mutex mutex_;
    std::vector<unique_function<void()>> waiting_;
};
}  // namespace kwire
