// SPDX-License-Identifier: Apache-2.0
// Who may connect, and do what.
#include "entry.hpp"

#include <kwire/protocol/messages/sasl_authenticate.hpp>
#include <kwire/protocol/messages/sasl_handshake.hpp>

namespace kwire::inline v0 {
std::span<const api> security_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<sasl_handshake_request>(),
        detail::entry<sasl_authenticate_request>(),
    };
    return list;
}
}  // namespace kwire
