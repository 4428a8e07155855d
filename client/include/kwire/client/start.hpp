// SPDX-License-Identifier: Apache-2.0
// Awaitables for those who have no coroutine: start() runs one and completes a callback, a future, or any Asio token.
//
//     start(io, producer.send(r), [](kwire::result<kwire::delivery> d) { … });        // on the callback's executor
//     std::future<kwire::result<kwire::delivery>> d = start(io, producer.send(r), asio::use_future);
//
// It can be cancelled through the callback's cancellation slot (asio::bind_cancellation_slot): cancellation.hpp.
// An awaitable whose result cannot be an error looks itself whether it is cancelled before it begins, as list_offsets() does.
// What the awaitable refers to (the views in a record) must live until it completes. asio::co_spawn cannot do this: it
// wants result types that can be made out of nothing.
#pragma once

#include <kwire/client/cancellation.hpp>

#include <asio/associated_executor.hpp>

namespace kwire::inline v0 {
namespace detail {
/// How a caller's slot reaches the work, also before that has begun: of a signal so early Asio's co_spawn makes an exception
/// that nobody expects, or nothing.
struct stopping {
    asio::cancellation_signal stop;
    asio::cancellation_type early = asio::cancellation_type::none;
    bool begun = false;
};

template <class T, class Handler, class Work> task<void> run_and_tell(task<T> work, Handler handler, Work guard, std::shared_ptr<stopping> by) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_partial_cancellation());
    by->begun = true;
    if (by->early != asio::cancellation_type::none) {
        if constexpr (!std::is_constructible_v<T, error>) co_await asio::this_coro::throw_if_cancelled(false);  // only `work` knows what to return
        by->stop.emit(by->early);
    }
    std::optional<T> done;
    try {
        auto got = co_await std::move(work);
        done.emplace(std::move(got));
    } catch (const std::system_error& e) { take_cancellation(done, e); }
    asio::dispatch(guard.get_executor(), [handler = std::move(handler), got = *std::move(done)]() mutable { std::move(handler)(std::move(got)); });
}
}  // namespace detail

/// Runs `work` on `where`. An exception that leaves it is a bug and comes out of the executor's run().
template <class T, class Token> auto start(asio::any_io_executor where, task<T> work, Token&& token) {
    return asio::async_initiate<Token, void(T)>(
        [where = std::move(where)](auto handler, task<T> w) {
            auto guard = asio::make_work_guard(handler, where);
            const auto by = std::make_shared<detail::stopping>();
            auto slot = asio::get_associated_cancellation_slot(handler);
            if (slot.is_connected())
                slot.assign([weak = std::weak_ptr(by)](asio::cancellation_type how) {
                    const auto s = weak.lock();
                    if (!s) return;
                    if (s->begun) s->stop.emit(how);
                    else s->early = s->early | how;
                });
            const auto end = [by](std::exception_ptr bug) {
                if (bug) std::rethrow_exception(bug);
            };
            asio::co_spawn(where, detail::run_and_tell<T>(std::move(w), std::move(handler), std::move(guard), by),
                           asio::bind_cancellation_slot(by->stop.slot(), end));
        },
        token, std::move(work));
}
template <class Context, class T, class Token>
requires requires(Context& c) { c.get_executor(); }
auto start(Context& where, task<T> work, Token&& token) {
    return start(asio::any_io_executor(where.get_executor()), std::move(work), std::forward<Token>(token));
}
}  // namespace kwire
