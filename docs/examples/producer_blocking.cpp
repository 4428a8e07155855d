// SPDX-License-Identifier: Apache-2.0
// Sends ten messages, one after the other, and says where each one went; without an event loop.
// producer_blocking [--brokers HOST:PORT,…] [--topic NAME] [--interval DURATION]
#include "flags.hpp"

#include <kwire/client/blocking.hpp>

#include <iostream>
#include <thread>

int main(int argc, char** argv) try {
    const auto topic = flag(argc, argv, "--topic", "test_topic");
    const auto interval = duration(flag(argc, argv, "--interval", "500ms"));
    auto client = kwire::blocking::client::make({.bootstrap_servers = list(flag(argc, argv, "--brokers", "localhost:9092"))}).value();
    auto producer = kwire::blocking::producer::make(client, {.acks = kwire::acks::all, .partitioner = kwire::partitioner_kind::random}).value();
    for (int i = 0; i < 10; ++i) {
        const std::string text = "test message " + std::to_string(i);
        const auto sent = producer.send({.topic = topic, .value = kwire::as_bytes(text)});
        if (!sent) {
            std::cerr << sent.error().message() << '\n';
            return 1;
        }
        std::cout << "message sent to partition " << sent->partition << " at offset " << sent->offset << std::endl;
        std::this_thread::sleep_for(interval);
    }
    return 0;
} catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
}
