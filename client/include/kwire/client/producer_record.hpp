// SPDX-License-Identifier: Apache-2.0
// A record to be sent: where to, and what. Everything is a view into the caller's memory, copied once, into the batch.
#pragma once

#include <kwire/protocol/record.hpp>

#include <optional>
#include <string_view>

namespace kwire::inline v0 {
struct producer_record {
    std::string_view topic;
    std::optional<std::int32_t> partition{};   // not given: the partitioner chooses
    std::optional<bytes> key{};                // not given: null
    std::optional<bytes> value{};              // not given: null, which in a compacted topic deletes the key
    std::span<const record_header> headers{};  // names may repeat, values may be null; the order is kept
    /// ms since 1970. Not given: now by the kernel's coarse clock, up to a tick (1 to 10 ms) behind the exact one, never ahead.
    std::optional<std::int64_t> timestamp{};
};
}  // namespace kwire
