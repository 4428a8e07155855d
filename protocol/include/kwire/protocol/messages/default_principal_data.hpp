// SPDX-License-Identifier: Apache-2.0
// Who a client is, as a broker tells the controller in an Envelope. An int16 with the version stands in front.
//
// The form of Kafka's own principals; a cluster with a principal builder of its own has a form of its own.
// Source: DefaultPrincipalData.json v0; KIP-590.
#pragma once

#include <kwire/protocol/layout.hpp>

namespace kwire::inline v0 {
struct default_principal_data {
    static constexpr std::string_view name = "DefaultPrincipalData";
    static constexpr std::int16_t first_version = 0, last_version = 0, flexible_since = 0;

    std::string_view type;
    std::string_view principal_name;  // the schema's Name; `name` is that of the message
    bool token_authenticated = false;
    unknown_tags unknown_tagged_fields;

    using self = default_principal_data;
    static constexpr auto layout = fields{
        field("Type", &self::type, "\"User\""),
        field("Name", &self::principal_name, "without the type"),
        field("TokenAuthenticated", &self::token_authenticated, "by a delegation token, which may not ask for another"),
    };
};
}  // namespace kwire
