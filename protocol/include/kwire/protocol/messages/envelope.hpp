// SPDX-License-Identifier: Apache-2.0
// Envelope: a request that a broker passes on to the controller on behalf of a client.
// Source: EnvelopeRequest.json, EnvelopeResponse.json v0; KIP-590.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct envelope_response {
    static constexpr std::string_view name = "EnvelopeResponse";
    static constexpr std::int16_t api_key = 58, first_version = 0, last_version = 0, flexible_since = 0;

    std::optional<bytes> response_data;
    errc error_code = errc::none;
    unknown_tags unknown_tagged_fields;

    using self = envelope_response;
    static constexpr auto layout = fields{
        field("ResponseData", &self::response_data, "header and body of the answer, which may hold secrets; null beside an error")
            .null_in(every)
            .secret(),
        field("ErrorCode", &self::error_code, "of the envelope: the answer inside has its own"),
    };
};

struct envelope_request {
    static constexpr std::string_view name = "EnvelopeRequest";
    static constexpr std::int16_t api_key = 58, first_version = 0, last_version = 0, flexible_since = 0;
    using response = envelope_response;

    bytes request_data;
    std::optional<bytes> request_principal{std::in_place};
    bytes client_host_address;
    unknown_tags unknown_tagged_fields;

    using self = envelope_request;
    static constexpr auto layout = fields{
        field("RequestData", &self::request_data, "header and body of the client's request, which may hold secrets").secret(),
        field("RequestPrincipal", &self::request_principal,
              "who the client is, a DefaultPrincipalData behind its version; null: "
              "nobody")
            .null_in(every),
        field("ClientHostAddress", &self::client_host_address, "of the client, 4 or 16 bytes"),
    };
};
}  // namespace kwire
