// SPDX-License-Identifier: Apache-2.0
#include "other_protocol.hpp"

#include "output.hpp"
#include "wire_text.hpp"

#include <kwire/protocol/wire.hpp>

#include <algorithm>

namespace kwire::tool {
namespace {
constexpr std::string_view http_request = "an HTTP request on a Kafka port: whoever sends it has the wrong port, or needs a REST proxy",
                           zookeeper =
                               "a word for ZooKeeper, on a Kafka port: ask ZooKeeper's own port (2181), or the broker with kwire api-versions",
                           proxy = "of a load balancer: Kafka does not read it; turn it off in front of the broker";

// Reads forward and stays within what is there; everything after the end is 0 and empty.
struct cursor {
    bytes rest;
    bytes take(std::size_t n) {
        const auto taken = rest.first(std::min(n, rest.size()));
        rest = rest.subspan(taken.size());
        return taken;
    }
    std::size_t number(std::size_t width) {
        std::size_t n = 0;
        for (const auto b : take(width)) n = n << 8 | std::to_integer<std::size_t>(b);
        return n;
    }
};

// The server's name that a TLS ClientHello asks for; empty without one. Source: RFC 8446 section 4.1.2, RFC 6066 section 3.
std::string server_name(bytes record) {
    cursor hello{record};
    hello.take(5 + 4 + 2 + 32);   // record, handshake, version, random
    hello.take(hello.number(1));  // session
    hello.take(hello.number(2));  // ciphers
    hello.take(hello.number(1));  // compressions
    cursor extensions{hello.take(hello.number(2))};
    while (!extensions.rest.empty()) {
        const auto type = extensions.number(2);
        cursor content{extensions.take(extensions.number(2))};
        if (type != 0) continue;
        content.take(2 + 1);  // the list's size; a host name
        return std::string(as_text(content.take(content.number(2))));
    }
    return {};
}

std::string tls(bytes front) {
    const auto byte = [&](std::size_t at) { return at < front.size() ? std::to_integer<int>(front[at]) : -1; };
    if (byte(1) != 3 || byte(2) > 4) return {};
    if (byte(0) == 0x16 && byte(5) <= 1) {
        const auto name = server_name(front);
        return "a TLS ClientHello" + (name.empty() ? std::string() : " (SNI " + escaped(name) + ")") +
               " on a plaintext port: the client has security.protocol=SSL or SASL_SSL; set it to the listener's, or connect to its TLS port";
    }
    constexpr std::string_view cure = ": a TLS listener is there and the client speaks plaintext; set security.protocol=SSL or SASL_SSL";
    if (byte(0) == 0x16) return std::string("a TLS handshake").append(cure);
    if (byte(0) == 0x15) return "a TLS alert" + (byte(6) < 0 ? std::string() : " (" + std::to_string(byte(6)) + ")").append(cure);
    return {};
}

// What a client of ZooKeeper says first: protocol version 0, a session timeout, a password of 16 bytes.
bool zookeeper_session(bytes front) {
    if (front.size() < 48) return false;
    const auto size = load<std::int32_t>(front.data());
    const auto zeros = front.subspan(4, 12);
    return (size == 44 || size == 45) && std::ranges::all_of(zeros, [](std::byte b) { return b == std::byte{0}; }) &&
           load<std::int32_t>(front.data() + 28) == 16;
}

std::string name_of(bytes front) {
    const struct {
        std::string_view begins, what, more = {};
    } known[] = {{"GET ", http_request},
                 {"POST ", http_request},
                 {"PUT ", http_request},
                 {"HEAD ", http_request},
                 {"DELETE ", http_request},
                 {"OPTIONS ", http_request},
                 {"CONNECT ", http_request},
                 {"HTTP/", "an HTTP answer: an HTTP server is there, not a broker; check host and port of bootstrap.servers"},
                 {"PRI * ", "HTTP/2 (as gRPC speaks it) on a Kafka port: whoever sends it has the wrong port"},
                 {"SSH-", "SSH: an SSH server is there, or an SSH client has the wrong port"},
                 {"AMQP", "AMQP (as RabbitMQ speaks it): one side has the wrong port"},
                 {"PROXY ", "PROXY protocol version 1, ", proxy},
                 {"\r\n\r\n", "PROXY protocol version 2, ", proxy},
                 {"ruok", zookeeper},
                 {"stat", zookeeper},
                 {"srvr", zookeeper},
                 {"mntr", zookeeper},
                 {"conf", zookeeper},
                 {"envi", zookeeper},
                 {"isro", zookeeper}};
    const auto text = as_text(front);
    for (const auto& k : known)
        if (text.starts_with(k.begins)) return std::string(k.what).append(k.more);
    if (zookeeper_session(front)) return "a client of ZooKeeper on a Kafka port: since Kafka 4.0 there is no ZooKeeper; give it bootstrap.servers";
    return tls(front);
}
}  // namespace

std::string other_protocol(bytes front) {
    if (front.size() < 4) return {};
    const auto name = name_of(front);
    if (name.empty()) return {};
    const auto first = front.first(4);
    std::string text;
    for (std::size_t i = 0; i < 4; ++i) text += hex_of(first.subspan(i, 1)) + ' ';
    if (std::ranges::all_of(as_text(first), [](char c) { return c >= ' ' && c < 0x7f; })) text += "= \"" + std::string(as_text(first)) + "\" ";
    return text + "= " + std::to_string(load<std::int32_t>(first.data())) + " as int32: " + name;
}

bool looks_like_sasl(bytes content) {
    const auto text = as_text(content);
    for (const std::string_view begins : {"n,,", "n,a=", "y,,", "p=", "c=", "r=", "v=", "e="})  // SCRAM, OAUTHBEARER
        if (text.starts_with(begins)) return true;
    // PLAIN: [authorization] NUL user NUL password
    return std::ranges::count(text, '\0') == 2 && !text.ends_with('\0') &&
           std::ranges::all_of(text, [](char c) { return c == 0 || static_cast<unsigned char>(c) >= ' '; });
}
}  // namespace kwire::tool
