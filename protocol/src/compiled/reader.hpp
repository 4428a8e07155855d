// SPDX-License-Identifier: Apache-2.0
// Decoding, compiled for one message: the walk over its layout, unrolled.
//
// A place in the bytes is passed by value and returned, null for a refusal. Why is not said here: for that the interpreter
// reads the bytes again (codec.hpp). So there is nothing to carry but a few values, and since all but the rare paths is
// inlined, and those get a copy of the reader, they stay in registers. `Flexible` is the only split by version, the version
// itself is a run-time value, asked for where it matters.
#pragma once

#include "rows.hpp"

#include <kwire/protocol/varint.hpp>

namespace kwire::inline v0 {
namespace compiled {
[[gnu::always_inline]] inline void forget(unknown_tags& tags) {
    if (!tags.empty()) [[unlikely]]
        tags.clear();
}
// The value of a new object, in an object that is used again; memory is kept.
template <class T> [[gnu::always_inline]] inline void reset(T& v, const T& unset) {
    if constexpr (structure<T>) {
        [&]<std::size_t... I>(std::index_sequence<I...>) { (reset(v.*nth_field<T, I>::value.member, unset.*nth_field<T, I>::value.member), ...); }
        (field_indices<T>{});
        forget(v.unknown_tagged_fields);
    } else if constexpr (is_vector<T>) v.clear();  // a new one is empty
    else v = unset;
}

template <message M, bool Flexible> struct reader {
    using at = const std::byte*;
    static constexpr versions half = half_of<M, Flexible>;
    at end;
    // Up to here an array may take memory for its elements: those of outer arrays that are still to come keep their share
    // of the bytes (reading.hpp).
    at limit;
    std::int16_t version;

    [[gnu::always_inline]] std::ptrdiff_t left(at p) const { return end - p; }

    // A field of fixed size, which is known to be there.
    template <class T> [[gnu::always_inline]] static at fixed(at p, T& v) {
        if constexpr (std::is_same_v<T, bool>) {
            v = *p == std::byte{1};
            return *p > std::byte{1} ? nullptr : p + 1;
        } else if constexpr (std::is_same_v<T, uuid>) {
            std::memcpy(v.raw.data(), p, 16);
            return p + 16;
        } else {
            v = number_at<T>(p);
            return p + sizeof(T);
        }
    }
    // A length or a count; -1 is null.
    template <bool Short> [[gnu::always_inline]] at length(at p, std::int64_t& n) const {
        using number = std::conditional_t<Short, std::int16_t, std::int32_t>;
        if constexpr (Flexible) {
            std::uint32_t more = 0;
            if (p != end && *p < std::byte{0x80}) [[likely]]
                return n = std::to_integer<std::int64_t>(*p) - 1, p + 1;
            p = get_uvarint(p, end, more);
            n = std::int64_t{more} - 1;
            return n > INT32_MAX ? nullptr : p;
        } else {
            if (left(p) < std::ptrdiff_t{sizeof(number)}) [[unlikely]]
                return nullptr;
            n = load<number>(p);
            return n < -1 ? nullptr : p + sizeof(number);
        }
    }
    // Something of variable size that may be null only if `nullable`.
    template <class T> [[gnu::always_inline]] at value(at p, T& v, bool nullable) {
        if constexpr (width<T>() > 0) return left(p) < std::ptrdiff_t{width<T>()} ? nullptr : fixed(p, v);
        else if constexpr (structure<T>) return all(p, v);
        else {
            using content = typename inner_of<T>::type;
            std::int64_t n = 0;
            if constexpr (structure<content>) {
                if (left(p) < 1) [[unlikely]]
                    return nullptr;
                n = std::int64_t{load<std::int8_t>(p++)};
            } else {
                if (p = length<std::is_same_v<content, std::string_view>>(p, n); !p) [[unlikely]]
                    return nullptr;
            }
            if constexpr (is_optional<T>) {
                if (n < 0) return nullable ? (v.reset(), p) : nullptr;
                if (!v) v.emplace();
                return present(p, n, *v);
            } else {
                return n < 0 ? nullptr : present(p, n, v);
            }
        }
    }
    template <class T> [[gnu::always_inline]] at present(at p, std::int64_t n, T& v) {
        if constexpr (structure<T>) return all(p, v);
        else if constexpr (is_vector<T>) return elements(p, n, v);
        else {
            if (left(p) < n) [[unlikely]]
                return nullptr;
            const bytes view(p, static_cast<std::size_t>(n));
            if constexpr (std::is_same_v<T, std::string_view>) v = as_text(view);
            else if constexpr (std::is_same_v<T, records>) v.data = view;
            else v = view;
            return p + n;
        }
    }
    template <class E> [[gnu::always_inline]] at elements(at p, std::int64_t n, std::vector<E>& v) {
        const std::int64_t each = least_of<E>();
        if (n > 0 && n * each > limit - p) [[unlikely]]
            return nullptr;
        if (v.size() != static_cast<std::size_t>(n)) v.resize(static_cast<std::size_t>(n));  // the question is cheaper than the call
        if constexpr (wire_number<E>) {
            for (E& e : v) e = number_at<E>(p), p += sizeof(E);
            return p;
        } else {
            limit -= n * each;
            for (E& e : v) {
                limit += each;
                if (p = value(p, e, false); !p) [[unlikely]]
                    return nullptr;
            }
            return p;
        }
    }
    template <class E> [[gnu::always_inline]] std::int64_t least_of() const {
        if constexpr (structure<E>) return least_by_version<M, E, Flexible>[static_cast<std::size_t>(version)];
        else return least<E, Flexible>(0);
    }

    template <structure S> [[gnu::always_inline]] at all(at p, S& m) {
        if (p = rows<0, 0>(p, m); !p) [[unlikely]]
            return nullptr;
        forget(m.unknown_tagged_fields);
        if constexpr (!Flexible) return p;
        else if (p != end && *p == std::byte{0}) [[likely]] return p + 1;
        else return tags(*this, p, m);
    }
    // The rows from I on; the bytes of those before Sure are known to be there. A field that this version lacks, or that
    // does not travel, has its default also in an object that is used again.
    template <std::size_t I, std::size_t Sure, structure S> [[gnu::always_inline]] at rows(at p, S& m) {
        if constexpr (I == row_count<S>) return p;
        else if constexpr (constexpr auto f = nth_field<S, I>::value; f.tag >= 0) {
            reset(m.*f.member, unset_object<S>.*f.member);
            return rows<I + 1, Sure>(p, m);
        } else if constexpr (I >= Sure && width<value_of_row<S, I>>() > 0) {
            constexpr auto end_of_run = run_end<S, I>();
            if (left(p) < static_cast<std::ptrdiff_t>(run_size<S, I, end_of_run, half>(version))) [[unlikely]]
                return nullptr;
            return rows<I, end_of_run>(p, m);
        } else {
            if (!holds<half, f.present>(version)) reset(m.*f.member, unset_object<S>.*f.member);
            else if constexpr (I < Sure) p = fixed(p, m.*f.member);
            else p = value(p, m.*f.member, holds<half, f.nullable>(version));
            if constexpr (I >= Sure || std::is_same_v<value_of_row<S, I>, bool>) {
                if (!p) [[unlikely]]
                    return nullptr;
            }
            return rows<I + 1, Sure>(p, m);
        }
    }

    // A tag buffer that is not empty. The tags ascend; those that no row of this version has are kept.
    template <structure S> [[gnu::noinline]] static at tags(reader r, at p, S& m) {
        std::uint32_t count = 0, tag = 0, size = 0;
        std::int64_t last = -1;
        for (p = get_uvarint(p, r.end, count); p && count > 0; --count) {
            if (p = get_uvarint(p, r.end, tag); !p || tag <= last) return nullptr;
            last = tag;
            if (p = get_uvarint(p, r.end, size); !p || r.left(p) < std::ptrdiff_t{size}) return nullptr;
            const bytes data(p, size);
            p += size;
            bool known = false, fine = true;
            [&]<std::size_t... I>(std::index_sequence<I...>) { (known_tag<I>(r.version, m, tag, data, known, fine), ...); }
            (field_indices<S>{});
            if (!fine) return nullptr;
            if (!known) m.unknown_tagged_fields.add({tag, data}, std::min<std::size_t>(count - 1, static_cast<std::size_t>(r.left(p)) / 2));
        }
        return p;
    }
    template <std::size_t I, structure S> static void known_tag(std::int16_t version, S& m, std::uint32_t tag, bytes data, bool& known, bool& fine) {
        constexpr auto f = nth_field<S, I>::value;
        if constexpr (f.tag >= 0) {
            if (static_cast<std::uint32_t>(f.tag) != tag || !holds<half, f.present>(version)) return;
            const at stop = data.data() + data.size();
            known = true;
            fine = reader{stop, stop, version}.value(data.data(), m.*f.member, holds<half, f.nullable>(version)) == stop;
        }
    }
};
}  // namespace compiled
}  // namespace kwire
