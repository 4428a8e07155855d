// SPDX-License-Identifier: Apache-2.0
// DescribeDelegationToken: the tokens that the caller owns, may renew or may describe.
// Source: DescribeDelegationTokenRequest.json, DescribeDelegationTokenResponse.json v0-v3; KIP-48, KIP-373 (v3: who
// asked for it).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_delegation_token_response {
    static constexpr std::string_view name = "DescribeDelegationTokenResponse";
    static constexpr std::int16_t api_key = 41, first_version = 0, last_version = 3, flexible_since = 2;

    struct renewer {
        std::string_view principal_type;
        std::string_view principal_name;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PrincipalType", &renewer::principal_type),
            field("PrincipalName", &renewer::principal_name),
        };
    };
    struct token {
        std::string_view principal_type;
        std::string_view principal_name;
        std::string_view token_requester_principal_type;
        std::string_view token_requester_principal_name;
        std::int64_t issue_timestamp = 0;
        std::int64_t expiry_timestamp = 0;
        std::int64_t max_timestamp = 0;
        std::string_view token_id;
        bytes hmac;
        std::vector<renewer> renewers;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PrincipalType", &token::principal_type, "of the owner: \"User\""),
            field("PrincipalName", &token::principal_name, "of the owner"),
            field("TokenRequesterPrincipalType", &token::token_requester_principal_type, since(3), "KIP-373"),
            field("TokenRequesterPrincipalName", &token::token_requester_principal_name, since(3), "KIP-373"),
            field("IssueTimestamp", &token::issue_timestamp, "ms since 1970"),
            field("ExpiryTimestamp", &token::expiry_timestamp, "ms since 1970"),
            field("MaxTimestamp", &token::max_timestamp, "ms since 1970; no renewal goes beyond it"),
            field("TokenId", &token::token_id),
            field("Hmac", &token::hmac, "the secret: not for logs").secret(),
            field("Renewers", &token::renewers),
        };
    };
    errc error_code = errc::none;
    std::vector<token> tokens;
    std::int32_t throttle_time_ms = 0;
    unknown_tags unknown_tagged_fields;

    using self = describe_delegation_token_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code),
        field("Tokens", &self::tokens),
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
    };
};

struct describe_delegation_token_request {
    static constexpr std::string_view name = "DescribeDelegationTokenRequest";
    static constexpr std::int16_t api_key = 41, first_version = 0, last_version = 3, flexible_since = 2;
    using response = describe_delegation_token_response;

    struct owner {
        std::string_view principal_type;
        std::string_view principal_name;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("PrincipalType", &owner::principal_type, "\"User\""),
            field("PrincipalName", &owner::principal_name),
        };
    };
    std::optional<std::vector<owner>> owners{std::in_place};
    unknown_tags unknown_tagged_fields;

    using self = describe_delegation_token_request;
    static constexpr auto layout = fields{
        field("Owners", &self::owners, "null: whoever owns them").null_in(every),
    };
};
}  // namespace kwire
