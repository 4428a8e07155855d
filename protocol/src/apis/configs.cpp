// SPDX-License-Identifier: Apache-2.0
// Settings and quotas.
#include "entry.hpp"

#include <kwire/protocol/messages/describe_configs.hpp>

namespace kwire::inline v0 {
std::span<const api> configs_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<describe_configs_request>(),
    };
    return list;
}
}  // namespace kwire
