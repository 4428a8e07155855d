// SPDX-License-Identifier: Apache-2.0
// AlterUserScramCredentials: sets or removes the SCRAM secrets of users.
//
// The client salts and iterates the password itself, so that the broker never sees it.
// Source: AlterUserScramCredentialsRequest.json, AlterUserScramCredentialsResponse.json v0; KIP-554, RFC 5802.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct alter_user_scram_credentials_response {
    static constexpr std::string_view name = "AlterUserScramCredentialsResponse";
    static constexpr std::int16_t api_key = 51, first_version = 0, last_version = 0, flexible_since = 0;

    struct user_result {
        std::string_view user;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("User", &user_result::user),
            field("ErrorCode", &user_result::error_code),
            field("ErrorMessage", &user_result::error_message, "null: nothing to add").null_in(every),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<user_result> results;
    unknown_tags unknown_tagged_fields;

    using self = alter_user_scram_credentials_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("Results", &self::results),
    };
};

struct alter_user_scram_credentials_request {
    static constexpr std::string_view name = "AlterUserScramCredentialsRequest";
    static constexpr std::int16_t api_key = 51, first_version = 0, last_version = 0, flexible_since = 0;
    using response = alter_user_scram_credentials_response;

    struct deletion {
        std::string_view name;
        std::int8_t mechanism = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &deletion::name),
            field("Mechanism", &deletion::mechanism, "1 SCRAM-SHA-256, 2 SCRAM-SHA-512"),
        };
    };
    struct upsertion {
        std::string_view name;
        std::int8_t mechanism = 0;
        std::int32_t iterations = 0;
        bytes salt;
        bytes salted_password;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &upsertion::name),
            field("Mechanism", &upsertion::mechanism, "1 SCRAM-SHA-256, 2 SCRAM-SHA-512"),
            field("Iterations", &upsertion::iterations, "of PBKDF2, 4096 to 16384"),
            field("Salt", &upsertion::salt, "random, of the client's making").secret(),
            field("SaltedPassword", &upsertion::salted_password, "Hi(password, salt, iterations) of RFC 5802; as good as the password: not for logs")
                .secret(),
        };
    };
    std::vector<deletion> deletions;
    std::vector<upsertion> upsertions;
    unknown_tags unknown_tagged_fields;

    using self = alter_user_scram_credentials_request;
    static constexpr auto layout = fields{
        field("Deletions", &self::deletions),
        field("Upsertions", &self::upsertions),
    };
};
}  // namespace kwire
