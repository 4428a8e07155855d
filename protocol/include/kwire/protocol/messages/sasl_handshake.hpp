// SPDX-License-Identifier: Apache-2.0
// SaslHandshake: chooses the mechanism with which the client will authenticate.
//
// The next step after ApiVersions on a connection to a SASL listener. After version 0 the mechanism's own messages
// follow bare, each with an int32 length; after version 1 they travel in SaslAuthenticate, which has an error code. A
// broker that does not offer the mechanism answers UNSUPPORTED_SASL_MECHANISM with those that it does, and closes the
// connection.
// Source: SaslHandshakeRequest.json, SaslHandshakeResponse.json v0-v1; KIP-43, KIP-152 (v1: SaslAuthenticate).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct sasl_handshake_response {
    static constexpr std::string_view name = "SaslHandshakeResponse";
    static constexpr std::int16_t api_key = 17, first_version = 0, last_version = 1, flexible_since = never_flexible;

    errc error_code = errc::none;
    std::vector<std::string_view> mechanisms;

    using self = sasl_handshake_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code),
        field("Mechanisms", &self::mechanisms, "what the listener offers"),
    };
};

struct sasl_handshake_request {
    static constexpr std::string_view name = "SaslHandshakeRequest";
    static constexpr std::int16_t api_key = 17, first_version = 0, last_version = 1, flexible_since = never_flexible;
    using response = sasl_handshake_response;

    std::string_view mechanism;

    using self = sasl_handshake_request;
    static constexpr auto layout = fields{
        field("Mechanism", &self::mechanism, "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or GSSAPI"),
    };
};
}  // namespace kwire
