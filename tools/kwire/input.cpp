// SPDX-License-Identifier: Apache-2.0
#include "input.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace kwire::tool {
error system_error(std::string what) { return error(std::error_code(errno, std::generic_category()), std::move(what)); }

result<std::string> read_file(const std::string& path) {
    const auto failed = [&](std::errc why) { return error(std::make_error_code(why), path); };
    std::error_code unknown;  // what only may be a path can be longer than one
    if (std::filesystem::is_directory(path, unknown)) return failed(std::errc::is_a_directory);
    std::ifstream in(path, std::ios::binary);
    if (!in) return failed(std::errc::no_such_file_or_directory);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) return failed(std::errc::io_error);
    return std::move(content).str();
}
}  // namespace kwire::tool
