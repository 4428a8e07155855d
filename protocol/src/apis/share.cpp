// SPDX-License-Identifier: Apache-2.0
// Share groups: membership, records, and the state that is kept of them.
#include "entry.hpp"

#include <kwire/protocol/messages/alter_share_group_offsets.hpp>
#include <kwire/protocol/messages/delete_share_group_offsets.hpp>
#include <kwire/protocol/messages/delete_share_group_state.hpp>
#include <kwire/protocol/messages/describe_share_group_offsets.hpp>
#include <kwire/protocol/messages/initialize_share_group_state.hpp>
#include <kwire/protocol/messages/read_share_group_state.hpp>
#include <kwire/protocol/messages/read_share_group_state_summary.hpp>
#include <kwire/protocol/messages/share_acknowledge.hpp>
#include <kwire/protocol/messages/share_fetch.hpp>
#include <kwire/protocol/messages/share_group_describe.hpp>
#include <kwire/protocol/messages/share_group_heartbeat.hpp>
#include <kwire/protocol/messages/write_share_group_state.hpp>

namespace kwire::inline v0 {
std::span<const api> share_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<share_group_heartbeat_request>(),
        detail::entry<share_group_describe_request>(),
        detail::entry<share_fetch_request>(),
        detail::entry<share_acknowledge_request>(),
        detail::entry<describe_share_group_offsets_request>(),
        detail::entry<alter_share_group_offsets_request>(),
        detail::entry<delete_share_group_offsets_request>(),
        detail::entry<initialize_share_group_state_request>(),
        detail::entry<read_share_group_state_request>(),
        detail::entry<write_share_group_state_request>(),
        detail::entry<delete_share_group_state_request>(),
        detail::entry<read_share_group_state_summary_request>(),
    };
    return list;
}
}  // namespace kwire
