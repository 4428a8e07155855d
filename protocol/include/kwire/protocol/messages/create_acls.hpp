// SPDX-License-Identifier: Apache-2.0
// CreateAcls: adds rules of who may do what. Adding one that is there already changes nothing.
//
// The numbers are explained at DescribeAcls.
// Source: CreateAclsRequest.json, CreateAclsResponse.json v0-v3; KIP-140, KIP-290 (v1: patterns), KIP-373 (v3: users as
// resources).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct create_acls_response {
    static constexpr std::string_view name = "CreateAclsResponse";
    static constexpr std::int16_t api_key = 30, first_version = 0, last_version = 3, flexible_since = 2;

    struct result {
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &result::error_code),
            field("ErrorMessage", &result::error_message, "null: nothing to add").null_in(every),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<result> results;
    unknown_tags unknown_tagged_fields;

    using self = create_acls_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("Results", &self::results, "in the order of the request"),
    };
};

struct create_acls_request {
    static constexpr std::string_view name = "CreateAclsRequest";
    static constexpr std::int16_t api_key = 30, first_version = 0, last_version = 3, flexible_since = 2;
    using response = create_acls_response;

    struct acl {
        std::int8_t resource_type = 0;
        std::string_view resource_name;
        std::int8_t resource_pattern_type = 3;
        std::string_view principal;
        std::string_view host;
        std::int8_t operation = 0;
        std::int8_t permission_type = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ResourceType", &acl::resource_type, "2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user"),
            field("ResourceName", &acl::resource_name, "of the cluster \"kafka-cluster\"; \"*\": every one"),
            field("ResourcePatternType", &acl::resource_pattern_type, since(1), "KIP-290; 3 literal, 4 prefixed"),
            field("Principal", &acl::principal, "\"User:alice\"; \"User:*\": everyone"),
            field("Host", &acl::host, "an address; \"*\": any"),
            field("Operation", &acl::operation, "2 all, 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, and so on"),
            field("PermissionType", &acl::permission_type, "2 deny, 3 allow"),
        };
    };
    std::vector<acl> creations;
    unknown_tags unknown_tagged_fields;

    using self = create_acls_request;
    static constexpr auto layout = fields{
        field("Creations", &self::creations),
    };
};
}  // namespace kwire
