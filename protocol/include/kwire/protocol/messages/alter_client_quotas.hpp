// SPDX-License-Identifier: Apache-2.0
// AlterClientQuotas: sets or removes limits of users, client ids and addresses.
// Source: AlterClientQuotasRequest.json, AlterClientQuotasResponse.json v0-v1; KIP-546, KIP-612 (addresses).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct alter_client_quotas_response {
    static constexpr std::string_view name = "AlterClientQuotasResponse";
    static constexpr std::int16_t api_key = 49, first_version = 0, last_version = 1, flexible_since = 1;

    struct entity_part {
        std::string_view entity_type;
        std::optional<std::string_view> entity_name = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("EntityType", &entity_part::entity_type),
            field("EntityName", &entity_part::entity_name, "null: the default of its type").null_in(every),
        };
    };
    struct entry {
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        std::vector<entity_part> entity;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ErrorCode", &entry::error_code),
            field("ErrorMessage", &entry::error_message, "null: nothing to add").null_in(every),
            field("Entity", &entry::entity),
        };
    };
    std::int32_t throttle_time_ms = 0;
    std::vector<entry> entries;
    unknown_tags unknown_tagged_fields;

    using self = alter_client_quotas_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("Entries", &self::entries),
    };
};

struct alter_client_quotas_request {
    static constexpr std::string_view name = "AlterClientQuotasRequest";
    static constexpr std::int16_t api_key = 49, first_version = 0, last_version = 1, flexible_since = 1;
    using response = alter_client_quotas_response;

    struct entity_part {
        std::string_view entity_type;
        std::optional<std::string_view> entity_name = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("EntityType", &entity_part::entity_type, "\"user\", \"client-id\" or \"ip\""),
            field("EntityName", &entity_part::entity_name, "null: the default of its type").null_in(every),
        };
    };
    struct operation {
        std::string_view key;
        double value = 0;
        bool remove = false;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Key", &operation::key, "as DescribeClientQuotas names them"),
            field("Value", &operation::value, "ignored with Remove"),
            field("Remove", &operation::remove, "true: no limit of its own from now on"),
        };
    };
    struct entry {
        std::vector<entity_part> entity;
        std::vector<operation> ops;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Entity", &entry::entity),
            field("Ops", &entry::ops),
        };
    };
    std::vector<entry> entries;
    bool validate_only = false;
    unknown_tags unknown_tagged_fields;

    using self = alter_client_quotas_request;
    static constexpr auto layout = fields{
        field("Entries", &self::entries),
        field("ValidateOnly", &self::validate_only, "true: only say whether it could be done"),
    };
};
}  // namespace kwire
