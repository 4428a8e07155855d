// SPDX-License-Identifier: Apache-2.0
// One side of one TLS connection as a pure filter: bytes in, bytes out. It touches no stream.
#pragma once

#include "context.hpp"

namespace kwire::inline v0 {
class tls_session {
  public:
    /// `name`: whom a client wants to talk to, a host name or an IP address; a server ignores it.
    static result<std::unique_ptr<tls_session>> make(tls_context& context, std::string name);

    /// True when it is over; false if more of the peer's bytes are needed. Call it until then; what has come to be sent in
    /// between, also before an error, is to be sent.
    result<bool> shake_hands();
    /// Bytes that came from the peer.
    void received(bytes sealed);
    /// Opens what has been received; 0: more is needed; eof: the peer has ended the stream in good order.
    result<std::size_t> open(std::span<std::byte> into);
    /// Seals all of `data` to be sent.
    result<void> seal(bytes data);
    /// What is to be sent to the peer; valid until the next call of anything but itself, and then sent().
    bytes to_send() const;
    void sent();
    /// Ends our side of the stream: close_notify is to be sent. False if it cannot be ended in good order any more, or not yet.
    bool end();
    /// The peer asked for a certificate, there is none to show, and nothing has come since that says that it does without.
    bool owes_certificate() const noexcept { return owes_certificate_; }
    /// The peer's stream has ended without close_notify; `while_shaking`: in the handshake.
    error cut_off(bool while_shaking) const;

  private:
    tls_session(ssl_ptr ssl, std::string name) : ssl_(std::move(ssl)), name_(std::move(name)) {}
    result<void> expect_name(bool verify);
    error failed(int why);
    error untrusted(long why);
    error misnamed() const;
    static int verify(int good, X509_STORE_CTX* at);
    static int asked_for_certificate(SSL* ssl, void* self);

    ssl_ptr ssl_;
    const std::string name_;
    std::string bad_certificate_;  // the subject of the first that was not trusted
    std::string names_;            // whom the peer's own certificate is for, if one was not trusted
    int depth_ = 0;
    bool owes_certificate_ = false, failed_ = false;
};
}  // namespace kwire
