// SPDX-License-Identifier: Apache-2.0
// ExpireDelegationToken: ends a token now or at a time that is set.
// Source: ExpireDelegationTokenRequest.json, ExpireDelegationTokenResponse.json v0-v2; KIP-48.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct expire_delegation_token_response {
    static constexpr std::string_view name = "ExpireDelegationTokenResponse";
    static constexpr std::int16_t api_key = 40, first_version = 0, last_version = 2, flexible_since = 2;

    errc error_code = errc::none;
    std::int64_t expiry_timestamp_ms = 0;
    std::int32_t throttle_time_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = expire_delegation_token_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code),
        field("ExpiryTimestampMs", &self::expiry_timestamp_ms, "ms since 1970"),
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
    };
};

struct expire_delegation_token_request {
    static constexpr std::string_view name = "ExpireDelegationTokenRequest";
    static constexpr std::int16_t api_key = 40, first_version = 0, last_version = 2, flexible_since = 2;
    using response = expire_delegation_token_response;

    bytes hmac;
    std::int64_t expiry_time_period_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = expire_delegation_token_request;
    static constexpr auto layout = fields{
        field("Hmac", &self::hmac, "the secret itself says which token: not for logs").secret(),
        field("ExpiryTimePeriodMs", &self::expiry_time_period_ms, "ms from now; negative: at once"),
    };
};
}  // namespace kwire
