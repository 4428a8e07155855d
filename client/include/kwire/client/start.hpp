// SPDX-License-Identifier: Apache-2.0
// Awaitables for those who have no coroutine: start() runs one and completes a callback, a future, or any Asio token.
//
//     start(io, producer.send(r), [](kwire::result<kwire::delivery> d) { … });        // on the callback's executor
//     std::future<kwire::result<kwire::delivery>> d = start(io, producer.send(r), asio::use_future);
//
// What the awaitable refers to (the views in a record) must live until it completes. asio::co_spawn cannot do this: it
// wants result types that can be made out of nothing.
#pragma once

#include <kwire/net/environment.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>

#include <exception>
#include <utility>

namespace kwire::inline v0 {
namespace detail {
template <class T, class Handler, class Work> task<void> run_and_tell(task<T> work, Handler handler, Work guard) {
    auto got = co_await std::move(work);
    asio::dispatch(guard.get_executor(), [handler = std::move(handler), got = std::move(got)]() mutable { std::move(handler)(std::move(got)); });
}
}  // namespace detail

/// Runs `work` on `where`. An exception that leaves it is a bug and comes out of the executor's run().
template <class T, class Token> auto start(asio::any_io_executor where, task<T> work, Token&& token) {
    return asio::async_initiate<Token, void(T)>(
        [where = std::move(where)](auto handler, task<T> w) {
            auto guard = asio::make_work_guard(handler, where);
            asio::co_spawn(where, detail::run_and_tell<T>(std::move(w), std::move(handler), std::move(guard)), [](std::exception_ptr bug) {
                if (bug) std::rethrow_exception(bug);
            });
        },
        token, std::move(work));
}
template <class Context, class T, class Token>
requires requires(Context& c) { c.get_executor(); }
auto start(Context& where, task<T> work, Token&& token) {
    return start(asio::any_io_executor(where.get_executor()), std::move(work), std::forward<Token>(token));
}
}  // namespace kwire
