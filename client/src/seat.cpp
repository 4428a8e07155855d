// SPDX-License-Identifier: Apache-2.0
#include "seat.hpp"

namespace kwire::inline v0 {
seat::~seat() {
    {
        std::lock_guard guard(mutex_);
        stopped_ = true;
        hurry_helper();
    }
    helper_woken_.notify_one();
    helper_.join();
}

void seat::take(std::unique_lock<std::mutex>& lock) {
    taken_ = true;
    runner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    lock.unlock();
}

void seat::leave(std::unique_lock<std::mutex>& lock) {
    lock.lock();
    taken_ = false;
    runner_.store({}, std::memory_order_relaxed);
    call_those_who_are_done();
}

// One handler, and word of it to those who wait beside: what they wait for may have happened. Whoever counts as a caller
// only behind this look at the count sees what the handler did when it asks for itself; hence a read that also writes.
void seat::step(clock::time_point asleep_from) {
    const bool awake = asleep_from != clock::time_point() && clock::now() < asleep_from;
    const std::size_t ran = awake ? context_.poll_one() : context_.run_one();
    if (ran == 0 || callers_.fetch_add(0) <= 1) return;
    std::lock_guard guard(mutex_);
    call_those_who_are_done();
}

void seat::wait_beside(std::unique_lock<std::mutex>& lock, waiter&& me) {
    waiting_.push_back(&me);
    hurry_helper();
    me.woken.wait(lock, [&] { return me.called; });
}

// Under the mutex: whoever is called is not in the line any more.
void seat::call_those_who_are_done() {
    std::erase_if(waiting_, [](waiter* w) {
        if (!w->is_done(w->done)) return false;
        w->called = true;
        w->woken.notify_one();
        return true;
    });
}
void seat::call_next() {
    if (waiting_.empty()) return;
    waiting_.front()->called = true;
    waiting_.front()->woken.notify_one();
    waiting_.pop_front();
}

// A caller has what it waited for. It may have been called to sit, so the call is passed on; the last one leaves the seat to
// the helper.
void seat::go() {
    const bool last = callers_.fetch_sub(1) == 1;
    if (!taken_) call_next();
    if (!last) return;
    rest_until_ = clock::now() + rest;
    if (std::exchange(helper_sleeps_, false)) helper_woken_.notify_one();
}

void seat::hurry_helper() {
    if (helping_) asio::post(context_, [] {});
}

// While callers come and go it looks at them now and then, so that none of them has to wake it. If nothing changes, which
// is when somebody waits for long, it sleeps until it is woken.
void seat::help() {
    std::unique_lock lock(mutex_);
    for (auto seen = visits_; !stopped_;) {
        const auto now = clock::now();
        if (callers_ > 0) {
            if (std::exchange(seen, visits_) != visits_) {
                helper_woken_.wait_for(lock, rest);
            } else {
                helper_sleeps_ = true;
                helper_woken_.wait(lock, [&] { return !helper_sleeps_ || stopped_; });
            }
        } else if (now < rest_until_) {
            helper_woken_.wait_for(lock, rest_until_ - now);
        } else {
            helping_ = true;
            take(lock);
            while (callers_ == 0 && !stopped_) context_.run_one();
            leave(lock);
            helping_ = false;
            call_next();
        }
    }
}
}  // namespace kwire
