// SPDX-License-Identifier: Apache-2.0
#include "seat.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

namespace kwire::inline v0 {
seat::~seat() {
    {
        std::lock_guard guard(mutex_);
        stopped_ = true;
        hurry_helper();
    }
    changed_.notify_all();
    helper_.join();
}

void seat::take(std::unique_lock<std::mutex>& lock) {
    taken_ = true;
    runner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    lock.unlock();
    context_.restart();
}

void seat::leave(std::unique_lock<std::mutex>& lock) {
    lock.lock();
    taken_ = false;
    runner_.store({}, std::memory_order_relaxed);
    changed_.notify_all();
}

// One handler, and word of it to those who wait beside: what they wait for may have happened.
void seat::step(clock::time_point asleep_from) {
    const bool awake = asleep_from != clock::time_point() && clock::now() < asleep_from;
    const std::size_t ran = awake ? context_.poll_one() : context_.run_one();
    if (ran == 0) {
        context_.restart();  // out of work: nothing is pending in it, so wait a little for somebody to give it some
        if (!awake) std::this_thread::sleep_for(std::chrono::microseconds(100));
    } else if (callers_.load(std::memory_order_relaxed) > 1) {
        { std::lock_guard guard(mutex_); }  // between their look and their sleep nothing is missed
        changed_.notify_all();
    }
}

void seat::hurry_helper() {
    if (helping_) asio::post(context_, [] {});
}

void seat::help() {
    const auto work = asio::make_work_guard(context_);
    std::unique_lock lock(mutex_);
    while (!stopped_) {
        if (taken_ || callers_ > 0) {
            changed_.wait_for(lock, rest);
            continue;
        }
        if (const auto now = clock::now(); now < rest_until_) {
            changed_.wait_for(lock, rest_until_ - now);
            continue;
        }
        helping_ = true;
        take(lock);
        while (callers_ == 0 && !stopped_ && context_.run_one() > 0) {}
        leave(lock);
        helping_ = false;
    }
}
}  // namespace kwire
