// SPDX-License-Identifier: Apache-2.0
// A blocking connection on which a test says exactly what it wants, byte for byte, and sees exactly what comes back.
//
// Nothing waits longer than half a minute.
#pragma once

#include <kwire/protocol/frame.hpp>

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace kwire::testing {
/// An answer and the frame that it views into.
template <message Response> struct raw_answer {
    std::shared_ptr<const std::string> frame;  // null: the connection was closed instead
    Response body;
    explicit operator bool() const noexcept { return frame != nullptr; }
    const Response* operator->() const noexcept { return &body; }
};

class raw_peer {
  public:
    /// To the first address of "127.0.0.1:9092,…".
    explicit raw_peer(std::string_view bootstrap, std::string client_id = "raw")
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)), client_id_(std::move(client_id)) {
        const auto colon = bootstrap.find(':');
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(std::string(bootstrap.substr(colon + 1)))));
        ::inet_pton(AF_INET, std::string(bootstrap.substr(0, colon)).c_str(), &to.sin_addr);
        const timeval patience{30, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0) << bootstrap;
    }
    ~raw_peer() {
        if (socket_ >= 0) ::close(socket_);
    }
    raw_peer(const raw_peer&) = delete;
    raw_peer& operator=(const raw_peer&) = delete;

    void send(bytes data) {
        while (!data.empty()) {
            const auto n = ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
            if (n <= 0) return;
            data = data.subspan(static_cast<std::size_t>(n));
        }
    }
    void send(std::string_view data) { send(as_bytes(data)); }
    template <message Request> void send(const Request& r, std::int16_t version, std::int32_t correlation_id = 1) {
        send(encode_request(r, version, correlation_id, client_id_));
    }
    /// Says that nothing more comes, and still listens.
    void end() { ::shutdown(socket_, SHUT_WR); }
    void close() { ::close(std::exchange(socket_, -1)); }

    /// The next frame without its length; null once the peer has closed.
    std::shared_ptr<const std::string> frame() {
        std::string length(4, '\0');
        if (!fill(length)) return nullptr;
        auto body = std::make_shared<std::string>(static_cast<std::size_t>(load<std::int32_t>(as_bytes(length).data())), '\0');
        if (!fill(*body)) return nullptr;
        return body;
    }
    /// Reads the answer to a request of that version; decoding it must succeed.
    template <message Request> raw_answer<typename Request::response> answer(std::int16_t version, std::int32_t correlation_id = 1) {
        using response = typename Request::response;
        raw_answer<response> out;
        auto got = frame();
        if (!got) return out;
        response_header header;
        const auto body = read_response_header(as_bytes(*got), response_header_version(Request::api_key, version, Request::flexible_since), header);
        EXPECT_TRUE(body) << response::name;
        if (!body) return out;
        EXPECT_EQ(header.correlation_id, correlation_id);
        const auto decoded = decode(out.body, *body, version);
        EXPECT_TRUE(decoded) << response::name << " v" << version << ": " << (decoded ? "" : decoded.error().message());
        out.frame = std::move(got);
        return out;
    }
    template <message Request> raw_answer<typename Request::response> ask(const Request& r, std::int16_t version) {
        send(r, version);
        return answer<Request>(version);
    }
    /// Whether the peer closes, with nothing sent before that.
    bool is_closed() {
        char byte;
        const auto n = ::recv(socket_, &byte, 1, 0);
        return n == 0 || (n < 0 && errno == ECONNRESET);
    }

  private:
    bool fill(std::string& into) {
        for (std::size_t at = 0; at < into.size();) {
            const auto n = ::recv(socket_, into.data() + at, into.size() - at, 0);
            if (n <= 0) return false;
            at += static_cast<std::size_t>(n);
        }
        return true;
    }
    int socket_;
    const std::string client_id_;
};
}  // namespace kwire::testing
