// SPDX-License-Identifier: Apache-2.0
// AllocateProducerIds: a block of producer ids that a broker may give out.
// Source: AllocateProducerIdsRequest.json, AllocateProducerIdsResponse.json v0; KIP-730.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct allocate_producer_ids_response {
    static constexpr std::string_view name = "AllocateProducerIdsResponse";
    static constexpr std::int16_t api_key = 67, first_version = 0, last_version = 0, flexible_since = 0;

    std::int32_t throttle_time_ms = 0;
    errc error_code = errc::none;
    std::int64_t producer_id_start = 0;
    std::int32_t producer_id_len = 0;
    unknown_tags unknown_tagged_fields;

    using self = allocate_producer_ids_response;
    static constexpr auto layout = fields{
        field("ThrottleTimeMs", &self::throttle_time_ms, "ms that a quota holds the client up"),
        field("ErrorCode", &self::error_code),
        field("ProducerIdStart", &self::producer_id_start, "the first of the block"),
        field("ProducerIdLen", &self::producer_id_len, "how many the block has"),
    };
};

struct allocate_producer_ids_request {
    static constexpr std::string_view name = "AllocateProducerIdsRequest";
    static constexpr std::int16_t api_key = 67, first_version = 0, last_version = 0, flexible_since = 0;
    using response = allocate_producer_ids_response;

    std::int32_t broker_id = 0;
    std::int64_t broker_epoch = -1;
    unknown_tags unknown_tagged_fields;

    using self = allocate_producer_ids_request;
    static constexpr auto layout = fields{
        field("BrokerId", &self::broker_id),
        field("BrokerEpoch", &self::broker_epoch, "from BrokerRegistration"),
    };
};
}  // namespace kwire
