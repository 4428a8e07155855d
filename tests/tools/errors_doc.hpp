// SPDX-License-Identifier: Apache-2.0
// docs/errors.md against what is printed: each of its failures is caused here on purpose, and the texts are compared.
//
// A heading of the third level names a failure, the first fenced block behind it is the text. It holds either a command with
// what that wrote to stderr, or the message of an error. Ports that a test was given are replaced by those of the page.
#pragma once

#include "program.hpp"

#include <support/places.hpp>
#include <support/run_in.hpp>

#include <net/scripted_peer.hpp>

#include <kwire/broker/broker_thread.hpp>
#include <kwire/client/consumer.hpp>
#include <kwire/client/properties.hpp>
#include <kwire/client/producer.hpp>
#include <kwire/client/start.hpp>
#include <kwire/net/asio_environment.hpp>
#include <kwire/net/simulation.hpp>
#include <kwire/protocol/batch_writer.hpp>
#include <kwire/protocol/messages/init_producer_id.hpp>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <thread>

namespace kwire::testing {
/// The failures of docs/errors.md: heading to text.
const std::map<std::string, std::string>& documented_failures();
/// Fails unless docs/errors.md shows `printed` under `heading`.
void expect_documented(const std::string& heading, const std::string& printed);

using replacements = std::vector<std::pair<std::string, std::string>>;  // what was printed, what the page has for it
std::string replaced(std::string text, const replacements& all);

/// Runs kwire and returns "$ kwire …" and what it wrote to stderr. `input`: one line for its standard input. Its environment has
/// a KAFKA_PASSWORD.
std::string on_the_console(const std::vector<std::string>& words, const replacements& all = {}, const std::string& input = {}, int status = 1);

/// Something on a loopback port that follows a script instead of Kafka's protocol.
class peer_thread {
  public:
    explicit peer_thread(script what, std::shared_ptr<tls_context> tls = nullptr);
    ~peer_thread();
    std::string address() const { return "127.0.0.1:" + std::to_string(listening_->port()); }
    /// Its address becomes that of the page.
    replacements as_in_the_page() const { return {{address(), "127.0.0.1:9092"}}; }

  private:
    asio::io_context io_{1};
    std::unique_ptr<environment> env_ = make_asio_environment(io_);
    std::shared_ptr<acceptor> listening_;
    std::thread thread_;
};
/// A loopback port on which nothing listens.
std::string closed_address();
replacements as_in_the_page(const broker_thread& b);

/// Two brokers, kafka-1:9092 and kafka-2:9093, and a client on a simulated network: deadlines pass at once.
struct simulated_kafka {
    explicit simulated_kafka(broker_options b = {}, client_options c = {});
    template <class T> T run(task<T> work) { return support::run_in(sim, here, std::move(work), 10min); }
    /// What the work failed with, as printed; "" if it did not.
    template <class T> std::string failure_of(task<result<T>> work) {
        const auto got = run(std::move(work));
        EXPECT_FALSE(got) << "it did not fail";
        return got ? std::string() : got.error().message();
    }
    /// Sends one record to partition 0 of orders.
    std::string failure_to_send(producer_options o = {}, std::string_view value = "hello");
    /// The first error of a consumer of orders[0].
    std::string failure_to_read(consumer_options o = {}, offset_spec from = offset_spec::oldest());
    void append(int records, codec how = codec::none);
    void pass(clock::duration d) { sim.run_until(sim.now() + d); }
    /// Instead of the brokers: scripted peers on kafka-1.
    void serve(script what, std::shared_ptr<tls_context> tls = nullptr);

    simulation sim{11};
    environment& here = sim.host("client");
    std::unique_ptr<embedded_broker> brokers;
    std::shared_ptr<acceptor> scripted;
    client kafka;
};
}  // namespace kwire::testing
