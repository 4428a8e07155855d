// SPDX-License-Identifier: Apache-2.0
// Where a broker listens: a host (name, IPv4 or IPv6 literal) and a port.
//
// Written as HOST:PORT; an IPv6 literal stands in brackets, [::1]:9092. Without a port it is Kafka's 9092.
#pragma once

#include <kwire/protocol/error.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kwire::inline v0 {
struct endpoint {
    std::string host;  // without brackets
    std::uint16_t port = 9092;
    auto operator<=>(const endpoint&) const = default;
};

/// "[::1]:9092", "broker.example:9092".
std::string to_string(const endpoint& e);
/// Fails with invalid_argument and says what is wrong with `text`.
result<endpoint> parse_endpoint(std::string_view text);
/// A list as in bootstrap.servers: separated by commas, blanks ignored, at least one.
result<std::vector<endpoint>> parse_endpoints(std::string_view text);
}  // namespace kwire
