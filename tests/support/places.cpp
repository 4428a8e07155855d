// SPDX-License-Identifier: Apache-2.0
#include "places.hpp"

namespace kwire::support {
std::filesystem::path source_dir() { return KWIRE_SOURCE_DIR; }
std::filesystem::path binary_dir() { return KWIRE_BINARY_DIR; }
}  // namespace kwire::support
