// SPDX-License-Identifier: Apache-2.0
// Cancelling what an awaitable does, as Asio does it: by a slot of one's own for each operation.
//
//     asio::cancellation_signal stop;
//     start(io, c.topic("orders", c.in(5s)), asio::bind_cancellation_slot(stop.slot(), [](result<topic_metadata> t) { … }));
//     …  stop.emit(asio::cancellation_type::terminal);
//
// What is cancelled completes soon and once, with client_errc::cancelled, and the client is as usable as before; close() is
// the exception, which then closes at once. What was asked of a broker may happen all the same, and a record that was
// appended stays in its batch: whether it is written is then known to the producer's callback only. Honoured are the types
// terminal and partial. An awaitable that is awaited in a coroutine of one's own is cancelled with that, by Asio's rules.
// Thread-safety: a signal is emitted where the operation was started, as everywhere in Asio; from there it finds its way to
// the client's strand.
#pragma once

#include <kwire/net/environment.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/error.hpp>
#include <asio/this_coro.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

namespace kwire::inline v0::detail {
/// Called where `e` was caught: that is how Asio tells a coroutine that it is cancelled.
template <class T> void take_cancellation(std::optional<T>& into, const std::system_error& e) {
    if (e.code() != asio::error::operation_aborted) throw;
    if constexpr (std::is_constructible_v<T, error>) into.emplace(error(client_errc::cancelled));
    else throw;
}

/// An operation on its way to another strand and back.
struct crossing {
    std::exception_ptr bug;
    asio::cancellation_signal stop;  // belongs to the other strand
    bool over = false;
};
template <class T> struct crossing_for : crossing { std::optional<T> got; };

template <class T> task<void> fill(std::shared_ptr<crossing_for<T>> box, task<T> work) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_partial_cancellation());
    try {
        auto got = co_await std::move(work);
        box->got.emplace(std::move(got));
    } catch (const std::system_error& e) { take_cancellation(box->got, e); }
}

/// Runs `work`, which fills `box`, on `strand` until it is over. Asio's own co_spawn would run a cancellation on the strand's
/// coroutine from whichever thread emits it.
task<void> cross(asio::any_io_executor strand, std::shared_ptr<crossing> box, task<void> work);

/// How a caller's slot reaches the work, also before that has begun: of a signal so early Asio's co_spawn makes an exception
/// that nobody expects, or nothing.
struct stopping {
    asio::cancellation_signal stop;
    asio::cancellation_type early = asio::cancellation_type::none;
    bool begun = false;
};
/// Runs `work`, which says in `by` that it has begun, on `where`; `slot` cancels it. An exception that leaves it comes out of
/// the executor's run().
void run(asio::any_io_executor where, task<void> work, std::shared_ptr<stopping> by, asio::cancellation_slot slot);
}  // namespace kwire::inline v0::detail
