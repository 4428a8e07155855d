// SPDX-License-Identifier: Apache-2.0
// BrokerHeartbeat: a broker tells the KRaft controller that it lives, how far it has read the metadata log and what it
// wants.
//
// A broker is fenced until it has caught up, and again when its heartbeats stay away: it then leads nothing and clients
// are not sent to it.
// Source: BrokerHeartbeatRequest.json, BrokerHeartbeatResponse.json v0-v2; KIP-631, KIP-858 (v1: failed directories),
// KIP-1066 (v2: cordons).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct broker_heartbeat_response {
    static constexpr std::string_view name = "BrokerHeartbeatResponse";
    static constexpr std::int16_t api_key = 63, first_version = 0, last_version = 2, flexible_since = 0;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    bool is_caught_up = false;
    bool is_fenced = true;
    bool should_shut_down = false;
    unknown_tags unknown_tagged_fields;

    using self = broker_heartbeat_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("IsCaughtUp", &self::is_caught_up, "it has read about all of the metadata log"),
        field("IsFenced", &self::is_fenced, "the controller keeps it out"),
        field("ShouldShutDown", &self::should_shut_down, "it leads nothing any more and may stop"),
    };
};

struct broker_heartbeat_request {
    static constexpr std::string_view name = "BrokerHeartbeatRequest";
    static constexpr std::int16_t api_key = 63, first_version = 0, last_version = 2, flexible_since = 0;
    using response = broker_heartbeat_response;

    std::int32_t broker_id = 0;
    std::int64_t broker_epoch = -1;
    std::int64_t current_metadata_offset = 0;
    bool want_fence = false;
    bool want_shut_down = false;
    std::vector<uuid> offline_log_dirs;
    std::optional<std::vector<uuid>> cordoned_log_dirs;
    unknown_tags unknown_tagged_fields;

    using self = broker_heartbeat_request;
    static constexpr auto layout = fields{
        field("BrokerId", &self::broker_id),
        field("BrokerEpoch", &self::broker_epoch, "from BrokerRegistration"),
        field("CurrentMetadataOffset", &self::current_metadata_offset, "of the last record of the metadata log that it has applied"),
        field("WantFence", &self::want_fence, "true: keep me out"),
        field("WantShutDown", &self::want_shut_down, "true: move my leaderships away, so that I can stop"),
        field("OfflineLogDirs", &self::offline_log_dirs, since(1), "KIP-858: ids of directories that have failed").tagged(0),
        field("CordonedLogDirs", &self::cordoned_log_dirs, since(2),
              "KIP-1066: ids of directories that take no new "
              "partitions; null: not known yet")
            .null_since(2)
            .tagged(1),
    };
};
}  // namespace kwire
