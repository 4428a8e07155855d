// SPDX-License-Identifier: Apache-2.0
// Source: RFC 5802, sections 3, 5 and 7; RFC 7677; KIP-84. As Kafka does, names and passwords are taken as they are,
// without SASLprep.
#include <kwire/net/sasl.hpp>

#if KWIRE_HAVE_OPENSSL
#include "../printable.hpp"

#include <kwire/protocol/base64.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace kwire::inline v0 {
namespace {
constexpr std::size_t most_first = 4096, most_salt = 1024;
constexpr int least_iterations = 4096, most_iterations = 131'072;
constexpr std::string_view channel_binding = "c=biws";  // "n,,": none

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// The result of a hash or of an HMAC; most of them are as good as the password.
class digest {
  public:
    ~digest() { wipe(at_.data(), at_.size()); }
    unsigned char* data() { return at_.data(); }
    std::size_t size = 0;
    std::string_view view() const { return {reinterpret_cast<const char*>(at_.data()), size}; }

  private:
    std::array<unsigned char, EVP_MAX_MD_SIZE> at_{};
};

error broken(std::string_view name, std::string_view what, security_errc code = security_errc::broken) {
    std::string text(name);
    text += ": ";
    text += what;
    return error(code, std::move(text));
}

/// Takes "x=value" and the comma behind it off the front of `rest`.
std::optional<std::string_view> take(std::string_view& rest, char key) {
    if (rest.size() < 2 || rest[0] != key || rest[1] != '=') return std::nullopt;
    const auto comma = std::min(rest.find(','), rest.size());
    const auto value = rest.substr(2, comma - 2);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    return value;
}

bool is_nonce(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != ','; });
}

std::string escaped(std::string_view username) {
    std::string out;
    for (const char c : username) {
        if (c == ',') out += "=2C";
        else if (c == '=') out += "=3D";
        else out += c;
    }
    return out;
}

