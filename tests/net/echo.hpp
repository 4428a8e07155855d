// SPDX-License-Identifier: Apache-2.0
// A request that scripted peers send back: API 99, an answer in a header of version 0.
#pragma once

#include "scripted_peer.hpp"

#include <kwire/net/request.hpp>

#include <cstring>

namespace kwire {
inline request echo_request(const std::string& text) {
    request r{{"Echo", 99, 0, 0}, {}, {}, {}, true};
    const std::string frame = frame_of(int16_bytes(99) + int16_bytes(0) + int32_bytes(0) + int16_bytes(-1) + text);
    r.head.resize(frame.size());
    std::memcpy(r.head.data(), frame.data(), frame.size());
    return r;
}
inline std::string echoed(const seen_request& r) { return r.frame.substr(10); }
}  // namespace kwire
