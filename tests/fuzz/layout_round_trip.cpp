// SPDX-License-Identifier: Apache-2.0
// Decode, encode, decode: what was taken comes out again byte for byte, and check() has nothing against it.
#include "messages.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kwire;
    if (size < 1) return 0;
    auto b = fuzz::body_of(fuzz::input(data + 1, size - 1), data[0] % 2 == 0);
    if (!b) return 0;
    const auto taken = interpreter::decode(*b->of, b->message.object(), b->rest, b->version);
    if (!taken) return 0;
    fuzz::must(interpreter::check(*b->of, b->message.object(), b->version).has_value(), "what was decoded can be sent");
    const auto once = fuzz::encoded(*b->of, b->message.object(), b->version);
    auto again = fuzz::body_of(fuzz::input(data + 1, size - 1), data[0] % 2 == 0);
    const auto taken_again = interpreter::decode(*b->of, again->message.object(), as_bytes(once), b->version);
    fuzz::must(taken_again && *taken_again == once.size(), "what was encoded decodes");
    fuzz::must(fuzz::encoded(*b->of, again->message.object(), b->version) == once, "encoding again gives the same bytes");
    return 0;
}
