// SPDX-License-Identifier: Apache-2.0
// BrokerRegistration: a broker that starts makes itself known to the KRaft controller.
// Source: BrokerRegistrationRequest.json, BrokerRegistrationResponse.json v0-v4; KIP-631, KIP-866 (v1: migration from
// ZooKeeper), KIP-858 (v2: directories), KIP-966 (v3: clean shutdown); KAFKA-17011 (v4).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct broker_registration_response {
    static constexpr std::string_view name = "BrokerRegistrationResponse";
    static constexpr std::int16_t api_key = 62, first_version = 0, last_version = 4, flexible_since = 0;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::int64_t broker_epoch = -1;
    unknown_tags unknown_tagged_fields;

    using self = broker_registration_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("BrokerEpoch", &self::broker_epoch, "of this run, for heartbeats and other requests; -1: none"),
    };
};

struct broker_registration_request {
    static constexpr std::string_view name = "BrokerRegistrationRequest";
    static constexpr std::int16_t api_key = 62, first_version = 0, last_version = 4, flexible_since = 0;
    using response = broker_registration_response;

    struct listener {
        std::string_view name;
        std::string_view host;
        std::uint16_t port = 0;
        std::int16_t security_protocol = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &listener::name, "as in the broker's listeners"),
            field("Host", &listener::host),
            field("Port", &listener::port),
            field("SecurityProtocol", &listener::security_protocol, "0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL"),
        };
    };
    struct feature {
        std::string_view name;
        std::int16_t min_supported_version = 0;
        std::int16_t max_supported_version = 0;
        unknown_tags unknown_tagged_fields;

        static constexpr auto layout = fields{
            field("Name", &feature::name),
            field("MinSupportedVersion", &feature::min_supported_version),
            field("MaxSupportedVersion", &feature::max_supported_version),
        };
    };
    std::int32_t broker_id = 0;
    std::string_view cluster_id;
    uuid incarnation_id;
    std::vector<listener> listeners;
    std::vector<feature> features;
    std::optional<std::string_view> rack = "";
    bool is_migrating_zk_broker = false;
    std::vector<uuid> log_dirs;
    std::int64_t previous_broker_epoch = -1;
    unknown_tags unknown_tagged_fields;

    using self = broker_registration_request;
    static constexpr auto layout = fields{
        field("BrokerId", &self::broker_id),
        field("ClusterId", &self::cluster_id),
        field("IncarnationId", &self::incarnation_id, "drawn anew for each run"),
        field("Listeners", &self::listeners),
        field("Features", &self::features, "before v4 without those whose minimum is 0"),
        field("Rack", &self::rack, "null: no rack").null_in(every),
        field("IsMigratingZkBroker", &self::is_migrating_zk_broker, since(1), "KIP-866"),
        field("LogDirs", &self::log_dirs, since(2), "KIP-858: ids of the directories that work").ignorable(),
        field("PreviousBrokerEpoch", &self::previous_broker_epoch, since(3),
              "KIP-966: of the last run, if it ended cleanly; -1: it "
              "did not")
            .ignorable(),
    };
};
}  // namespace kwire
