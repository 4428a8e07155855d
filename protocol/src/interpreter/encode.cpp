// SPDX-License-Identifier: Apache-2.0
// One writer of values over two sinks, one that counts and one that stores, so size and bytes cannot disagree.
#include "../sinks.hpp"
#include "plan.hpp"
#include "values.hpp"

#include <kwire/protocol/codec.hpp>

namespace kwire::inline v0 {
namespace interpreter {
namespace {
using sinks::memory;
using sinks::tally;

template <class Sink> struct writer {
    using at = typename Sink::at;
    std::int16_t version;
    bool flexible;
    at begin;
    std::vector<gap>* gaps;  // where record data is left out
    plans& made;

    // A length: count + 1 in flexible versions, so that 0 is null; -1 is null in the others.
    static at length(at p, std::size_t n, bool is_short, bool compact) {
        if (compact) return Sink::uvarint(p, static_cast<std::uint32_t>(n + 1));
        return is_short ? Sink::number(p, static_cast<std::int16_t>(n)) : Sink::number(p, static_cast<std::int32_t>(n));
    }
    static at null(at p, bool is_short, bool compact) { return length(p, static_cast<std::size_t>(-1), is_short, compact); }
    at content(at p, kind k, bytes b, bool compact) const {
        p = length(p, b.size(), k == kind::string, compact);
        if (k == kind::records && gaps) {
            if constexpr (std::is_same_v<Sink, memory>) gaps->push_back({static_cast<std::size_t>(p - begin), b});
            return p;
        }
        return Sink::raw(p, b.data(), b.size());
    }
    at text(at p, const row& r, bool compact, const void* member) const {
        const auto b = content_of(r.type, r.optional, member);
        return b ? content(p, r.type, *b, compact) : null(p, r.type == kind::string, compact);
    }
    [[gnu::always_inline]] static at scalar(at p, kind k, const void* v) {
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
        return r.type < kind::string ? scalar(p, r.type, member) : varying(p, r, flexible && r.compact, member);
    }
    [[gnu::always_inline]] at varying(at p, const row& r, bool compact, const void* member) const {
        switch (r.type) {
            case kind::string:
            case kind::byte_string:
            case kind::records: return text(p, r, compact, member);
            case kind::structure: return structure(p, r, member);
            default: return array(p, r, member);
        }
    }
    at structure(at p, const row& r, const void* member) const {
        if (!r.optional) return structures(p, *r.inner, static_cast<const std::byte*>(member), 1, 0);
        if (!r.items->present(member)) return Sink::number(p, std::int8_t{-1});
        return structures(Sink::number(p, std::int8_t{1}), *r.inner, static_cast<const std::byte*>(structure_in(r, member)), 1, 0);
    }
    at array(at p, const row& r, const void* member) const {
        const auto list = list_in(r, member);
        if (!list.present) return null(p, false, flexible);
        p = length(p, list.count, false, flexible);
        const std::byte* element = list.first;
        if (const auto fixed = fixed_size(r.element)) {
            if constexpr (std::is_same_v<Sink, memory>) copy_numbers(fixed, list.count, element, p);
            return p + fixed * list.count;
        }
        if (list.count == 0) return p;
        if (r.inner) return structures(p, *r.inner, element, list.count, r.items->stride);
        for (std::size_t i = 0; i < list.count; ++i, element += r.items->stride)
            p = content(p, r.element, *content_of(r.element, false, element), flexible);
        return p;
    }
    at structures(at p, const shape& s, const std::byte* first, std::size_t count, std::size_t stride) const {
        if (const plan* rows = made.find(s)) return all(p, *rows, first, count, stride);
        return by_own_plan(p, s, first, count, stride);
    }
    [[gnu::noinline]] at by_own_plan(at p, const shape& s, const std::byte* first, std::size_t count, std::size_t stride) const {
        plan rows;
        made.make(rows, s);
        return all(p, rows, first, count, stride);
    }
    [[gnu::noinline]] at all(at p, const plan& rows, const std::byte* object, std::size_t count, std::size_t stride) const {
        const auto steps = rows.steps();
        if constexpr (std::is_same_v<Sink, tally>) p += rows.fixed * count;
        for (; count > 0; --count, object += stride) {
            for (const plan::step& x : steps) {
                const void* member = object + x.offset;
                p = x.type < kind::string ? scalar(p, x.type, member) : varying(p, *x.field, flexible && x.compact, member);
            }
            if (flexible) p = rows.others_unset(object) ? Sink::uvarint(p, 0) : tags(p, rows, object);
        }
        return p;
    }
    [[gnu::noinline]] std::size_t size_of(const row& r, const void* member) const {
        plans measuring(version, flexible, plan::use::measuring);
        return writer<tally>{version, flexible, 0, nullptr, measuring}.field(0, r, member);
    }
    // The tag buffer: known and unknown fields by ascending tag.
    [[gnu::noinline]] at tags(at p, const plan& rows, const void* object) const {
        const shape& s = *rows.of;
        const auto* unknown = s.unknown(object);
        auto others = unknown ? unknown->list() : std::span<const unknown_tag>();
        auto count = static_cast<std::uint32_t>(others.size());
        const auto carried = [&](const row& r) { return r.tag >= 0 && r.present.contains(version) && !is_default(s, r, object); };
        for (const row& r : s.rows) count += carried(r);
        p = Sink::uvarint(p, count);
        const auto unknown_below = [&](std::uint32_t tag) {
            for (; !others.empty() && others.front().tag < tag; others = others.subspan(1)) {
                p = Sink::uvarint(Sink::uvarint(p, others.front().tag), static_cast<std::uint32_t>(others.front().data.size()));
                p = Sink::raw(p, others.front().data.data(), others.front().data.size());
            }
        };
        for (const row& r : s.rows) {
            if (!carried(r)) continue;
            unknown_below(static_cast<std::uint32_t>(r.tag));
            const void* member = s.member(r, object);
            const auto size = size_of(r, member);
            p = Sink::uvarint(Sink::uvarint(p, static_cast<std::uint32_t>(r.tag)), static_cast<std::uint32_t>(size));
            p = field(p, r, member);
        }
        unknown_below(UINT32_MAX);
        return p;
    }
};
}  // namespace

std::size_t measure(const shape& s, const void* object, std::int16_t version, std::vector<gap>* gaps) {
    const bool flexible = version >= s.flexible_since;
    plans made(version, flexible, plan::use::measuring);
    const writer<tally> w{version, flexible, 0, gaps, made};
    return w.structures(0, s, static_cast<const std::byte*>(object), 1, 0);
}

std::byte* encode(const shape& s, const void* object, std::int16_t version, std::byte* out, std::vector<gap>* gaps) {
    const bool flexible = version >= s.flexible_since;
    plans made(version, flexible, plan::use::encoding);
    const writer<memory> w{version, flexible, out, gaps, made};
    return w.structures(out, s, static_cast<const std::byte*>(object), 1, 0);
}
}  // namespace interpreter
}  // namespace kwire
