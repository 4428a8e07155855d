// SPDX-License-Identifier: Apache-2.0
#include "explain.hpp"

#include <kwire/net/security_errc.hpp>

#include <asio/error.hpp>

namespace kwire::inline v0 {
namespace {
std::error_code standard(std::error_code code) {
    if (code == asio::error::eof) return client_errc::connection_lost;
    if (code == asio::error::host_not_found_try_again) return std::make_error_code(std::errc::resource_unavailable_try_again);
    if (code.category() == asio::system_category()) return {code.value(), std::system_category()};
    return code;
}
}  // namespace

error in_standard_codes(error why) {
    const auto code = standard(why.code());
    if (code == why.code()) return why;
    error told(code, why.context());
    told.perhaps_done(why.perhaps_done());
    return told;
}

error explain_connect(error why) {
    const auto code = why.code();
    if (code == asio::error::connection_refused && why.context().empty())  // else a dialer says who refused: a proxy perhaps
        return why.within("connect: nothing listens on this port (is the broker running, is the port right?)");
    if (code == asio::error::host_not_found || code == asio::error::no_data)
        return why.within("connect: the host name is not known here (is it spelled right, or only known inside of the broker's network?)");
    if (code == asio::error::host_not_found_try_again)
        return why.within("connect: the host name is not known here, or no name server answers (is it spelled right, is there a network?)");
    if (code == asio::error::timed_out || code == client_errc::timed_out || code == asio::error::host_unreachable ||
        code == asio::error::network_unreachable)
        return why.within("connect: no way to this address (a firewall, or a host that is down?)");
    if (code == asio::error::no_descriptors)
        return why.within("connect: this process has as many files open as it may (raise the limit, ulimit -n, or close what is not needed)");
    return why.within("connect");
}

error explain_end(error why, bool within_answer) {
    const bool in_order = why.code() == asio::error::eof;
    std::string how = in_order ? "the broker closed the connection" : "the connection broke";
    if (within_answer) how += " in the midst of an answer";
    return why.within(how);
}

error explain_unasked_end(error why, bool tls) {
    std::string what =
        "the broker closed the connection instead of answering the first request (does this listener ask for SASL? then set security.protocol=";
    what += tls ? "SASL_SSL)" : "SASL_PLAINTEXT)";
    return why.within(what);
}

error explain_early_end(error why, bool tls) {
    if (why.code().category() == security_category()) return why;  // TLS says itself what is wrong
    std::string what = "the peer closed the connection before it answered ApiVersions";
    if (!tls) what += " (is it a TLS listener? then set security.protocol=SSL or SASL_SSL; brokers older than 0.10 do the same)";
    if (why.code() != asio::error::eof) what += ": " + (why == client_errc::connection_lost ? why.context() : why.message());
    return error(client_errc::connection_lost, std::move(what));
}

error explain_idle(std::chrono::milliseconds limit) {
    return error(client_errc::connection_lost, "nothing was asked on it for " + std::to_string(limit.count()) + " ms (connections.max.idle.ms)");
}

error explain_slow_start(opening stage, bool tls) {
    if (stage == opening::authentication) return error(client_errc::timed_out, "connected, but authentication did not come to an end");
    if (stage == opening::versions)
        return error(client_errc::timed_out,
                     "connected, but ApiVersions was not answered (is it a Kafka listener? one that expects TLS "
                     "can wait like this, too)");
    if (tls)
        return error(client_errc::timed_out, "connect: no answer, or none to the TLS handshake (a firewall, a host that is down, no TLS listener?)");
    return error(client_errc::timed_out, "connect: no answer (a firewall, or a host that is down?)");
}
}  // namespace kwire
