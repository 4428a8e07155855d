// SPDX-License-Identifier: Apache-2.0
// Numbers of variable length: seven bits a byte, the low ones first, the high bit says that more follow.
//
// Plain (uvarint) for compact lengths and tags; zigzag (varint, varlong) inside of record batches. Readers return the
// place behind the number, or null where the bytes end inside of it or it has more bits than its type.
// Source: KIP-482, KIP-98; ByteUtils.java of Apache Kafka.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace kwire::inline v0 {
template <std::unsigned_integral U> constexpr std::size_t unsigned_varint_size(U v) noexcept {
    return (static_cast<std::size_t>(std::bit_width(static_cast<U>(v | 1))) + 6) / 7;
}
template <std::unsigned_integral U> std::byte* put_unsigned_varint(std::byte* p, U v) noexcept {
    for (; v >= 0x80; v >>= 7) *p++ = static_cast<std::byte>(v | 0x80);
    *p++ = static_cast<std::byte>(v);
    return p;
}
template <std::unsigned_integral U> const std::byte* get_unsigned_varint(const std::byte* p, const std::byte* end, U& v) noexcept {
    if (p != end && *p < std::byte{0x80}) [[likely]] return v = std::to_integer<U>(*p), p + 1;
    constexpr int bits = sizeof(U) * 8;
    U value = 0;
    for (int shift = 0; shift < bits; shift += 7) {
        if (p == end) return nullptr;
        const U b = std::to_integer<U>(*p++);
        value |= static_cast<U>((b & 0x7f) << shift);
        if (b < 0x80) return v = value, p;
    }
    return nullptr;
}

constexpr std::size_t uvarint_size(std::uint32_t v) noexcept { return unsigned_varint_size(v); }
inline std::byte* put_uvarint(std::byte* p, std::uint32_t v) noexcept { return put_unsigned_varint(p, v); }
inline const std::byte* get_uvarint(const std::byte* p, const std::byte* end, std::uint32_t& v) noexcept {
    return get_unsigned_varint(p, end, v);
}

constexpr std::uint32_t zigzag(std::int32_t v) noexcept { return (static_cast<std::uint32_t>(v) << 1) ^ static_cast<std::uint32_t>(v >> 31); }
constexpr std::uint64_t zigzag(std::int64_t v) noexcept { return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63); }
constexpr std::int32_t unzigzag(std::uint32_t v) noexcept { return static_cast<std::int32_t>((v >> 1) ^ (0 - (v & 1))); }
constexpr std::int64_t unzigzag(std::uint64_t v) noexcept { return static_cast<std::int64_t>((v >> 1) ^ (0 - (v & 1))); }

/// Zigzag numbers of 32 bits (varint) and 64 bits (varlong), by the type of `v`.
template <std::signed_integral Number> constexpr std::size_t varint_size(Number v) noexcept { return unsigned_varint_size(zigzag(v)); }
template <std::signed_integral Number> std::byte* put_varint(std::byte* p, Number v) noexcept { return put_unsigned_varint(p, zigzag(v)); }
template <std::signed_integral Number> const std::byte* get_varint(const std::byte* p, const std::byte* end, Number& v) noexcept {
    std::make_unsigned_t<Number> raw = 0;
    p = get_unsigned_varint(p, end, raw);
    v = unzigzag(raw);
    return p;
}
}  // namespace kwire
