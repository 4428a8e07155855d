// SPDX-License-Identifier: Apache-2.0
// OpenSSL's SSL_CTX made of settings and files, and made again when a file has changed.
#pragma once

#include <kwire/net/tls.hpp>

#include <openssl/ssl.h>

#include <filesystem>
#include <functional>
#include <map>

namespace kwire::inline v0 {
template <auto Free> struct freed_by {
    template <class T> void operator()(T* object) const noexcept { Free(object); }
};
using ssl_ctx_ptr = std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>>;
using ssl_ptr = std::unique_ptr<SSL, freed_by<SSL_free>>;

class tls_context {
  public:
    /// `make` may fail; `files` are those that it reads.
    tls_context(bool is_server, bool verifies_host_name, std::function<result<ssl_ctx_ptr>()> make, std::vector<std::string> files)
        : server(is_server), verify_host_name(verifies_host_name), make_(std::move(make)), files_(std::move(files)) {}

    /// A new connection; the files are looked at.
    result<ssl_ptr> connection();

    const bool server, verify_host_name;

  private:
    struct stamp {
        std::filesystem::file_time_type changed;
        std::uintmax_t size = 0;
        bool operator==(const stamp&) const = default;
    };
    std::map<std::string, stamp> look() const;

    const std::function<result<ssl_ctx_ptr>()> make_;
    const std::vector<std::string> files_;
    std::map<std::string, stamp> seen_;
    ssl_ctx_ptr made_;
};

/// What OpenSSL says of its last failure on this thread, emptying its queue: "no start line", "certificate verify failed".
std::string openssl_says();
}  // namespace kwire
