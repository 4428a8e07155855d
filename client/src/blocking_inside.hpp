// SPDX-License-Identifier: Apache-2.0
// What the classes of kwire::blocking share: the seat, and a client core whose strand is the loop that callers run.
#pragma once

#include <kwire/client/blocking.hpp>
#include <kwire/client/core.hpp>
#include <kwire/client/start.hpp>

#include "seat.hpp"

namespace kwire::inline v0::blocking {
struct inside {
    inside(client_options options, run_options how, std::shared_ptr<client_observer> watch);
    ~inside();
    inside(const inside&) = delete;
    inside& operator=(const inside&) = delete;

    /// Runs the loop until `work` is done, and returns what it returned.
    template <class T> T wait_for(task<T> work) {
        if (loop.mine()) return error(client_errc::invalid_argument, "a blocking call within a callback would wait for itself");
        struct box {
            std::optional<T> got;
            std::atomic<bool> there{false};
        };
        const auto b = std::make_shared<box>();
        start(loop.context(), std::move(work), [b](T got) {
            b->got.emplace(std::move(got));
            b->there.store(true, std::memory_order_release);
        });
        loop.drive_until([b] { return b->there.load(std::memory_order_acquire); });
        return *std::move(b->got);
    }

    seat loop;
    std::shared_ptr<client_core> core;
};
}  // namespace kwire::blocking
