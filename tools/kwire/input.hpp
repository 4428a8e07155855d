// SPDX-License-Identifier: Apache-2.0
// What the command reads.
#pragma once

#include <kwire/protocol/error.hpp>

#include <string>

namespace kwire::tool {
/// Of what errno says, by now.
error system_error(std::string what);
/// A whole file. Errors, within its path: no_such_file_or_directory also for one that cannot be opened, is_a_directory, io_error.
result<std::string> read_file(const std::string& path);
}  // namespace kwire::tool
