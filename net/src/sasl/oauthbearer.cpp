// SPDX-License-Identifier: Apache-2.0
// Source: RFC 7628, sections 3.1 to 3.2.3; KIP-255, KIP-342 (extensions).
#include <kwire/net/sasl.hpp>

#include "../printable.hpp"

#include <asio/awaitable.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
constexpr char separator = '\1';

bool letters(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}
bool one_line(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\r' || c == '\n'; });
}
/// RFC 6750, section 2.1; a JWT fits.
bool bearer(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._~+/=").find(c) != std::string_view::npos;
    });
}

class oauthbearer final : public sasl_client {
  public:
    explicit oauthbearer(oauth_token_provider provider) : provider_(std::move(provider)) {}
    std::string_view name() const noexcept override { return "OAUTHBEARER"; }

    task<result<void>> prepare(clock::time_point deadline) override {
        auto got = co_await provider_(deadline);
        if (!got) co_return std::move(got).error().within("OAUTHBEARER: the token provider");
        token_ = *std::move(got);
        co_return result<void>();
    }

    result<secret> start() override {
        if (!bearer(token_.token.reveal()))
            return error(client_errc::invalid_argument, "OAUTHBEARER: the token is empty or holds what no bearer token may (blanks, line ends)");
        std::string message;
        std::size_t size = token_.token.reveal().size() + 32;
        for (const auto& [key, value] : token_.extensions) size += key.size() + value.size() + 2;
        message.reserve(size);  // so that no half of it is left in memory
        message += "n,,\1auth=Bearer ";
        message += token_.token.reveal();
        message += separator;
        for (const auto& [key, value] : token_.extensions) {
            if (!letters(key) || key == "auth" || !one_line(value))
                return error(client_errc::invalid_argument,
                             "OAUTHBEARER: extension '" + printable(key, 40) + "' is not of letters, or its value is not text");
            message += key;
            message += '=';
            message += value;
            message += separator;
        }
        message += separator;
        return secret(std::move(message));
    }

    // A refusal is a JSON object; it is to be acknowledged with one byte, and the broker's error follows.
    result<std::optional<secret>> next(bytes from_broker) override {
        if (!refused_.empty()) return error(security_errc::refused_by_peer, "OAUTHBEARER: the token was refused: " + refused_);
        if (from_broker.empty()) return std::optional<secret>();
        refused_ = reveals(as_text(from_broker)) ? "(the reason repeats the token)" : printable(as_text(from_broker));
        return std::optional(secret(std::string(1, separator)));
    }
    bool reveals(std::string_view text) const override { return token_.token.is_in(text); }

  private:
    const oauth_token_provider provider_;
    oauth_token token_;
    std::string refused_;
};
}  // namespace

std::unique_ptr<sasl_client> make_sasl_oauthbearer(oauth_token_provider provider) { return std::make_unique<oauthbearer>(std::move(provider)); }
}  // namespace kwire
