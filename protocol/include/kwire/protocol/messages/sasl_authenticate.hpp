// SPDX-License-Identifier: Apache-2.0
// SaslAuthenticate: one step of a SASL exchange, its bytes as the mechanism defines them.
//
// PLAIN takes one step, SCRAM two. A session may have an end: the client authenticates again on the same connection
// before it, from SaslHandshake on, or the broker closes the connection at the next request after it.
// Source: SaslAuthenticateRequest.json, SaslAuthenticateResponse.json v0-v2; KIP-152, KIP-368 (v1: the life of a
// session).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct sasl_authenticate_response {
    static constexpr std::string_view name = "SaslAuthenticateResponse";
    static constexpr std::int16_t api_key = 36, first_version = 0, last_version = 2, flexible_since = 2;

    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    bytes auth_bytes;
    std::int64_t session_lifetime_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = sasl_authenticate_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code, "SASL_AUTHENTICATION_FAILED: the broker closes the connection, after a delay"),
        field("ErrorMessage", &self::error_message, "for people; null: nothing to add").null_in(every),
        field("AuthBytes", &self::auth_bytes, "what the mechanism answers: a challenge, or its proof").secret(),
        field("SessionLifetimeMs", &self::session_lifetime_ms, since(1),
              "KIP-368: ms until the client must have authenticated "
              "again; 0: no end")
            .ignorable(),
    };
};

struct sasl_authenticate_request {
    static constexpr std::string_view name = "SaslAuthenticateRequest";
    static constexpr std::int16_t api_key = 36, first_version = 0, last_version = 2, flexible_since = 2;
    using response = sasl_authenticate_response;

    bytes auth_bytes;
    unknown_tags unknown_tagged_fields;

    using self = sasl_authenticate_request;
    static constexpr auto layout = fields{
        field("AuthBytes", &self::auth_bytes, "holds secrets: not for logs").secret(),
    };
};
}  // namespace kwire
