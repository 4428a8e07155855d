// SPDX-License-Identifier: Apache-2.0
// Sends ten messages, one after the other, and says where each one went.
// producer [--brokers HOST:PORT,…] [--topic NAME] [--interval DURATION]
#include "flags.hpp"

#include <kwire/client/producer.hpp>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <iostream>

asio::awaitable<bool> send_messages(kwire::client& client, std::string topic, std::chrono::milliseconds interval) {
    auto producer = kwire::producer::make(client, {.acks = kwire::acks::all, .partitioner = kwire::partitioner_kind::random}).value();
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (int i = 0; i < 10; ++i) {
        const std::string text = "test message " + std::to_string(i);
        const auto sent = co_await producer.send({.topic = topic, .value = kwire::as_bytes(text)});
        if (!sent) {
            std::cerr << sent.error().message() << '\n';
            co_return false;
        }
        std::cout << "message sent to partition " << sent->partition << " at offset " << sent->offset << std::endl;
        pause.expires_after(interval);
        co_await pause.async_wait(asio::use_awaitable);
    }
    co_return true;
}

int main(int argc, char** argv) try {
    asio::io_context io;
    auto client = kwire::client::make(io, {.bootstrap_servers = list(flag(argc, argv, "--brokers", "localhost:9092"))}).value();
    bool all_sent = false;
    auto work = send_messages(client, flag(argc, argv, "--topic", "test_topic"), duration(flag(argc, argv, "--interval", "500ms")));
    asio::co_spawn(io, std::move(work), [&](std::exception_ptr thrown, bool sent) {
        if (thrown) std::rethrow_exception(thrown);
        all_sent = sent;
        io.stop();
    });
    io.run();
    return all_sent ? 0 : 1;
} catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
}
