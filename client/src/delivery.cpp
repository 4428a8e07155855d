// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/delivery.hpp>

#include <kwire/net/event.hpp>

namespace kwire::inline v0 {
std::string_view to_string(delivery_outcome o) noexcept {
    switch (o) {
        case delivery_outcome::acked: return "acked";
        case delivery_outcome::not_written: return "not written";
        case delivery_outcome::unknown: return "unknown";
    }
    return "unknown";
}

void delivery_state::settle() {
    done_.store(true, std::memory_order_release);
    for (auto* w : waiters) w->set();
}

void delivery_state::succeed(std::int64_t base_offset, std::int64_t log_append_time) {
    base_offset_ = base_offset;
    log_append_time_ = log_append_time;
    settle();
}

void delivery_state::fail(error why) {
    why_.emplace(std::move(why));
    settle();
}

result<delivery> handle::get() const {
    if (const auto* why = state_->why()) return *why;
    const auto stamped = state_->log_append_time();
    return delivery{state_->partition(), state_->offset_of(index_), stamped >= 0 ? stamped : timestamp_};
}
}  // namespace kwire
