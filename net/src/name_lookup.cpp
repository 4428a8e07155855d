// SPDX-License-Identifier: Apache-2.0
#include "name_lookup.hpp"

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <thread>

namespace kwire::inline v0 {
using asio::ip::tcp;

void name_lookup::start(std::string host, std::uint16_t port, completion done) {
    std::lock_guard guard(mutex_);
    queue_.push_back({std::move(host), port, std::move(done)});
    if (threads_ == most_threads) return;
    std::thread(work, shared_from_this()).detach();
    ++threads_;
}

void name_lookup::stop() {
    std::lock_guard guard(mutex_);
    home_ = {};
    queue_.clear();
}

void name_lookup::work(std::shared_ptr<name_lookup> self) {
    std::unique_lock lock(self->mutex_);
    while (!self->queue_.empty()) {
        job next = std::move(self->queue_.front());
        self->queue_.pop_front();
        lock.unlock();
        std::error_code why;
        addresses found = self->how_(next.host, next.port, why);
        lock.lock();
        if (!self->home_) continue;
        asio::post(self->home_, [done = std::move(next.done), why, found = std::move(found)]() mutable { done(why, std::move(found)); });
    }
    --self->threads_;
}

name_lookup::addresses name_lookup::now(const std::string& host, std::uint16_t port, std::error_code& why) {
    asio::io_context nowhere;  // the synchronous call needs one, and does not use it
    tcp::resolver resolver(nowhere);
    const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::numeric_service, why);
    addresses families[2], all;
    bool first_is_v6 = false;
    for (const auto& entry : found) {
        const bool v6 = entry.endpoint().address().is_v6();
        if (families[0].empty() && families[1].empty()) first_is_v6 = v6;
        families[v6 == first_is_v6 ? 0 : 1].push_back(entry.endpoint());
    }
    for (std::size_t i = 0; i < std::max(families[0].size(), families[1].size()); ++i)
        for (const auto& family : families)
            if (i < family.size()) all.push_back(family[i]);
    return all;
}
}  // namespace kwire
