// SPDX-License-Identifier: Apache-2.0
// Between brokers and their controller, under KRaft and, of old, under ZooKeeper.
#include "entry.hpp"

#include <kwire/protocol/messages/allocate_producer_ids.hpp>
#include <kwire/protocol/messages/alter_partition.hpp>
#include <kwire/protocol/messages/assign_replicas_to_dirs.hpp>
#include <kwire/protocol/messages/broker_heartbeat.hpp>
#include <kwire/protocol/messages/broker_registration.hpp>
#include <kwire/protocol/messages/controlled_shutdown.hpp>
#include <kwire/protocol/messages/controller_registration.hpp>
#include <kwire/protocol/messages/envelope.hpp>
#include <kwire/protocol/messages/leader_and_isr.hpp>
#include <kwire/protocol/messages/stop_replica.hpp>
#include <kwire/protocol/messages/update_metadata.hpp>

namespace kwire::inline v0 {
std::span<const api> brokers_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<leader_and_isr_request>(),          detail::entry<stop_replica_request>(),
        detail::entry<update_metadata_request>(),         detail::entry<controlled_shutdown_request>(),
        detail::entry<alter_partition_request>(),         detail::entry<envelope_request>(),
        detail::entry<broker_registration_request>(),     detail::entry<broker_heartbeat_request>(),
        detail::entry<allocate_producer_ids_request>(),   detail::entry<controller_registration_request>(),
        detail::entry<assign_replicas_to_dirs_request>(),
    };
    return list;
}
}  // namespace kwire
