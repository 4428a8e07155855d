// SPDX-License-Identifier: Apache-2.0
// How many bytes a consumer may hold: received, expanded, and delivered but not yet let go of, in one sum.
//
// Whoever needs memory takes a lease first and keeps it beside the memory. Nothing is refused here: who may take more than
// there is room for, and when, is the consumer's to say (consumer_core.hpp).
// Thread-safety: everything here may be called by any thread.
// Source: fetch.buffer.memory; KIP-74 (one batch comes even if it is larger than the limit).
#pragma once

#include <kwire/net/unique_function.hpp>

#include <atomic>
#include <cstddef>
#include <memory>

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
    /// `released` is called by whatever thread gives something back first after an await_release(). To be said before
    /// anything is taken.
    void on_release(unique_function<void()> released) { released_ = std::move(released); }

    std::size_t limit() const noexcept { return limit_; }
    std::size_t held() const noexcept { return held_; }
    std::size_t room() const noexcept;
    /// Takes `size` bytes, whether there is room or not: the caller has asked room(), or cannot do without.
    lease take(std::size_t size) noexcept;
    /// Somebody waits for room. Ask for room once more afterwards: it may have come in between.
    void await_release() noexcept { awaited_ = true; }
    /// As if something was given back: who waits may go on for another reason.
    void tell_who_waits() noexcept;

  private:
    explicit fetch_budget(std::size_t limit) : limit_(limit) {}
    void give_back(std::size_t size) noexcept;

    const std::size_t limit_;
    std::atomic<std::size_t> held_{0};
    std::atomic<bool> awaited_{false};
    unique_function<void()> released_;
};
}  // namespace kwire
