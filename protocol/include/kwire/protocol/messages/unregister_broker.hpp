// SPDX-License-Identifier: Apache-2.0
// UnregisterBroker: makes a KRaft controller forget a broker that will not come back.
// Source: UnregisterBrokerRequest.json, UnregisterBrokerResponse.json v0; KIP-631.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct unregister_broker_response {
    static constexpr std::string_view name = "UnregisterBrokerResponse";
    static constexpr std::int16_t api_key = 64, first_version = 0, last_version = 0, flexible_since = 0;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::optional<std::string_view> error_message = "";
    unknown_tags unknown_tagged_fields;

    using self = unregister_broker_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ErrorMessage", &self::error_message, "null: nothing to add").null_in(every),
    };
};

struct unregister_broker_request {
    static constexpr std::string_view name = "UnregisterBrokerRequest";
    static constexpr std::int16_t api_key = 64, first_version = 0, last_version = 0, flexible_since = 0;
    using response = unregister_broker_response;

    std::int32_t broker_id = 0;
    unknown_tags unknown_tagged_fields;

    using self = unregister_broker_request;
    static constexpr auto layout = fields{
        field("BrokerId", &self::broker_id, "a broker that still runs registers itself again"),
    };
};
}  // namespace kwire
