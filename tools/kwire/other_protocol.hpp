// SPDX-License-Identifier: Apache-2.0
// Who else speaks on a Kafka port: told by the first bytes, which a Kafka client or broker would take for a length.
#pragma once

#include <kwire/protocol/bytes.hpp>

#include <string>

namespace kwire::tool {
/// `47 45 54 20 = "GET " = 1195725856 as int32: an HTTP request on a Kafka port: …`, with who has to change what; empty if
/// nobody that is known begins like this.
std::string other_protocol(bytes front);

/// Is this what a SASL mechanism says, without Kafka's header, as between SaslHandshake v0 and the first request? PLAIN,
/// SCRAM and OAUTHBEARER are known.
bool looks_like_sasl(bytes content);
}  // namespace kwire::tool
