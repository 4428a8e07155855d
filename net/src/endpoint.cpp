// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/endpoint.hpp>

#include <charconv>

namespace kwire::inline v0 {
std::string to_string(const endpoint& e) {
    const bool bare_ipv6 = e.host.find(':') != std::string::npos;
    std::string text;
    if (bare_ipv6) text += '[';
    text += e.host;
    if (bare_ipv6) text += ']';
    text += ':';
    text += std::to_string(e.port);
    return text;
}

namespace {
error wrong(std::string_view text, std::string_view what) {
    std::string message = "broker address \"";
    message += text;
    message += "\": ";
    message += what;
    return error(client_errc::invalid_argument, std::move(message));
}
}  // namespace

result<endpoint> parse_endpoint(std::string_view text) {
    if (text.find("://") != text.npos) return wrong(text, "expected HOST:PORT, without a scheme");
    endpoint found;
    std::string_view rest = text, port;
    bool has_port = false;
    if (rest.starts_with('[')) {
        const auto end = rest.find(']');
        if (end == rest.npos) return wrong(text, "the bracket is not closed");
        found.host = rest.substr(1, end - 1);
        rest = rest.substr(end + 1);
        if (!rest.empty() && rest[0] != ':') return wrong(text, "a port is expected after the bracket, as in [::1]:9092");
        has_port = !rest.empty();
        if (has_port) port = rest.substr(1);
    } else {
        const auto colon = rest.find(':');
        if (colon != rest.npos && rest.find(':', colon + 1) != rest.npos) return wrong(text, "an IPv6 address stands in brackets, as in [::1]:9092");
        found.host = rest.substr(0, colon);
        has_port = colon != rest.npos;
        if (has_port) port = rest.substr(colon + 1);
    }
    if (found.host.empty()) found.host = has_port ? "localhost" : "";
    if (found.host.empty()) return wrong(text, "the host is missing");
    if (found.host.find_first_of(" \t/@") != std::string::npos) return wrong(text, "expected HOST:PORT");
    if (!has_port) return found;
    unsigned number = 0;
    const auto [end, why] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (why != std::errc() || end != port.data() + port.size() || number == 0 || number > 65'535)
        return wrong(text, "the port is a number from 1 to 65535");
    found.port = static_cast<std::uint16_t>(number);
    return found;
}

result<std::vector<endpoint>> parse_endpoints(std::string_view text) {
    std::vector<endpoint> all;
    for (std::string_view rest = text; !rest.empty();) {
        const auto comma = rest.find(',');
        auto one = rest.substr(0, comma);
        rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
        const auto first = one.find_first_not_of(" \t\n"), last = one.find_last_not_of(" \t\n");
        if (first == one.npos) continue;
        auto parsed = parse_endpoint(one.substr(first, last - first + 1));
        if (!parsed) return std::move(parsed).error();
        all.push_back(*std::move(parsed));
    }
    if (all.empty()) return error(client_errc::invalid_argument, "bootstrap.servers is empty: name at least one HOST:PORT");
    return all;
}
}  // namespace kwire
