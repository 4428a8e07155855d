// SPDX-License-Identifier: Apache-2.0
// DeleteAcls: removes the rules that match filters, and tells which they were.
//
// The numbers are explained at DescribeAcls.
// Source: DeleteAclsRequest.json, DeleteAclsResponse.json v0-v3; KIP-140, KIP-290 (v1: patterns), KIP-373 (v3: users as
// resources).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct delete_acls_response {
    static constexpr std::string_view name = "DeleteAclsResponse";
    static constexpr std::int16_t api_key = 31, first_version = 0, last_version = 3, flexible_since = 2;

    struct matching_acl {
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        std::int8_t resource_type = 0;
        std::string_view resource_name;
        std::int8_t pattern_type = 3;
        std::string_view principal;
        std::string_view host;
        std::int8_t operation = 0;
        std::int8_t permission_type = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &matching_acl::error_code, "none: it is gone"),
            field("ErrorMessage", &matching_acl::error_message, "null: nothing to add").null_in(every),
            field("ResourceType", &matching_acl::resource_type),
            field("ResourceName", &matching_acl::resource_name),
            field("PatternType", &matching_acl::pattern_type, since(1), "KIP-290; 3 literal, 4 prefixed"),
            field("Principal", &matching_acl::principal),
            field("Host", &matching_acl::host),
            field("Operation", &matching_acl::operation),
            field("PermissionType", &matching_acl::permission_type),
        };
    };
    struct filter_result {
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        std::vector<matching_acl> matching_acls;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &filter_result::error_code, "of the whole filter"),
            field("ErrorMessage", &filter_result::error_message, "null: nothing to add").null_in(every),
            field("MatchingAcls", &filter_result::matching_acls),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<filter_result> filter_results;
    unknown_tags unknown_tagged_fields;

    using self = delete_acls_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("FilterResults", &self::filter_results, "in the order of the request"),
    };
};

struct delete_acls_request {
    static constexpr std::string_view name = "DeleteAclsRequest";
    static constexpr std::int16_t api_key = 31, first_version = 0, last_version = 3, flexible_since = 2;
    using response = delete_acls_response;

    struct filter {
        std::int8_t resource_type_filter = 0;
        std::optional<std::string_view> resource_name_filter = "";
        std::int8_t pattern_type_filter = 3;
        std::optional<std::string_view> principal_filter = "";
        std::optional<std::string_view> host_filter = "";
        std::int8_t operation = 0;
        std::int8_t permission_type = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ResourceTypeFilter", &filter::resource_type_filter, "1: any"),
            field("ResourceNameFilter", &filter::resource_name_filter, "null: any").null_in(every),
            field("PatternTypeFilter", &filter::pattern_type_filter, since(1),
                  "KIP-290; 1 any, 2 whatever applies to the name, 3 literal, 4 "
                  "prefixed"),
            field("PrincipalFilter", &filter::principal_filter, "null: any").null_in(every),
            field("HostFilter", &filter::host_filter, "null: any").null_in(every),
            field("Operation", &filter::operation, "1: any"),
            field("PermissionType", &filter::permission_type, "1: any"),
        };
    };
    std::vector<filter> filters;
    unknown_tags unknown_tagged_fields;

    using self = delete_acls_request;
    static constexpr auto layout = fields{
        field("Filters", &self::filters),
    };
};
}  // namespace kwire
