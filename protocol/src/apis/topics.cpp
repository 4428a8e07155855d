// SPDX-License-Identifier: Apache-2.0
// Topics and partitions: made, removed, moved, described.
#include "entry.hpp"

#include <kwire/protocol/messages/alter_partition_reassignments.hpp>
#include <kwire/protocol/messages/create_partitions.hpp>
#include <kwire/protocol/messages/create_topics.hpp>
#include <kwire/protocol/messages/delete_records.hpp>
#include <kwire/protocol/messages/delete_topics.hpp>
#include <kwire/protocol/messages/describe_topic_partitions.hpp>
#include <kwire/protocol/messages/elect_leaders.hpp>
#include <kwire/protocol/messages/list_partition_reassignments.hpp>
#include <kwire/protocol/messages/offset_for_leader_epoch.hpp>

namespace kwire::inline v0 {
std::span<const api> topics_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<create_topics_request>(),
        detail::entry<delete_topics_request>(),
        detail::entry<create_partitions_request>(),
        detail::entry<delete_records_request>(),
        detail::entry<offset_for_leader_epoch_request>(),
        detail::entry<describe_topic_partitions_request>(),
        detail::entry<elect_leaders_request>(),
        detail::entry<alter_partition_reassignments_request>(),
        detail::entry<list_partition_reassignments_request>(),
    };
    return list;
}
}  // namespace kwire
