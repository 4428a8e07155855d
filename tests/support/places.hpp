// SPDX-License-Identifier: Apache-2.0
// Where the tests find things: the source tree, the build and its programs.
#pragma once

#include <filesystem>
#include <string_view>

namespace kwire::support {
// In a file of their own, so that what a test compiles to does not depend on where the project lies.
std::filesystem::path source_dir();
std::filesystem::path binary_dir();
/// tests/data/NAME, e.g. data("vectors/messages.tsv").
inline std::filesystem::path data(std::string_view name) { return source_dir() / "tests/data" / name; }
/// A program of this build, e.g. program("kwire").
inline std::filesystem::path program(std::string_view name) { return binary_dir() / "bin" / name; }
}  // namespace kwire::support
