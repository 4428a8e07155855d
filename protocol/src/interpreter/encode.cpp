// SPDX-License-Identifier: Apache-2.0
// One writer of values over two sinks, one that counts and one that stores, so size and bytes cannot disagree.
#include "values.hpp"

#include <kwire/protocol/codec.hpp>
#include <kwire/protocol/varint.hpp>
#include <kwire/protocol/wire.hpp>

namespace kwire::inline v0 {
namespace interpreter {
namespace {
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

template <class Sink> struct writer {
    using at = typename Sink::at;
    std::int16_t version;
    bool flexible;
    at begin;
    std::vector<gap>* gaps;  // where record data is left out

    // A length: count + 1 in flexible versions, so that 0 is null; -1 is null in the others.
    at length(at p, std::optional<std::size_t> n, bool is_short, bool compact) const {
        if (compact) return Sink::uvarint(p, n ? static_cast<std::uint32_t>(*n + 1) : 0u);
        if (is_short) return Sink::number(p, n ? static_cast<std::int16_t>(*n) : std::int16_t{-1});
        return Sink::number(p, n ? static_cast<std::int32_t>(*n) : -1);
    }
    at content(at p, kind k, std::optional<bytes> b, bool compact) const {
        p = length(p, b ? std::optional(b->size()) : std::nullopt, k == kind::string, compact);
        if (!b) return p;
        if (k == kind::records && gaps) {
            if constexpr (std::is_same_v<Sink, memory>) gaps->push_back({static_cast<std::size_t>(p - begin), *b});
            return p;
        }
        return Sink::raw(p, b->data(), b->size());
    }
    at scalar(at p, kind k, const void* v) const {
        switch (k) {
            case kind::boolean: return Sink::number(p, static_cast<std::int8_t>(as<bool>(v)));
            case kind::int8: return Sink::number(p, as<std::int8_t>(v));
            case kind::int16: return Sink::number(p, as<std::int16_t>(v));
            case kind::error_code: return Sink::number(p, as<errc>(v));
            case kind::uint16: return Sink::number(p, as<std::uint16_t>(v));
            case kind::int32: return Sink::number(p, as<std::int32_t>(v));
            case kind::int64: return Sink::number(p, as<std::int64_t>(v));
            case kind::float64: return Sink::number(p, as<double>(v));
            default: return Sink::raw(p, as<uuid>(v).raw.data(), 16);
        }
    }
    at field(at p, const row& r, const void* member) const {
        switch (r.type) {
            case kind::string:
            case kind::byte_string:
            case kind::records: return content(p, r.type, content_of(r.type, r.optional, member), flexible && r.compact);
            case kind::structure: return structure(p, r, member);
            case kind::array: return array(p, r, member);
            default: return scalar(p, r.type, member);
        }
    }
    at structure(at p, const row& r, const void* member) const {
        if (!r.optional) return all(p, *r.inner, member);
        if (!r.items->present(member)) return Sink::number(p, std::int8_t{-1});
        return all(Sink::number(p, std::int8_t{1}), *r.inner, structure_in(r, member));
    }
    at array(at p, const row& r, const void* member) const {
        if (!r.items->present(member)) return length(p, std::nullopt, false, flexible);
        const auto list = r.items->look(member);
        p = length(p, list.count, false, flexible);
        if constexpr (std::is_same_v<Sink, tally>)
            if (const auto fixed = fixed_size(r.element)) return p + fixed * list.count;
        if constexpr (std::is_same_v<Sink, memory>)
            if (const auto fixed = fixed_size(r.element)) return copy_numbers(fixed, list.count, list.first, p), p + fixed * list.count;
        const std::byte* element = list.first;
        for (std::size_t i = 0; i < list.count; ++i, element += r.items->stride) {
            if (r.inner) p = all(p, *r.inner, element);
            else if (r.element == kind::string || r.element == kind::byte_string)
                p = content(p, r.element, content_of(r.element, false, element), flexible);
            else p = scalar(p, r.element, element);
        }
        return p;
    }
    at all(at p, const shape& s, const void* object) const {
        for (const row& r : s.rows) {
            if (r.tag >= 0 || !r.present.contains(version)) continue;
            if constexpr (std::is_same_v<Sink, tally>)
                if (const auto fixed = fixed_size(r.type)) {
                    p += fixed;
                    continue;
                }
            p = field(p, r, s.member(r, object));
        }
        return flexible ? tags(p, s, object) : p;
    }
    bool carried(const shape& s, const row& r, const void* object) const {
        return r.tag >= 0 && r.present.contains(version) && !is_default(s, r, object);
    }
    // The tag buffer: known and unknown fields by ascending tag.
    at tags(at p, const shape& s, const void* object) const {
        const auto* unknown = s.unknown(object);
        auto others = unknown ? unknown->list() : std::span<const unknown_tag>();
        std::uint32_t count = static_cast<std::uint32_t>(others.size());
        if (s.any_tagged)
            for (const row& r : s.rows) count += carried(s, r, object);
        p = Sink::uvarint(p, count);
        if (count == 0) return p;
        const auto unknown_below = [&](std::uint32_t tag) {
            for (; !others.empty() && others.front().tag < tag; others = others.subspan(1)) {
                p = Sink::uvarint(Sink::uvarint(p, others.front().tag), static_cast<std::uint32_t>(others.front().data.size()));
                p = Sink::raw(p, others.front().data.data(), others.front().data.size());
            }
        };
        for (const row& r : s.rows) {
            if (!carried(s, r, object)) continue;
            unknown_below(static_cast<std::uint32_t>(r.tag));
            const void* member = s.member(r, object);
            const auto size = writer<tally>{version, flexible, 0, nullptr}.field(0, r, member);
            p = Sink::uvarint(Sink::uvarint(p, static_cast<std::uint32_t>(r.tag)), static_cast<std::uint32_t>(size));
            p = field(p, r, member);
        }
        unknown_below(UINT32_MAX);
        return p;
    }
};
}  // namespace

std::size_t measure(const shape& s, const void* object, std::int16_t version, std::vector<gap>* gaps) {
    return writer<tally>{version, version >= s.flexible_since, 0, gaps}.all(0, s, object);
}

std::byte* encode(const shape& s, const void* object, std::int16_t version, std::byte* out, std::vector<gap>* gaps) {
    return writer<memory>{version, version >= s.flexible_since, out, gaps}.all(out, s, object);
}
}  // namespace interpreter
}  // namespace kwire
