// SPDX-License-Identifier: Apache-2.0
// Times small pieces of code within one process.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace kwire::bench {
/// Keeps the compiler from dropping what made `value`.
template <class T> void keep(const T& value) { asm volatile("" : : "r"(&value) : "memory"); }

/// Nanoseconds that one call of each of `work` takes: the median over rounds in which they take turns, so that a change in
/// the machine's speed meets them all.
template <class... Work> std::vector<double> side_by_side(int rounds, int calls, Work&&... work) {
    std::vector<std::vector<double>> taken(sizeof...(Work));
    const auto time = [&](std::size_t which, auto& f) {
        const auto from = std::chrono::steady_clock::now();
        for (int i = 0; i < calls; ++i) f();
        const std::chrono::duration<double, std::nano> d = std::chrono::steady_clock::now() - from;
        taken[which].push_back(d.count() / calls);
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
