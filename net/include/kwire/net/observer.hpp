// SPDX-License-Identifier: Apache-2.0
// Watching connections and requests: for logs, counters, traces and tests.
//
// Derive from it and override what is of interest. It is called on the client's strand, must be quick, must not throw and
// must not call back into the client. Where none is given nothing is called, no time is asked and no memory taken.
// A request is told of by request_written(), then by response_read() and response_decoded(), or by request_failed(), which
// may come at any point: an answer can come too late, or be none. With acks=0 there is nothing after request_written().
#pragma once

#include <kwire/net/environment.hpp>

#include <string_view>

namespace kwire::inline v0 {
/// Where the time of a request went. The parts follow each other; what has not happened yet is zero.
struct latency_split {
    clock::duration queued{};      // from being asked until it is handed to the socket: others' turn, the window, a throttle, a renewed session
    clock::duration written{};     // until the socket has taken all of it
    clock::duration first_byte{};  // until the first byte of the answer is read: both ways, and the broker's own time
    clock::duration complete{};    // until the last byte is
    clock::duration decoded{};     // until the answer is a message: the turn of whoever waits for it, and the decoding
    clock::duration total() const noexcept { return queued + written + first_byte + complete + decoded; }
};

struct observed_request {
    std::string_view peer;  // "broker 2 at 127.0.0.1:9092"
    std::string_view api;   // "Produce"
    std::int16_t api_key = 0, version = 0;
    std::int32_t correlation_id = 0;
    std::size_t request_bytes = 0, response_bytes = 0;  // whole frames, with their size; 0: not known yet, or not told
    latency_split took{};
};

class observer {
  public:
    virtual ~observer() = default;
    /// Something that whoever runs this should know of each connection: that the peer's certificate is not verified.
    virtual void warning(std::string_view /*peer*/, std::string_view /*what*/) {}
    /// The next attempt to connect waits for so long: the last one failed, or the connection did not hold.
    virtual void reconnect_planned(std::string_view /*peer*/, clock::duration /*pause*/) {}
    virtual void connecting(std::string_view /*peer*/) {}
    /// Connected, versions known, authenticated; `took` since connecting().
    virtual void connected(std::string_view /*peer*/, clock::duration /*took*/) {}
    /// A connection could not be made; the next try is not before `pause` has passed.
    virtual void connect_failed(std::string_view /*peer*/, const error& /*why*/, clock::duration /*pause*/) {}
    virtual void disconnected(std::string_view /*peer*/, const error& /*why*/) {}
    /// The frame, with its size, in pieces as they are handed to the socket. Of SaslAuthenticate, which holds secrets, nothing
    /// is shown, nor its size, here and in response_read().
    virtual void request_written(const observed_request&, std::span<const bytes> /*frame*/) {}
    /// The frame without its size.
    virtual void response_read(const observed_request&, bytes /*frame*/) {}
    /// The answer was understood: the last that is heard of the request. What the broker says in it may be an error.
    virtual void response_decoded(const observed_request&) {}
    /// A broker asks us to hold back for so long, because of a quota (KIP-219); the next request on the connection waits.
    virtual void throttled(std::string_view /*peer*/, clock::duration /*pause*/) {}
    /// Of what the request was, only the names and the id are told.
    virtual void request_failed(const observed_request&, const error& /*why*/) {}
};
}  // namespace kwire
