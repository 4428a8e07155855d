// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include <kwire/protocol/codec.hpp>

#include <algorithm>
#include <cstring>

namespace kwire::inline v0 {
namespace interpreter {
namespace {
std::size_t width_of(kind k) { return k == kind::boolean ? sizeof(bool) : fixed_size(k); }

template <class T> bool same(const void* a, const void* b) {
    T x, y;
    std::memcpy(&x, a, sizeof(T));
    std::memcpy(&y, b, sizeof(T));
    return x == y;
}
// Numbers are compared here, without a call: every structure with tagged fields is compared before it is encoded.
bool all_default(const shape& s, const void* object) {
    const auto* tags = s.unknown(object);
    if (tags && !tags->empty()) return false;
    for (const row& r : s.rows) {
        const void *mine = s.member(r, object), *unset = s.member(r, s.unset);
        bool fine = false;
        switch (r.type) {
            case kind::int32: fine = same<std::uint32_t>(mine, unset); break;
            case kind::int64: fine = same<std::uint64_t>(mine, unset); break;
            default: fine = is_default(s, r, object);
        }
        if (!fine) return false;
    }
    return true;
}

// Why a value cannot be sent, with the path to it; the path is put together while returning.
struct checker {
    std::int16_t version;
    bool flexible;
    std::string where, why;

    bool refuse(std::string reason) { return why = std::move(reason), false; }
    bool fits(const row& r, std::size_t size) {
        return r.type != kind::string || (flexible && r.compact) || size <= INT16_MAX || refuse("is longer than 32767 bytes");
    }
    bool one(const shape& s, const row& r, const void* object) {
        const void* member = s.member(r, object);
        bool fine = true;
        if (!r.present.contains(version))
            fine = r.ignorable || is_default(s, r, object) || refuse("cannot be carried by version " + std::to_string(version));
        else if (!present(r, member)) fine = r.nullable.contains(version) || refuse("must not be null in version " + std::to_string(version));
        else fine = value(r, member);
        if (!fine) where.insert(0, "." + snake_case(r.name));
        return fine;
    }
    bool value(const row& r, const void* member) {
        if (r.type == kind::structure) return all(*r.inner, structure_in(r, member));
        if (r.type == kind::string) return fits(r, content_of(r.type, r.optional, member)->size());
        return r.type != kind::array || elements(r, r.items->look(member));
    }
    bool elements(const row& r, container::view list) {
        for (std::size_t i = 0; i < list.count; ++i) {
            const std::byte* element = list.first + i * r.items->stride;
            const bool fine = r.inner ? all(*r.inner, element)
                                      : r.element != kind::string || flexible || as<std::string_view>(element).size() <= INT16_MAX ||
                                            refuse("is longer than 32767 bytes");
            if (!fine) return where.insert(0, "[" + std::to_string(i) + "]"), false;
        }
        return true;
    }
    bool all(const shape& s, const void* object) {
        const auto* tags = s.unknown(object);
        if (tags && !tags->empty() && !flexible) return refuse("has tagged fields, which version " + std::to_string(version) + " cannot carry");
        return std::ranges::all_of(s.rows, [&](const row& r) { return one(s, r, object); });
    }
};
}  // namespace

bool is_default(const shape& s, const row& r, const void* object) {
    const void* mine = s.member(r, object);
    const void* unset = s.member(r, s.unset);
    if (r.type == kind::structure && !r.optional) return all_default(*r.inner, mine);
    if (const auto width = width_of(r.type)) return std::memcmp(mine, unset, width) == 0;
    const bool here = present(r, mine);
    if (here != present(r, unset)) return false;
    if (!here) return true;
    switch (r.type) {
        case kind::structure: return all_default(*r.inner, structure_in(r, mine));
        case kind::array: return r.items->look(mine).count == 0 && r.items->look(unset).count == 0;
        default: return std::ranges::equal(*content_of(r.type, r.optional, mine), *content_of(r.type, r.optional, unset));
    }
}

namespace {
template <class T> void assign(bool optional, void* to, const void* from) {
    if (optional) as<std::optional<T>>(to) = as<std::optional<T>>(from);
    else as<T>(to) = as<T>(from);
}
void reset_all(const shape& s, void* object) {
    for (const row& r : s.rows) {
        void* mine = s.member(r, object);
        const void* unset = s.member(r, s.unset);
        switch (r.type) {  // as above
            case kind::int32: std::memcpy(mine, unset, 4); break;
            case kind::int64: std::memcpy(mine, unset, 8); break;
            default: reset(s, r, object);
        }
    }
    if (auto* tags = s.unknown(object); tags && !tags->empty()) tags->clear();
}
}  // namespace

void reset(const shape& s, const row& r, void* object) {
    void* mine = s.member(r, object);
    const void* unset = s.member(r, s.unset);
    switch (r.type) {
        case kind::string: return assign<std::string_view>(r.optional, mine, unset);
        case kind::byte_string: return assign<bytes>(r.optional, mine, unset);
        case kind::records: return assign<records>(r.optional, mine, unset);
        case kind::structure:
            if (!r.optional) return reset_all(*r.inner, mine);
            [[fallthrough]];
        case kind::array:
            if (!present(r, unset)) r.items->clear(mine);
            else if (const auto list = r.items->look(mine); !list.present || list.count > 0 || r.type == kind::structure)
                r.items->make(mine, r.type == kind::structure ? 1 : 0);
            return;
        default: std::memcpy(mine, unset, width_of(r.type));
    }
}

result<void> version_known(const shape& s, std::int16_t version) {
    if (version >= s.first && version <= s.last) return {};
    std::string what(s.name);
    what += " has versions " + std::to_string(s.first) + " to " + std::to_string(s.last) + ", not " + std::to_string(version);
    return error(client_errc::version_not_supported, std::move(what));
}

result<void> check(const shape& s, const void* object, std::int16_t version) {
    if (auto known = version_known(s, version); !known) return known;
    checker c{version, version >= s.flexible_since, {}, {}};
    if (c.all(s, object)) return {};
    std::string what(s.name);
    what += c.where + " " + c.why;
    return error(client_errc::version_not_supported, std::move(what));
}
}  // namespace interpreter
}  // namespace kwire
