// SPDX-License-Identifier: Apache-2.0
// A dialer of one's own: every connection goes through a SOCKS 5 proxy, which also looks up the names of the brokers.
//
//     kwire::client_options options{.bootstrap_servers = {"kafka:9092"}};
//     options.dialer = socks5({"bastion", 1080});
//
// A stream over a stream: it connects to the proxy, says where to go, and from then on is out of the way. Deadlines are not
// its business; who waits too long closes it.
// Source: RFC 1928 (SOCKS 5), of which only the method "no authentication" and the command "connect" are spoken.
#pragma once

#include <kwire/net/broker_address.hpp>

#include <asio/awaitable.hpp>

#include <array>
#include <memory>
#include <string>
#include <vector>

class socks5_stream final : public kwire::stream {
  public:
    socks5_stream(std::unique_ptr<kwire::stream> under, kwire::endpoint proxy) : under_(std::move(under)), proxy_(std::move(proxy)) {}

    kwire::task<kwire::result<void>> connect(std::string host, std::uint16_t port) override {
        auto reached = co_await under_->connect(proxy_.host, proxy_.port);
        if (!reached) co_return std::move(reached).error().within(name());
        if (host.size() > 255) co_return kwire::error(kwire::client_errc::invalid_argument, name() + ": the broker's name is too long");
        const std::string greeting("\5\1\0", 3);  // version 5, one method: no authentication
        auto chosen = co_await ask(greeting, 2);
        if (!chosen) co_return std::move(chosen).error().within(name());
        if (*chosen != std::string("\5\0", 2)) co_return kwire::error(kwire::client_errc::unexpected_answer, name() + " wants authentication");
        std::string where("\5\1\0\3", 4);  // connect, to a name
        where += static_cast<char>(host.size());
        where += host;
        where += static_cast<char>(port >> 8);
        where += static_cast<char>(port);
        auto answer = co_await ask(where, 5);
        if (!answer) co_return std::move(answer).error().within(name());
        const std::string& a = *answer;
        if (a[0] != 5 || a[1] != 0)
            co_return kwire::error(kwire::client_errc::connection_lost, name() + " cannot connect to " + host + ", it says " + std::to_string(a[1]));
        const std::size_t address = a[3] == 1 ? 4 : a[3] == 4 ? 16 : 1 + static_cast<std::size_t>(static_cast<unsigned char>(a[4]));
        auto rest = co_await ask("", address + 2 - 1);  // where it connects from, which nobody needs; one byte is read already
        if (!rest) co_return std::move(rest).error().within(name());
        co_return kwire::result<void>();
    }
    kwire::task<kwire::result<std::size_t>> read_some(std::span<std::byte> into) override { return under_->read_some(into); }
    kwire::task<kwire::result<void>> write(std::span<const kwire::bytes> pieces) override { return under_->write(pieces); }
    void close() noexcept override { under_->close(); }
    void close_with(kwire::bytes last) noexcept override { under_->close_with(last); }

  private:
    std::string name() const { return "SOCKS proxy " + kwire::to_string(proxy_); }
    /// Writes `what` and reads exactly `count` bytes: what comes behind them is the broker's.
    kwire::task<kwire::result<std::string>> ask(std::string what, std::size_t count) {
        const std::array<kwire::bytes, 1> pieces{kwire::as_bytes(what)};
        if (!what.empty()) {
            auto written = co_await under_->write(pieces);
            if (!written) co_return std::move(written).error();
        }
        std::vector<std::byte> got(count);
        for (std::size_t n = 0; n < count;) {
            auto more = co_await under_->read_some(std::span(got).subspan(n));
            if (!more) co_return std::move(more).error();
            n += *more;
        }
        co_return std::string(kwire::as_text(got));
    }

    std::unique_ptr<kwire::stream> under_;
    kwire::endpoint proxy_;
};

inline kwire::broker_dialer socks5(kwire::endpoint proxy) {
    return [proxy](kwire::environment& env, const kwire::broker_address&) { return std::make_unique<socks5_stream>(env.make_stream(), proxy); };
}
