// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/secret.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <new>
#include <vector>

namespace kwire::secret_test {
// What is left of a secret in the memory that held the object itself; short texts live there.
std::string left_behind(void (*use)(secret& s)) {
    alignas(secret) std::byte place[sizeof(secret)];
    auto* s = new (place) secret("canary");
    use(*s);
    s->~secret();
    return {reinterpret_cast<const char*>(place), sizeof place};
}

TEST(Secret, LeavesNothingInItsMemory) {
    EXPECT_EQ(left_behind([](secret&) {}).find("canary"), std::string::npos);
    EXPECT_EQ(left_behind([](secret& s) { const secret other = std::move(s); }).find("canary"), std::string::npos);
    EXPECT_EQ(left_behind([](secret& s) { s = secret("x"); }).find("canary"), std::string::npos);
}

TEST(Secret, WipingReachesWhatAStringHoldsBeyondItsEnd) {
    std::string text(200, 'c');
    const char* const memory = text.data();
    text.resize(3);
    wipe(text);
    EXPECT_TRUE(text.empty());
    ASSERT_EQ(text.data(), memory);
    EXPECT_EQ(std::string(memory, 200), std::string(200, '\0'));
}

TEST(Secret, CanBeCopiedMovedAndRead) {
    secret one("canary");
    const secret copy = one;
    EXPECT_EQ(copy.reveal(), "canary");
    const secret moved = std::move(one);
    EXPECT_EQ(moved.reveal(), "canary");
    EXPECT_TRUE(secret().empty());
    EXPECT_FALSE(moved.empty());
}
}  // namespace kwire::secret_test
