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

struct reader : reading {
    std::int16_t version;
    bool flexible;
    decode_observer* watch;
    plans& made;

    at seen(part what, kind k, at from, at to, const void* value, std::int64_t n) const {
        if (watch && to) [[unlikely]]
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
        if (k == kind::string) {
            if (optional) as<std::optional<std::string_view>>(member) = as_text(view);
            else as<std::string_view>(member) = as_text(view);
        } else if (k == kind::records) {
            if (optional) as<std::optional<records>>(member) = records{view};
            else as<records>(member) = records{view};
        } else {
            if (optional) as<std::optional<bytes>>(member) = view;
            else as<bytes>(member) = view;
        }
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
            default: return array(p, r, member);
        }
    }
    // A field of fixed size whose bytes are there.
    [[gnu::always_inline]] at certain(at p, const plan::step& x, void* v) {
        const auto numbers = [&]<class T>(T) {
            auto* to = static_cast<std::byte*>(v);
            for (unsigned n = x.count;; to += sizeof(T)) {
                const T value = load<T>(p);
                std::memcpy(to, &value, sizeof value);
                p += sizeof value;
                if (--n == 0) return p;
            }
        };
        if (x.width == 4) return numbers(std::int32_t{});
        if (x.width == 8) return numbers(std::int64_t{});
        if (x.width == 2) return numbers(std::int16_t{});
        if (x.type == kind::boolean) return boolean(p, as<bool>(v));
        return std::memcpy(v, p, x.width), p + x.width;
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
    std::size_t least_of(const row& r) const {
        if (r.inner) return std::max<std::size_t>(1, least_size(*r.inner, version, flexible));
        const auto fixed = fixed_size(r.element);
        return fixed ? fixed : flexible ? 1 : r.element == kind::string ? 2 : 4;
    }
    at array(at p, const row& r, void* member) {
        const at from = p;
        std::int64_t n = 0;
        if (p = length(p, n, false, flexible); !p) return p;
        seen(part::count, kind::array, from, p, nullptr, n);
        if (n < 0) {
            if (!r.nullable.contains(version)) return refuse(from, "null, which is not allowed in this version,");
            r.items->clear(member);
            return p;
        }
        const auto count = static_cast<std::size_t>(n);
        const auto least = least_of(r);
        if (!room_for(p, count, least)) return nullptr;
        // An object that is used again mostly holds as many elements already: they keep their memory.
        const auto had = list_in(r, member);
        std::byte* element = had.present && had.count == count ? had.first : r.items->make(member, count);
        if (const auto fixed = fixed_size(r.element); fixed && r.element != kind::boolean && !watch)
            return copy_numbers(fixed, count, p, element), p + fixed * count;
        if (count == 0) return p;
        if (r.inner) {
            if (const plan* rows = made.find(*r.inner)) return structures(p, *rows, r, element, count, least);
            return by_own_plan(p, r, element, count, least);
        }
        return elements(p, r, element, count, least, [&](at q, std::byte* e) {
            if (r.element == kind::string || r.element == kind::byte_string) return text(q, r.element, false, false, flexible, e);
            return seen(part::value, r.element, q, scalar(q, r.element, e), e, 0);
        });
    }
    [[gnu::noinline]] at structures(at p, const plan& rows, const row& r, std::byte* element, std::size_t count, std::size_t least) {
        return elements(p, r, element, count, least, [&](at q, std::byte* e) { return all(q, rows, e); });
    }
    [[gnu::noinline]] at by_own_plan(at p, const row& r, std::byte* element, std::size_t count, std::size_t least) {
        plan rows;
        made.make(rows, *r.inner);
        return structures(p, rows, r, element, count, least);
    }
    template <class One> at elements(at p, const row& r, std::byte* element, std::size_t count, std::size_t least, One one) {
        const auto outer = spoken_for;
        for (std::size_t i = 0; i < count; ++i, element += r.items->stride) {
            spoken_for = outer + (count - 1 - i) * least;
            if (watch) [[unlikely]]
                watch->enter_element(i);
            if (p = one(p, element); !p) [[unlikely]]
                return within(i);
            if (watch) [[unlikely]]
                watch->leave();
        }
        spoken_for = outer;
        return p;
    }
    at named(at p, const shape& s, const row& r, void* object) {
        if (watch) [[unlikely]]
            watch->enter_field(r);
        if (p = field(p, r, s.member(r, object)); !p) [[unlikely]]
            return within(r.name);
        if (watch) [[unlikely]]
            watch->leave();
        return p;
    }
    // A field that does not travel has its default also in an object that is used again.
    [[gnu::always_inline]] at all(at p, const plan& rows, void* object) {
        rows.reset_others(object);
        if (watch) [[unlikely]]
            return flexible_end(one_by_one(p, rows, rows.of->rows.data(), object), rows, object);
        for (const plan::step& x : rows.steps()) {
            if (left(p) < x.run) [[unlikely]]  // it will say which field is cut short
                return one_by_one(p, rows, x.field, object);
            void* member = static_cast<std::byte*>(object) + x.offset;
            p = x.width > 0 ? certain(p, x, member) : varying(p, *x.field, x.nullable, flexible && x.compact, member);
            if (!p) [[unlikely]]
                return within(x.field->name);
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
        if (p != end && *p == std::byte{0} && !watch) [[likely]]
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
        if (watch && known) [[unlikely]]
            watch->enter_field(*known);
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
        if (watch) [[unlikely]]
            watch->leave();
        return q;
    }
};
}  // namespace

result<std::size_t> decode(const shape& s, void* object, bytes in, std::int16_t version, decode_observer* watch) {
    if (auto known = version_known(s, version); !known) return std::move(known).error();
    plans rows(version, plan::use::decoding);
    reader r{{in.data(), in.data() + in.size(), 0, {}, {}}, version, version >= s.flexible_since, watch, rows};
    const at end = r.alone(in.data(), s, object);
    if (!end) return r.failed(s.name);
    return static_cast<std::size_t>(end - in.data());
}
}  // namespace interpreter
}  // namespace kwire
