// SPDX-License-Identifier: Apache-2.0
// A stream, an acceptor and a timer over Asio's; see asio_environment.hpp.
#pragma once

#include "name_lookup.hpp"

#include <kwire/net/environment.hpp>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <array>

namespace kwire::inline v0 {
class asio_stream final : public stream {
  public:
    asio_stream(asio::any_io_executor where, std::shared_ptr<name_lookup> names) : socket_(where), names_(std::move(names)) {}
    explicit asio_stream(asio::ip::tcp::socket accepted) : socket_(std::move(accepted)) { prepare(); }
    ~asio_stream() override { asio_stream::close(); }

    task<result<void>> connect(std::string host, std::uint16_t port) override;
    task<result<std::size_t>> read_some(std::span<std::byte> into) override;
    task<result<void>> write(std::span<const bytes> pieces) override;
    void close() noexcept override;
    void close_with(bytes last) noexcept override;

  private:
    struct attempts;

    task<result<name_lookup::addresses>> addresses_of(std::string host, std::uint16_t port);
    static void attempt_next(std::shared_ptr<attempts> all);
    error failed(std::error_code why) const;
    void prepare();

    asio::ip::tcp::socket socket_;
    std::shared_ptr<name_lookup> names_;
    std::shared_ptr<attempts> connecting_;
    std::array<asio::const_buffer, 64> window_;  // what one system call takes
    bool closed_ = false;
};

class asio_acceptor final : public acceptor {
  public:
    explicit asio_acceptor(asio::ip::tcp::acceptor a) : acceptor_(std::move(a)) {}
    task<result<std::unique_ptr<stream>>> accept() override;
    std::uint16_t port() const override;
    void close() noexcept override;

  private:
    asio::ip::tcp::acceptor acceptor_;
};

class asio_timer final : public timer {
  public:
    explicit asio_timer(const asio::any_io_executor& where) : timer_(where, asio::steady_timer::time_point::max()) {}
    void expires_at(clock::time_point when) override;
    task<bool> wait() override;
    void close() noexcept override;

  private:
    asio::steady_timer timer_;
    bool closed_ = false;
};
}  // namespace kwire
