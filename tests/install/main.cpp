// SPDX-License-Identifier: Apache-2.0
// A user's program: needs all three rooms, and what they link.
#include <kwire/net/asio_environment.hpp>
#include <kwire/protocol/version.hpp>

#include <asio/io_context.hpp>

#include <iostream>

int main() {
    asio::io_context context;
    const auto environment = kwire::make_asio_environment(context);
    std::cout << "linked with kwire " << kwire::version() << "\n";
    return environment && kwire::version() == KWIRE_VERSION ? 0 : 1;
}
