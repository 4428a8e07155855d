// SPDX-License-Identifier: Apache-2.0
// What travels inside of bytes fields and control records.
#include "entry.hpp"

#include <kwire/protocol/messages/consumer_protocol.hpp>
#include <kwire/protocol/messages/control_records.hpp>
#include <kwire/protocol/messages/default_principal_data.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
template <message M> constexpr data_message data_entry() { return {M::name, shape_of<M>, detail::make_any<M>}; }
}  // namespace

std::span<const data_message> data_messages() noexcept {
    static constexpr data_message list[] = {
        data_entry<consumer_protocol_subscription>(),
        data_entry<consumer_protocol_assignment>(),
        data_entry<default_principal_data>(),
        data_entry<control_record_type_schema>(),
        data_entry<end_txn_marker>(),
        data_entry<leader_change_message>(),
        data_entry<snapshot_header_record>(),
        data_entry<snapshot_footer_record>(),
        data_entry<k_raft_version_record>(),
        data_entry<voters_record>(),
    };
    return list;
}

const data_message* find_data_message(std::string_view name) noexcept {
    const auto all = data_messages();
    const auto found = std::ranges::find_if(all, [&](const data_message& m) { return detail::same_name(m.name, name); });
    return found != all.end() ? &*found : nullptr;
}
}  // namespace kwire
