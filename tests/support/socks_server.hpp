// SPDX-License-Identifier: Apache-2.0
// A SOCKS 5 proxy: what RFC 1928 says of "no authentication" and "connect", by name only. In any environment.
#pragma once

#include <kwire/net/environment.hpp>

#include <asio/awaitable.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace kwire::support {
inline task<std::string> read_exactly(std::shared_ptr<stream> from, std::size_t count) {
    std::vector<std::byte> got(count);
    for (std::size_t n = 0; n < count;) {
        const auto more = co_await from->read_some(std::span(got).subspan(n));
        if (!more) co_return std::string();
        n += *more;
    }
    co_return std::string(as_text(got));
}

inline task<void> relay(std::shared_ptr<stream> from, std::shared_ptr<stream> to) {
    std::vector<std::byte> block(16 * 1024);
    for (bool on = true; on;) {
        const auto n = co_await from->read_some(block);
        if (!n) break;
        const std::vector<bytes> pieces{bytes(block.data(), *n)};
        const auto written = co_await to->write(pieces);
        on = written.has_value();
    }
    to->close();
}

/// Outlives what it serves.
struct socks_server {
    environment& at;
    std::string refusal;  // if not empty: the answer to a greeting
    std::vector<std::string> asked_for{};
};

inline task<void> serve_socks(std::shared_ptr<stream> inside, socks_server& s) {
    const auto greeting = co_await read_exactly(inside, 3);
    EXPECT_EQ(greeting, std::string("\5\1\0", 3));
    const std::string fine = s.refusal.empty() ? std::string("\5\0", 2) : s.refusal;
    const std::vector<bytes> chosen{as_bytes(fine)};
    const auto greeted = co_await inside->write(chosen);
    const auto head = co_await read_exactly(inside, 5);
    if (!greeted || head.empty()) co_return;
    EXPECT_EQ(head.substr(0, 4), std::string("\5\1\0\3", 4));
    const auto where = co_await read_exactly(inside, static_cast<std::size_t>(head[4]) + 2);
    const std::string host = where.substr(0, where.size() - 2);
    const auto port = static_cast<std::uint16_t>(static_cast<unsigned char>(where[where.size() - 2]) << 8 | static_cast<unsigned char>(where.back()));
    s.asked_for.push_back(host + ":" + std::to_string(port));
    const std::shared_ptr<stream> outside = s.at.make_stream();
    const auto reached = co_await outside->connect(host, port);
    const std::string told = std::string("\5", 1) + (reached ? '\0' : '\4') + std::string("\0\1\0\0\0\0\0\0", 8);
    const std::vector<bytes> answer{as_bytes(told)};
    const auto answered = co_await inside->write(answer);
    if (!answered || !reached) co_return;
    s.at.spawn(relay(inside, outside));
    co_await relay(outside, inside);
}

/// Until `a` is closed.
inline task<void> accept_all(std::shared_ptr<acceptor> a, socks_server& s) {
    for (;;) {
        auto next = co_await a->accept();
        if (!next) co_return;
        s.at.spawn(serve_socks(std::shared_ptr<stream>(*std::move(next)), s));
    }
}
}  // namespace kwire::support
