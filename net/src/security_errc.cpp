// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/security_errc.hpp>

#include <string>

namespace kwire::inline v0 {
namespace {
struct security_errors final : std::error_category {
    const char* name() const noexcept override { return "security"; }
    std::string message(int value) const override {
        switch (static_cast<security_errc>(value)) {
            case security_errc::peer_not_trusted: return "the broker did not prove who it is";
            case security_errc::refused_by_peer: return "the broker refuses this client";
            case security_errc::broken: return "broken security protocol";
        }
        return "unknown error";
    }
};
}  // namespace

std::error_code make_error_code(security_errc code) noexcept {
    static const security_errors category;
    return {static_cast<int>(code), category};
}
}  // namespace kwire
