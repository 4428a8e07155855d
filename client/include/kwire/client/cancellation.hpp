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
#include <asio/associated_cancellation_slot.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace kwire::inline v0::detail {
/// Called where `e` was caught: that is how Asio tells a coroutine that it is cancelled.
template <class T> void take_cancellation(std::optional<T>& into, const std::system_error& e) {
    if (e.code() != asio::error::operation_aborted) throw;
    if constexpr (std::is_constructible_v<T, error>) into.emplace(error(client_errc::cancelled));
    else throw;
}

/// An operation on its way to another strand and back.
template <class T> struct crossing {
    std::optional<T> got;
    std::exception_ptr bug;
    asio::cancellation_signal stop;  // belongs to the other strand
    bool over = false;
};

template <class T> task<void> fill(std::shared_ptr<crossing<T>> box, task<T> work) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_partial_cancellation());
    try {
        auto got = co_await std::move(work);
        box->got.emplace(std::move(got));
    } catch (const std::system_error& e) { take_cancellation(box->got, e); }
}

/// Runs `work` on `strand` until box->got or box->bug is there. Asio's own co_spawn would run a cancellation on the strand's
/// coroutine from whichever thread emits it.
template <class T> task<void> cross(asio::any_io_executor strand, std::shared_ptr<crossing<T>> box, task<T> work) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [](auto handler, asio::any_io_executor there, std::shared_ptr<crossing<T>> held, task<T> inner) {
            auto slot = asio::get_associated_cancellation_slot(handler);
            if (slot.is_connected())
                slot.assign([weak = std::weak_ptr(held), there](asio::cancellation_type how) {
                    asio::post(there, [weak, how] {
                        const auto b = weak.lock();
                        if (b && !b->over) b->stop.emit(how);
                    });
                });
            auto guard = asio::make_work_guard(handler);
            auto back = [held, guard = std::move(guard), handler = std::move(handler)](std::exception_ptr bug) mutable {
                held->over = true;
                held->bug = bug;
                asio::dispatch(guard.get_executor(), std::move(handler));
            };
            asio::co_spawn(there, fill(held, std::move(inner)), asio::bind_cancellation_slot(held->stop.slot(), std::move(back)));
        },
        asio::use_awaitable, std::move(strand), std::move(box), std::move(work));
}
}  // namespace kwire::inline v0::detail
