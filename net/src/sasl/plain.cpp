// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/sasl.hpp>

#include <asio/awaitable.hpp>

namespace kwire::inline v0 {
task<result<void>> sasl_client::prepare(clock::time_point) { co_return result<void>(); }

namespace {
class plain final : public sasl_client {
  public:
    plain(std::string username, secret password) : username_(std::move(username)), password_(std::move(password)) {}
    std::string_view name() const noexcept override { return "PLAIN"; }

    result<secret> start() override {
        const auto& password = password_.reveal();
        if (username_.find('\0') != username_.npos || password.find('\0') != password.npos)
            return error(client_errc::invalid_configuration, "PLAIN: neither sasl.username nor sasl.password may hold a zero byte");
        std::string message;
        message.reserve(username_.size() + password.size() + 2);  // so that no half of it is left in memory
        message += '\0';
        message += username_;
        message += '\0';
        message += password;
        return secret(std::move(message));
    }
    result<std::optional<secret>> next(bytes) override { return std::optional<secret>(); }
    bool reveals(std::string_view text) const override { return password_.is_in(text); }

  private:
    const std::string username_;
    const secret password_;
};
}  // namespace

std::unique_ptr<sasl_client> make_sasl_plain(std::string username, secret password) {
    return std::make_unique<plain>(std::move(username), std::move(password));
}
}  // namespace kwire
