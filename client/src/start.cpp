// SPDX-License-Identifier: Apache-2.0
// What of starting and cancelling depends on no type, so that Asio's co_spawn is compiled here and not by every user.
#include <kwire/client/cancellation.hpp>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/async_result.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

namespace kwire::inline v0::detail {
void run(asio::any_io_executor where, task<void> work, std::shared_ptr<stopping> by, asio::cancellation_slot slot) {
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
    asio::co_spawn(where, std::move(work), asio::bind_cancellation_slot(by->stop.slot(), end));
}

task<void> cross(asio::any_io_executor strand, std::shared_ptr<crossing> box, task<void> work) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [](auto handler, asio::any_io_executor there, std::shared_ptr<crossing> held, task<void> inner) {
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
            asio::co_spawn(there, std::move(inner), asio::bind_cancellation_slot(held->stop.slot(), std::move(back)));
        },
        asio::use_awaitable, std::move(strand), std::move(box), std::move(work));
}
}  // namespace kwire::inline v0::detail
