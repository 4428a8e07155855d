// SPDX-License-Identifier: Apache-2.0
#include <kwire/broker/version_profile.hpp>

#include <kwire/protocol/messages/api_versions.hpp>
#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/find_coordinator.hpp>
#include <kwire/protocol/messages/get_telemetry_subscriptions.hpp>
#include <kwire/protocol/messages/init_producer_id.hpp>
#include <kwire/protocol/messages/list_offsets.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/offset_for_leader_epoch.hpp>
#include <kwire/protocol/messages/produce.hpp>
#include <kwire/protocol/messages/push_telemetry.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
template <message Request> constexpr offered_api offer(std::int16_t first, std::int16_t last) {
    static_assert(Request::first_version == 0);
    return {Request::api_key, {first, last}, first};
}
constexpr offered_api offer_produce(std::int16_t last) { return {produce_request::api_key, {0, last}, 3}; }

constexpr offered_api kafka_2_8[] = {
    offer_produce(9),
    offer<fetch_request>(4, 12),
    offer<list_offsets_request>(0, 6),
    offer<metadata_request>(0, 11),
    offer<find_coordinator_request>(0, 3),
    offer<api_versions_request>(0, 3),
    offer<init_producer_id_request>(0, 4),
    offer<offset_for_leader_epoch_request>(0, 4),
};
constexpr offered_api kafka_3_9[] = {
    offer_produce(11),
    offer<fetch_request>(4, 17),
    offer<list_offsets_request>(0, 9),
    offer<metadata_request>(0, 12),
    offer<find_coordinator_request>(0, 6),
    offer<api_versions_request>(0, 4),
    offer<init_producer_id_request>(0, 5),
    offer<offset_for_leader_epoch_request>(0, 4),
};
constexpr offered_api kafka_4_3[] = {
    offer_produce(13),
    offer<fetch_request>(4, 18),
    offer<list_offsets_request>(1, 11),
    offer<metadata_request>(0, 13),
    offer<find_coordinator_request>(0, 6),
    offer<api_versions_request>(0, 4),
    offer<init_producer_id_request>(0, 5),
    offer<offset_for_leader_epoch_request>(2, 4),
};
constexpr offered_api telemetry[] = {offer<get_telemetry_subscriptions_request>(0, 0), offer<push_telemetry_request>(0, 0)};
constexpr version_profile profiles[] = {version_profile::kafka_2_8, version_profile::kafka_3_9, version_profile::kafka_4_3};
}  // namespace

std::span<const offered_api> offered_apis(version_profile profile) noexcept {
    switch (profile) {
        case version_profile::kafka_2_8: return kafka_2_8;
        case version_profile::kafka_3_9: return kafka_3_9;
        case version_profile::kafka_4_3: return kafka_4_3;
    }
    return {};
}

std::span<const offered_api> telemetry_apis() noexcept { return telemetry; }

const offered_api* find_offered(version_profile profile, std::int16_t api_key) noexcept {
    const auto all = offered_apis(profile);
    const auto found = std::ranges::find(all, api_key, &offered_api::api_key);
    return found == all.end() ? nullptr : &*found;
}

std::string_view to_string(version_profile profile) noexcept {
    switch (profile) {
        case version_profile::kafka_2_8: return "2.8";
        case version_profile::kafka_3_9: return "3.9";
        case version_profile::kafka_4_3: return "4.3";
    }
    return "";
}

result<version_profile> parse_version_profile(std::string_view text) {
    for (const auto p : profiles)
        if (to_string(p) == text) return p;
    std::string what = "Kafka version \"";
    what += text;
    what += "\": the embedded broker can imitate";
    for (const auto p : profiles) what.append(" ").append(to_string(p));
    return error(client_errc::invalid_argument, std::move(what));
}
}  // namespace kwire
