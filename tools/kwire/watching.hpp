// SPDX-License-Identifier: Apache-2.0
// What the verbs tell of the client's doings, on stderr: warnings always, connections with -v, everything with --trace.
//
// --trace has one line for each event: a sign, the local time, what happened.
//     * about connections and metadata     > a request is handed to the socket     < its answer is read
//     = the answer is understood           ! something failed
#pragma once

#include "output.hpp"
#include "settings.hpp"

#include <kwire/client/observer.hpp>

#include <memory>

namespace kwire::tool {
/// Both must outlive it.
std::shared_ptr<client_observer> make_watch(const talk& say, const settings& set);
}  // namespace kwire::tool
