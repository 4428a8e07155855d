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

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/system_executor.hpp>

namespace kwire::inline v0 {
namespace detail {
/// Who is told. What runs is compiled once for each T, and not again for each callback.
template <class T> struct completion {
    virtual ~completion() = default;
    virtual void complete(T got) = 0;
};

template <class T, class Handler> struct completion_by final : completion<T> {
    // A handler with no executor of its own has whichever is offered: it is called where the work ran.
    static constexpr bool anywhere =
        !std::is_same_v<asio::associated_executor_t<Handler, asio::any_io_executor>, asio::associated_executor_t<Handler, asio::system_executor>>;

    completion_by(Handler h, const asio::any_io_executor& where) : guard(asio::make_work_guard(h, where)), handler(std::move(h)) {}
    void complete(T got) override {
        if constexpr (anywhere) {
            std::move(handler)(std::move(got));
        } else {
            const auto there = guard.get_executor();
            asio::dispatch(there, [h = std::move(handler), g = std::move(got)]() mutable { std::move(h)(std::move(g)); });
        }
    }
    asio::executor_work_guard<asio::associated_executor_t<Handler, asio::any_io_executor>> guard;
    Handler handler;
};

template <class T> task<void> run_and_tell(task<T> work, std::unique_ptr<completion<T>> to, std::shared_ptr<stopping> by) {
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
    to->complete(*std::move(done));
}
}  // namespace detail

/// Runs `work` on `where`. An exception that leaves it is a bug and comes out of the executor's run().
template <class T, class Token> auto start(asio::any_io_executor where, task<T> work, Token&& token) {
    return asio::async_initiate<Token, void(T)>(
        [where = std::move(where)](auto handler, task<T> w) {
            const asio::cancellation_slot slot = asio::get_associated_cancellation_slot(handler);
            auto to = std::make_unique<detail::completion_by<T, decltype(handler)>>(std::move(handler), where);
            const auto by = std::make_shared<detail::stopping>();
            detail::run(where, detail::run_and_tell<T>(std::move(w), std::move(to), by), by, slot);
        },
        token, std::move(work));
}
template <class Context, class T, class Token>
requires requires(Context& c) { c.get_executor(); }
auto start(Context& where, task<T> work, Token&& token) {
    return start(asio::any_io_executor(where.get_executor()), std::move(work), std::forward<Token>(token));
}
}  // namespace kwire
