// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/varint.hpp>

#include <limits>

namespace kwire::inline v0::detail {
template <class U> long_uvarint<U> get_long_uvarint(const std::byte* p, const std::byte* end) noexcept {
    constexpr int bits = std::numeric_limits<U>::digits;
    U value = 0;
    for (int shift = 0; p != end && shift < bits; shift += 7) {
        const U part = std::to_integer<U>(*p) & 0x7f;
        // A length that lost bits is worse than an error, and no sane peer writes one.
        if (bits - shift < 7 && (part >> (bits - shift)) != 0) break;
        value |= part << shift;
        if (*p++ < std::byte{0x80}) return {p, value};
    }
    return {nullptr, 0};
}
template long_uvarint<std::uint32_t> get_long_uvarint(const std::byte*, const std::byte*) noexcept;
template long_uvarint<std::uint64_t> get_long_uvarint(const std::byte*, const std::byte*) noexcept;
}  // namespace kwire
