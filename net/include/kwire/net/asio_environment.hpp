// SPDX-License-Identifier: Apache-2.0
// The real world: sockets, clocks and chance of this machine, through Asio.
//
// Everything runs where the executor runs, which must be one thread or one strand. The environment and what it hands out
// must be gone before the execution context. Threads: names that are not address literals are looked up by getaddrinfo,
// which cannot be interrupted, on up to eight threads that end when there is nothing left to look up; a lookup that
// nobody waits for any more outlives its stream, and even the environment, without harm.
// A name with several addresses is tried in parallel: the next one as soon as one fails, or after 250 ms of silence.
// Source: RFC 8305 (happy eyeballs).
#pragma once

#include <kwire/net/environment.hpp>

namespace asio {
class io_context;
}

namespace kwire::inline v0 {
std::unique_ptr<environment> make_asio_environment(asio::any_io_executor where);
std::unique_ptr<environment> make_asio_environment(asio::io_context& where);
}  // namespace kwire
