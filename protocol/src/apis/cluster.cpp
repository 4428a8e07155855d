// SPDX-License-Identifier: Apache-2.0
// The cluster as a whole, and what it wants to know of its clients.
#include "entry.hpp"

#include <kwire/protocol/messages/describe_cluster.hpp>
#include <kwire/protocol/messages/get_telemetry_subscriptions.hpp>
#include <kwire/protocol/messages/push_telemetry.hpp>

namespace kwire::inline v0 {
std::span<const api> cluster_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<describe_cluster_request>(),
        detail::entry<get_telemetry_subscriptions_request>(),
        detail::entry<push_telemetry_request>(),
    };
    return list;
}
}  // namespace kwire
