// SPDX-License-Identifier: Apache-2.0
// Groups of consumers: finding their coordinator, membership old and new, offsets.
#include "entry.hpp"

#include <kwire/protocol/messages/consumer_group_describe.hpp>
#include <kwire/protocol/messages/consumer_group_heartbeat.hpp>
#include <kwire/protocol/messages/delete_groups.hpp>
#include <kwire/protocol/messages/describe_groups.hpp>
#include <kwire/protocol/messages/find_coordinator.hpp>
#include <kwire/protocol/messages/heartbeat.hpp>
#include <kwire/protocol/messages/join_group.hpp>
#include <kwire/protocol/messages/leave_group.hpp>
#include <kwire/protocol/messages/list_groups.hpp>
#include <kwire/protocol/messages/offset_commit.hpp>
#include <kwire/protocol/messages/offset_delete.hpp>
#include <kwire/protocol/messages/offset_fetch.hpp>
#include <kwire/protocol/messages/sync_group.hpp>

namespace kwire::inline v0 {
std::span<const api> groups_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<find_coordinator_request>(),
        detail::entry<join_group_request>(),
        detail::entry<sync_group_request>(),
        detail::entry<heartbeat_request>(),
        detail::entry<leave_group_request>(),
        detail::entry<offset_commit_request>(),
        detail::entry<offset_fetch_request>(),
        detail::entry<offset_delete_request>(),
        detail::entry<describe_groups_request>(),
        detail::entry<list_groups_request>(),
        detail::entry<delete_groups_request>(),
        detail::entry<consumer_group_heartbeat_request>(),
        detail::entry<consumer_group_describe_request>(),
    };
    return list;
}
}  // namespace kwire
