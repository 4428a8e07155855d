// SPDX-License-Identifier: Apache-2.0
// A place in a partition's log, named by what is wanted there: where to begin reading, or which offset to look up.
//
//     offset_spec::oldest()   offset_spec::at(1'000)   offset_spec::since(yesterday)   offset_spec::before_end(10)
//
// Only at() is an offset already; the others are looked up at the partition's leader.
// Source: ListOffsetsRequest.json; KIP-79 (by timestamp), KIP-734 (the record with the highest timestamp).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace kwire::inline v0 {
struct offset_spec {
    enum class kind : std::uint8_t {
        oldest,         // the first record that the broker still has
        newest,         // behind the last record; with read_committed, behind the last that no open transaction holds up
        offset,         // `value` is it
        timestamp,      // the first record that is as young as `value`, ms since 1970, or younger; the newest if none is
        before_end,     // `value` records before the newest, but not before the oldest
        max_timestamp,  // the record with the highest timestamp; the newest if there is none
    };
    kind what = kind::oldest;
    std::int64_t value = 0;

    static constexpr offset_spec oldest() noexcept { return {}; }
    static constexpr offset_spec newest() noexcept { return {kind::newest, 0}; }
    static constexpr offset_spec at(std::int64_t offset) noexcept { return {kind::offset, offset}; }
    static constexpr offset_spec since(std::chrono::sys_time<std::chrono::milliseconds> when) noexcept {
        return {kind::timestamp, when.time_since_epoch().count()};
    }
    static constexpr offset_spec before_end(std::int64_t records) noexcept { return {kind::before_end, records}; }
    static constexpr offset_spec max_timestamp() noexcept { return {kind::max_timestamp, 0}; }

    bool operator==(const offset_spec&) const = default;
};
/// "oldest", "offset 17", "10 before the end": for errors.
std::string describe(offset_spec s);
}  // namespace kwire
