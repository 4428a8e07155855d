// SPDX-License-Identifier: Apache-2.0
// Reads a topic from its beginning, one loop for each partition, until SIGINT or SIGTERM.
#include "flags.hpp"

#include <kwire/client/consumer.hpp>

#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <iostream>

using partition = std::shared_ptr<kwire::partition_consumer>;
asio::awaitable<void> print_messages(partition from) {
    while (const auto m = co_await from->next())
        std::cout << "Consumed message from partition " << m->partition << " at offset " << m->offset << ": "
                  << kwire::as_text(m->value.value_or(kwire::bytes())) << std::endl;
}
asio::awaitable<void> print_errors(partition from) {
    while (const auto e = co_await from->next_error())
        std::cout << "Consumed error from partition " << e->partition << ": " << e->why.message() << std::endl;
}
asio::awaitable<void> consume(asio::io_context& io, const kwire::consumer& consumer, std::string topic) {
    for (const auto partitions = co_await consumer.partitions(topic); const auto number : partitions.value()) {
        auto opened = co_await consumer.consume_partition(topic, number, kwire::offset_spec::oldest());
        const auto from = std::make_shared<kwire::partition_consumer>(std::move(opened).value());
        asio::co_spawn(io, print_messages(from), asio::detached);
        asio::co_spawn(io, print_errors(from), asio::detached);
    }
}

int main(int argc, char** argv) try {
    asio::io_context io;
    const auto client = kwire::client::make(io, {.bootstrap_servers = list(flag(argc, argv, "--brokers", "localhost:9092"))}).value();
    const auto consumer = kwire::consumer::make(client, {}).value();
    bool stopping = false;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](std::error_code, int) {
        stopping = true, std::cout << "Shutting down consumer" << std::endl;
        client.core()->close();  // everything that waits ends
    });
    const auto opened = [&](std::exception_ptr failed) { failed && !stopping ? std::rethrow_exception(failed) : void(); };
    asio::co_spawn(io, consume(io, consumer, flag(argc, argv, "--topic", "test_topic")), opened);
    io.run();  // until nothing waits any more
} catch (const std::exception& e) { return std::cerr << e.what() << '\n', 1; }
