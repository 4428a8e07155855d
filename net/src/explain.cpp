// SPDX-License-Identifier: Apache-2.0
#include "explain.hpp"

#include <asio/error.hpp>

namespace kwire::inline v0 {
error explain_connect(error why) {
    const auto code = why.code();
    if (code == asio::error::connection_refused)
        return why.within("connect: nothing listens on this port (is the broker running, is the port right?)");
    if (code == asio::error::host_not_found || code == asio::error::host_not_found_try_again || code == asio::error::no_data)
        return why.within("connect: the host name is not known here (is it spelled right, or only known inside of the broker's network?)");
    if (code == asio::error::timed_out || code == client_errc::timed_out || code == asio::error::host_unreachable ||
        code == asio::error::network_unreachable)
        return why.within("connect: no way to this address (a firewall, or a host that is down?)");
    return why.within("connect");
}

error explain_early_end(error why) {
    return error(client_errc::connection_lost,
                 "the peer closed the connection before it answered ApiVersions (is it a TLS listener? then set "
                 "security.protocol=SSL or SASL_SSL; brokers older than 0.10 do the same): " +
                     why.message());
}

error explain_slow_start(bool connected) {
    if (connected)
        return error(client_errc::timed_out,
                     "connected, but ApiVersions was not answered (is it a Kafka listener? one that expects TLS "
                     "can wait like this, too)");
    return error(client_errc::timed_out, "connect: no answer (a firewall, or a host that is down?)");
}
}  // namespace kwire
