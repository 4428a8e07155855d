// SPDX-License-Identifier: Apache-2.0
// Kafka's uuid: sixteen bytes, written as base64url without padding.
// Source: Uuid.java of Apache Kafka; KIP-516 (topic ids).
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kwire::inline v0 {
struct uuid {
    std::array<std::byte, 16> raw{};

    bool is_zero() const noexcept { return *this == uuid{}; }
    friend bool operator==(const uuid&, const uuid&) = default;
    friend auto operator<=>(const uuid&, const uuid&) = default;
};

/// Twenty-two characters of base64url, as Kafka prints it.
std::string to_string(const uuid& id);
/// Null unless `text` is a uuid in Kafka's spelling.
std::optional<uuid> parse_uuid(std::string_view text);
}  // namespace kwire

template <> struct std::hash<kwire::uuid> {
    std::size_t operator()(const kwire::uuid& id) const noexcept {
        return std::hash<std::string_view>{}({reinterpret_cast<const char*>(id.raw.data()), id.raw.size()});
    }
};
