// SPDX-License-Identifier: Apache-2.0
// The codec that is compiled in full for one message: the same walk over the layout as the interpreter's, unrolled.
//
// The place in the bytes is passed by value and returned, so that it stays in a register; `Flexible` is the only split
// by version, the version itself stays a run-time value. A test holds both codecs to the same bytes.
#pragma once

#include "../reading.hpp"

#include <kwire/protocol/codec.hpp>
#include <kwire/protocol/errc.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace compiled {
template <class T> inline constexpr bool is_number = wire_number<T>;

template <class T> struct inner_of { using type = T; };
template <class T> struct inner_of<std::optional<T>> { using type = T; };

template <class T> bool same(const T& a, const T& b);
template <structure S> bool same_members(const S& a, const S& b) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return (same(a.*nth_field<S, I>::value.member, b.*nth_field<S, I>::value.member) && ...);
    }
    (field_indices<S>{}) && a.unknown_tagged_fields.empty() && b.unknown_tagged_fields.empty();
}
template <class T> bool same(const T& a, const T& b) {
    if constexpr (structure<T>) return same_members(a, b);
    else if constexpr (is_vector<T>) return a.empty() && b.empty();  // defaults are empty
    else if constexpr (is_optional<T>) return a.has_value() == b.has_value() && (!a || same(*a, *b));
    else if constexpr (std::is_same_v<T, bytes>) return std::ranges::equal(a, b);
    else if constexpr (std::is_same_v<T, records>) return std::ranges::equal(a.data, b.data);
    else return a == b;
}

// The two sinks of the writer.
struct tally {
    using at = std::size_t;
    template <class T> static at number(at p, T) { return p + sizeof(T); }
    static at uvarint(at p, std::uint32_t v) { return p + uvarint_size(v); }
    static at raw(at p, const void*, std::size_t n) { return p + n; }
};
struct memory {
    using at = std::byte*;
    template <class T> static at number(at p, T v) { return store(p, v); }
    static at uvarint(at p, std::uint32_t v) { return put_uvarint(p, v); }
    static at raw(at p, const void* from, std::size_t n) {
        if (n > 0) std::memcpy(p, from, n);
        return p + n;
    }
};

template <class Sink, bool Flexible> struct writer {
    using at = typename Sink::at;
    std::int16_t version;
    at begin;
    std::vector<gap>* gaps;

    template <bool Short> [[gnu::always_inline]] at length(at p, std::size_t n) const {
        if constexpr (Flexible) return Sink::uvarint(p, static_cast<std::uint32_t>(n + 1));
        else if constexpr (Short) return Sink::number(p, static_cast<std::int16_t>(n));
        else return Sink::number(p, static_cast<std::int32_t>(n));
    }
    at record_data(at p, bytes data) const {
        p = length<false>(p, data.size());
        if (!gaps) return Sink::raw(p, data.data(), data.size());
        if constexpr (std::is_same_v<Sink, memory>) gaps->push_back({static_cast<std::size_t>(p - begin), data});
        return p;
    }
    template <class T> [[gnu::always_inline]] at value(at p, const T& v) const {
        if constexpr (structure<T>) return all(p, v);
        else if constexpr (std::is_same_v<T, bool>) return Sink::number(p, static_cast<std::int8_t>(v));
        else if constexpr (is_number<T>) return Sink::number(p, v);
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
        if constexpr (std::is_same_v<Sink, tally> && is_number<E>) return p + v.size() * sizeof(E);
        else {
            for (const auto& e : v) p = value(p, e);
            return p;
        }
    }
    template <structure S> at all(at p, const S& m) const {
        [&]<std::size_t... I>(std::index_sequence<I...>) { ((p = one<I>(p, m)), ...); }
        (field_indices<S>{});
        if constexpr (Flexible) p = tags(p, m);
        return p;
    }
    template <std::size_t I, structure S> [[gnu::always_inline]] at one(at p, const S& m) const {
        constexpr auto f = nth_field<S, I>::value;
        if constexpr (f.tag < 0) {
            if (f.present == every || f.present.contains(version)) return value(p, m.*f.member);
        }
        return p;
    }
    template <std::size_t I, structure S> [[gnu::always_inline]] bool carried(const S& m) const {
        constexpr auto f = nth_field<S, I>::value;
        if constexpr (f.tag < 0) return false;
        else { return f.present.contains(version) && !same(m.*f.member, unset_object<S>.*f.member); }
    }
    template <structure S> at tags(at p, const S& m) const {
        auto others = m.unknown_tagged_fields.list();
        auto count = static_cast<std::uint32_t>(others.size());
        [&]<std::size_t... I>(std::index_sequence<I...>) { ((count += carried<I>(m)), ...); }
        (field_indices<S>{});
        p = Sink::uvarint(p, count);
        if (count == 0) [[likely]]
            return p;
        [&]<std::size_t... I>(std::index_sequence<I...>) { ((p = tagged<I>(p, m, others)), ...); }
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
            const auto size = writer<tally, true>{version, 0, nullptr}.value(std::size_t{0}, m.*f.member);
            p = Sink::uvarint(Sink::uvarint(p, static_cast<std::uint32_t>(f.tag)), static_cast<std::uint32_t>(size));
            p = value(p, m.*f.member);
        }
        return p;
    }
};

