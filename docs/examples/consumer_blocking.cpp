// SPDX-License-Identifier: Apache-2.0
// Reads a topic from its beginning, one thread for each partition, until SIGINT or SIGTERM; without an event loop.
#include "flags.hpp"

#include <kwire/client/blocking_consumer.hpp>

#include <csignal>
#include <iostream>
#include <syncstream>
#include <thread>
#include <unistd.h>

void print_all(const kwire::blocking::partition_consumer& from) {
    const std::jthread errors([&] {
        while (const auto e = from.next_error())
            std::osyncstream(std::cout) << "Consumed error from partition " << e->partition << ": " << e->why.message() << std::endl;
    });
    while (const auto m = from.next())
        std::osyncstream(std::cout) << "Consumed message from partition " << m->partition << " at offset " << m->offset << ": "
                                    << kwire::as_text(m->value.value_or(kwire::bytes())) << std::endl;
}

int main(int argc, char** argv) try {
    sigset_t stop;
    sigemptyset(&stop), sigaddset(&stop, SIGINT), sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, nullptr);  // in all threads: they come to sigwaitinfo() only
    const auto topic = flag(argc, argv, "--topic", "test_topic");
    const auto client = kwire::blocking::client::make({.bootstrap_servers = list(flag(argc, argv, "--brokers", "localhost:9092"))}).value();
    const auto consumer = kwire::blocking::consumer::make(client).value();
    int status = 0;
    std::jthread reading([&] {
        std::vector<std::jthread> loops;
        try {
            for (const auto all = consumer.partitions(topic); const auto number : all.value())
                loops.emplace_back(print_all, consumer.consume_partition(topic, number, kwire::offset_spec::oldest()).value());
        } catch (const kwire::failure& e) {
            if (e.why() == kwire::client_errc::closed) return;
            std::cerr << e.what() << '\n', status = 1, kill(getpid(), SIGTERM);
        }
    });
    while (sigwaitinfo(&stop, nullptr) < 0) {}
    std::cout << "Shutting down consumer" << std::endl;
    client.close();  // everything that waits ends
    return reading.join(), status;
} catch (const std::exception& e) { return std::cerr << e.what() << '\n', 1; }
