// SPDX-License-Identifier: Apache-2.0
// What every peer of the comparison has in common: the same flags, the same values, the same line of JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwire::bench {
struct settings {
    std::string brokers = "127.0.0.1:9092", topic = "bench", acks = "all", compression = "none", mode = "produce";
    std::int32_t partitions = 4;
    std::uint64_t messages = 1'000'000;
    std::size_t size = 100;
    std::chrono::milliseconds linger{5};
    std::size_t batch_bytes = 0;  // 0: kwire's default
    double rate = 10'000;         // messages a second, mode latency
    bool idempotent = false;
    std::size_t fetch_bytes = 0;         // of a partition; 0: kwire's default
    std::optional<int> level;            // of the codec; not given: kwire's default
    std::chrono::microseconds spin{50};  // a caller that waits polls so long before it sleeps
};

/// The command line; null after saying what is wrong with it.
std::optional<settings> parse(int argc, char** argv);
std::string usage();

/// Values of word=hex; text, the same bytes as every other peer sends.
class value_pool {
  public:
    explicit value_pool(std::size_t size);
    std::size_t count() const noexcept { return count_; }
    std::string_view operator[](std::size_t i) const { return std::string_view(text_).substr(i * size_, size_); }

  private:
    std::size_t size_, count_;
    std::string text_;
};

/// Measures a stretch of work and prints the line that says what it took.
class meter {
  public:
    using clock = std::chrono::steady_clock;
    static const clock::time_point process_start;

    void begin();
    void saw_first_message();
    void add_latency(clock::duration d) { latencies_.push_back(static_cast<std::uint32_t>(d / std::chrono::microseconds(1))); }
    void reserve(std::size_t latencies) { latencies_.reserve(latencies); }
    void end(std::string_view mode, std::uint64_t messages, std::uint64_t bytes, std::uint64_t errors, std::uint64_t check);

  private:
    clock::time_point begun_;
    double user_ = 0, system_ = 0, first_ms_ = 0;
    std::vector<std::uint32_t> latencies_;  // microseconds
};
}  // namespace kwire::bench
