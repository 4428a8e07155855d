// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/varint.hpp>

#include <limits>

namespace kwire::inline v0 {
namespace {
template <class U> const std::byte* get_long(const std::byte* p, const std::byte* end, U& v) noexcept {
    constexpr int bits = std::numeric_limits<U>::digits;
    U value = 0;
    for (int shift = 0; p != end && shift < bits; shift += 7) {
        const U part = std::to_integer<U>(*p) & 0x7f;
        // A length that lost bits is worse than an error, and no sane peer writes one.
        if (bits - shift < 7 && (part >> (bits - shift)) != 0) return nullptr;
        value |= part << shift;
        if (*p++ < std::byte{0x80}) return v = value, p;
    }
    return nullptr;
}
}  // namespace

const std::byte* detail::get_long_uvarint(const std::byte* p, const std::byte* end, std::uint32_t& v) noexcept {
    return get_long(p, end, v);
}
const std::byte* detail::get_long_uvarint(const std::byte* p, const std::byte* end, std::uint64_t& v) noexcept {
    return get_long(p, end, v);
}
}  // namespace kwire
