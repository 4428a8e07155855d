// SPDX-License-Identifier: Apache-2.0
#include "../reading.hpp"
#include "plan.hpp"
#include "values.hpp"

#include <kwire/protocol/codec.hpp>

namespace kwire::inline v0 {
namespace interpreter {
namespace {
using at = const std::byte*;
using part = decode_observer::part;

// One with somebody who watches, and one without, which does not ask.
template <bool Watched> struct reader : reading {
    std::int16_t version;
    bool flexible;
    decode_observer* watch;
    plans& made;

    at seen(part what, kind k, at from, at to, const void* value, std::int64_t n) const {
        if (Watched && to) [[likely]]
            watch->leaf(what, k, static_cast<std::size_t>(from - begin), static_cast<std::size_t>(to - begin), value, n);
        return to;
    }
    [[gnu::always_inline]] at scalar(at p, kind k, void* v) {
        switch (k) {
            case kind::boolean: return boolean(p, as<bool>(v));
            case kind::int8: return number(p, as<std::int8_t>(v));
            case kind::int16: return number(p, as<std::int16_t>(v));
            case kind::error_code: return number(p, as<errc>(v));
            case kind::uint16: return number(p, as<std::uint16_t>(v));
            case kind::int32: return number(p, as<std::int32_t>(v));
            case kind::int64: return number(p, as<std::int64_t>(v));
            case kind::float64: return number(p, as<double>(v));
            default:
                if (left(p) < 16) [[unlikely]]
                    return too_short(p, 16);
                std::memcpy(as<uuid>(v).raw.data(), p, 16);
                return p + 16;
        }
    }
    [[gnu::always_inline]] static void store_text(kind k, bool optional, bytes view, void* member) {
        if (k == kind::string) {
            if (optional) as<std::optional<std::string_view>>(member).emplace(as_text(view));
            else as<std::string_view>(member) = as_text(view);
        } else if (k == kind::records) {
            if (optional) as<std::optional<records>>(member).emplace(records{view});
            else as<records>(member) = records{view};
        } else {
            if (optional) as<std::optional<bytes>>(member).emplace(view);
            else as<bytes>(member) = view;
        }
    }
    // A string, bytes or records, as a field or as an element. `nullable` in this version; `optional` by the member.
    at text(at p, kind k, bool optional, bool nullable, bool compact, void* member) {
        const at from = p;
        std::int64_t n = 0;
        if (p = length(p, n, k == kind::string, compact); !p) return p;
        seen(part::length, k, from, p, nullptr, n);
        if (n < 0) {
            if (!nullable) return refuse(from, "null, which is not allowed in this version,");
            if (k == kind::string) as<std::optional<std::string_view>>(member).reset();
            else if (k == kind::records) as<std::optional<records>>(member).reset();
            else as<std::optional<bytes>>(member).reset();
            return p;
        }
        bytes view;
        const at after = content(p, n, view);
        if (!after) return after;
        store_text(k, optional, view, member);
        return n > 0 ? seen(part::value, k, p, after, &view, n) : after;
    }
    at field(at p, const row& r, void* member) {
        if (r.type < kind::string) return seen(part::value, r.type, p, scalar(p, r.type, member), member, 0);
        return varying(p, r, r.nullable.contains(version), flexible && r.compact, member);
    }
    [[gnu::always_inline]] at varying(at p, const row& r, bool nullable, bool compact, void* member) {
        switch (r.type) {
            case kind::string:
            case kind::byte_string:
            case kind::records: return text(p, r.type, r.optional, nullable, compact, member);
            case kind::structure: return structure(p, r, member);
            default: return array(p, r, nullable, member);
        }
    }
    // Numbers whose bytes are there.
    template <class T> [[gnu::always_inline]] static at number_at(at p, void* member) {
        const T value = load<T>(p);
        std::memcpy(member, &value, sizeof value);
        return p + sizeof value;
    }
    template <class T> [[gnu::always_inline]] static at numbers(at p, unsigned count, void* member) {
        auto* to = static_cast<std::byte*>(member);
        for (const std::byte* const last = to + count * sizeof(T); to != last; to += sizeof(T)) p = number_at<T>(p, to);
        return p;
    }
    // What is nearly always there: text that is neither null nor cut short. The rest is read again by text().
    [[gnu::always_inline]] at plain_text(at p, const plan::step& x, void* member) {
        const at from = p;
        const bool compact = flexible && x.compact;
        std::int64_t n = 0;
        if (p = length(p, n, x.type == kind::string, compact); !p) [[unlikely]]
            return p;
        const auto size = static_cast<std::size_t>(n);  // of null more than there is
        if (left(p) < size) [[unlikely]]
            return text(from, x.type, x.optional, x.nullable, compact, member);
        store_text(x.type, x.optional, bytes(p, size), member);
        return p + size;
    }
    // As many numbers as the list holds already.
    [[gnu::always_inline]] at int32s(at p, const plan::step& x, void* member) {
        const at from = p;
        std::int64_t n = 0;
        if (p = length(p, n, false, flexible); !p) [[unlikely]]
            return p;
        auto& list = as<std::vector<std::int32_t>>(member);
        const auto count = static_cast<std::size_t>(n);
        if (list.size() != count || left(p) < spoken_for + count * sizeof(std::int32_t)) [[unlikely]]
            return array(from, *x.field, x.nullable, member);
        for (std::int32_t& number : list) number = load<std::int32_t>(p), p += sizeof number;
        return p;
    }
    at structure(at p, const row& r, void* member) {
        if (!r.optional) return alone(p, *r.inner, member);
        std::int8_t presence = 0;
        const at from = p;
        if (p = number(p, presence); !p) return p;
        seen(part::presence, kind::structure, from, p, nullptr, presence);
        if (presence < 0) {
            if (!r.nullable.contains(version)) return refuse(from, "null, which is not allowed in this version,");
            r.items->clear(member);
            return p;
        }
        const auto had = r.items->look(member);
        return alone(p, *r.inner, had.present ? had.first : r.items->make(member, 1));
    }
    at alone(at p, const shape& s, void* object) {
        if (const plan* rows = made.find(s)) return one(p, *rows, object);
        return one_by_own_plan(p, s, object);
    }
    [[gnu::noinline]] at one_by_own_plan(at p, const shape& s, void* object) {
        plan rows;
        made.make(rows, s);
        return one(p, rows, object);
    }
    [[gnu::noinline]] at one(at p, const plan& rows, void* object) { return all(p, rows, object); }
    // The fewest bytes of an element that is no structure.
    std::size_t least_of(kind element) const {
        const auto fixed = fixed_size(element);
        return fixed ? fixed : flexible ? 1 : element == kind::string ? 2 : 4;
    }
    [[gnu::always_inline]] at array(at p, const row& r, bool nullable, void* member) {
        const at from = p;
        std::int64_t n = 0;
        if (p = length(p, n, false, flexible); !p) return p;
        seen(part::count, kind::array, from, p, nullptr, n);
        if (n < 0) {
            if (!nullable) return refuse(from, "null, which is not allowed in this version,");
            r.items->clear(member);
            return p;
        }
        return array_of(p, static_cast<std::size_t>(n), r, member);
    }
    [[gnu::noinline]] at array_of(at p, std::size_t count, const row& r, void* member) {
        if (r.inner && count > 0) {
            if (const plan* rows = made.find(*r.inner)) return structures(p, *rows, r, member, count);
            return by_own_plan(p, r, member, count);
        }
        const auto least = least_of(r.element);
        if (!room_for(p, count, least)) return nullptr;
        std::byte* element = room_of(r, member, count);
        if (const auto fixed = fixed_size(r.element); fixed && r.element != kind::boolean && !Watched)
            return copy_numbers(fixed, count, p, element), p + fixed * count;
        if (count == 0) return p;
        return elements(p, r, element, count, least, [&](at q, std::byte* e) {
            if (r.element == kind::string || r.element == kind::byte_string) return text(q, r.element, false, false, flexible, e);
            return seen(part::value, r.element, q, scalar(q, r.element, e), e, 0);
        });
    }
    // An object that is used again mostly holds as many elements already: they keep their memory.
    static std::byte* room_of(const row& r, void* member, std::size_t count) {
        const auto had = list_in(r, member);
        return had.present && had.count == count ? had.first : r.items->make(member, count);
    }
    [[gnu::noinline]] at structures(at p, const plan& rows, const row& r, void* member, std::size_t count) {
        if (!room_for(p, count, rows.least)) return nullptr;
        std::byte* first = room_of(r, member, count);
        return elements(
            p, r, first, count, rows.least, [&](at q, std::byte * e) __attribute__((always_inline)) { return all(q, rows, e); });
    }
    [[gnu::noinline]] at by_own_plan(at p, const row& r, void* member, std::size_t count) {
        plan rows;
        made.make(rows, *r.inner);
        return structures(p, rows, r, member, count);
    }
    template <class One> [[gnu::always_inline]] at elements(at p, const row& r, std::byte* element, std::size_t count, std::size_t least, One one) {
        const auto outer = spoken_for;
        for (std::size_t i = 0; i < count; ++i, element += r.items->stride) {
            spoken_for = outer + (count - 1 - i) * least;
            if (Watched) watch->enter_element(i);
            if (p = one(p, element); !p) [[unlikely]]
                return within(i);
            if (Watched) watch->leave();
        }
        spoken_for = outer;
        return p;
    }
    at named(at p, const shape& s, const row& r, void* object) {
        if (Watched) watch->enter_field(r);
        if (p = field(p, r, s.member(r, object)); !p) [[unlikely]]
            return within(r.name);
        if (Watched) watch->leave();
        return p;
    }
    // A field that does not travel has its default also in an object that is used again.
    [[gnu::always_inline]] at all(at p, const plan& rows, void* object) {
        rows.reset_others(object);
        if constexpr (Watched) return flexible_end(one_by_one(p, rows, rows.of->rows.data(), object), rows, object);
        if (left(p) < rows.first_run) [[unlikely]]  // it will say which field is cut short
            return one_by_one(p, rows, rows.of->rows.data(), object);
        for (const plan::step& x : rows.steps()) {
            void* member = static_cast<std::byte*>(object) + x.offset;
            switch (x.reading) {
                case plan::op::two: p = number_at<std::int16_t>(p, member); continue;
                case plan::op::four: p = number_at<std::int32_t>(p, member); continue;
                case plan::op::eight: p = number_at<std::int64_t>(p, member); continue;
                case plan::op::twos: p = numbers<std::int16_t>(p, x.count, member); continue;
                case plan::op::fours: p = numbers<std::int32_t>(p, x.count, member); continue;
                case plan::op::eights: p = numbers<std::int64_t>(p, x.count, member); continue;
                case plan::op::byte: std::memcpy(member, p, 1), p += 1; continue;
                case plan::op::uuid: std::memcpy(member, p, 16), p += 16; continue;
                case plan::op::boolean:
                    if (p = boolean(p, as<bool>(member)); p) continue;
                    return within(x.field->name);
                case plan::op::text: p = plain_text(p, x, member); break;
                case plan::op::int32s: p = int32s(p, x, member); break;
                case plan::op::array: p = array(p, *x.field, x.nullable, member); break;
                case plan::op::structure: p = structure(p, *x.field, member); break;
            }
            if (!p) [[unlikely]]
                return within(x.field->name);
            if (left(p) < x.run) [[unlikely]]
                return one_by_one(p, rows, x.field + 1, object);
        }
        return flexible_end(p, rows, object);
    }
    // From the row `r` on.
    [[gnu::noinline]] at one_by_one(at p, const plan& rows, const row* r, void* object) {
        for (const row* const last = rows.of->rows.data() + rows.of->rows.size(); p && r != last; ++r)
            if (rows.travels(*r)) p = named(p, *rows.of, *r, object);
        return p;
    }
    [[gnu::always_inline]] at flexible_end(at p, const plan& rows, void* object) {
        if (!p || !flexible) return p;
        if (p != end && *p == std::byte{0} && !Watched) [[likely]]
            return p + 1;
        return tags(p, *rows.of, object);
    }
    const row* tagged(const shape& s, std::uint32_t tag) const {
        for (const row& r : s.rows)
            if (r.tag >= 0 && static_cast<std::uint32_t>(r.tag) == tag && r.present.contains(version)) return &r;
        return nullptr;
    }
    [[gnu::noinline]] at tags(at p, const shape& s, void* object) {
        std::uint32_t count = 0;
        const at from = p;
        if (p = uvarint(p, count); !p) [[unlikely]]
            return within("TaggedFields");
        seen(part::tag_count, kind::structure, from, p, nullptr, count);
        std::int64_t last = -1;
        for (; count > 0; --count) {
            if (p = one_tag(p, s, object, last, count); !p) [[unlikely]]
                return p;
        }
        return p;
    }
    at one_tag(at p, const shape& s, void* object, std::int64_t& last, std::uint32_t count) {
        std::uint32_t tag = 0, size = 0;
        at from = p;
        if (p = uvarint(p, tag); !p) return within("TaggedFields");
        if (tag <= last) return refuse(from, "a tag that is not greater than the one before it"), within("TaggedFields");
        last = tag;
        const row* known = tagged(s, tag);
        if (Watched && known) watch->enter_field(*known);
        seen(part::tag, kind::structure, from, p, nullptr, tag);
        from = p;
        if (p = uvarint(p, size); !p) return within("TaggedFields");
        seen(part::tag_size, kind::structure, from, p, nullptr, size);
        bytes data;
        const at after = content(p, size, data);
        if (!after) return within("TaggedFields");
        if (!known) {
            auto* unknown = s.unknown(object);
            const auto room = std::min<std::size_t>(count - 1, left(after) / 2);
            if (unknown) unknown->add({tag, data}, room);
            return size > 0 ? seen(part::unknown_tag, kind::byte_string, p, after, &data, tag) : after;
        }
        const at whole_end = std::exchange(end, after);
        const auto outer = std::exchange(spoken_for, 0);
        at q = field(p, *known, s.member(*known, object));
        if (q && q != after) q = refuse(q, "a tagged field that is shorter than its size");
        end = whole_end;
        spoken_for = outer;
        if (!q) [[unlikely]]
            return within(known->name);
        if (Watched) watch->leave();
        return q;
    }
};

template <bool Watched> result<std::size_t> decode(const shape& s, void* object, bytes in, std::int16_t version, decode_observer* watch) {
    const bool flexible = version >= s.flexible_since;
    plans rows(version, flexible, plan::use::decoding);
    reader<Watched> r{{in.data(), in.data() + in.size(), 0, {}, {}}, version, flexible, watch, rows};
    const at end = r.alone(in.data(), s, object);
    if (!end) return r.failed(s.name);
    return static_cast<std::size_t>(end - in.data());
}
}  // namespace

result<std::size_t> decode(const shape& s, void* object, bytes in, std::int16_t version, decode_observer* watch) {
    if (auto known = version_known(s, version); !known) return std::move(known).error();
    return watch ? decode<true>(s, object, in, version, watch) : decode<false>(s, object, in, version, nullptr);
}
}  // namespace interpreter
}  // namespace kwire
