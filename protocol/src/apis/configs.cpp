// SPDX-License-Identifier: Apache-2.0
// Settings and quotas.
#include "entry.hpp"

#include <kwire/protocol/messages/alter_client_quotas.hpp>
#include <kwire/protocol/messages/alter_configs.hpp>
#include <kwire/protocol/messages/describe_client_quotas.hpp>
#include <kwire/protocol/messages/describe_configs.hpp>
#include <kwire/protocol/messages/incremental_alter_configs.hpp>
#include <kwire/protocol/messages/list_config_resources.hpp>

namespace kwire::inline v0 {
std::span<const api> configs_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<describe_configs_request>(),          detail::entry<alter_configs_request>(),
        detail::entry<incremental_alter_configs_request>(), detail::entry<list_config_resources_request>(),
        detail::entry<describe_client_quotas_request>(),    detail::entry<alter_client_quotas_request>(),
    };
    return list;
}
}  // namespace kwire
