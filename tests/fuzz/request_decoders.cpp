// SPDX-License-Identifier: Apache-2.0
// Request bodies: whatever decodes can be printed, and an error says where it is.
#include "messages.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kwire;
    auto b = fuzz::body_of(fuzz::input(data, size), true);
    if (!b) return 0;
    const auto taken = interpreter::decode(*b->of, b->message.object(), b->rest, b->version);
    if (taken) {
        std::string json;
        interpreter::to_json(*b->of, b->message.object(), b->version, json);
        fuzz::must(json.front() == '{' && json.back() == '}', "JSON is one object");
    } else {
        fuzz::must(taken.error().context().find("at offset ") != std::string::npos, "an error names the offset");
    }
    return 0;
}
