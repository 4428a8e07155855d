// SPDX-License-Identifier: Apache-2.0
// The annotated tree: its leaves have no gap and no overlap, whatever the bytes are, and end where reading ended.
#include "messages.hpp"

#include <kwire/protocol/tree.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kwire;
    if (size < 1) return 0;
    auto b = fuzz::body_of(fuzz::input(data + 1, size - 1), data[0] % 2 == 0);
    if (!b) return 0;
    const auto t = annotate(*b->of, b->message.object(), b->rest, b->version);
    std::size_t at = 0;
    for (const auto& leaf : t.leaves) {
        fuzz::must(leaf.from == at && leaf.to > at, "each leaf begins where the one before it ends");
        fuzz::must(!leaf.path.empty() && !leaf.type.empty() && !leaf.meaning.empty(), "each leaf says what it is");
        at = leaf.to;
    }
    fuzz::must(at <= b->rest.size() && (!t.taken || *t.taken == at), "the leaves cover what was read");
    return 0;
}
