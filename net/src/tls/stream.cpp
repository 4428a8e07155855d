// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/tls.hpp>

#include <asio/awaitable.hpp>
#include <asio/error.hpp>

#if KWIRE_HAVE_OPENSSL
#include "session.hpp"

#include <kwire/net/event.hpp>

namespace kwire::inline v0 {
namespace {
constexpr std::size_t read_size = 64 * 1024, sealed_at_once = 256 * 1024;

class tls_stream final : public stream {
  public:
    tls_stream(environment& env, std::unique_ptr<stream> over, std::shared_ptr<tls_context> context, std::string name)
        : over_(std::move(over)), context_(std::move(context)), name_(std::move(name)), inbox_(read_size), free_(env) {}

    task<result<void>> connect(std::string host, std::uint16_t port) override {
        auto session = tls_session::make(*context_, name_.empty() ? host : name_);  // before anything is sent to anybody
        if (!session) co_return std::move(session).error();
        session_ = *std::move(session);
        auto connected = co_await over_->connect(std::move(host), port);
        if (!connected) co_return std::move(connected).error();
        auto secured = co_await shake_hands();
        co_return std::move(secured);
    }

    task<result<void>> accept() {
        auto session = tls_session::make(*context_, "");
        if (!session) co_return std::move(session).error();
        session_ = *std::move(session);
        auto secured = co_await shake_hands();
        co_return std::move(secured);
    }

    task<result<std::size_t>> read_some(std::span<std::byte> into) override {
        for (;;) {
            if (closed_) co_return error(client_errc::closed);
            auto opened = session_->open(into);
            const bool waiting = !writing_ && !session_->to_send().empty();
            if (waiting) {  // an answer to the peer's key update, or an alert; a writer takes it along
                const auto flushed = co_await flush();
                if (!flushed && opened) co_return error(flushed.error());
            }
            if (!opened || *opened > 0) co_return std::move(opened);
            const auto more = co_await receive(false);
            if (!more) co_return error(more.error());
        }
    }

    task<result<void>> write(std::span<const bytes> pieces) override {
        while (writing_) {
            const woken how = co_await free_.wait();
            if (how == woken::closed) co_return error(client_errc::closed);
        }
        std::size_t sealed = 0;
        for (bytes piece : pieces) {
            while (!piece.empty()) {
                if (closed_) co_return error(client_errc::closed);
                const auto part = piece.first(std::min(piece.size(), sealed_at_once - sealed));
                auto done = session_->seal(part);
                if (!done) co_return std::move(done).error();
                piece = piece.subspan(part.size());
                sealed += part.size();
                if (sealed < sealed_at_once) continue;
                const auto flushed = co_await flush();
                if (!flushed) co_return lost(flushed.error(), false);
                sealed = 0;
            }
        }
        const auto flushed = co_await flush();
        if (!flushed) co_return lost(flushed.error(), false);
        co_return result<void>();
    }

    // With close_notify, so that the peer can tell an end from a cut. Behind a write that is on it cannot be sent, and nobody
    // waits for that: the peer then sees a cut, as what was being written is one.
    void close() noexcept override {
        const bool in_order = !closed_ && !writing_ && session_ && session_->end();
        closed_ = true;
        if (in_order) over_->close_with(session_->to_send());
        else over_->close();
        free_.close();
    }

  private:
    task<result<void>> shake_hands() {
        for (;;) {
            auto done = session_->shake_hands();
            const auto flushed = co_await flush();
            if (!done) co_return std::move(done).error();  // after our alert, which tells the peer
            if (!flushed) co_return lost(flushed.error(), true);
            if (*done) co_return result<void>();
            const auto more = co_await receive(true);
            if (!more) co_return error(more.error());
        }
    }

    task<result<void>> receive(bool shaking) {
        const auto n = co_await over_->read_some(inbox_.writable());
        if (closed_) co_return error(client_errc::closed);
        if (!n) co_return lost(n.error(), shaking);
        session_->received(bytes(inbox_).first(*n));
        co_return result<void>();
    }

    // Who does not understand the first bytes, or misses a certificate, hangs up and often resets the connection.
    error lost(const error& why, bool shaking) const {
        if (why == client_errc::closed) return why;
        const bool at_the_start = shaking || session_->owes_certificate();
        const bool hung_up = at_the_start && (why == asio::error::connection_reset || why == asio::error::broken_pipe);
        if (hung_up || why == asio::error::eof) return session_->cut_off(shaking);
        return error(why).within(shaking ? "TLS handshake" : "TLS");
    }

    // All that is to be sent, also what comes to it meanwhile.
    task<result<void>> flush() {
        writing_ = true;
        result<void> done;
        while (done && !closed_) {
            const auto waiting = session_->to_send();
            if (waiting.empty()) break;
            outbox_.assign(waiting.begin(), waiting.end());  // what the peer's bytes bring about is put behind the rest
            session_->sent();
            const bytes all(outbox_);
            done = co_await over_->write(std::span(&all, 1));
        }
        writing_ = false;
        free_.set();
        if (closed_) co_return error(client_errc::closed);
        co_return std::move(done);
    }

    const std::unique_ptr<stream> over_;
    const std::shared_ptr<tls_context> context_;
    const std::string name_;
    std::unique_ptr<tls_session> session_;
    buffer inbox_;
    std::vector<std::byte> outbox_;
    event free_;  // nobody writes any more
    bool writing_ = false, closed_ = false;
};
}  // namespace

std::unique_ptr<stream> make_tls_stream(environment& env, std::unique_ptr<stream> over, std::shared_ptr<tls_context> context, std::string name) {
    return std::make_unique<tls_stream>(env, std::move(over), std::move(context), std::move(name));
}

task<result<std::unique_ptr<stream>>> accept_tls(environment& env, std::unique_ptr<stream> over, std::shared_ptr<tls_context> context) {
    auto made = std::make_unique<tls_stream>(env, std::move(over), std::move(context), "");
    auto done = co_await made->accept();
    if (!done) co_return std::move(done).error();
    std::unique_ptr<stream> secured = std::move(made);
    co_return std::move(secured);
}
}  // namespace kwire
#else

namespace kwire::inline v0 {
class tls_context {};

namespace {
error missing() { return error(client_errc::not_supported_by_build, "TLS needs OpenSSL: configure kwire with KWIRE_WITH_OPENSSL=ON"); }

class no_stream final : public stream {
  public:
    task<result<void>> connect(std::string, std::uint16_t) override { co_return missing(); }
    task<result<std::size_t>> read_some(std::span<std::byte>) override { co_return missing(); }
    task<result<void>> write(std::span<const bytes>) override { co_return missing(); }
    void close() noexcept override {}
};
}  // namespace

std::shared_ptr<tls_context> make_tls_client(const security_options&) { return std::make_shared<tls_context>(); }
std::shared_ptr<tls_context> make_tls_server(const tls_server_options&) { return std::make_shared<tls_context>(); }
std::unique_ptr<stream> make_tls_stream(environment&, std::unique_ptr<stream>, std::shared_ptr<tls_context>, std::string) {
    return std::make_unique<no_stream>();
}
task<result<std::unique_ptr<stream>>> accept_tls(environment&, std::unique_ptr<stream>, std::shared_ptr<tls_context>) { co_return missing(); }
}  // namespace kwire
#endif
