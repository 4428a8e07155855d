// SPDX-License-Identifier: Apache-2.0
// CreateDelegationToken: a secret that lets others act for a principal for some time, without its password or
// certificate.
//
// Who holds a token authenticates with SCRAM: the token's id is the user, its HMAC in base64 the password.
// Source: CreateDelegationTokenRequest.json, CreateDelegationTokenResponse.json v0-v3; KIP-48, KIP-373 (v3: tokens for
// others).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct create_delegation_token_response {
    static constexpr std::string_view name = "CreateDelegationTokenResponse";
    static constexpr std::int16_t api_key = 38, first_version = 0, last_version = 3, flexible_since = 2;

    errc error_code = errc::none;
    std::string_view principal_type;
    std::string_view principal_name;
    std::string_view token_requester_principal_type;
    std::string_view token_requester_principal_name;
    std::int64_t issue_timestamp_ms = 0;
    std::int64_t expiry_timestamp_ms = 0;
    std::int64_t max_timestamp_ms = 0;
    std::string_view token_id;
    bytes hmac;
    std::int32_t throttle_time_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = create_delegation_token_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED on a connection that was authenticated by a token"),
        field("PrincipalType", &self::principal_type, "of the owner: \"User\""),
        field("PrincipalName", &self::principal_name, "of the owner"),
        field("TokenRequesterPrincipalType", &self::token_requester_principal_type, since(3), "KIP-373: who asked"),
        field("TokenRequesterPrincipalName", &self::token_requester_principal_name, since(3), "KIP-373"),
        field("IssueTimestampMs", &self::issue_timestamp_ms, "ms since 1970"),
        field("ExpiryTimestampMs", &self::expiry_timestamp_ms, "ms since 1970; can be moved by RenewDelegationToken"),
        field("MaxTimestampMs", &self::max_timestamp_ms, "ms since 1970; no renewal goes beyond it"),
        field("TokenId", &self::token_id),
        field("Hmac", &self::hmac, "the secret: not for logs").secret(),
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
    };
};

struct create_delegation_token_request {
    static constexpr std::string_view name = "CreateDelegationTokenRequest";
    static constexpr std::int16_t api_key = 38, first_version = 0, last_version = 3, flexible_since = 2;
    using response = create_delegation_token_response;

    struct renewer {
        std::string_view principal_type;
        std::string_view principal_name;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PrincipalType", &renewer::principal_type, "\"User\""),
            field("PrincipalName", &renewer::principal_name),
        };
    };
    std::optional<std::string_view> owner_principal_type = "";
    std::optional<std::string_view> owner_principal_name = "";
    std::vector<renewer> renewers;
    std::int64_t max_lifetime_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = create_delegation_token_request;
    static constexpr auto layout = fields{
        field("OwnerPrincipalType", &self::owner_principal_type, since(3), "KIP-373; null: the caller").null_since(3),
        field("OwnerPrincipalName", &self::owner_principal_name, since(3), "KIP-373; null: the caller").null_since(3),
        field("Renewers", &self::renewers, "who may renew it besides the owner"),
        field("MaxLifetimeMs", &self::max_lifetime_ms, "ms; -1: as long as the broker allows"),
    };
};
}  // namespace kwire
