// SPDX-License-Identifier: Apache-2.0
// Who runs the event loop of the blocking form: a caller that waits anyway, or else a helper thread.
//
// There is one seat, and whoever has it runs the loop. A caller that waits takes it, so its request and the answer pass
// through no second thread; a second caller waits beside the first, is woken when what it waits for has happened, or when
// it is its turn to sit. The helper has it only while nobody waits, and comes back a moment after the last caller has left:
// one that sends record after record then finds the seat free each time and wakes nobody.
// Thread-safety: everything but construction and destruction.
#pragma once

#include <version>  // before Asio, whose configuration (aligned_alloc or not) else differs from that of other files

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace kwire::inline v0 {
class seat {
  public:
    using clock = std::chrono::steady_clock;
    /// `spin`: how long a caller polls before it sleeps, because a processor that was halted wakes slowly.
    explicit seat(std::chrono::microseconds spin) : spin_(spin), helper_([this] { help(); }) {}
    seat(const seat&) = delete;
    ~seat();

    asio::io_context& context() noexcept { return context_; }
    /// Runs the loop, or waits beside whoever does, until `done()`, which is also asked by other threads meanwhile: after
    /// each handler, under a mutex. It becomes true by what a handler does, or did before this is called.
    template <class Done> void drive_until(Done done) {
        drive([] {}, std::move(done));
    }
    /// The same, with something to do first, once, by whoever runs the loop: at once by the caller, if the seat is free.
    template <class First, class Done> void drive(First first, Done done) {
        std::unique_lock lock(mutex_);
        callers_.fetch_add(1);
        ++visits_;
        bool begun = false;
        while (!done()) {
            if (taken_) {
                if (!std::exchange(begun, true)) asio::post(context_, first);
                wait_beside(lock, {[](void* d) { return (*static_cast<Done*>(d))(); }, &done});
                continue;
            }
            take(lock);
            if (!std::exchange(begun, true)) first();
            const auto asleep_from = spin_.count() > 0 ? clock::now() + spin_ : clock::time_point();
            while (!done()) step(asleep_from);
            leave(lock);
        }
        go();
    }
    /// True on the thread that runs the loop: waiting there would wait for oneself.
    bool mine() const noexcept { return runner_.load(std::memory_order_relaxed) == std::this_thread::get_id(); }

  private:
    static constexpr std::chrono::milliseconds rest{2};
    struct waiter {
        bool (*is_done)(void* done);
        void* done;
        bool called = false;
        std::condition_variable woken{};
    };

    void help();
    void take(std::unique_lock<std::mutex>& lock);
    void leave(std::unique_lock<std::mutex>& lock);
    void step(clock::time_point asleep_from);
    void wait_beside(std::unique_lock<std::mutex>& lock, waiter&& me);
    void call_those_who_are_done();
    void call_next();
    void go();
    void hurry_helper();

    asio::io_context context_{1};
    const asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    const std::chrono::microseconds spin_;
    std::mutex mutex_;
    std::deque<waiter*> waiting_;  // beside whoever sits, the first one longest
    std::condition_variable helper_woken_;
    bool taken_ = false;
    bool helper_sleeps_ = false;  // until a caller wakes it
    std::uint64_t visits_ = 0;    // of callers
    clock::time_point rest_until_{};
    std::atomic<bool> helping_{false}, stopped_{false};
    std::atomic<int> callers_{0};
    std::atomic<std::thread::id> runner_{};
    std::thread helper_;
};
}  // namespace kwire
