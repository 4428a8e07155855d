// SPDX-License-Identifier: Apache-2.0
// Each codec: the first byte says which, and whether the rest is to be expanded or to be compressed and expanded again.
#include "fuzz.hpp"

#include <kwire/protocol/compression.hpp>

#include <algorithm>
#include <vector>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kwire;
    constexpr std::size_t cap = 1024 * 1024;
    if (size == 0) return 0;
    const auto kind = static_cast<codec>(data[0] % 4 + 1);
    const int magic = data[0] >> 4 & 3;
    const auto in = fuzz::input(data + 1, size - 1);
    decompressor expander(cap);
    buffer room;
    if ((data[0] & 0x80) != 0) {
        static_cast<void>(expander.expand(kind, in, room, magic));
        fuzz::must(room.capacity() <= cap, "nothing takes more than the cap");
        return 0;
    }
    compressor coder(kind);
    std::vector<std::byte> out(coder.bound(in.size()));
    const auto length = coder.compress(in, out);
    if (!length) return 0;  // not in this build
    fuzz::must(*length > 0, "the bound suffices");
    const auto back = expander.expand(kind, bytes(out).first(*length), room);
    fuzz::must(back.has_value() && std::ranges::equal(bytes(room), in), "what was compressed expands to the same");
    return 0;
}
