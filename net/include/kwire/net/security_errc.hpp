// SPDX-License-Identifier: Apache-2.0
// What goes wrong when two sides prove to each other who they are.
#pragma once

#include <system_error>

namespace kwire::inline v0 {
enum class security_errc {
    peer_not_trusted = 1,  // the broker could not prove who it is: its certificate, or its signature in SCRAM
    refused_by_peer,       // the broker does not want us: no certificate of ours, or one that it does not trust, or no common protocol
    broken,                // what came does not follow TLS or the SASL mechanism
};
/// "security". None of its codes is retriable.
const std::error_category& security_category() noexcept;
std::error_code make_error_code(security_errc code) noexcept;
}  // namespace kwire

template <> struct std::is_error_code_enum<kwire::security_errc> : std::true_type {};
