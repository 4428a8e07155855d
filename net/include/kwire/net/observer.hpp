// SPDX-License-Identifier: Apache-2.0
// Watching connections and requests: for logs, counters, traces and tests.
//
// Derive from it and override what is of interest. It is called on the client's strand, must be quick, must not throw and
// must not call back into the client. Where none is given nothing is called and no time is asked.
#pragma once

#include <kwire/net/environment.hpp>

#include <string_view>

namespace kwire::inline v0 {
struct observed_request {
    std::string_view peer;  // "broker 2 at 127.0.0.1:9092"
    std::string_view api;   // "Produce"
    std::int16_t api_key = 0, version = 0;
    std::int32_t correlation_id = 0;
};

class observer {
  public:
    virtual ~observer() = default;
    /// Something that whoever runs this should know of each connection: that the peer's certificate is not verified.
    virtual void warning(std::string_view /*peer*/, std::string_view /*what*/) {}
    virtual void connecting(std::string_view /*peer*/) {}
    /// Connected, versions known, authenticated; `took` since connecting().
    virtual void connected(std::string_view /*peer*/, clock::duration /*took*/) {}
    /// A connection could not be made; the next try is not before `pause` has passed.
    virtual void connect_failed(std::string_view /*peer*/, const error& /*why*/, clock::duration /*pause*/) {}
    virtual void disconnected(std::string_view /*peer*/, const error& /*why*/) {}
    /// The frame, with its size, in pieces as they are handed to the socket. Of SaslAuthenticate, which holds secrets, nothing
    /// is shown, here and in response_read().
    virtual void request_written(const observed_request&, std::span<const bytes> /*frame*/) {}
    /// The frame without its size; `took` since request_written().
    virtual void response_read(const observed_request&, bytes /*frame*/, clock::duration /*took*/) {}
    virtual void request_failed(const observed_request&, const error& /*why*/) {}
};
}  // namespace kwire
