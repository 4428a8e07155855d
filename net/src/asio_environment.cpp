// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/asio_environment.hpp>

#include "asio_stream.hpp"
#include "explain.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/v6_only.hpp>

#include <ctime>
#include <random>

namespace kwire::inline v0 {
using asio::ip::tcp;
namespace {
class asio_environment final : public environment {
  public:
    explicit asio_environment(asio::any_io_executor where)
        : where_(std::move(where)), names_(std::make_shared<name_lookup>(where_)), random_(seed()) {}
    ~asio_environment() override { names_->stop(); }

    std::unique_ptr<stream> make_stream() override { return std::make_unique<asio_stream>(where_, names_); }
    result<std::unique_ptr<acceptor>> listen(std::string host, std::uint16_t port) override;
    std::unique_ptr<timer> make_timer() override { return std::make_unique<asio_timer>(where_); }
    clock::time_point now() const override { return clock::time_point(std::chrono::steady_clock::now().time_since_epoch()); }
    std::chrono::system_clock::time_point wall_now() const override { return std::chrono::system_clock::now(); }
    std::chrono::system_clock::time_point coarse_wall_now() const override;
    std::uint64_t random() override { return random_(); }
    asio::any_io_executor executor() override { return where_; }
    void spawn(task<void> work) override {
        asio::co_spawn(where_, std::move(work), [](std::exception_ptr bug) {  // asio::detached would swallow it
            if (bug) std::rethrow_exception(bug);
        });
    }

  private:
    static std::uint64_t seed() {
        std::random_device device;
        const std::uint64_t high = device();
        return high << 32 | device();
    }
    static tcp::acceptor open(const asio::any_io_executor& where, const tcp::endpoint& at, std::error_code& why);

    asio::any_io_executor where_;
    std::shared_ptr<name_lookup> names_;
    std::mt19937_64 random_;
};

std::chrono::system_clock::time_point asio_environment::coarse_wall_now() const {
#ifdef CLOCK_REALTIME_COARSE  // Linux: what the kernel noted at its last tick; the processor's own counter is not read
    timespec t{};
    if (clock_gettime(CLOCK_REALTIME_COARSE, &t) == 0) {
        const auto since_1970 = std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
        return std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::system_clock::duration>(since_1970));
    }
#endif
    return wall_now();
}

tcp::acceptor asio_environment::open(const asio::any_io_executor& where, const tcp::endpoint& at, std::error_code& why) {
    tcp::acceptor a(where);
    a.open(at.protocol(), why);
    if (!why) a.set_option(tcp::acceptor::reuse_address(true), why);
    std::error_code ignored;  // where the system knows only one kind, so be it
    if (at.address().is_v6() && at.address().is_unspecified()) a.set_option(asio::ip::v6_only(false), ignored);
    if (!why) a.bind(at, why);
    if (!why) a.listen(tcp::acceptor::max_listen_connections, why);
    return a;
}

result<std::unique_ptr<acceptor>> asio_environment::listen(std::string host, std::uint16_t port) {
    std::string what = "listen on ";
    what += host;
    what += ':';
    what += std::to_string(port);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    name_lookup::addresses all;
    std::error_code why;
    if (host.empty()) {
        all = {tcp::endpoint(tcp::v6(), port), tcp::endpoint(tcp::v4(), port)};
    } else if (const auto literal = asio::ip::make_address(host, why); !why) {
        all = {tcp::endpoint(literal, port)};
    } else {
        all = name_lookup::now(host, port, why);
    }
    for (const auto& at : all) {
        auto a = open(where_, at, why);
        if (!why) return std::unique_ptr<acceptor>(std::make_unique<asio_acceptor>(std::move(a)));
    }
    return in_standard_codes(error(why, std::move(what)));
}
}  // namespace

std::unique_ptr<environment> make_asio_environment(asio::any_io_executor where) { return std::make_unique<asio_environment>(std::move(where)); }
std::unique_ptr<environment> make_asio_environment(asio::io_context& where) { return make_asio_environment(where.get_executor()); }
}  // namespace kwire
