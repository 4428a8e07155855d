// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/version.hpp>

namespace kwire::inline v0 {
std::string_view version() noexcept { return KWIRE_VERSION; }
}  // namespace kwire
