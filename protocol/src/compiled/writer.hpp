// SPDX-License-Identifier: Apache-2.0
// Size and encoding, compiled for one message: one writer over two sinks, one that counts and one that stores, so that size
// and bytes cannot disagree.
#pragma once

#include "../sinks.hpp"
#include "rows.hpp"

#include <kwire/protocol/codec.hpp>

namespace kwire::inline v0 {
namespace compiled {
using sinks::memory;
using sinks::tally;

// All of them, without a branch for each.
template <class... Bool> [[gnu::always_inline]] constexpr bool all_hold(Bool... b) { return (1u & ... & static_cast<unsigned>(b)) != 0; }

// Is `v` as in a new object? Without branches where there are only numbers.
template <class T> [[gnu::always_inline]] inline bool is_unset(const T& v, const T& unset) {
    if constexpr (structure<T>) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return all_hold(v.unknown_tagged_fields.empty(), is_unset(v.*nth_field<T, I>::value.member, unset.*nth_field<T, I>::value.member)...);
        }
        (field_indices<T>{});
    } else if constexpr (is_vector<T>) return v.empty();  // a new one is empty
    else if constexpr (is_optional<T>) return v.has_value() == unset.has_value() && (!v || is_unset(*v, *unset));
    else if constexpr (std::is_same_v<T, bytes>) return std::ranges::equal(v, unset);
    else if constexpr (std::is_same_v<T, records>) return std::ranges::equal(v.data, unset.data);
    else return v == unset;
}

template <message M, class Sink, bool Flexible> struct writer {
    using at = typename Sink::at;
    static constexpr versions half = half_of<M, Flexible>;
    std::int16_t version;
    at begin;
    std::vector<gap>* gaps;

    template <bool Short> [[gnu::always_inline]] static at length(at p, std::size_t n) {
        if constexpr (Flexible) return Sink::uvarint(p, static_cast<std::uint32_t>(n + 1));
        else if constexpr (Short) return Sink::number(p, static_cast<std::int16_t>(n));
        else return Sink::number(p, static_cast<std::int32_t>(n));
    }
    [[gnu::always_inline]] at record_data(at p, bytes data) const {
        p = length<false>(p, data.size());
        if (!gaps) return Sink::raw(p, data.data(), data.size());
        if constexpr (std::is_same_v<Sink, memory>) gaps->push_back({static_cast<std::size_t>(p - begin), data});
        return p;
    }
    template <class T> [[gnu::always_inline]] at value(at p, const T& v) const {
        if constexpr (structure<T>) return all(p, v);
        else if constexpr (std::is_same_v<T, bool>) return Sink::number(p, static_cast<std::int8_t>(v));
        else if constexpr (wire_number<T>) return Sink::number(p, v);
        else if constexpr (std::is_same_v<T, uuid>) return Sink::raw(p, v.raw.data(), v.raw.size());
        else if constexpr (std::is_same_v<T, std::string_view>) return Sink::raw(length<true>(p, v.size()), v.data(), v.size());
        else if constexpr (std::is_same_v<T, bytes>) return Sink::raw(length<false>(p, v.size()), v.data(), v.size());
        else if constexpr (std::is_same_v<T, records>) return record_data(p, v.data);
        else if constexpr (is_vector<T>) return array(length<false>(p, v.size()), v);
        else if constexpr (is_optional<T>) {
            using inner = typename T::value_type;
            if constexpr (structure<inner>) return v ? all(Sink::number(p, std::int8_t{1}), *v) : Sink::number(p, std::int8_t{-1});
            else return v ? value(p, *v) : length<std::is_same_v<inner, std::string_view>>(p, static_cast<std::size_t>(-1));
        } else static_assert(!sizeof(T), "no wire form for this type");
    }
    template <class E> [[gnu::always_inline]] at array(at p, const std::vector<E>& v) const {
        if constexpr (std::is_same_v<Sink, tally> && width<E>() > 0) return p + v.size() * width<E>();
        else {
            for (const auto& e : v) p = value(p, e);
            return p;
        }
    }
    template <structure S> [[gnu::always_inline]] at all(at p, const S& m) const {
        p = rows<0>(p, m);
        if constexpr (!Flexible) return p;
        else if (no_tags(m)) [[likely]] return Sink::uvarint(p, 0);
        else return tags(*this, p, m);
    }
    template <std::size_t I, structure S> [[gnu::always_inline]] at rows(at p, const S& m) const {
        if constexpr (I == row_count<S>) return p;
        else {
            constexpr auto f = nth_field<S, I>::value;
            if constexpr (f.tag < 0) {
                if (holds<half, f.present>(version)) p = value(p, m.*f.member);
            }
            return rows<I + 1>(p, m);
        }
    }

    // Is every tagged field at its default? False also where one is not that this version lacks.
    template <structure S> [[gnu::always_inline]] static bool no_tags(const S& m) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) { return all_hold(m.unknown_tagged_fields.empty(), default_if_tagged<I>(m)...); }
        (field_indices<S>{});
    }
    template <std::size_t I, structure S> [[gnu::always_inline]] static bool default_if_tagged(const S& m) {
        constexpr auto f = nth_field<S, I>::value;
        if constexpr (f.tag < 0) return true;
        else return is_unset(m.*f.member, unset_object<S>.*f.member);
    }
    template <std::size_t I, structure S> bool carried(const S& m) const {
        constexpr auto f = nth_field<S, I>::value;
        if constexpr (f.tag < 0) return false;
        else return holds<half, f.present>(version) && !is_unset(m.*f.member, unset_object<S>.*f.member);
    }
    // A tag buffer that may hold something: known and unknown fields by ascending tag.
    template <structure S> [[gnu::noinline]] static at tags(writer w, at p, const S& m) {
        auto others = m.unknown_tagged_fields.list();
        auto count = static_cast<std::uint32_t>(others.size());
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            ((count += w.template carried<I>(m)), ...);
            p = Sink::uvarint(p, count);
            ((p = w.template tagged<I>(p, m, others)), ...);
        }
        (field_indices<S>{});
        return unknown_below(p, UINT32_MAX, others);
    }
    static at unknown_below(at p, std::uint32_t tag, std::span<const unknown_tag>& others) {
        for (; !others.empty() && others.front().tag < tag; others = others.subspan(1)) {
            p = Sink::uvarint(Sink::uvarint(p, others.front().tag), static_cast<std::uint32_t>(others.front().data.size()));
            p = Sink::raw(p, others.front().data.data(), others.front().data.size());
        }
        return p;
    }
    template <std::size_t I, structure S> at tagged(at p, const S& m, std::span<const unknown_tag>& others) const {
        constexpr auto f = nth_field<S, I>::value;
        if constexpr (f.tag >= 0) {
            if (!carried<I>(m)) return p;
            p = unknown_below(p, static_cast<std::uint32_t>(f.tag), others);
            const auto size = writer<M, tally, true>{version, 0, nullptr}.value(std::size_t{0}, m.*f.member);
            p = Sink::uvarint(Sink::uvarint(p, static_cast<std::uint32_t>(f.tag)), static_cast<std::uint32_t>(size));
            p = value(p, m.*f.member);
        }
        return p;
    }
};
}  // namespace compiled
}  // namespace kwire
