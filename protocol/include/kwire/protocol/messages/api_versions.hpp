// SPDX-License-Identifier: Apache-2.0
// ApiVersions: which APIs the broker speaks, and in which versions; the first exchange on every connection.
//
// A broker that does not know the version that was asked for answers in version 0, with UNSUPPORTED_VERSION and the
// range that it has. The header of the answer is version 0 in every version, so that any client can read it.
// Source: ApiVersionsRequest.json, ApiVersionsResponse.json v0-v4; KIP-35, KIP-511 (client software, fall-back), KIP-584
// (features).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct api_versions_response {
    static constexpr std::string_view name = "ApiVersionsResponse";
    static constexpr std::int16_t api_key = 18, first_version = 0, last_version = 4, flexible_since = 3;
    static constexpr bool compiled = true;

    struct api_version {
        std::int16_t api_key = 0;
        std::int16_t min_version = 0;
        std::int16_t max_version = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("ApiKey", &api_version::api_key),
            field("MinVersion", &api_version::min_version),
            field("MaxVersion", &api_version::max_version),
        };
    };
    struct supported_feature {
        std::string_view name;
        std::int16_t min_version = 0;
        std::int16_t max_version = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &supported_feature::name, since(3)),
            field("MinVersion", &supported_feature::min_version, since(3)),
            field("MaxVersion", &supported_feature::max_version, since(3)),
        };
    };
    struct finalized_feature {
        std::string_view name;
        std::int16_t max_version_level = 0;
        std::int16_t min_version_level = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &finalized_feature::name, since(3)),
            field("MaxVersionLevel", &finalized_feature::max_version_level, since(3)),
            field("MinVersionLevel", &finalized_feature::min_version_level, since(3)),
        };
    };
    errc error_code = errc::none;
    std::vector<api_version> api_keys;
    std::int32_t throttle_time_ms = 0;
    std::vector<supported_feature> supported_features;
    std::int64_t finalized_features_epoch = -1;
    std::vector<finalized_feature> finalized_features;
    bool zk_migration_ready = false;
    unknown_tags unknown_tagged_fields;

    using self = api_versions_response;
    static constexpr auto layout = fields{
        field("ErrorCode", &self::error_code, "35 where the broker lacks the version asked for"),
        field("ApiKeys", &self::api_keys, "filled also beside an error, KIP-511"),
        field("ThrottleTimeMs", &self::throttle_time_ms, since(1), "ms that a quota held the request up").ignorable(),
        field("SupportedFeatures", &self::supported_features, since(3), "KIP-584; before v4 without those whose minimum is 0").tagged(0).ignorable(),
        field("FinalizedFeaturesEpoch", &self::finalized_features_epoch, since(3), "-1: not known").tagged(1).ignorable(),
        field("FinalizedFeatures", &self::finalized_features, since(3), "what the cluster has agreed on").tagged(2).ignorable(),
        field("ZkMigrationReady", &self::zk_migration_ready, since(3), "KIP-866").tagged(3).ignorable(),
    };
};

struct api_versions_request {
    static constexpr std::string_view name = "ApiVersionsRequest";
    static constexpr std::int16_t api_key = 18, first_version = 0, last_version = 4, flexible_since = 3;
    static constexpr bool compiled = true;
    using response = api_versions_response;

    std::string_view client_software_name;
    std::string_view client_software_version;
    unknown_tags unknown_tagged_fields;

    using self = api_versions_request;
    static constexpr auto layout = fields{
        field("ClientSoftwareName", &self::client_software_name, since(3), "KIP-511; letters, digits, - and .").ignorable(),
        field("ClientSoftwareVersion", &self::client_software_version, since(3)).ignorable(),
    };
};
}  // namespace kwire
