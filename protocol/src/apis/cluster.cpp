// SPDX-License-Identifier: Apache-2.0
// The cluster as a whole, its disks, and what it wants to know of its clients.
#include "entry.hpp"

#include <kwire/protocol/messages/alter_replica_log_dirs.hpp>
#include <kwire/protocol/messages/describe_cluster.hpp>
#include <kwire/protocol/messages/describe_log_dirs.hpp>
#include <kwire/protocol/messages/get_telemetry_subscriptions.hpp>
#include <kwire/protocol/messages/push_telemetry.hpp>
#include <kwire/protocol/messages/unregister_broker.hpp>
#include <kwire/protocol/messages/update_features.hpp>

namespace kwire::inline v0 {
std::span<const api> cluster_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<describe_cluster_request>(), detail::entry<describe_log_dirs_request>(), detail::entry<alter_replica_log_dirs_request>(),
        detail::entry<update_features_request>(),  detail::entry<unregister_broker_request>(), detail::entry<get_telemetry_subscriptions_request>(),
        detail::entry<push_telemetry_request>(),
    };
    return list;
}
}  // namespace kwire
