// SPDX-License-Identifier: Apache-2.0
// Groups of Kafka Streams.
#include "entry.hpp"

#include <kwire/protocol/messages/streams_group_describe.hpp>
#include <kwire/protocol/messages/streams_group_heartbeat.hpp>

namespace kwire::inline v0 {
std::span<const api> streams_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<streams_group_heartbeat_request>(),
        detail::entry<streams_group_describe_request>(),
    };
    return list;
}
}  // namespace kwire
