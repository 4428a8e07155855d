// SPDX-License-Identifier: Apache-2.0
// A request that scripted peers send back: API 99, an answer in a header of version 0.
#pragma once

#include "scripted_peer.hpp"

#include <kwire/net/request.hpp>

#include <gtest/gtest.h>

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
/// A peer that sends every request back.
inline task<void> echo_all(std::shared_ptr<scripted_peer> p) {
    const bool known = co_await p->say_hello();
    EXPECT_TRUE(known);
    for (;;) {
        const auto r = co_await p->read();
        if (!r) co_return;
        const bool answered = co_await p->answer(r->correlation_id, echoed(*r));
        if (!answered) co_return;
    }
}
}  // namespace kwire
