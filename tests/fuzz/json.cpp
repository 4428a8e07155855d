// SPDX-License-Identifier: Apache-2.0
// JSON as a message: what is taken is printed, and what was printed is taken again and prints the same.
#include "messages.hpp"

#include <kwire/protocol/from_json.hpp>

namespace {
// The message that the first bytes of the input choose, read from `text`; empty if that is refused.
std::string printed(kwire::bytes choice, std::string_view text) {
    using namespace kwire;
    auto b = fuzz::body_of(choice, true);
    json_memory memory;
    json_reader in(text);
    const auto done = interpreter::from_json(*b->of, b->message.object(), b->version, in, memory);
    if (!done || !in.finish()) return {};
    fuzz::encoded(*b->of, b->message.object(), b->version);
    std::string out;
    interpreter::to_json(*b->of, b->message.object(), b->version, out);
    return out;
}
}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kwire;
    if (size < 2) return 0;
    const auto choice = fuzz::input(data, 2);
    const auto once = printed(choice, as_text(fuzz::input(data + 2, size - 2)));
    if (once.empty() || once.size() > 8192) return 0;  // a long string may not fit once its bytes are repaired
    fuzz::must(printed(choice, once) == once, "what was printed is taken and prints the same");
    return 0;
}
