// SPDX-License-Identifier: Apache-2.0
// What to ask one broker next: which partitions, how much, and how long it may wait.
//
// Partitions of one broker share requests. A broker may hold an answer until there is something to say, and handles one
// connection's requests one after the other, so a partition that becomes ready while such a long poll is on would wait for
// its end. Hence two lanes, each a connection with at most one request under way: the second is used only while the first
// one polls. A poll asks for little, because what comes is new and small; who is behind asks for much.
// No I/O, no clock. Not thread-safe.
// Source: KIP-74 (order of partitions, sizes), fetch.min.bytes, fetch.max.wait.ms, fetch.max.bytes.
#pragma once

#include <kwire/client/fetch_partition.hpp>

#include <span>
#include <vector>

namespace kwire::inline v0 {
struct fetch_planner_options {
    std::chrono::milliseconds fetch_max_wait{500};
    std::size_t fetch_min_bytes = 1;
    std::size_t fetch_max_bytes = 8 * 1024 * 1024;  // of one answer
    std::size_t usual_bytes = 256 * 1024;           // of one partition; more for a broker that is far away,
    std::size_t most_bytes = 16 * 1024 * 1024;      // up to this
    std::size_t poll_bytes = 64 * 1024;             // of one partition that is at its end
    std::size_t max_poll_bytes = 1024 * 1024;       // of one poll
};
fetch_planner_options planner_options(const consumer_options& o);

struct fetch_plan {
    struct part {
        fetch_partition* which;
        fetch_partition::question question;
    };
    std::vector<part> parts;  // empty: nothing to ask now
    std::size_t max_bytes = 0;
    std::size_t reserve = 0;  // what the answer takes of the budget at most, but for one batch that is larger
    std::chrono::milliseconds max_wait{0};
    std::size_t min_bytes = 1;
    bool polls = false;  // it may be held until something comes
    // Of an empty plan:
    bool needs_room = false;  // something is wanted when the budget has room
    clock::time_point look_again = clock::time_point::max();
};

class fetch_planner {
  public:
    static constexpr int lanes = 2;

    explicit fetch_planner(fetch_planner_options options) : options_(options) {}
    /// `of_broker`: the partitions that it leads. `room` of the budget's bytes may be taken.
    fetch_plan plan(int lane, std::span<fetch_partition* const> of_broker, std::size_t room, clock::time_point now);
    /// A little for who cannot wait for room.
    fetch_plan plan_beyond(int lane, std::span<fetch_partition* const> of_broker, clock::time_point now);
    /// The request is under way.
    void sent(int lane, const fetch_plan& plan, clock::time_point now);
    void ended(int lane, clock::time_point now, bool answered);
    /// For each partition, if its batches are not larger.
    std::size_t usual_bytes() const noexcept;

  private:
    struct lane_state {
        bool busy = false, polls = false;
        clock::time_point since{}, until{};
    };
    fetch_plan wanted(int lane, std::span<fetch_partition* const> of_broker, clock::time_point now);
    void allow(fetch_plan& plan, std::size_t room) const;
    static std::size_t at_most(fetch_plan& plan, std::size_t of_one) noexcept;

    const fetch_planner_options options_;
    lane_state lane_[lanes];
    std::size_t turn_ = 0;  // who comes first
    clock::duration recent_[8] = {};
    std::size_t measured_ = 0;
};
}  // namespace kwire
