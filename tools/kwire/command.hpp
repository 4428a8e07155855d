// SPDX-License-Identifier: Apache-2.0
// The command line as a whole: finds the verb, reads its options, runs it.
#pragma once

#include <span>

namespace kwire::tool {
/// `words` without the program's name. Returns the exit status. Ignores SIGPIPE and sets the locale's character set.
int run_command(std::span<const char* const> words);
}  // namespace kwire::tool
