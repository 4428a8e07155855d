// SPDX-License-Identifier: Apache-2.0
// What stands before each body: the header of a request and of its answer, and which version of it goes with which body.
//
// A flexible body has a flexible header, with one exception: the answer to ApiVersions always has header version 0, so
// that a client can read it before it knows what the broker speaks. Header version 0 of requests has no client id; only
// ControlledShutdown version 0 had it.
// Source: RequestHeader.json v0-v2, ResponseHeader.json v0-v1; KIP-482, KIP-511.
#pragma once

#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct request_header {
    static constexpr std::string_view name = "RequestHeader";
    static constexpr std::int16_t first_version = 0, last_version = 2, flexible_since = 2;

    std::int16_t request_api_key = 0;
    std::int16_t request_api_version = 0;
    std::int32_t correlation_id = 0;
    std::optional<std::string_view> client_id = "";
    unknown_tags unknown_tagged_fields;

    using self = request_header;
    static constexpr auto layout = fields{
        field("RequestApiKey", &self::request_api_key),
        field("RequestApiVersion", &self::request_api_version),
        field("CorrelationId", &self::correlation_id, "comes back in the answer"),
        field("ClientId", &self::client_id, since(1), "int16 length even in the flexible version, so that old brokers can read it")
            .null_since(1)
            .never_compact(),
    };
};

struct response_header {
    static constexpr std::string_view name = "ResponseHeader";
    static constexpr std::int16_t first_version = 0, last_version = 1, flexible_since = 1;

    std::int32_t correlation_id = 0;
    unknown_tags unknown_tagged_fields;

    static constexpr auto layout = fields{
        field("CorrelationId", &response_header::correlation_id, "of the request"),
    };
};

constexpr std::int16_t request_header_version(std::int16_t api_key, std::int16_t api_version, std::int16_t flexible_since) noexcept {
    if (api_key == 7 && api_version == 0) return 0;  // ControlledShutdown
    return api_version >= flexible_since ? 2 : 1;
}
constexpr std::int16_t response_header_version(std::int16_t api_key, std::int16_t api_version, std::int16_t flexible_since) noexcept {
    return api_key != 18 && api_version >= flexible_since ? 1 : 0;
}
}  // namespace kwire
