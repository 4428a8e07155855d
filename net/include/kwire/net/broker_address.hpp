// SPDX-License-Identifier: Apache-2.0
// A broker as metadata names it, and the two hooks by which a program has a say in how it is reached.
//
// An address map answers for hosts that are known under another name here (a port that is forwarded, a container's network).
// A dialer makes the stream itself: through a SOCKS proxy, a tunnel, a socket of another kind. docs/examples/socks5.hpp is one.
// Both are called on the client's strand, once for each attempt to connect, must be quick and must not throw.
#pragma once

#include <kwire/net/endpoint.hpp>
#include <kwire/net/environment.hpp>

#include <functional>

namespace kwire::inline v0 {
struct broker_address {
    std::int32_t node_id = -1;  // -1: only its address is known
    endpoint where;             // as advertised, or as bootstrap.servers has it
    auto operator<=>(const broker_address&) const = default;
};
/// "broker 2 at 127.0.0.1:9092", "bootstrap broker 127.0.0.1:9092".
std::string describe(const broker_address& b);

/// Where to find a broker instead of where it says it is. With TLS the certificate must still bear the name that it advertises.
using broker_address_map = std::function<endpoint(const broker_address&)>;
/// A stream, not yet connected: its connect() is called with the address, mapped if there is a map. TLS is put over it where
/// it is configured. Null fails the attempt.
using broker_dialer = std::function<std::unique_ptr<stream>(environment&, const broker_address&)>;
}  // namespace kwire
