// SPDX-License-Identifier: Apache-2.0
#include "proxied_connection.hpp"

#include <asio/co_spawn.hpp>
#include <asio/connect.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

namespace kwire::inline v0 {
using asio::ip::tcp;
namespace {
constexpr auto outcome = asio::experimental::as_tuple(asio::use_awaitable);
constexpr std::size_t read_ahead = 256 * 1024;
constexpr auto never = std::chrono::steady_clock::time_point::max();

void no_delay(tcp::socket& s) {
    std::error_code ignored;  // a byte that waits for another's acknowledgement is slow, not wrong
    s.set_option(tcp::no_delay(true), ignored);
}
}  // namespace

void spawn(const asio::any_io_executor& where, asio::awaitable<void> work) {
    asio::co_spawn(where, std::move(work), [](std::exception_ptr bug) {
        if (bug) std::rethrow_exception(bug);
    });
}

proxied_connection::way::way(const asio::any_io_executor& where, fault_course c) : course(std::move(c)), changed(where, never) {}

proxied_connection::proxied_connection(tcp::socket client, std::shared_ptr<counters> passed)
    : client_(std::move(client)), broker_(client_.get_executor()), passed_(std::move(passed)) {
    no_delay(client_);
}

asio::awaitable<void> proxied_connection::run(std::shared_ptr<proxied_connection> self, endpoint broker, std::array<fault_course, 2> courses) {
    const auto where = self->client_.get_executor();
    for (std::size_t i = 0; i < 2; ++i) self->ways_[i].emplace(where, std::move(courses[i]));
    tcp::resolver names(where);
    const auto port = std::to_string(broker.port);
    auto [unknown, found] = co_await names.async_resolve(broker.host, port, tcp::resolver::numeric_service, outcome);
    if (!unknown && self->open_) {
        auto [failed, used] = co_await asio::async_connect(self->broker_, found, outcome);
        unknown = failed;
    }
    if (unknown || !self->open_) {
        self->reset();
        co_return;
    }
    no_delay(self->broker_);
    self->readers_ = self->passers_ = 2;
    for (const auto d : {direction::to_broker, direction::to_client}) {
        spawn(where, read(self, d));
        spawn(where, pass(self, d));
    }
}

asio::awaitable<void> proxied_connection::read(std::shared_ptr<proxied_connection> self, direction from) {
    way& w = self->of(from);
    std::string block(64 * 1024, '\0');
    while (self->open_) {
        const bool full = w.inbox.size() >= read_ahead && !w.patient && !self->finished_;
        if (full || (w.deaf && !self->finished_)) {
            co_await w.changed.async_wait(outcome);
            continue;
        }
        auto [why, n] = co_await self->source(from).async_read_some(asio::buffer(block), outcome);
        if (!self->open_) break;
        if (why && why != asio::error::eof) {
            self->reset();
            break;
        }
        if (!self->finished_) w.inbox.append(block, 0, n);
        w.ended = why == asio::error::eof;
        w.changed.cancel();
        if (w.ended) break;
    }
    --self->readers_;
    self->end_if_over();
}

asio::awaitable<void> proxied_connection::pass(std::shared_ptr<proxied_connection> self, direction to) {
    way& w = self->of(to);
    tcp::socket& sink = self->sink(to);
    while (self->open_ && !self->finished_) {
        if (w.held_until > std::chrono::steady_clock::now()) {
            w.changed.expires_at(w.held_until);
            co_await w.changed.async_wait(outcome);
            continue;
        }
        w.deaf = w.patient = false;
        w.changed.expires_at(never);  // which also wakes the reader
        const auto step = w.course.next(as_bytes(w.inbox), w.ended);
        if (step.what == fault_course::step::kind::more) {
            if (w.ended) break;
            co_await w.changed.async_wait(outcome);
            continue;
        }
        if (step.what == fault_course::step::kind::strike) {
            if (!self->strike(w, step.how)) break;
            continue;
        }
        std::string part = w.inbox.substr(0, step.bytes);
        w.inbox.erase(0, step.bytes);
        if (step.what == fault_course::step::kind::skip) continue;
        part[0] = static_cast<char>(part[0] ^ static_cast<char>(step.mask));
        auto [why, n] = co_await asio::async_write(sink, asio::buffer(part), outcome);
        (*self->passed_)[static_cast<std::size_t>(to)] += n;
        if (why) {
            if (self->open_ && !self->finished_) self->reset();
            break;
        }
        if (step.pause > clock::duration::zero()) w.held_until = std::chrono::steady_clock::now() + step.pause;
    }
    std::error_code ignored;  // the other side may have gone already
    if (self->open_) sink.shutdown(tcp::socket::shutdown_send, ignored);
    --self->passers_;
    self->end_if_over();
}

// False if nothing is passed on any more.
bool proxied_connection::strike(way& w, const fault& f) {
    switch (f.what) {
        case fault::kind::reset: reset(); return false;
        case fault::kind::finish: finish(); return false;
        case fault::kind::delay: w.held_until = std::chrono::steady_clock::now() + f.pause; return true;
        case fault::kind::stall: w.patient = true; break;
        default: w.deaf = true; break;
    }
    w.held_until = never;
    w.changed.cancel();
    return true;
}

void proxied_connection::release() {
    for (auto& w : ways_)
        if (w) w->held_until = {};
    wake();
}

void proxied_connection::wake() {
    for (auto& w : ways_)
        if (w) w->changed.cancel();
}

// Closing a socket with unread bytes would reset the connection, so both are read until the peers end them.
void proxied_connection::finish() noexcept {
    finished_ = true;
    std::error_code ignored;  // a peer that has gone needs not be told
    for (auto* s : {&client_, &broker_}) s->shutdown(tcp::socket::shutdown_send, ignored);
    wake();
}

void proxied_connection::reset() noexcept {
    if (!std::exchange(open_, false)) return;
    std::error_code ignored;  // a socket that is not open cannot be reset, and need not be
    for (auto* s : {&client_, &broker_}) {
        s->set_option(tcp::socket::linger(true, 0), ignored);
        s->close(ignored);
    }
    wake();
}

void proxied_connection::end_if_over() noexcept {
    if (!open_ || readers_ > 0 || passers_ > 0) return;
    open_ = false;
    std::error_code ignored;
    client_.close(ignored);
    broker_.close(ignored);
}
}  // namespace kwire
