// SPDX-License-Identifier: Apache-2.0
// What a failure to get a connection going probably means, in words that a newcomer understands.
#pragma once

#include <kwire/protocol/error.hpp>

#include <chrono>

namespace kwire::inline v0 {
/// The same story with a code that compares with std::errc, or is ours: Asio's categories do not map to the standard's, and
/// whether a retry can help is asked of the code.
error in_standard_codes(error why);
/// The stream could not be connected.
error explain_connect(error why);
/// A connection that was in use ended; `within_answer`: part of an answer had come.
error explain_end(error why, bool within_answer);
/// A connection on which nobody said who we are ended where its first answer was due.
error explain_unasked_end(error why, bool tls);
/// Closed by us: nothing was asked on it for so long.
error explain_idle(std::chrono::milliseconds limit);
/// The peer ended the connection before it answered anything.
error explain_early_end(error why, bool tls);
enum class opening { connect, versions, authentication };
/// The time for opening passed while it was at this.
error explain_slow_start(opening stage, bool tls);
}  // namespace kwire
