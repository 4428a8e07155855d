// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/version.hpp>

#include <gtest/gtest.h>

#include <string>

namespace kwire::version_test {
TEST(Version, OfTheHeadersIsThatOfTheLibrary) {
    std::string numbers = std::to_string(version_major);
    numbers += "." + std::to_string(version_minor);
    numbers += "." + std::to_string(version_patch);
    EXPECT_EQ(numbers, KWIRE_VERSION);
    EXPECT_EQ(version(), KWIRE_VERSION);
    EXPECT_EQ(KWIRE_VERSION_NUMBER, version_major * 10000 + version_minor * 100 + version_patch);
}
}  // namespace kwire::version_test
