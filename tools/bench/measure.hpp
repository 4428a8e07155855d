// SPDX-License-Identifier: Apache-2.0
// Times small pieces of code within one process.
#pragma once

#include <algorithm>
#include <ctime>
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
template <class... Work> std::vector<double> side_by_side(int rounds, int calls, Work&&... work) {
    std::vector<std::vector<double>> taken(sizeof...(Work));
    const auto time = [&](std::size_t which, auto& f) {
        const double from = thread_ns();
        for (int i = 0; i < calls; ++i) f();
        taken[which].push_back((thread_ns() - from) / calls);
    };
    for (int round = 0; round < rounds; ++round) {
        std::size_t which = 0;
        (time(which++, work), ...);
    }
    std::vector<double> medians;
    for (auto& t : taken) {
        std::ranges::sort(t);
        medians.push_back(t[t.size() / 2]);
    }
    return medians;
}
}  // namespace kwire::bench
