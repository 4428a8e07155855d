// SPDX-License-Identifier: Apache-2.0
// DescribeUserScramCredentials: which users can authenticate with SCRAM, and how; never the secrets.
// Source: DescribeUserScramCredentialsRequest.json, DescribeUserScramCredentialsResponse.json v0; KIP-554.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_user_scram_credentials_response {
    static constexpr std::string_view name = "DescribeUserScramCredentialsResponse";
    static constexpr std::int16_t api_key = 50, first_version = 0, last_version = 0, flexible_since = 0;

    struct credential_info {
        std::int8_t mechanism = 0;
        std::int32_t iterations = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Mechanism", &credential_info::mechanism, "1 SCRAM-SHA-256, 2 SCRAM-SHA-512; 0: not known"),
            field("Iterations", &credential_info::iterations, "of PBKDF2, at least 4096"),
        };
    };
    struct user_result {
        std::string_view user;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        std::vector<credential_info> credential_infos;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("User", &user_result::user),
            field("ErrorCode", &user_result::error_code, "RESOURCE_NOT_FOUND: the user has none"),
            field("ErrorMessage", &user_result::error_message, "null: nothing to add").null_in(every),
            field("CredentialInfos", &user_result::credential_infos),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    std::vector<user_result> results;
    unknown_tags unknown_tagged_fields;

    using self = describe_user_scram_credentials_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code, "of the whole request"),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("Results", &self::results),
    };
};

struct describe_user_scram_credentials_request {
    static constexpr std::string_view name = "DescribeUserScramCredentialsRequest";
    static constexpr std::int16_t api_key = 50, first_version = 0, last_version = 0, flexible_since = 0;
    using response = describe_user_scram_credentials_response;

    struct user {
        std::string_view name;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &user::name),
        };
    };
    std::optional<std::vector<user>> users{std::in_place};
    unknown_tags unknown_tagged_fields;

    using self = describe_user_scram_credentials_request;
    static constexpr auto layout = fields{
        field("Users", &self::users, "null or empty: all").null_in(every),
    };
};
}  // namespace kwire
