// SPDX-License-Identifier: Apache-2.0
#include "asio_stream.hpp"

#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>

#include <list>
#include <optional>

namespace kwire::inline v0 {
using asio::ip::tcp;
using namespace std::chrono_literals;
namespace {
constexpr auto outcome = asio::experimental::as_tuple(asio::use_awaitable);
constexpr auto until_next_attempt = 250ms;  // RFC 8305, section 5
}  // namespace

// What connect() waits for. Shared with the operations under way, which may end after it.
struct asio_stream::attempts {
    explicit attempts(const asio::any_io_executor& where) : changed(where, asio::steady_timer::time_point::max()) {}
    void wake() { changed.cancel(); }
    error failure() const {
        error last(why);
        if (addresses.size() == 1) return last;
        std::string what = "each of ";
        what += std::to_string(addresses.size()) + " addresses failed, the last, ";
        return last.within(what + failed_last.address().to_string());
    }
    bool over() const { return won || closed || (next == addresses.size() && under_way == 0); }

    asio::steady_timer changed;  // cancelled when there is news
    name_lookup::addresses addresses;
    std::list<tcp::socket> sockets;
    std::optional<tcp::socket> won;
    std::error_code why;  // of failed_last
    tcp::endpoint failed_last;
    std::size_t next = 0, under_way = 0;
    bool looked_up = false, closed = false;
};

task<result<void>> asio_stream::connect(std::string host, std::uint16_t port) {
    if (closed_) co_return error(client_errc::closed);
    if (!names_ || connecting_) co_return error(asio::error::already_connected);
    const auto all = connecting_ = std::make_shared<attempts>(socket_.get_executor());
    auto addresses = co_await addresses_of(host, port);
    if (closed_) co_return error(client_errc::closed);
    if (!addresses) co_return std::move(addresses).error().within("look up the name " + host);
    all->addresses = *std::move(addresses);
    while (!all->over()) {
        if (all->next < all->addresses.size()) attempt_next(all);
        if (all->next < all->addresses.size()) all->changed.expires_after(until_next_attempt);
        else all->changed.expires_at(asio::steady_timer::time_point::max());
        co_await all->changed.async_wait(outcome);
    }
    all->closed = true;  // what else is under way comes too late
    all->sockets.clear();
    if (closed_) co_return error(client_errc::closed);
    if (!all->won) co_return all->failure();
    socket_ = *std::move(all->won);
    all->won.reset();
    prepare();
    co_return result<void>();
}

void asio_stream::attempt_next(std::shared_ptr<attempts> all) {
    const auto mine = all->sockets.emplace(all->sockets.end(), all->changed.get_executor());
    ++all->under_way;
    const auto address = all->addresses[all->next++];
    mine->async_connect(address, [all, mine, address](std::error_code why) {
        --all->under_way;
        if (why) all->why = why, all->failed_last = address;
        else if (!all->won && !all->closed) all->won.emplace(std::move(*mine));
        all->wake();
    });
}

// getaddrinfo cannot be interrupted, so this waits beside it: close() ends the wait, and the answer then finds nobody.
task<result<name_lookup::addresses>> asio_stream::addresses_of(std::string host, std::uint16_t port) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    std::error_code why;
    const auto literal = asio::ip::make_address(host, why);
    if (!why) co_return name_lookup::addresses(1, tcp::endpoint(literal, port));
    const auto all = connecting_;
    names_->start(std::move(host), port, [held = std::weak_ptr(all)](std::error_code failed, name_lookup::addresses found) {
        const auto waiting = held.lock();
        if (!waiting) return;
        waiting->why = failed;
        waiting->addresses = std::move(found);
        waiting->looked_up = true;
        waiting->wake();
    });
    while (!all->looked_up && !all->closed) co_await all->changed.async_wait(outcome);
    if (all->why) co_return error(all->why);
    co_return std::move(all->addresses);
}

task<result<std::size_t>> asio_stream::read_some(std::span<std::byte> into) {
    if (closed_) co_return error(client_errc::closed);
    auto [why, n] = co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), outcome);
    if (closed_ || why) co_return failed(why);
    co_return n;
}

// Not asio::async_write: that hands at most 64 KiB to each system call, whatever the buffers hold.
task<result<void>> asio_stream::write(std::span<const bytes> pieces) {
    std::size_t piece = 0, offset = 0;  // the first byte not yet written
    while (piece < pieces.size()) {
        if (closed_) co_return error(client_errc::closed);
        std::size_t count = 0;
        for (std::size_t i = piece, skip = offset; i < pieces.size() && count < window_.size(); ++i, skip = 0)
            window_[count++] = asio::buffer(pieces[i].data() + skip, pieces[i].size() - skip);
        auto [why, n] = co_await socket_.async_write_some(std::span(window_.data(), count), outcome);
        if (closed_ || why) co_return failed(why);
        for (offset += n; piece < pieces.size() && offset >= pieces[piece].size(); ++piece) offset -= pieces[piece].size();
    }
    co_return result<void>();
}

void asio_stream::close() noexcept {
    closed_ = true;
    std::error_code ignored;
    socket_.close(ignored);
    if (!connecting_) return;
    connecting_->closed = true;
    for (auto& s : connecting_->sockets) s.close(ignored);
    connecting_->wake();
}

void asio_stream::close_with(bytes last) noexcept {
    std::error_code ignored;
    if (!closed_ && !socket_.non_blocking(true, ignored)) socket_.write_some(asio::buffer(last.data(), last.size()), ignored);
    close();
}

error asio_stream::failed(std::error_code why) const { return closed_ ? error(client_errc::closed) : error(why); }

void asio_stream::prepare() {
    std::error_code ignored;  // a request that waits for another's acknowledgement is slow, not wrong
    socket_.set_option(tcp::no_delay(true), ignored);
}

task<result<std::unique_ptr<stream>>> asio_acceptor::accept() {
    if (!acceptor_.is_open()) co_return error(client_errc::closed);
    auto [why, socket] = co_await acceptor_.async_accept(outcome);
    if (!acceptor_.is_open()) co_return error(client_errc::closed);
    if (why) co_return error(why);
    std::unique_ptr<stream> accepted = std::make_unique<asio_stream>(std::move(socket));
    co_return std::move(accepted);
}

std::uint16_t asio_acceptor::port() const {
    std::error_code closed;
    const auto where = acceptor_.local_endpoint(closed);
    return closed ? std::uint16_t(0) : where.port();
}

void asio_acceptor::close() noexcept {
    std::error_code ignored;
    acceptor_.close(ignored);
}

void asio_timer::expires_at(clock::time_point when) {
    timer_.expires_at(asio::steady_timer::time_point(std::chrono::duration_cast<asio::steady_timer::duration>(when.time_since_epoch())));
}

// Cancelled says little: a wait can be moved, or expire, before its cancellation is seen. Only the time decides.
task<bool> asio_timer::wait() {
    while (!closed_) {
        if (timer_.expiry() <= std::chrono::steady_clock::now()) co_return true;
        co_await timer_.async_wait(outcome);
        if (!closed_ && timer_.expiry() <= std::chrono::steady_clock::now()) co_return true;
    }
    co_return false;
}

void asio_timer::close() noexcept {
    closed_ = true;
    timer_.cancel();
}
}  // namespace kwire
