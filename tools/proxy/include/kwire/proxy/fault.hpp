// SPDX-License-Identifier: Apache-2.0
// What can go wrong on a connection, and where: at a byte of a frame, or of all that goes one way.
//
// Bytes are counted from 0, as the sender sent them; those of a frame begin with its size. A fault strikes before its byte
// is passed on; one that lies behind a frame's last byte strikes at the frame's end. Several may be given: they strike in
// the order of their places, those at one place in the order given.
#pragma once

#include <kwire/net/environment.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

namespace kwire::inline v0 {
enum class direction : std::uint8_t { to_broker, to_client };

struct fault {
    static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();  // up to the frame's end, or the connection's
    enum class kind : std::uint8_t {
        finish,        // both ends see the stream end in good order (FIN)
        reset,         // both ends see it break (RST)
        stall,         // what comes is read, and kept until release()
        stop_reading,  // it is not even read: the sender's own buffers fill up, until release()
        delay,         // this and what follows waits so long
        dribble,       // so many bytes go one by one
        truncate,      // so many bytes are left out, and the rest follows
        flip_bit,
    };
    kind what = kind::reset;
    std::size_t at = 0;
    std::size_t count = all;  // dribble, truncate
    clock::duration pause{};  // delay: how long; dribble: after each byte
    std::uint8_t bit = 0;     // flip_bit: 0 is the lowest

    static fault finish(std::size_t at) { return {kind::finish, at}; }
    static fault reset(std::size_t at) { return {kind::reset, at}; }
    static fault stall(std::size_t at) { return {kind::stall, at}; }
    static fault stop_reading(std::size_t at) { return {kind::stop_reading, at}; }
    static fault delay(std::size_t at, clock::duration by) { return {kind::delay, at, all, by}; }
    static fault dribble(std::size_t at, std::size_t count = all, clock::duration pause = {}) { return {kind::dribble, at, count, pause}; }
    static fault truncate(std::size_t at, std::size_t count = all) { return {kind::truncate, at, count}; }
    static fault flip_bit(std::size_t at, std::uint8_t bit = 0) { return {kind::flip_bit, at, all, {}, bit}; }
};

/// A frame whose first bytes are here. An answer is known by the request that it answers.
struct passing_frame {
    std::uint64_t connection = 0;  // the first is 1
    direction way = direction::to_broker;
    std::optional<std::int16_t> api_key, api_version;  // not known: no answer to anything that was asked, or too short
    std::int32_t correlation_id = 0;
    std::size_t size = 0;         // with the four bytes of its size
    std::uint64_t number = 0;     // of the frames that go this way on this connection, the first is 1
    std::uint64_t begins_at = 0;  // its first byte's place among all that go this way
};

/// What befalls this frame.
using frame_hook = std::function<std::vector<fault>(const passing_frame&)>;
/// What befalls all that goes that way on a new connection.
using connection_hook = std::function<std::vector<fault>(std::uint64_t connection, direction way)>;
}  // namespace kwire