// The fewest bytes of a value of type T.
template <class T, bool Flexible> std::size_t least(std::int16_t version) {
    if constexpr (structure<T>) return (Flexible ? 1 : 0) + [&]<std::size_t... I>(std::index_sequence<I...>) {
            return (std::size_t{0} + ... +
                    (nth_field<T, I>::value.tag < 0 && nth_field<T, I>::value.present.contains(version)
                         ? least<typename decltype(nth_field<T, I>::value)::value_type, Flexible>(version)
                         : 0));
        }
    (field_indices<T>{});
    else if constexpr (std::is_same_v<T, bool>) return 1; else if constexpr (is_number<T>) return sizeof(T);
    else if constexpr (std::is_same_v<T, uuid>) return 16; else if constexpr (structure<typename inner_of<T>::type>) return 1;
    else if constexpr (std::is_same_v<typename inner_of<T>::type, std::string_view>) return Flexible ? 1 : 2; else return Flexible ? 1 : 4;
}

template <bool Flexible> struct reader : reading {
    std::int16_t version;

    template <bool Short> [[gnu::always_inline]] at count(at p, std::int64_t& n) { return length(p, n, Short, Flexible); }

    template <class T> [[gnu::always_inline]] at value(at p, T& v, [[maybe_unused]] bool nullable) {
        if constexpr (structure<T>) return all(p, v);
        else if constexpr (std::is_same_v<T, bool>) return boolean(p, v);
        else if constexpr (is_number<T>) return number(p, v);
        else if constexpr (std::is_same_v<T, uuid>) {
            if (left(p) < 16) [[unlikely]]
                return too_short(p, 16);
            std::memcpy(v.raw.data(), p, 16);
            return p + 16;
        } else if constexpr (is_optional<T>) return maybe(p, v, nullable);
        else {
            std::int64_t n = 0;
            const at from = p;
            if (p = count<std::is_same_v<T, std::string_view>>(p, n); !p) [[unlikely]]
                return p;
            if (n < 0) [[unlikely]]
                return refuse(from, "null, which is not allowed in this version,");
            return present(p, n, v);
        }
    }
    template <class T> [[gnu::always_inline]] at maybe(at p, std::optional<T>& v, bool nullable) {
        std::int64_t n = 0;
        const at from = p;
        if constexpr (structure<T>) {
            std::int8_t presence = 0;
            p = number(p, presence);
            n = presence;
        } else {
            p = count<std::is_same_v<T, std::string_view>>(p, n);
        }
        if (!p) [[unlikely]]
            return p;
        if (n < 0) {
            if (!nullable) return refuse(from, "null, which is not allowed in this version,");
            v.reset();
            return p;
        }
        if (!v) v.emplace();
        if constexpr (structure<T>) return all(p, *v);
        else return present(p, n, *v);
    }
    template <class T> [[gnu::always_inline]] at present(at p, std::int64_t n, T& v) {
        if constexpr (is_vector<T>) return elements(p, static_cast<std::size_t>(n), v);
        else {
            bytes view;
            if (p = content(p, n, view); !p) [[unlikely]]
                return p;
            if constexpr (std::is_same_v<T, std::string_view>) v = as_text(view);
            else if constexpr (std::is_same_v<T, records>) v.data = view;
            else v = view;
            return p;
        }
    }
    template <class E> [[gnu::always_inline]] at elements(at p, std::size_t n, std::vector<E>& v) {
        const std::size_t each = std::max<std::size_t>(1, least<E, Flexible>(version));
        if (!room_for(p, n, each)) [[unlikely]]
            return nullptr;
        v.resize(n);
        if constexpr (is_number<E>) {
            for (auto& e : v) e = load<E>(p), p += sizeof(E);
            return p;
        } else {
            const auto outer = spoken_for;
            for (std::size_t i = 0; i < n; ++i) {
                spoken_for = outer + (n - 1 - i) * each;
                if constexpr (structure<E>) v[i].unknown_tagged_fields.clear();
                if (p = value(p, v[i], false); !p) [[unlikely]]
                    return within(i);
            }
            spoken_for = outer;
            return p;
        }
    }
    template <structure S> at all(at p, S& m) {
        [&]<std::size_t... I>(std::index_sequence<I...>) { (void)(((p = one<I>(p, m)) != nullptr) && ...); }
        (field_indices<S>{});
        if constexpr (Flexible) {
            if (p) p = tags(p, m);
        }
        return p;
    }
    // A field that this version lacks, or that does not travel, has its default also in an object that is used again.
    template <std::size_t I, structure S> [[gnu::always_inline]] at one(at p, S& m) {
        constexpr auto f = nth_field<S, I>::value;
        if constexpr (f.tag < 0) {
            if (f.present == every || f.present.contains(version)) {
                p = value(p, m.*f.member, f.nullable.contains(version));
                return p ? p : within(f.name);
            }
        }
        m.*f.member = unset_object<S>.*f.member;
        return p;
    }
    template <structure S> [[gnu::always_inline]] at tags(at p, S& m) {
        if (p != end && *p == std::byte{0}) [[likely]]
            return p + 1;
        return tags_slow(p, m);
    }
    template <structure S> [[gnu::noinline]] at tags_slow(at p, S& m) {
        std::uint32_t n = 0, tag = 0, size = 0;
        std::int64_t last = -1;
        for (p = uvarint(p, n); p && n > 0; --n) {
            const at from = p;
            if (p = uvarint(p, tag); !p) break;
            if (tag <= last) return refuse(from, "a tag that is not greater than the one before it"), within("TaggedFields");
            last = tag;
            bytes data;
            if (p = uvarint(p, size); !p) break;
            if (p = content(p, size, data); !p) break;
            if (p = tagged(m, tag, data, std::min<std::size_t>(n - 1, left(p) / 2)); !p) return p;
        }
        return p ? p : within("TaggedFields");
    }
    template <structure S> at tagged(S& m, std::uint32_t tag, bytes data, std::size_t room) {
        bool known = false;
        at p = data.data() + data.size();
        [&]<std::size_t... I>(std::index_sequence<I...>) { (known_tag<I>(m, tag, data, known, p), ...); }
        (field_indices<S>{});
        if (!known) m.unknown_tagged_fields.add({tag, data}, room);
        return p;
    }
    template <std::size_t I, structure S> void known_tag(S& m, std::uint32_t tag, bytes data, bool& known, at& p) {
        constexpr auto f = nth_field<S, I>::value;
        if constexpr (f.tag >= 0) {
            if (known || static_cast<std::uint32_t>(f.tag) != tag || !f.present.contains(version)) return;
            known = true;
            const at whole_end = std::exchange(end, data.data() + data.size());
            const auto outer = std::exchange(spoken_for, 0);
            p = value(data.data(), m.*f.member, f.nullable.contains(version));
            if (p && p != end) p = refuse(p, "a tagged field that is shorter than its size");
            end = whole_end;
            spoken_for = outer;
            if (!p) within(f.name);
        }
    }
};

