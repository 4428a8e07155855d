// SPDX-License-Identifier: Apache-2.0
// RenewDelegationToken: lets a token live longer, up to its greatest age.
// Source: RenewDelegationTokenRequest.json, RenewDelegationTokenResponse.json v0-v2; KIP-48.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct renew_delegation_token_response {
    static constexpr std::string_view name = "RenewDelegationTokenResponse";
    static constexpr std::int16_t api_key = 39, first_version = 0, last_version = 2, flexible_since = 2;

    errc error_code = errc::none;
    std::int64_t expiry_timestamp_ms = 0;
    std::int32_t throttle_time_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = renew_delegation_token_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code),
        field("ExpiryTimestampMs", &self::expiry_timestamp_ms, "ms since 1970"),
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
    };
};

struct renew_delegation_token_request {
    static constexpr std::string_view name = "RenewDelegationTokenRequest";
    static constexpr std::int16_t api_key = 39, first_version = 0, last_version = 2, flexible_since = 2;
    using response = renew_delegation_token_response;

    bytes hmac;
    std::int64_t renew_period_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = renew_delegation_token_request;
    static constexpr auto layout = fields{
        field("Hmac", &self::hmac, "the secret itself says which token: not for logs").secret(),
        field("RenewPeriodMs", &self::renew_period_ms, "ms from now; -1: as the broker is set"),
    };
};
}  // namespace kwire
