// SPDX-License-Identifier: Apache-2.0
// Who may connect, and do what.
#include "entry.hpp"

#include <kwire/protocol/messages/alter_user_scram_credentials.hpp>
#include <kwire/protocol/messages/create_acls.hpp>
#include <kwire/protocol/messages/create_delegation_token.hpp>
#include <kwire/protocol/messages/delete_acls.hpp>
#include <kwire/protocol/messages/describe_acls.hpp>
#include <kwire/protocol/messages/describe_delegation_token.hpp>
#include <kwire/protocol/messages/describe_user_scram_credentials.hpp>
#include <kwire/protocol/messages/expire_delegation_token.hpp>
#include <kwire/protocol/messages/renew_delegation_token.hpp>
#include <kwire/protocol/messages/sasl_authenticate.hpp>
#include <kwire/protocol/messages/sasl_handshake.hpp>

namespace kwire::inline v0 {
std::span<const api> security_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<sasl_handshake_request>(),
        detail::entry<sasl_authenticate_request>(),
        detail::entry<describe_acls_request>(),
        detail::entry<create_acls_request>(),
        detail::entry<delete_acls_request>(),
        detail::entry<create_delegation_token_request>(),
        detail::entry<renew_delegation_token_request>(),
        detail::entry<expire_delegation_token_request>(),
        detail::entry<describe_delegation_token_request>(),
        detail::entry<describe_user_scram_credentials_request>(),
        detail::entry<alter_user_scram_credentials_request>(),
    };
    return list;
}
}  // namespace kwire
