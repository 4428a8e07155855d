// SPDX-License-Identifier: Apache-2.0
// Times small pieces of code within one process.
#pragma once

#include <algorithm>
#include <ctime>
#include <functional>
#include <utility>
#include <vector>

namespace kwire::bench {
/// Keeps the compiler from dropping what made `value`.
template <class T> void keep(const T& value) { asm volatile("" : : "r"(&value) : "memory"); }

/// The time that this thread has had a processor, in ns: what others do on a busy machine does not count.
inline double thread_ns() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

/// Nanoseconds that one call of each of `work` takes: the median over rounds in which they take turns, so that a change in
/// the machine's speed meets them all.
inline std::vector<double> take_turns(int rounds, int calls, const std::vector<std::function<void()>>& work) {
    std::vector<std::vector<double>> taken(work.size());
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t which = 0; which < work.size(); ++which) {
            const double from = thread_ns();
            for (int i = 0; i < calls; ++i) work[which]();
            taken[which].push_back((thread_ns() - from) / calls);
        }
    }
    std::vector<double> medians;
    for (auto& t : taken) {
        std::ranges::sort(t);
        medians.push_back(t[t.size() / 2]);
    }
    return medians;
}
template <class... Work> std::vector<double> side_by_side(int rounds, int calls, Work&&... work) {
    return take_turns(rounds, calls, {std::forward<Work>(work)...});
}
}  // namespace kwire::bench
