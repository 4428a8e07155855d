// SPDX-License-Identifier: Apache-2.0
// Options by their configuration names: one table that reads, prints and documents them.
//
//     options all;
//     auto done = set_property(all, "linger.ms", "20");              // Kafka's name
//     done = set_property(all, "message.timeout.ms", "60000");       // librdkafka's spelling of delivery.timeout.ms
//     done = set_property(all, "sasl.password.file", "/run/secrets/kafka");
//
// Values are read strictly: whole numbers without unit, true or false, one of the words that the table lists. A name that
// the table does not have is an error: it says what to do instead, if other clients have it, or else names the nearest one.
// A secret can also be read from a file (NAME.file=PATH, the last line feed is dropped) or from an environment variable
// (NAME.env=VARIABLE); it is printed as <redacted>.
// Source: ProducerConfig, ConsumerConfig and CommonClientConfigs of Apache Kafka 4.3.0; CONFIGURATION.md of librdkafka.
#pragma once

#include <kwire/client/options.hpp>

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace kwire::inline v0 {
/// All that properties can set.
struct options {
    client_options client;
    producer_options producer;
    consumer_options consumer;
    bool idempotence_given = false;  // enable.idempotence was set; until then it follows from what else is set, as in Java
};

enum class property_type { text, list, secret, boolean, integer, byte_count, milliseconds, choice };
std::string_view to_string(property_type) noexcept;

/// Another spelling of a property. `unit`: how many of the property's units one of its own is (1024 for kilobytes).
struct property_alias {
    std::string_view name;
    std::int64_t unit = 1;
};

/// Whom a property is for.
enum class property_group { client, producer, consumer };

/// A row of the table.
struct property {
    std::string_view name;
    std::array<property_alias, 2> aliases;  // those that there are come first, the rest have no name
    property_type type;
    std::string_view values;   // of a choice: the words, separated by |
    std::int64_t least, most;  // of a number
    std::string_view doc;      // one line
    result<void> (*set)(options&, const property&, std::string_view value, std::int64_t unit);
    std::string (*get)(const options&);  // as set() reads it; a secret as <redacted>, what is not given as nothing
    property_group group;
};

std::span<const property> properties() noexcept;
/// By name or alias; null if there is none.
const property* find_property(std::string_view name) noexcept;
/// "1 to 5", "true or false", "none, gzip, snappy, lz4 or zstd".
std::string allowed_values(const property&);

/// Fails with client_errc::invalid_configuration and says what is wrong; `all` is then as it was.
/// Settings that rule idempotence out (acks other than all, more than 5 in flight) turn it off unless it was asked for.
result<void> set_property(options& all, std::string_view name, std::string_view value);
/// Reads lines NAME=VALUE; blank lines and those that begin with # are left out. An error names `origin` and the line.
result<void> read_properties(options& all, std::string_view text, std::string_view origin);
/// One line NAME=VALUE for each property, secrets redacted.
std::string print_properties(const options& all);
/// check() of the client's options, and of the producer's and consumer's.
result<void> check(const options& all);
}  // namespace kwire
