// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next try: twice as long each time, never quite the same.
//
// 100 ms, 200 ms, … up to 10 s, each ±20 %, so that a crowd of clients does not come back in step. Pure: the caller passes
// in the random number.
// Source: reconnect.backoff.ms, reconnect.backoff.max.ms; KIP-580 (exponential backoff with jitter).
#pragma once

#include <kwire/net/environment.hpp>

namespace kwire::inline v0 {
struct backoff_options {
    std::chrono::milliseconds first{100};       // reconnect.backoff.ms, retry.backoff.ms
    std::chrono::milliseconds longest{10'000};  // reconnect.backoff.max.ms, retry.backoff.max.ms
};

/// The pause after `failures` tries in a row that failed (at least one).
clock::duration backoff_after(int failures, const backoff_options& options, std::uint64_t random) noexcept;

/// Remembers the failures in a row and when the next try may be.
class backoff {
  public:
    explicit backoff(backoff_options options = {}) : options_(options) {}
    void failed(clock::time_point now, std::uint64_t random) noexcept { not_before_ = now + backoff_after(++failures_, options_, random); }
    void succeeded() noexcept { failures_ = 0, not_before_ = {}; }
    int failures() const noexcept { return failures_; }
    /// In the past if a try may be made at once.
    clock::time_point not_before() const noexcept { return not_before_; }

  private:
    backoff_options options_;
    int failures_ = 0;
    clock::time_point not_before_{};
};
}  // namespace kwire
