// SPDX-License-Identifier: Apache-2.0
// kwire serve: the embedded broker as a program.
#include "running.hpp"
#include "values.hpp"

#include <kwire/broker/embedded_broker.hpp>
#include <kwire/net/asio_environment.hpp>

namespace kwire::tool {
namespace {
/// As parse_endpoint, and port 0 for any that is free.
result<endpoint> parse_listener(std::string_view text) {
    const bool any_port = text.ends_with(":0");
    auto where = parse_endpoint(any_port ? text.substr(0, text.size() - 2) : text);
    if (where && any_port) where->port = 0;
    return where;
}

/// TOPIC[:PARTITIONS]
result<topic_options> parse_topic(std::string_view text, std::int32_t partitions) {
    const auto colon = text.find(':');
    topic_options topic{std::string(text.substr(0, colon)), partitions};
    if (colon == text.npos) return topic;
    const auto number = read_number(text.substr(colon + 1), 1, 100'000);
    if (!number) return number.error();
    topic.partitions = static_cast<int>(*number);
    return topic;
}

result<broker_options> options_of(const context& c) {
    broker_options o;
    o.history_bytes = 0;
    o.default_partitions = c.set.partitions;
    o.versions = c.set.imitate;
    if (c.set.verbosity > 0) o.log = [&say = c.say](std::string_view line) { say.line(std::string("% ").append(line)); };
    auto where = parse_listener(c.set.listen);
    if (!where) return std::move(where).error().within("--listen");
    o.listen_host = where->host;
    o.port = where->port;
    if (c.set.advertise) {
        auto told = parse_endpoint(*c.set.advertise);
        if (!told) return std::move(told).error().within("--advertise");
        o.advertise = {*std::move(told)};
    }
    for (const auto& text : c.set.topics) {
        auto topic = parse_topic(text, c.set.partitions);
        if (!topic) return std::move(topic).error().within("-t");
        o.topics.push_back(*std::move(topic));
    }
    return o;
}
}  // namespace

int run_serve(const context& c) {
    auto options = options_of(c);
    if (!options) return wrong_usage(c.say, "serve", options.error().context());
    asio::io_context io(1);
    const auto env = make_asio_environment(io);
    interruption signals(io);
    auto broker = embedded_broker::make(*env, *std::move(options));
    if (!broker) return failed(c.say, broker.error());
    signals.on_interrupt([&] {
        (*broker)->stop();
        signals.stop_watching();
    });
    c.out.put("listening on " + to_string((*broker)->address(1)) + "\n");
    c.out.flush();
    io.run();
    return exit_code::ok;
}
}  // namespace kwire::tool
