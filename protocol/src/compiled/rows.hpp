// SPDX-License-Identifier: Apache-2.0
// What the compiled reader and writer ask of a layout; all of it is answered while compiling, or by one look into a table.
#pragma once

#include <kwire/protocol/layout.hpp>
#include <kwire/protocol/wire.hpp>

#include <algorithm>
#include <array>

namespace kwire::inline v0 {
namespace compiled {
template <structure S> inline constexpr std::size_t row_count = std::remove_cvref_t<decltype(S::layout)>::count;
template <structure S, std::size_t I> using value_of_row = typename decltype(nth_field<S, I>::value)::value_type;

// The versions of M that are flexible, or those that are not.
template <message M, bool Flexible> inline constexpr versions half_of{
    Flexible ? std::max(M::first_version, M::flexible_since) : M::first_version,
    Flexible ? M::last_version : std::min<std::int16_t>(M::last_version, static_cast<std::int16_t>(M::flexible_since - 1))};

// Is `version`, one of `half`, in `these`? Only bounds that lie within `half` need a look: since(7) is true in versions 9 to 13.
template <versions half, versions these> [[gnu::always_inline]] inline bool holds([[maybe_unused]] std::int16_t version) {
    if constexpr (these.last < half.first || these.first > half.last) return false;
    else return (these.first <= half.first || these.first <= version) && (these.last >= half.last || version <= these.last);
}

// load() for code that is inlined into one large function, in which g++ would leave a call for every swap of eight bytes.
template <wire_number T> [[gnu::always_inline]] inline T number_at(const std::byte* p) {
    if constexpr (sizeof(T) < 8) return load<T>(p);
    else return std::bit_cast<T>(std::uint64_t{load<std::uint32_t>(p)} << 32 | load<std::uint32_t>(p + 4));
}

// Bytes of a value that has the same size whatever it is; 0 where that depends on the value.
template <class T> consteval std::size_t width() {
    if constexpr (std::is_same_v<T, bool>) return 1;
    else if constexpr (wire_number<T>) return sizeof(T);
    else if constexpr (std::is_same_v<T, uuid>) return 16;
    else return 0;
}

template <class T> struct inner_of { using type = T; };
template <class T> struct inner_of<std::optional<T>> { using type = T; };

// The fewest bytes of a value of type T.
template <class T, bool Flexible> constexpr std::size_t least(std::int16_t version) {
    using inner = typename inner_of<T>::type;
    if constexpr (structure<T>) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return ((Flexible ? std::size_t{1} : std::size_t{0}) + ... +
                    (nth_field<T, I>::value.tag < 0 && nth_field<T, I>::value.present.contains(version) ? least<value_of_row<T, I>, Flexible>(version)
                                                                                                        : std::size_t{0}));
        }
        (field_indices<T>{});
    } else if constexpr (width<T>() > 0) return width<T>();
    else if constexpr (Flexible || structure<inner>) return 1;
    else return std::is_same_v<inner, std::string_view> ? 2 : 4;
}
// The same by version, at least 1.
template <message M, class T, bool Flexible> inline constexpr auto least_by_version = [] {
    std::array<std::uint16_t, M::last_version + 1> sizes{};
    [&]<std::size_t... V>(std::index_sequence<V...>) {
        ((sizes[V] = static_cast<std::uint16_t>(std::max<std::size_t>(1, least<T, Flexible>(static_cast<std::int16_t>(V))))), ...);
    }
    (std::make_index_sequence<sizes.size()>{});
    return sizes;
}();

// A run: untagged fields of fixed size that follow one another. The row behind the one that begins at I.
template <structure S, std::size_t I> consteval std::size_t run_end() {
    if constexpr (I == row_count<S>) return I;
    else if constexpr (nth_field<S, I>::value.tag >= 0 || width<value_of_row<S, I>>() > 0) return run_end<S, I + 1>();
    else return I;
}
// Its bytes in `version`.
template <structure S, std::size_t I, std::size_t End, versions half> [[gnu::always_inline]] inline std::size_t run_size(std::int16_t version) {
    if constexpr (I == End) return 0;
    else {
        constexpr auto f = nth_field<S, I>::value;
        const bool there = f.tag < 0 && holds<half, f.present>(version);
        return (there ? width<value_of_row<S, I>>() : 0) + run_size<S, I + 1, End, half>(version);
    }
}
}  // namespace compiled
}  // namespace kwire
