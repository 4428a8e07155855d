// SPDX-License-Identifier: Apache-2.0
// Topics and partitions: made, removed, described.
#include "entry.hpp"

#include <kwire/protocol/messages/create_topics.hpp>
#include <kwire/protocol/messages/delete_topics.hpp>
#include <kwire/protocol/messages/offset_for_leader_epoch.hpp>

namespace kwire::inline v0 {
std::span<const api> topics_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<create_topics_request>(),
        detail::entry<delete_topics_request>(),
        detail::entry<offset_for_leader_epoch_request>(),
    };
    return list;
}
}  // namespace kwire
