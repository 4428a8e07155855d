// SPDX-License-Identifier: Apache-2.0
#include "log_budget.hpp"

#include "partition_log.hpp"

namespace kwire::inline v0 {
void log_budget::first_is(partition_log& log, std::uint64_t before, std::uint64_t now) {
    if (before == now) return;
    first_of_.erase(before);
    if (now != 0) first_of_.emplace(now, &log);
}

void log_budget::enforce(std::uint64_t keep) {
    while (held_ > most_ && !first_of_.empty() && first_of_.begin()->first != keep) first_of_.begin()->second->drop_front();
}
}  // namespace kwire
