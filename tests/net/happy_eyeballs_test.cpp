// SPDX-License-Identifier: Apache-2.0
// A name with several addresses: RFC 8305, KIP-302.
#include "../../net/src/asio_stream.hpp"
#include "support/has.hpp"

#include <kwire/net/asio_environment.hpp>

#include <asio/io_context.hpp>

#include <gtest/gtest.h>

namespace kwire::happy_eyeballs_test {
using namespace std::chrono_literals;
using asio::ip::tcp;
using support::has;

tcp::acceptor listen_at(asio::io_context& io, const char* address, int backlog) {
    tcp::acceptor a(io);
    a.open(tcp::v4());
    a.bind({asio::ip::make_address(address), 0});
    a.listen(backlog);
    return a;
}
tcp::endpoint closed_port(asio::io_context& io, const char* address) { return listen_at(io, address, 1).local_endpoint(); }

/// Where an attempt to connect hears nothing: one who waits to be accepted fills the queue, and Linux drops what else comes.
struct silent_address {
    explicit silent_address(asio::io_context& io) : listening(listen_at(io, "127.0.0.1", 0)), waits(io) {
        waits.connect(listening.local_endpoint());
        listening.wait(tcp::acceptor::wait_read);
    }
    tcp::acceptor listening;
    tcp::socket waits;
};

struct HappyEyeballs : ::testing::Test {
    ~HappyEyeballs() override { names->stop(); }
    /// What comes of connecting to a name with these addresses.
    result<void> connect(name_lookup::addresses addresses) {
        names =
            std::make_shared<name_lookup>(io.get_executor(), [addresses](const std::string&, std::uint16_t, std::error_code&) { return addresses; });
        std::optional<result<void>> got;
        const auto began = env->now();
        env->spawn([](std::unique_ptr<stream> s, std::optional<result<void>>& end) -> task<void> {
            auto connected = co_await s->connect("kafka", 9092);
            s->close();
            end.emplace(std::move(connected));
        }(std::make_unique<asio_stream>(io.get_executor(), names), got));
        io.restart();
        const auto limit = began + 30s;
        while (!got && env->now() < limit) io.run_one_for(1s);
        took = env->now() - began;
        if (!got) return error(client_errc::timed_out, "it hangs");
        return *std::move(got);
    }

    asio::io_context io{1};
    std::unique_ptr<environment> env = make_asio_environment(io);
    std::shared_ptr<name_lookup> names;
    clock::duration took{};
};

TEST_F(HappyEyeballs, TriesTheNextAddressBesideOneThatIsSilent) {
    const silent_address silent(io), another(io);
    auto live = listen_at(io, "127.0.0.1", 5);
    const auto got = connect({silent.listening.local_endpoint(), another.listening.local_endpoint(), live.local_endpoint()});
    EXPECT_TRUE(got) << got.error().message();
    EXPECT_GE(took, 450ms) << "each has a quarter of a second before the next is tried";
    live.accept();
}

TEST_F(HappyEyeballs, LosesNoTimeWithAddressesThatRefuse) {
    name_lookup::addresses all;
    for (int i = 0; i < 40; ++i) all.push_back(closed_port(io, "127.0.0.1"));
    const auto live = listen_at(io, "127.0.0.1", 5);
    all.push_back(live.local_endpoint());
    const auto got = connect(all);
    EXPECT_TRUE(got) << got.error().message();
    EXPECT_LT(took, 40 * 250ms);
}

TEST_F(HappyEyeballs, GoesOnWaitingForASlowAddressWhenTheOthersHaveRefused) {
    silent_address slow(io);
    asio::steady_timer later(io, 400ms);  // then there is room for the attempt, which the system repeats
    later.async_wait([&slow](std::error_code) { slow.listening.async_accept([](std::error_code, tcp::socket) {}); });
    const auto got = connect({slow.listening.local_endpoint(), closed_port(io, "127.0.0.1")});
    EXPECT_TRUE(got) << got.error().message();
    EXPECT_GE(took, 400ms) << "it was not slow";
}

TEST_F(HappyEyeballs, SaysWhichAddressFailedLast) {
    silent_address slow(io);
    asio::steady_timer later(io, 400ms);
    later.async_wait([&slow](std::error_code) { slow.listening.close(); });
    const auto got = connect({slow.listening.local_endpoint(), closed_port(io, "127.0.0.2")});
    ASSERT_FALSE(got);
    EXPECT_TRUE(has(got.error().message(), "each of 2 addresses failed, the last, 127.0.0.1: ")) << got.error().message();
}
}  // namespace kwire::happy_eyeballs_test
