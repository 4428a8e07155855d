// SPDX-License-Identifier: Apache-2.0
// A TCP proxy before a broker that passes everything on, but for the faults that a test asks for.
//
//     fault_proxy proxy(io.get_executor(), broker_address);
//     … have the broker advertise proxy.address(), and clients connect to it …
//     proxy.next<fetch_request>(direction::to_client, fault::reset(17));  // the next answer to a Fetch breaks off there
//     proxy.on_connection([](std::uint64_t, direction) { return std::vector{fault::dribble(0)}; });
//
// Only frames' sizes and headers are looked at; bodies, and streams that are no frames (TLS), pass as they are.
// Thread-safety: everything here belongs to the executor, which must be one thread or one strand; hooks run on it.
#pragma once

#include <kwire/proxy/fault.hpp>

#include <kwire/net/endpoint.hpp>
#include <kwire/protocol/codec.hpp>

#include <memory>

namespace kwire::inline v0 {
class fault_proxy {
  public:
    /// Listens on 127.0.0.1 at once, on any free port if none is given; throws failure if it cannot. What is passed on goes
    /// to `broker`, which may be given later.
    explicit fault_proxy(asio::any_io_executor where, endpoint broker = {}, std::uint16_t port = 0);
    /// stop()
    ~fault_proxy();
    fault_proxy(const fault_proxy&) = delete;
    fault_proxy& operator=(const fault_proxy&) = delete;

    endpoint address() const;
    /// Where connections that come from now on go. One that cannot be passed on is reset.
    void forward_to(endpoint broker);

    /// Asked once for each direction of each connection that comes from now on; an empty one ends that.
    void on_connection(connection_hook hook);
    /// Asked about every frame that nothing of next() meets; an empty one ends that.
    void on_frame(frame_hook hook);
    /// Befalls the next frame of that API that goes this way, once.
    void next(std::int16_t api_key, direction way, fault f);
    template <message Request> void next(direction way, fault f) { next(Request::api_key, way, f); }

    /// Ends every stall, stop_reading and delay that is on.
    void release();
    /// Breaks all connections at once (RST).
    void reset_all();
    /// Final: stops listening and breaks all connections.
    void stop() noexcept;

    std::size_t connections() const;            // open now
    std::uint64_t accepted() const;             // ever
    std::uint64_t passed(direction way) const;  // bytes, over all connections

  private:
    class inside;
    std::shared_ptr<inside> inside_;
};
}  // namespace kwire
