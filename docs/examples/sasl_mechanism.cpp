// SPDX-License-Identifier: Apache-2.0
// A SASL mechanism of one's own, EXTERNAL: who we are is known from outside of SASL, by our TLS certificate.
#include "flags.hpp"

#include <kwire/client/client.hpp>
#include <kwire/net/sasl.hpp>

#include <asio/io_context.hpp>

#include <iostream>

// Source: RFC 4422, appendix A. One object serves one authentication.
class external final : public kwire::sasl_client {
  public:
    explicit external(std::string act_as) : act_as_(std::move(act_as)) {}
    std::string_view name() const noexcept override { return "EXTERNAL"; }
    kwire::result<kwire::secret> start() override { return kwire::secret(act_as_); }
    kwire::result<std::optional<kwire::secret>> next(kwire::bytes from_broker) override {
        if (!from_broker.empty()) return kwire::error(kwire::security_errc::broken, "EXTERNAL: the broker says more than nothing");
        return std::optional<kwire::secret>();  // the exchange is over
    }

  private:
    std::string act_as_;
};

asio::awaitable<void> list_brokers(kwire::client client) {
    const auto cluster = co_await client.cluster(client.in(std::chrono::seconds(10)));
    if (!cluster) std::cerr << cluster.error().message() << '\n';
    else
        for (const auto& b : cluster->brokers) std::cout << b.node_id << ' ' << b.where.host << ':' << b.where.port << '\n';
    co_await client.close(client.in(std::chrono::seconds(1)));
}

int main(int argc, char** argv) try {
    asio::io_context io;
    kwire::security_options security{.protocol = kwire::security_protocol::sasl_ssl};
    security.sasl_custom = [] { return std::make_shared<external>("billing"); };
    security.ssl_certificate_location = flag(argc, argv, "--certificate", "client.pem");
    security.ssl_key_location = flag(argc, argv, "--key", "client.key");
    kwire::client_options options{.bootstrap_servers = list(flag(argc, argv, "--brokers", "localhost:9093")), .security = security};
    asio::co_spawn(io, list_brokers(kwire::client::make(io, options).value()), [](std::exception_ptr e) { e ? std::rethrow_exception(e) : void(); });
    io.run();
} catch (const std::exception& e) { return std::cerr << e.what() << '\n', 1; }
