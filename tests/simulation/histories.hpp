// SPDX-License-Identifier: Apache-2.0
// Histories by seed: each plays one simulated world to its end and says what did not hold.
//
//     TEST(Something, Holds) { hold_for_seeds(2000, [](std::uint64_t seed, bool print) -> history { … }); }
//
// A seed that fails is printed with the one command that replays it, every event on stderr. KWIRE_SEED=N plays only that
// seed; KWIRE_SEEDS=COUNT and KWIRE_FIRST_SEED=N play others. The trace of all seeds is printed: two builds that agree on
// it did the same thing, event for event.
#pragma once

#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

namespace kwire {
struct history {
    std::string verdict;  // empty: everything held
    std::uint64_t trace = 0, events = 0;
};

inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Whether whoever runs the test chose its seeds: then what only all of them show cannot be asked for.
inline bool seeds_are_chosen() { return std::getenv("KWIRE_SEED") || std::getenv("KWIRE_SEEDS"); }

inline void hold_for_seeds(std::uint64_t count, const std::function<history(std::uint64_t seed, bool print)>& play) {
    if (const auto one = number_from("KWIRE_SEED", 0)) {
        const history h = play(one, true);
        std::printf("seed %" PRIu64 ": trace %016" PRIx64 ", %s\n", one, h.trace, h.verdict.empty() ? "everything held" : h.verdict.c_str());
        EXPECT_EQ(h.verdict, "");
        return;
    }
    const auto first = number_from("KWIRE_FIRST_SEED", 1);
    count = number_from("KWIRE_SEEDS", count);
    std::uint64_t all = 0, events = 0;
    for (auto seed = first; seed < first + count; ++seed) {
        const history h = play(seed, false);
        const auto& test = *::testing::UnitTest::GetInstance()->current_test_info();
        ASSERT_EQ(h.verdict, "") << "replay it: KWIRE_SEED=" << seed << " " << std::filesystem::read_symlink("/proc/self/exe").string()
                                 << " --gtest_filter=" << test.test_suite_name() << "." << test.name();
        all = (all ^ h.trace) * 1099511628211u;
        events += h.events;
    }
    std::printf("%" PRIu64 " seeds, %" PRIu64 " events, trace %016" PRIx64 "\n", count, events, all);
}
}  // namespace kwire
