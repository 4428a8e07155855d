// SPDX-License-Identifier: Apache-2.0
// Kafka's numbers: big-endian integers of one to eight bytes, read and written where they lie.
// Source: https://kafka.apache.org/protocol#protocol_types
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace kwire::inline v0 {
template <class T>
concept wire_number = (std::is_integral_v<T> || std::is_enum_v<T> || std::is_same_v<T, double>)&&!std::is_same_v<T, bool>;

namespace detail {
constexpr std::uint8_t swapped(std::uint8_t v) noexcept { return v; }
constexpr std::uint16_t swapped(std::uint16_t v) noexcept { return static_cast<std::uint16_t>((v << 8) | (v >> 8)); }
constexpr std::uint32_t swapped(std::uint32_t v) noexcept { return (v << 24) | ((v & 0xff00u) << 8) | ((v >> 8) & 0xff00u) | (v >> 24); }
constexpr std::uint64_t swapped(std::uint64_t v) noexcept {
    return (std::uint64_t{swapped(static_cast<std::uint32_t>(v))} << 32) | swapped(static_cast<std::uint32_t>(v >> 32));
}
template <std::size_t Size> struct unsigned_of;
template <> struct unsigned_of<1> { using type = std::uint8_t; };
template <> struct unsigned_of<2> { using type = std::uint16_t; };
template <> struct unsigned_of<4> { using type = std::uint32_t; };
template <> struct unsigned_of<8> { using type = std::uint64_t; };
}  // namespace detail

/// The number whose big-endian form begins at `p`; the caller has checked that it is there.
template <wire_number T> T load(const std::byte* p) noexcept {
    typename detail::unsigned_of<sizeof(T)>::type raw;
    std::memcpy(&raw, p, sizeof raw);
    if constexpr (std::endian::native == std::endian::little) raw = detail::swapped(raw);
    return std::bit_cast<T>(raw);
}

/// Writes `value` at `p`; returns the place behind it.
template <wire_number T> std::byte* store(std::byte* p, T value) noexcept {
    auto raw = std::bit_cast<typename detail::unsigned_of<sizeof(T)>::type>(value);
    if constexpr (std::endian::native == std::endian::little) raw = detail::swapped(raw);
    std::memcpy(p, &raw, sizeof raw);
    return p + sizeof raw;
}
}  // namespace kwire