template <message M> std::size_t measure(const M& m, std::int16_t version, std::vector<gap>* gaps) {
    return version >= M::flexible_since ? writer<tally, true>{version, 0, gaps}.all(0, m) : writer<tally, false>{version, 0, gaps}.all(0, m);
}

template <message M> std::byte* encode(const M& m, std::int16_t version, std::byte* out, std::vector<gap>* gaps) {
    return version >= M::flexible_since ? writer<memory, true>{version, out, gaps}.all(out, m)
                                        : writer<memory, false>{version, out, gaps}.all(out, m);
}

template <message M> result<std::size_t> decode(M& m, bytes in, std::int16_t version) {
    if (version < M::first_version || version > M::last_version) return interpreter::decode(shape_of<M>(), &m, in, version);  // says so
    const auto run = [&]<bool Flexible>() -> result<std::size_t> {
        reader<Flexible> r{{in.data(), in.data() + in.size(), 0, {}, {}}, version};
        m.unknown_tagged_fields.clear();
        const auto end = r.all(in.data(), m);
        if (!end) return r.failed(M::name);
        return static_cast<std::size_t>(end - in.data());
    };
    return version >= M::flexible_since ? run.template operator()<true>() : run.template operator()<false>();
}
}  // namespace compiled
}  // namespace kwire
