// SPDX-License-Identifier: Apache-2.0
// Several observers as one.
#pragma once

#include <kwire/client/log.hpp>
#include <kwire/client/observer.hpp>

#include <memory>

namespace kwire::inline v0 {
/// Writes to the sink what an observer sees. Null if the sink writes nowhere.
std::shared_ptr<client_observer> make_log_observer(const log_sink& to);

/// Both, the first one first; the other if one is null, null if both are.
std::shared_ptr<client_observer> both(std::shared_ptr<client_observer> one, std::shared_ptr<client_observer> other);
}  // namespace kwire
