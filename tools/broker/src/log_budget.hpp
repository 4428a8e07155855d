// SPDX-License-Identifier: Apache-2.0
// What all logs of a broker hold together, and what goes first when that is too much: the oldest batch of all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace kwire::inline v0 {
class partition_log;

class log_budget {
  public:
    explicit log_budget(std::size_t most_bytes) : most_(most_bytes) {}
    /// Batches are numbered as they come, over all logs.
    std::uint64_t next_number() noexcept { return ++numbers_; }
    void took(std::size_t size) noexcept { held_ += size; }
    void gave_back(std::size_t size) noexcept { held_ -= size; }
    /// The first batch of `log` is now the one with this number; 0: there is none.
    void first_is(partition_log& log, std::uint64_t before, std::uint64_t now);
    /// Lets logs drop their oldest batches until the rest fits; the batch with the number `keep` stays.
    void enforce(std::uint64_t keep);
    std::size_t held() const noexcept { return held_; }

  private:
    const std::size_t most_;
    std::size_t held_ = 0;
    std::uint64_t numbers_ = 0;
    std::map<std::uint64_t, partition_log*> first_of_;  // each log by its oldest batch
};
}  // namespace kwire
