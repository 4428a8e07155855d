// SPDX-License-Identifier: Apache-2.0
// Requests about partition 0 of one topic.
#pragma once

#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/list_offsets.hpp>

namespace kwire::testing {
inline fetch_request fetch_of(std::string_view topic, std::int64_t offset, std::int32_t most = 1 << 20, std::int32_t partition_most = 1 << 20) {
    fetch_request r;
    r.max_bytes = most;
    auto& t = r.topics.emplace_back();
    t.topic = topic;
    auto& p = t.partitions.emplace_back();
    p.fetch_offset = offset;
    p.partition_max_bytes = partition_most;
    return r;
}
inline list_offsets_request offset_at(std::string_view topic, std::int64_t timestamp) {
    list_offsets_request r;
    auto& t = r.topics.emplace_back();
    t.name = topic;
    t.partitions.emplace_back().timestamp = timestamp;
    return r;
}
}  // namespace kwire::testing
