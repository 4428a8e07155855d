// SPDX-License-Identifier: Apache-2.0
// Numbers of variable length: seven bits a byte, the low ones first, the high bit says that more follow.
//
// Plain (uvarint) for compact lengths and tags; zigzag (varint: 0, -1, 1, -2 become 0, 1, 2, 3) inside of record batches.
// Both by the type of `v`, of 32 or 64 bits. Writers do not check for room: five bytes hold every number of 32 bits, ten
// every one of 64. Readers return the place behind the number, or null where the bytes end inside of it or it has more
// bits than its type (Kafka drops those); padding with zeros is read as by Kafka.
// Source: KIP-482, KIP-98; ByteUtils.java of Apache Kafka.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace kwire::inline v0 {
template <std::unsigned_integral U> constexpr std::size_t uvarint_size(U v) noexcept {
    return (static_cast<std::size_t>(std::bit_width(static_cast<U>(v | 1))) * 9 + 64) / 64;  // a seventh, without dividing
}
template <std::unsigned_integral U> std::byte* put_uvarint(std::byte* p, U v) noexcept {
    for (; v >= 0x80; v = static_cast<U>(v >> 7)) *p++ = static_cast<std::byte>(v | 0x80);
    *p++ = static_cast<std::byte>(v);
    return p;
}

namespace detail {
template <class U> struct long_uvarint {
    const std::byte* end;  // null: refused
    U value;
};
// The general case, and every refusal. Returned by value, in two registers: the caller's variable need not be in memory.
template <class U> long_uvarint<U> get_long_uvarint(const std::byte* p, const std::byte* end) noexcept;
extern template long_uvarint<std::uint32_t> get_long_uvarint(const std::byte*, const std::byte*) noexcept;
extern template long_uvarint<std::uint64_t> get_long_uvarint(const std::byte*, const std::byte*) noexcept;
}  // namespace detail

/// U is std::uint32_t or std::uint64_t.
template <std::unsigned_integral U>
[[gnu::always_inline]] inline const std::byte* get_uvarint(const std::byte* p, const std::byte* end, U& v) noexcept {
    // One and two bytes are nearly all there is: lengths below 8 KiB, counts, deltas.
    if (end - p >= 2) [[likely]] {
        const U first = std::to_integer<U>(p[0]), second = std::to_integer<U>(p[1]);
        if (first < 0x80) return v = first, p + 1;
        if (second < 0x80) return v = static_cast<U>((first & 0x7f) | second << 7), p + 2;
    }
    const auto read = detail::get_long_uvarint<U>(p, end);
    return v = read.value, read.end;
}

constexpr std::uint32_t zigzag(std::int32_t v) noexcept { return (static_cast<std::uint32_t>(v) << 1) ^ static_cast<std::uint32_t>(v >> 31); }
constexpr std::uint64_t zigzag(std::int64_t v) noexcept { return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63); }
constexpr std::int32_t unzigzag(std::uint32_t v) noexcept { return static_cast<std::int32_t>((v >> 1) ^ (0 - (v & 1))); }
constexpr std::int64_t unzigzag(std::uint64_t v) noexcept { return static_cast<std::int64_t>((v >> 1) ^ (0 - (v & 1))); }

template <std::signed_integral Number> constexpr std::size_t varint_size(Number v) noexcept { return uvarint_size(zigzag(v)); }
template <std::signed_integral Number> std::byte* put_varint(std::byte* p, Number v) noexcept { return put_uvarint(p, zigzag(v)); }
/// Number is std::int32_t (Kafka's varint) or std::int64_t (varlong).
template <std::signed_integral Number>
[[gnu::always_inline]] inline const std::byte* get_varint(const std::byte* p, const std::byte* end, Number& v) noexcept {
    std::make_unsigned_t<Number> raw = 0;
    p = get_uvarint(p, end, raw);
    v = unzigzag(raw);
    return p;
}
}  // namespace kwire
