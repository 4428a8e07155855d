// SPDX-License-Identifier: Apache-2.0
// What a failure to get a connection going probably means, in words that a newcomer understands.
#pragma once

#include <kwire/protocol/error.hpp>

namespace kwire::inline v0 {
/// The stream could not be connected.
error explain_connect(error why);
/// The peer ended the connection before it answered anything.
error explain_early_end(error why);
/// The time for opening passed; `connected`: while waiting for the first answers.
error explain_slow_start(bool connected);
}  // namespace kwire
