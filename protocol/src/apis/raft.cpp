// SPDX-License-Identifier: Apache-2.0
// The quorum of KRaft controllers.
#include "entry.hpp"

#include <kwire/protocol/messages/add_raft_voter.hpp>
#include <kwire/protocol/messages/begin_quorum_epoch.hpp>
#include <kwire/protocol/messages/describe_quorum.hpp>
#include <kwire/protocol/messages/end_quorum_epoch.hpp>
#include <kwire/protocol/messages/fetch_snapshot.hpp>
#include <kwire/protocol/messages/remove_raft_voter.hpp>
#include <kwire/protocol/messages/update_raft_voter.hpp>
#include <kwire/protocol/messages/vote.hpp>

namespace kwire::inline v0 {
std::span<const api> raft_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<vote_request>(),
        detail::entry<begin_quorum_epoch_request>(),
        detail::entry<end_quorum_epoch_request>(),
        detail::entry<describe_quorum_request>(),
        detail::entry<fetch_snapshot_request>(),
        detail::entry<add_raft_voter_request>(),
        detail::entry<remove_raft_voter_request>(),
        detail::entry<update_raft_voter_request>(),
    };
    return list;
}
}  // namespace kwire
