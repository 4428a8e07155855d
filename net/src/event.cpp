// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/event.hpp>

#include <asio/awaitable.hpp>

namespace kwire::inline v0 {
void event::set() {
    if (set_) return;
    set_ = true;
    timer_->expires_at(clock::time_point::min());
}

task<woken> event::wait(clock::time_point until) {
    if (!set_) timer_->expires_at(until);
    co_await timer_->wait();
    if (closed_) co_return woken::closed;
    const bool news = std::exchange(set_, false);
    timer_->expires_at(clock::time_point::max());
    if (news) co_return woken::set;
    co_return woken::timed_out;
}

void event::close() noexcept {
    closed_ = true;
    timer_->close();
}
}  // namespace kwire
