// SPDX-License-Identifier: Apache-2.0
// A peer that does what a test says, byte by byte. It shares no codec with the client.
#pragma once

#include <kwire/net/environment.hpp>
#include <kwire/net/tls.hpp>

#include <asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kwire {
inline std::string int16_bytes(int v) { return {static_cast<char>(v >> 8), static_cast<char>(v)}; }
inline std::string int32_bytes(std::int64_t v) {
    return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)};
}
inline std::string frame_of(const std::string& body) { return int32_bytes(static_cast<std::int64_t>(body.size())) + body; }

struct seen_request {
    int api_key = 0, version = 0;
    std::int32_t correlation_id = 0;
    std::string frame;  // without its size
};

class scripted_peer {
  public:
    explicit scripted_peer(std::unique_ptr<stream> s) : stream_(std::move(s)) {}
    /// The next request; none once the client has ended the connection.
    task<std::optional<seen_request>> read() {
        auto frame = co_await read_bare();
        if (!frame) co_return std::nullopt;
        seen_request r;
        r.frame = *std::move(frame);
        r.api_key = static_cast<int>(number(r.frame, 0, 2));
        r.version = static_cast<int>(number(r.frame, 2, 2));
        r.correlation_id = static_cast<std::int32_t>(number(r.frame, 4, 4));
        co_return std::move(r);
    }
    /// A size and so many bytes; none once the client has ended the connection.
    task<std::optional<std::string>> read_bare() {
        while (inbox_.size() < 4 || inbox_.size() < 4 + number(inbox_, 0, 4)) {
            std::vector<std::byte> block(64 * 1024);
            const auto n = co_await stream_->read_some(block);
            if (!n) co_return std::nullopt;
            inbox_ += as_text(bytes(block.data(), *n));
        }
        std::string message = inbox_.substr(4, number(inbox_, 0, 4));
        inbox_.erase(0, 4 + message.size());
        co_return std::move(message);
    }
    /// Until the client ends the connection.
    task<void> ignore_all() {
        for (bool more = true; more;) {
            const auto r = co_await read();
            more = r.has_value();
        }
    }
    task<bool> write(std::string raw) {
        const std::vector<bytes> all{as_bytes(raw)};
        const auto written = co_await stream_->write(all);
        co_return written.has_value();
    }
    /// An answer in a header of version 0.
    task<bool> answer(std::int32_t correlation_id, std::string body) { return write(frame_of(int32_bytes(correlation_id) + body)); }
    struct api {
        int key, first, last;
    };
    /// Reads ApiVersions and answers that there are Produce 3-9, Metadata 0-9, ListOffsets 0-5, ApiVersions 0-3, and `more`.
    task<bool> say_hello(std::vector<api> more = {}) {
        auto asked = co_await read();
        if (!asked || asked->api_key != 18) co_return false;
        if (asked->version > 3) {
            const bool refused = co_await answer(asked->correlation_id, int16_bytes(35) + int32_bytes(1) + range(18, 0, 3));
            if (!refused) co_return false;
            asked = co_await read();
            if (!asked) co_return false;
        }
        const std::string no_tags("\0", 1);
        more.insert(more.begin(), {{0, 3, 9}, {3, 0, 9}, {2, 0, 5}, {18, 0, 3}});
        std::string body = int16_bytes(0) + static_cast<char>(more.size() + 1);
        for (const auto& a : more) body += range(a.key, a.first, a.last) + no_tags;
        body += int32_bytes(0) + no_tags;
        const bool answered = co_await answer(asked->correlation_id, std::move(body));
        co_return answered;
    }
    static std::string range(int api_key, int first, int last) { return int16_bytes(api_key) + int16_bytes(first) + int16_bytes(last); }
    void close() { stream_->close(); }
    stream& raw() { return *stream_; }

  private:
    static std::size_t number(const std::string& s, std::size_t at, std::size_t size) {
        std::size_t n = 0;
        for (std::size_t i = at; i < at + size; ++i) n = n << 8 | static_cast<unsigned char>(s[i]);
        return n;
    }
    std::unique_ptr<stream> stream_;
    std::string inbox_;
};

using script = std::function<task<void>(std::shared_ptr<scripted_peer>)>;

inline task<void> follow_over_tls(environment* env, std::unique_ptr<stream> over, script what, std::shared_ptr<tls_context> tls) {
    auto secured = co_await accept_tls(*env, std::move(over), std::move(tls));
    if (secured) co_await what(std::make_shared<scripted_peer>(*std::move(secured)));
}

/// Runs `what` on each connection, until the acceptor is closed; over TLS if there is a context.
inline task<void> follow_script(environment* env, std::shared_ptr<acceptor> a, script what, std::shared_ptr<tls_context> tls = nullptr) {
    for (;;) {
        auto next = co_await a->accept();
        if (!next) co_return;
        auto serve = tls ? follow_over_tls(env, *std::move(next), what, tls) : what(std::make_shared<scripted_peer>(*std::move(next)));
        env->spawn(std::move(serve));
    }
}
}  // namespace kwire
