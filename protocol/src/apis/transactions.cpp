// SPDX-License-Identifier: Apache-2.0
// Transactions: taking part, ending, and looking at them.
#include "entry.hpp"

#include <kwire/protocol/messages/add_offsets_to_txn.hpp>
#include <kwire/protocol/messages/add_partitions_to_txn.hpp>
#include <kwire/protocol/messages/describe_producers.hpp>
#include <kwire/protocol/messages/describe_transactions.hpp>
#include <kwire/protocol/messages/end_txn.hpp>
#include <kwire/protocol/messages/list_transactions.hpp>
#include <kwire/protocol/messages/txn_offset_commit.hpp>
#include <kwire/protocol/messages/write_txn_markers.hpp>

namespace kwire::inline v0 {
std::span<const api> transactions_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<add_partitions_to_txn_request>(), detail::entry<add_offsets_to_txn_request>(),
        detail::entry<txn_offset_commit_request>(),     detail::entry<end_txn_request>(),
        detail::entry<write_txn_markers_request>(),     detail::entry<describe_transactions_request>(),
        detail::entry<list_transactions_request>(),     detail::entry<describe_producers_request>(),
    };
    return list;
}
}  // namespace kwire
