// SPDX-License-Identifier: Apache-2.0
// A user's program: needs all three rooms, and what they link. A question to a port where nobody listens goes through all
// of them, and back.
#include <kwire/client/client.hpp>
#include <kwire/client/producer.hpp>
#include <kwire/protocol/version.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <iostream>

namespace {
kwire::task<std::string> ask(kwire::client& client) {
    const auto topic = co_await client.topic("orders", client.in(std::chrono::milliseconds(200)));
    if (topic) co_return std::string();
    co_return topic.error().message();
}
}  // namespace

int main() {
    asio::io_context io;
    auto client = kwire::client::make(io, {.bootstrap_servers = {"127.0.0.1:1"}}).value();
    const auto producer = kwire::producer::make(client, {});
    std::string why;
    asio::co_spawn(io, ask(client), [&](std::exception_ptr thrown, std::string answer) {
        if (thrown) std::rethrow_exception(thrown);
        why = std::move(answer);
        io.stop();
    });
    io.run();
    std::cout << "linked with kwire " << kwire::version() << "; " << why << "\n";
    return producer && !why.empty() && kwire::version() == KWIRE_VERSION ? 0 : 1;
}
