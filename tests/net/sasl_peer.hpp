// SPDX-License-Identifier: Apache-2.0
// A broker's side of SASL, by script. It shares no codec with the client.
#pragma once

#include "scripted_peer.hpp"

namespace kwire {
inline std::string short_string(const std::string& s) { return int16_bytes(static_cast<int>(s.size())) + s; }
inline std::string sized(const std::string& s) { return int32_bytes(static_cast<std::int64_t>(s.size())) + s; }

/// The body of SaslHandshake's answer.
inline std::string offers(int code, const std::vector<std::string>& mechanisms) {
    std::string body = int16_bytes(code) + int32_bytes(static_cast<std::int64_t>(mechanisms.size()));
    for (const auto& m : mechanisms) body += short_string(m);
    return body;
}
/// Bodies of SaslAuthenticate's answer, version 1: the mechanism's message and the session's life in ms, or a refusal.
inline std::string told(const std::string& message, std::int64_t lifetime = 0) {
    return int16_bytes(0) + int16_bytes(-1) + sized(message) + int32_bytes(lifetime >> 32) + int32_bytes(lifetime);
}
inline std::string refused(const std::string& why) { return int16_bytes(58) + short_string(why) + sized("") + int32_bytes(0) + int32_bytes(0); }

struct sasl_script {
    /// What it says to a message: the answer's body, or the message in return where they travel bare. None: it hangs up.
    std::function<std::optional<std::string>(const std::string& message)> says = [](const std::string&) { return std::optional(told("")); };
    std::string handshake = offers(0, {"PLAIN"});
    std::vector<scripted_peer::api> apis{{17, 0, 1}, {36, 0, 1}};
};

struct heard_by_broker {
    int connections = 0, handshakes = 0;
    int version = -1;  // of the last handshake
    std::string mechanism;
    std::vector<std::string> messages;
    int others = 0;  // requests that have no place in the exchange
};

namespace detail {
constexpr std::size_t header = 15;  // of a request of the client "kwire"

/// The next message; a handshake before it, also one of a later authentication, is answered.
inline task<std::optional<std::string>> next_message(std::shared_ptr<scripted_peer> p, std::shared_ptr<heard_by_broker> h, std::string handshake,
                                                     std::int32_t* id) {
    for (;;) {
        if (h->version == 0) {
            auto bare = co_await p->read_bare();
            co_return std::move(bare);
        }
        const auto asked = co_await p->read();
        if (!asked) co_return std::nullopt;
        *id = asked->correlation_id;
        if (asked->api_key == 36) co_return asked->frame.substr(header + 4);
        if (asked->api_key != 17) {
            ++h->others;
            continue;
        }
        ++h->handshakes;
        h->version = asked->version;
        h->mechanism = asked->frame.substr(header + 2);
        co_await p->answer(asked->correlation_id, handshake);
    }
}

inline task<void> play(std::shared_ptr<scripted_peer> p, sasl_script how, std::shared_ptr<heard_by_broker> h) {
    ++h->connections;
    h->version = -1;
    const bool greeted = co_await p->say_hello(how.apis);
    if (!greeted) co_return;
    for (;;) {
        std::int32_t id = 0;
        const auto message = co_await next_message(p, h, how.handshake, &id);
        if (!message) co_return;
        h->messages.push_back(*message);
        const auto body = how.says(*message);
        if (!body) co_return p->close();
        std::string all = sized(*body);
        if (h->version > 0) all = frame_of(int32_bytes(id) + *body);
        co_await p->write(std::move(all));
    }
}
}  // namespace detail

/// For follow_script(): each connection follows `how`, and what was heard adds up in `h`.
inline script plays(sasl_script how, std::shared_ptr<heard_by_broker> h) {
    return [how = std::move(how), h = std::move(h)](std::shared_ptr<scripted_peer> p) { return detail::play(std::move(p), how, h); };
}
}  // namespace kwire
