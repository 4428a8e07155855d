// SPDX-License-Identifier: Apache-2.0
// Which APIs and versions the embedded broker offers: as a Kafka release of that line does, so far as it has them.
//
// What is offered may be more than what is accepted: every profile lists Produce from v0, because librdkafka looks for it
// before it compresses, yet message sets of old are not taken; Kafka 4 itself does so. Fetch begins at v4 in all.
// Source: ApiVersionsResponse of Kafka 2.8.2, 3.9.1 and 4.3.0; KAFKA-18659 (Produce v0), KIP-896 (what 4.0 removed).
#pragma once

#include <kwire/net/broker_versions.hpp>

#include <span>

namespace kwire::inline v0 {
enum class version_profile { kafka_2_8, kafka_3_9, kafka_4_3 };

struct offered_api {
    std::int16_t api_key;
    version_range offered;
    std::int16_t accepted_since;  // a request of a lower version closes the connection
};

/// By ascending key.
std::span<const offered_api> offered_apis(version_profile profile) noexcept;
/// The APIs of client telemetry, which a Kafka since 3.7 has where it has a receiver for metrics.
std::span<const offered_api> telemetry_apis() noexcept;
/// Null if the profile does not have it.
const offered_api* find_offered(version_profile profile, std::int16_t api_key) noexcept;
/// "2.8", "3.9", "4.3"; fails with invalid_argument for anything else and says what there is.
result<version_profile> parse_version_profile(std::string_view text);
std::string_view to_string(version_profile profile) noexcept;
}  // namespace kwire
