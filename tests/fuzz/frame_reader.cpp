// SPDX-License-Identifier: Apache-2.0
// The frame reader: the first byte says in which pieces the stream arrives; however it comes, the same frames come out.
#include "fuzz.hpp"

#include <kwire/net/frame_reader.hpp>

#include <algorithm>

namespace {
using namespace kwire;
constexpr std::size_t limit = 64 * 1024;

struct outcome {
    std::string frames, refused;
    std::size_t unfinished = 0;
    bool operator==(const outcome&) const = default;
};

// Hands over at most `step` bytes a time, and at `first` bytes from the start one piece of another size.
outcome read_all(bytes stream, std::size_t first, std::size_t step) {
    frame_reader reader(nullptr, limit);
    outcome out;
    for (std::size_t received = 0; received < stream.size();) {
        const auto space = reader.space();
        fuzz::must(!space.empty(), "there is always room for more");
        const auto n = std::min({space.size(), stream.size() - received, received == 0 && first > 0 ? first : step});
        std::memcpy(space.data(), stream.data() + received, n);
        reader.received(n);
        received += n;
        fuzz::must(reader.allocated() <= 64 * 1024 + 2 * received, "memory grows with what arrives");
        for (;;) {
            auto next = reader.next();
            if (!next) return out.refused = next.error().message(), out;
            if (!*next) break;
            out.frames += std::to_string((**next)->size()) + ':';
            out.frames += as_text(***next);
        }
    }
    out.unfinished = reader.unfinished();
    return out;
}
}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto stream = fuzz::input(data + 1, size - 1);
    const auto at_once = read_all(stream, 0, stream.size());
    fuzz::must(read_all(stream, 0, data[0] % 8 + 1) == at_once, "small pieces give the same frames");
    fuzz::must(read_all(stream, data[0] * stream.size() / 256, stream.size()) == at_once, "two pieces give the same frames");
    return 0;
}
