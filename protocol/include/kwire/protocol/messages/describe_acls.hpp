// SPDX-License-Identifier: Apache-2.0
// DescribeAcls: the rules of who may do what that match a filter.
//
// Numbers of resource types: 1 any, 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user. Of
// patterns: 1 any, 2 whatever applies to the name, 3 literal, 4 prefixed. Of operations: 1 any, 2 all, 3 read, 4 write,
// 5 create, 6 delete, 7 alter, 8 describe, 9 cluster action, 10 describe configs, 11 alter configs, 12 idempotent
// write, 13 create tokens, 14 describe tokens, 15 two-phase commit. Of permissions: 1 any, 2 deny, 3 allow; denial
// wins.
// Source: DescribeAclsRequest.json, DescribeAclsResponse.json v0-v3; KIP-140, KIP-290 (v1: patterns), KIP-373 (v3:
// users as resources).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct describe_acls_response {
    static constexpr std::string_view name = "DescribeAclsResponse";
    static constexpr std::int16_t api_key = 29, first_version = 0, last_version = 3, flexible_since = 2;

    struct acl {
        std::string_view principal;
        std::string_view host;
        std::int8_t operation = 0;
        std::int8_t permission_type = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Principal", &acl::principal, "\"User:alice\"; \"User:*\": everyone"),
            field("Host", &acl::host, "an address; \"*\": any"),
            field("Operation", &acl::operation),
            field("PermissionType", &acl::permission_type, "2 deny, 3 allow"),
        };
    };
    struct resource {
        std::int8_t resource_type = 0;
        std::string_view resource_name;
        std::int8_t pattern_type = 3;
        std::vector<acl> acls;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ResourceType", &resource::resource_type),
            field("ResourceName", &resource::resource_name),
            field("PatternType", &resource::pattern_type, since(1), "KIP-290; 3 literal, 4 prefixed"),
            field("Acls", &resource::acls),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    std::vector<resource> resources;
    unknown_tags unknown_tagged_fields;

    using self = describe_acls_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("ErrorCode", &self::error_code, "SECURITY_DISABLED where the cluster has no authorizer"),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("Resources", &self::resources),
    };
};

struct describe_acls_request {
    static constexpr std::string_view name = "DescribeAclsRequest";
    static constexpr std::int16_t api_key = 29, first_version = 0, last_version = 3, flexible_since = 2;
    using response = describe_acls_response;

    std::int8_t resource_type_filter = 0;
    std::optional<std::string_view> resource_name_filter = "";
    std::int8_t pattern_type_filter = 3;
    std::optional<std::string_view> principal_filter = "";
    std::optional<std::string_view> host_filter = "";
    std::int8_t operation = 0;
    std::int8_t permission_type = 0;
    unknown_tags unknown_tagged_fields;

    using self = describe_acls_request;
    static constexpr auto layout = fields{
        field("ResourceTypeFilter", &self::resource_type_filter, "1: any"),
        field("ResourceNameFilter", &self::resource_name_filter, "null: any").null_in(every),
        field("PatternTypeFilter", &self::pattern_type_filter, since(1), "KIP-290; 1 any, 2 whatever applies to the name, 3 literal, 4 prefixed"),
        field("PrincipalFilter", &self::principal_filter, "null: any").null_in(every),
        field("HostFilter", &self::host_filter, "null: any").null_in(every),
        field("Operation", &self::operation, "1: any"),
        field("PermissionType", &self::permission_type, "1: any"),
    };
};
}  // namespace kwire
