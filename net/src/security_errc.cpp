// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/security_errc.hpp>

#include <kwire/protocol/curable_category.hpp>

#include <string>

namespace kwire::inline v0 {
namespace {
struct security_errors final : curable_category {
    const char* name() const noexcept override { return "security"; }
    std::string message(int value) const override {
        switch (static_cast<security_errc>(value)) {
            case security_errc::peer_not_trusted: return "the broker did not prove who it is";
            case security_errc::refused_by_peer: return "the broker refuses this client";
            case security_errc::broken: return "broken security protocol";
        }
        return "unknown error";
    }
    std::string_view cure(int value) const noexcept override {
        switch (static_cast<security_errc>(value)) {
            case security_errc::peer_not_trusted:
                return "find out who answers at that address before going on; then correct the address, or what the message names";
            case security_errc::refused_by_peer: return "correct what the message names; the broker's log says more";
            case security_errc::broken: return "check that port and security.protocol fit each other, and that nothing between changes the bytes";
        }
        return {};
    }
};
}  // namespace

const std::error_category& security_category() noexcept {
    static const security_errors category;
    return category;
}
std::error_code make_error_code(security_errc code) noexcept { return {static_cast<int>(code), security_category()}; }
}  // namespace kwire
