// SPDX-License-Identifier: Apache-2.0
// Awaitables for those who have no coroutine: start() runs one and completes a callback, a future, or any Asio token.
//
//     start(io, producer.send(r), [](kwire::result<kwire::delivery> d) { … });        // on the callback's executor
//     std::future<kwire::result<kwire::delivery>> d = start(io, producer.send(r), asio::use_future);
//
// It can be cancelled through the callback's cancellation slot (asio::bind_cancellation_slot), on the executor that it runs
// on: the result then is client_errc::cancelled, and what was on its way to a broker may happen all the same. Who awaits
// in a coroutine of his own and is cancelled gets what Asio gives: std::system_error, asio::error::operation_aborted.
// What the awaitable refers to (the views in a record) must live until it completes. asio::co_spawn cannot do this: it
// wants result types that can be made out of nothing.
#pragma once

#include <kwire/net/environment.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>

#include <exception>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

namespace kwire::inline v0 {
namespace detail {
template <class T, class Handler, class Work> task<void> run_and_tell(task<T> work, Handler handler, Work guard) {
    std::optional<T> got;
    try {
        auto ended = co_await std::move(work);
        got.emplace(std::move(ended));
    } catch (const std::system_error& e) {
        if constexpr (std::is_constructible_v<T, error>) {
            if (e.code() != asio::error::operation_aborted) throw;
            got.emplace(error(client_errc::cancelled));
        } else {
            throw;
        }
    }
    asio::dispatch(guard.get_executor(), [handler = std::move(handler), got = *std::move(got)]() mutable { std::move(handler)(std::move(got)); });
}
}  // namespace detail

/// Runs `work` on `where`. An exception that leaves it is a bug and comes out of the executor's run().
template <class T, class Token> auto start(asio::any_io_executor where, task<T> work, Token&& token) {
    return asio::async_initiate<Token, void(T)>(
        [where = std::move(where)](auto handler, task<T> w) {
            auto guard = asio::make_work_guard(handler, where);
            const auto slot = asio::get_associated_cancellation_slot(handler);
            const auto end = [](std::exception_ptr bug) {
                if (bug) std::rethrow_exception(bug);
            };
            asio::co_spawn(where, detail::run_and_tell<T>(std::move(w), std::move(handler), std::move(guard)),
                           asio::bind_cancellation_slot(slot, end));
        },
        token, std::move(work));
}
template <class Context, class T, class Token>
requires requires(Context& c) { c.get_executor(); }
auto start(Context& where, task<T> work, Token&& token) {
    return start(asio::any_io_executor(where.get_executor()), std::move(work), std::forward<Token>(token));
}
}  // namespace kwire
