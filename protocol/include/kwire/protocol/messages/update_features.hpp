// SPDX-License-Identifier: Apache-2.0
// UpdateFeatures: raises or lowers what the whole cluster has agreed to use, such as metadata.version.
//
// Since version 2 all updates are made or none is, and only the error of the whole request is told.
// Source: UpdateFeaturesRequest.json, UpdateFeaturesResponse.json v0-v2; KIP-584, KIP-778 (v1: kinds of change, trial
// runs).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct update_features_response {
    static constexpr std::string_view name = "UpdateFeaturesResponse";
    static constexpr std::int16_t api_key = 57, first_version = 0, last_version = 2, flexible_since = 0;

    struct feature_result {
        std::string_view feature;
        errc error_code = errc::none;
        std::optional<std::string_view> error_message = "";
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Feature", &feature_result::feature),
            field("ErrorCode", &feature_result::error_code),
            field("ErrorMessage", &feature_result::error_message, "null: nothing to add").null_in(every),
        };
    };
    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    std::vector<feature_result> results;
    unknown_tags unknown_tagged_fields;

    using self = update_features_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota held the request up"),
        field("ErrorCode", &self::error_code),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
        field("Results", &self::results, between(0, 1)).ignorable(),
    };
};

struct update_features_request {
    static constexpr std::string_view name = "UpdateFeaturesRequest";
    static constexpr std::int16_t api_key = 57, first_version = 0, last_version = 2, flexible_since = 0;
    using response = update_features_response;

    struct feature_update {
        std::string_view feature;
        std::int16_t max_version_level = 0;
        bool allow_downgrade = false;
        std::int8_t upgrade_type = 1;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Feature", &feature_update::feature),
            field("MaxVersionLevel", &feature_update::max_version_level, "the new level; below 1: the feature is no longer used"),
            field("AllowDowngrade", &feature_update::allow_downgrade, only(0), "true: MaxVersionLevel may be lower than now"),
            field("UpgradeType", &feature_update::upgrade_type, since(1), "KIP-778; 1: up only, 2: down where nothing is lost, 3: down at any price"),
        };
    };
    std::int32_t timeout_ms = 60000;
    std::vector<feature_update> feature_updates;
    bool validate_only = false;
    unknown_tags unknown_tagged_fields;

    using self = update_features_request;
    static constexpr auto layout = fields{
        field("TimeoutMs", &self::timeout_ms, "ms that the controller may take"),
        field("FeatureUpdates", &self::feature_updates),
        field("ValidateOnly", &self::validate_only, since(1), "KIP-778; true: only say whether it could be done"),
    };
};
}  // namespace kwire
