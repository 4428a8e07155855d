// SPDX-License-Identifier: Apache-2.0
// Lists the brokers of a cluster that only a SOCKS proxy reaches (ssh -D 1080 bastion), or whose addresses mean nothing here.
// through_a_proxy [--brokers HOST:PORT,…] [--proxy HOST:PORT | --forwarded yes]
#include "flags.hpp"
#include "socks5.hpp"

#include <kwire/client/client.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <iostream>

asio::awaitable<bool> list_brokers(kwire::client client) {
    const auto cluster = co_await client.cluster(client.in(std::chrono::seconds(10)));
    if (!cluster) std::cerr << cluster.error().message() << '\n';
    else
        for (const auto& b : cluster->brokers) std::cout << b.node_id << ' ' << b.where.host << ':' << b.where.port << '\n';
    co_await client.close(client.in(std::chrono::seconds(1)));
    co_return cluster.has_value();
}

int main(int argc, char** argv) try {
    asio::io_context io;
    kwire::client_options options{.bootstrap_servers = list(flag(argc, argv, "--brokers", "localhost:9092"))};
    options.dialer = socks5(kwire::parse_endpoint(flag(argc, argv, "--proxy", "localhost:1080")).value());
    // Where ports are forwarded one by one, no proxy is needed: broker 3 is found at localhost:19003, and so on.
    if (flag(argc, argv, "--forwarded", "no") == "yes") {
        options.dialer = nullptr;
        options.address_map = [](const kwire::broker_address& b) {
            if (b.node_id < 0) return b.where;  // one of bootstrap.servers, which we wrote ourselves
            return kwire::endpoint{"localhost", static_cast<std::uint16_t>(19000 + b.node_id)};
        };
    }
    bool listed = false;
    asio::co_spawn(io, list_brokers(kwire::client::make(io, options).value()), [&](std::exception_ptr thrown, bool done) {
        if (thrown) std::rethrow_exception(thrown);
        listed = done;
    });
    io.run();
    return listed ? 0 : 1;
} catch (const std::exception& e) { return std::cerr << e.what() << '\n', 1; }
