// SPDX-License-Identifier: Apache-2.0
// A TLS server that is OpenSSL's own, on blocking sockets in a thread: it shares no code with kwire. It serves one connection.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace kwire {
class openssl_peer {
  public:
    struct plan {
        std::string certificate, key;  // PEM files
        int version = TLS1_3_VERSION;
        std::string client_ca{};  // who signs clients' certificates, which are then asked for
        bool demanding = true;    // and refuses who has none
    };
    /// What it saw of the client.
    struct report {
        bool shook_hands = false, close_notify = false;
        std::string read, failure;  // of the handshake
        int end = SSL_ERROR_NONE;   // SSL_get_error() of the last read
    };
    using work = std::function<void(SSL*, report&)>;

    /// `what` runs after the handshake. Then the socket is closed without a word.
    openssl_peer(plan p, work what) : listening_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof here;
        auto* const address = reinterpret_cast<sockaddr*>(&here);
        if (bind(listening_, address, size) != 0 || listen(listening_, 1) != 0 || getsockname(listening_, address, &size) != 0)
            throw std::runtime_error("cannot listen on loopback");
        port_ = ntohs(here.sin_port);
        context_.reset(make(p), SSL_CTX_free);
        end_waits(listening_);
        thread_ = std::thread([this, what = std::move(what)] { serve(what); });
    }
    ~openssl_peer() {
        if (thread_.joinable()) thread_.join();
        ::close(listening_);
    }
    openssl_peer(const openssl_peer&) = delete;
    openssl_peer& operator=(const openssl_peer&) = delete;

    std::uint16_t port() const { return port_; }
    /// Waits until its connection has ended.
    const report& ended() {
        if (thread_.joinable()) thread_.join();
        return seen_;
    }
    /// Reads until there is no more, and sees how that comes.
    static void read_all(SSL* ssl, report& r) {
        char block[4096];
        int n = 0;
        while ((n = SSL_read(ssl, block, sizeof block)) > 0) r.read.append(block, static_cast<std::size_t>(n));
        r.end = SSL_get_error(ssl, n);
        r.close_notify = (SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
    }
    /// Ends the stream and hears the client out: closed with unread bytes, a socket resets, and a reset overtakes what was sent.
    static void end(int socket) {
        char block[4096];
        shutdown(socket, SHUT_WR);
        while (::read(socket, block, sizeof block) > 0) {}
    }

  private:
    static SSL_CTX* make(const plan& p) {
        SSL_CTX* const made = SSL_CTX_new(TLS_server_method());
        bool good = SSL_CTX_use_certificate_chain_file(made, p.certificate.c_str()) == 1 &&
                    SSL_CTX_use_PrivateKey_file(made, p.key.c_str(), SSL_FILETYPE_PEM) == 1;
        good = good && SSL_CTX_set_min_proto_version(made, p.version) == 1 && SSL_CTX_set_max_proto_version(made, p.version) == 1;
        if (!p.client_ca.empty()) {
            good = good && SSL_CTX_load_verify_locations(made, p.client_ca.c_str(), nullptr) == 1;
            SSL_CTX_set_verify(made, SSL_VERIFY_PEER | (p.demanding ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
        }
        if (!good) throw std::runtime_error("OpenSSL could not make a server");
        return made;
    }
    /// A test that goes wrong fails instead of hanging.
    static void end_waits(int socket) {
        const timeval limit{20, 0};
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }
    void serve(const work& what) {
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        const int accepted = accept(listening_, nullptr, nullptr);
        if (accepted < 0) return;
        end_waits(accepted);
        {
            const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), SSL_free);
            SSL_set_fd(ssl.get(), accepted);
            seen_.shook_hands = SSL_accept(ssl.get()) == 1;
            if (seen_.shook_hands) what(ssl.get(), seen_);
            else if (const char* reason = ERR_reason_error_string(ERR_get_error())) seen_.failure = reason;
            if (!seen_.shook_hands) end(accepted);
        }
        ::close(accepted);
    }

    const int listening_;
    std::uint16_t port_ = 0;
    std::shared_ptr<SSL_CTX> context_;
    report seen_;
    std::thread thread_;
};
}  // namespace kwire
