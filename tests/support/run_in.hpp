// SPDX-License-Identifier: Apache-2.0
// Runs a simulated world until a task has ended.
#pragma once

#include <kwire/client/start.hpp>
#include <kwire/net/simulation.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <utility>

namespace kwire::support {
/// What `work`, started on `host`, comes to; a task that takes longer than `within` (virtual time) fails the test and ends it.
template <class T> T run_in(simulation& world, environment& host, task<T> work, clock::duration within) {
    std::optional<T> got;
    start(host.executor(), std::move(work), [&](T t) { got.emplace(std::move(t)); });
    EXPECT_TRUE(world.run_while_not([&] { return got.has_value(); }, world.now() + within)) << "it hangs";
    if (!got) std::abort();
    return *std::move(got);
}
}  // namespace kwire::support
