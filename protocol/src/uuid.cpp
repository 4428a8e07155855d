// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/uuid.hpp>

#include <kwire/protocol/base64.hpp>

namespace kwire::inline v0 {
std::string to_string(const uuid& id) {
    std::string text;
    append_base64(text, id.raw, base64_alphabet::url);
    return text;
}

std::optional<uuid> parse_uuid(std::string_view text) {
    const auto raw = decode_base64(text, base64_alphabet::url);
    if (!raw || raw->size() != 16) return std::nullopt;
    uuid id;
    std::memcpy(id.raw.data(), raw->data(), 16);
    return id;
}
}  // namespace kwire