class scram final : public sasl_client {
  public:
    explicit scram(scram_options o) : options_(std::move(o)), hash_(options_.hash == scram_hash::sha256 ? EVP_sha256() : EVP_sha512()) {}
    std::string_view name() const noexcept override { return options_.hash == scram_hash::sha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512"; }

    result<secret> start() override {
        bare_ = "n=" + escaped(options_.username) + ",r=" + options_.nonce;
        if (!options_.extensions.empty()) bare_ += "," + options_.extensions;
        step_ = step::first_sent;
        return secret("n,," + bare_);
    }

    result<std::optional<secret>> next(bytes from_broker) override {
        switch (step_) {
            case step::first_sent: return prove(as_text(from_broker));
            case step::proof_sent: return verify(as_text(from_broker));
            case step::begin:
            case step::over: break;
        }
        return broken(name(), "a message out of turn");
    }
    bool reveals(std::string_view text) const override { return options_.password.is_in(text); }

  private:
    enum class step { begin, first_sent, proof_sent, over };

    struct challenge {
        std::string_view nonce;
        std::string salt;
        int iterations = 0;
    };

    result<challenge> read(std::string_view message) const {
        if (message.size() > most_first) return broken(name(), "the broker's first message is longer than 4096 bytes");
        challenge c;
        auto rest = message;
        if (rest.starts_with("m=")) return broken(name(), "the broker demands an extension that is not known here");
        if (const auto refused = take(rest, 'e')) return broken(name(), "the broker refuses: " + printable(*refused), security_errc::refused_by_peer);
        const auto nonce = take(rest, 'r');
        if (!nonce || !is_nonce(*nonce)) return broken(name(), "the broker's first message has no nonce");
        if (!nonce->starts_with(options_.nonce) || nonce->size() == options_.nonce.size())
            return broken(name(), "the broker's nonce does not continue ours: this is not an answer to us");
        const auto salt = take(rest, 's');
        auto decoded = salt ? decode_base64(*salt, base64_alphabet::standard) : std::nullopt;
        if (!decoded || decoded->empty() || decoded->size() > most_salt)
            return broken(name(), "the broker's first message has no salt of at most 1024 bytes");
        const auto count = take(rest, 'i');
        const auto* end = count ? count->data() + count->size() : nullptr;
        if (!count || count->empty() || count->front() == '-') return broken(name(), "the broker's first message has no number of iterations");
        const auto [stop, why] = std::from_chars(count->data(), end, c.iterations);
        if (why == std::errc::invalid_argument || stop != end) return broken(name(), "the broker's number of iterations is no number");
        if (why != std::errc() || c.iterations < least_iterations || c.iterations > most_iterations)
            return broken(name(), "the broker asks for " + printable(*count, 20) +
                                      " iterations; 4096 to 131072 are accepted (fewer are too easy to guess, more only cost time)");
        c.nonce = *nonce;
        c.salt = *std::move(decoded);
        return c;
    }

    result<std::optional<secret>> prove(std::string_view message) {
        step_ = step::over;
        const auto c = read(message);
        if (!c) return c.error();
        digest salted, client_key, stored_key, signature, server_key;
        if (!stretch(*c, salted) || !mac(salted, "Client Key", client_key) || !sum(client_key, stored_key))
            return broken(name(), "OpenSSL cannot compute the proof");
        std::string last(channel_binding);
        last += ",r=";
        last += c->nonce;
        std::string all = bare_;
        all += ',';
        all += message;
        all += ',';
        all += last;
        if (!mac(stored_key, all, signature) || !mac(salted, "Server Key", server_key) || !mac(server_key, all, expected_))
            return broken(name(), "OpenSSL cannot compute the proof");
        for (std::size_t i = 0; i < client_key.size; ++i) client_key.data()[i] ^= signature.data()[i];
        last += ",p=";
        append_base64(last, as_bytes(client_key.view()), base64_alphabet::standard);
        step_ = step::proof_sent;
        return std::optional(secret(std::move(last)));
    }

    result<std::optional<secret>> verify(std::string_view message) {
        step_ = step::over;
        if (const auto refused = take(message, 'e'))
            return broken(name(), "the broker refuses: " + printable(*refused), security_errc::refused_by_peer);
        const auto sent = take(message, 'v');
        const auto signature = sent ? decode_base64(*sent, base64_alphabet::standard) : std::nullopt;
        if (!signature)
            return broken(name(), "the broker did not prove that it knows the password (no signature): do not trust it",
                          security_errc::peer_not_trusted);
        const bool same = signature->size() == expected_.size && CRYPTO_memcmp(signature->data(), expected_.data(), expected_.size) == 0;
        if (!same)
            return broken(name(), "the broker's signature is wrong, it does not know the password: do not trust it", security_errc::peer_not_trusted);
        return std::optional<secret>();
    }

    bool stretch(const challenge& c, digest& into) const {
        const auto& password = options_.password.reveal();
        into.size = static_cast<std::size_t>(EVP_MD_get_size(hash_));
        return PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), raw(c.salt), static_cast<int>(c.salt.size()), c.iterations,
                                 hash_, static_cast<int>(into.size), into.data()) == 1;
    }
    bool mac(const digest& key, std::string_view text, digest& into) const {
        unsigned int size = 0;
        const bool done = HMAC(hash_, key.view().data(), static_cast<int>(key.size), raw(text), text.size(), into.data(), &size) != nullptr;
        into.size = size;
        return done;
    }
    bool sum(const digest& of, digest& into) const {
        unsigned int size = 0;
        const bool done = EVP_Digest(of.view().data(), of.size, into.data(), &size, hash_, nullptr) == 1;
        into.size = size;
        return done;
    }

    const scram_options options_;
    const EVP_MD* const hash_;
    std::string bare_;
    digest expected_;
    step step_ = step::begin;
};
}  // namespace

result<std::unique_ptr<sasl_client>> make_sasl_scram(scram_options o) {
    if (o.nonce.empty()) {
        std::array<unsigned char, 24> chance;
        if (RAND_bytes(chance.data(), static_cast<int>(chance.size())) != 1)
            return error(security_errc::broken, "SCRAM: OpenSSL has no random numbers");
        append_base64(o.nonce, std::as_bytes(std::span(chance)), base64_alphabet::standard);
    }
    if (!is_nonce(o.nonce)) return error(client_errc::invalid_argument, "SCRAM: the nonce is not printable, or has a comma");
    std::unique_ptr<sasl_client> made = std::make_unique<scram>(std::move(o));
    return made;
}
}  // namespace kwire
#else

namespace kwire::inline v0 {
result<std::unique_ptr<sasl_client>> make_sasl_scram(scram_options) {
    return error(client_errc::not_supported_by_build, "SCRAM needs OpenSSL: configure kwire with KWIRE_WITH_OPENSSL=ON");
}
}  // namespace kwire
#endif
