// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/fetch_planner.hpp>

#include <algorithm>
#include <limits>

namespace kwire::inline v0 {
namespace {
using namespace std::chrono_literals;
constexpr auto short_poll = 100ms;  // of the second lane: so long a partition that wakes up may be held up
constexpr auto near = 10ms;         // a broker that answers within this gets the usual size
}  // namespace

fetch_planner_options planner_options(const consumer_options& o) {
    fetch_planner_options out;
    out.fetch_max_wait = o.fetch_max_wait;
    out.fetch_min_bytes = o.fetch_min_bytes;
    out.fetch_max_bytes = o.fetch_max_bytes;
    // Several answers at a time: what is read, what lies ready, what is on its way, of several brokers.
    const bool unset = o.fetch_max_bytes == consumer_options{}.fetch_max_bytes;
    if (unset) out.fetch_max_bytes = std::min(out.fetch_max_bytes, o.fetch_buffer_memory / 8);
    out.most_bytes = o.fetch_buffer_memory / 8;
    out.usual_bytes = std::min(out.usual_bytes, out.most_bytes);
    // A poll keeps its share until it ends, though mostly nothing comes: the polls of many idle brokers must leave room.
    out.max_poll_bytes = std::min(out.max_poll_bytes, o.fetch_buffer_memory / 64);
    out.poll_bytes = std::min(out.poll_bytes, out.max_poll_bytes);
    return out;
}

fetch_plan fetch_planner::wanted(int lane, std::span<fetch_partition* const> of_broker, clock::time_point now) {
    fetch_plan out;
    const lane_state& other = lane_[1 - lane];
    if (other.busy && !other.polls) return out;
    bool behind = false, unknown = false;
    const std::size_t usual = usual_bytes();
    for (std::size_t i = 0; i < of_broker.size(); ++i) {
        fetch_partition& p = *of_broker[(turn_ + i) % of_broker.size()];
        if (p.not_before() > now) out.look_again = std::min(out.look_again, p.not_before());
        if (!p.wants_fetch(now)) continue;
        out.parts.push_back({&p, p.ask(usual)});
        behind |= !out.parts.back().question.may_wait;
        unknown |= p.end_offset() < 0;
    }
    if (out.parts.empty()) return out;
    out.polls = !behind;
    if (out.polls && other.busy && other.until - now <= short_poll) {  // they join the next poll of the other lane
        out.parts.clear();
        return out;
    }
    out.min_bytes = options_.fetch_min_bytes;
    out.max_wait = options_.fetch_max_wait;
    if (out.polls && other.busy) out.max_wait = std::min<std::chrono::milliseconds>(out.max_wait, short_poll);
    if (unknown) out.max_wait = 0ms;  // the answer tells where the end is
    return out;
}

fetch_plan fetch_planner::plan(int lane, std::span<fetch_partition* const> of_broker, std::size_t room, clock::time_point now) {
    auto out = wanted(lane, of_broker, now);
    if (!out.parts.empty()) allow(out, room);
    return out;
}

fetch_plan fetch_planner::plan_beyond(int lane, std::span<fetch_partition* const> of_broker, clock::time_point now) {
    auto out = wanted(lane, of_broker, now);
    out.max_bytes = options_.poll_bytes;
    out.reserve = std::min(at_most(out, options_.poll_bytes), out.max_bytes);
    return out;
}

// Returns the sum.
std::size_t fetch_planner::at_most(fetch_plan& plan, std::size_t of_one) noexcept {
    std::size_t sum = 0;
    for (auto& part : plan.parts) sum += part.question.partition_max_bytes = std::min(part.question.partition_max_bytes, of_one);
    return sum;
}

// As much as the budget has room for; all partitions stay in, and come first in turn.
void fetch_planner::allow(fetch_plan& plan, std::size_t room) const {
    const std::size_t sum = at_most(plan, plan.polls ? options_.poll_bytes : std::numeric_limits<std::size_t>::max());
    const std::size_t first = plan.parts.front().question.partition_max_bytes;
    std::size_t most = options_.fetch_max_bytes;
    if (plan.polls) most = std::min(most, options_.max_poll_bytes);
    most = std::max(most, first);
    // However much the first one asks for: a batch that is larger comes whole all the same.
    if (room < std::min(first, options_.most_bytes)) {
        plan.parts.clear();
        plan.needs_room = true;
        return;
    }
    plan.max_bytes = std::min(most, room);
    plan.reserve = std::min(sum, plan.max_bytes);
}

void fetch_planner::sent(int lane, const fetch_plan& plan, clock::time_point now) {
    lane_[lane] = {true, plan.polls, now, now + plan.max_wait};
    ++turn_;
    for (const auto& part : plan.parts) part.which->asked();
}

void fetch_planner::ended(int lane, clock::time_point now, bool answered) {
    lane_state& ended = lane_[lane];
    if (answered && !ended.polls) recent_[measured_++ % std::size(recent_)] = now - ended.since;
    ended.busy = false;
}

std::size_t fetch_planner::usual_bytes() const noexcept {
    const std::size_t known = std::min(measured_, std::size(recent_));
    if (known == 0) return options_.usual_bytes;
    const auto quickest = *std::min_element(recent_, recent_ + known);
    const auto times = std::clamp<std::int64_t>(quickest / near, 1, 64);
    return std::min(options_.usual_bytes * static_cast<std::size_t>(times), options_.most_bytes);
}
}  // namespace kwire
