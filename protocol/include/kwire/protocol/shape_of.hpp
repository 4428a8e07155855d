// SPDX-License-Identifier: Apache-2.0
// Makes the shape of a message from its layout, while compiling, and checks the layout.
//
// Included by the files under src/apis, which make the shapes of Kafka's messages; include it to describe messages of
// your own and say `template const kwire::shape& kwire::shape_of<my_message>() noexcept;` in one file.
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/shape.hpp>

#include <array>

namespace kwire::inline v0 {
namespace detail {
template <class T> struct of_optional { using type = T; };
template <class T> struct of_optional<std::optional<T>> { using type = T; };
template <class T> struct of_vector { using type = void; };
template <class T> struct of_vector<std::vector<T>> { using type = T; };

template <class T> consteval kind kind_of() {
    if constexpr (std::is_same_v<T, bool>) return kind::boolean;
    else if constexpr (std::is_same_v<T, std::int8_t>) return kind::int8;
    else if constexpr (std::is_same_v<T, std::int16_t>) return kind::int16;
    else if constexpr (std::is_same_v<T, std::int32_t>) return kind::int32;
    else if constexpr (std::is_same_v<T, std::int64_t>) return kind::int64;
    else if constexpr (std::is_same_v<T, std::uint16_t>) return kind::uint16;
    else if constexpr (std::is_same_v<T, double>) return kind::float64;
    else if constexpr (std::is_same_v<T, errc>) return kind::error_code;
    else if constexpr (std::is_same_v<T, uuid>) return kind::uuid;
    else if constexpr (std::is_same_v<T, std::string_view>) return kind::string;
    else if constexpr (std::is_same_v<T, bytes>) return kind::byte_string;
    else if constexpr (std::is_same_v<T, records>) return kind::records;
    else if constexpr (is_vector<T>) return kind::array;
    else {
        static_assert(structure<T>, "no wire type for a member of this type");
        return kind::structure;
    }
}

template <class Member> struct container_of;
template <class E> struct container_of<std::vector<E>> {
    static container::view act(void* member, container::step what, std::size_t count) {
        auto& list = *static_cast<std::vector<E>*>(member);
        if (what != container::step::look) std::vector<E>(count).swap(list);
        return {reinterpret_cast<std::byte*>(list.data()), list.size(), true};
    }
    static constexpr container value{act, sizeof(E)};
};
template <class E> struct container_of<std::optional<std::vector<E>>> {
    static container::view act(void* member, container::step what, std::size_t count) {
        auto& list = *static_cast<std::optional<std::vector<E>>*>(member);
        if (what == container::step::clear) list.reset();
        if (what == container::step::make && !list) list.emplace();
        return list ? container_of<std::vector<E>>::act(&*list, what, count) : container::view{nullptr, 0, false};
    }
    static constexpr container value{act, sizeof(E)};
};
template <structure S> struct container_of<std::optional<S>> {
    static container::view act(void* member, container::step what, std::size_t) {
        auto& place = *static_cast<std::optional<S>*>(member);
        if (what == container::step::clear) place.reset();
        if (what == container::step::make) place = S{};  // clang takes emplace() amiss for a structure within a structure
        return place ? container::view{reinterpret_cast<std::byte*>(&*place), 1, true} : container::view{nullptr, 0, false};
    }
    static constexpr container value{act, sizeof(S)};
};

template <structure S> struct shape_holder;

// Where a member lies, found while compiling: the byte that has its address. offsetof wants its name, which a layout has not.
template <structure S> union bytes_of {
    S object;
    char byte[sizeof(S)];
    constexpr bytes_of() : object{} {}
    constexpr ~bytes_of() { object.~S(); }
};
template <structure S> inline constexpr bytes_of<S> bytes_of_new{};
template <structure S, class Member> constexpr std::uint16_t offset_of(Member S::*member) {
    static_assert(sizeof(S) < UINT16_MAX);
    const void* const place = &(bytes_of_new<S>.object.*member);
    std::uint16_t i = 0;
    while (static_cast<const void*>(&bytes_of_new<S>.byte[i]) != place) ++i;
    return i;
}
template <structure S> constexpr std::uint16_t tags_offset() {
    if constexpr (has_unknown_tags<S>) return offset_of<S>(&S::unknown_tagged_fields);
    else return shape::no_tags;
}

template <structure S, class Member> constexpr row row_of(const field<S, Member>& f) {
    using value = typename of_optional<Member>::type;
    using element = typename of_vector<value>::type;
    row r{f.name,           f.about,          f.present,        f.nullable, f.tag,       offset_of<S>(f.member),
          kind_of<value>(), kind_of<value>(), f.can_be_ignored, f.compact,  f.is_secret, is_optional<Member>,
          nullptr,          nullptr};
    if constexpr (is_vector<value>) {
        r.element = kind_of<element>();
        r.items = &container_of<Member>::value;
        if constexpr (structure<element>) r.inner = &shape_holder<element>::value;
    } else if constexpr (structure<value>) {
        r.inner = &shape_holder<value>::value;
        if constexpr (is_optional<Member>) r.items = &container_of<Member>::value;
    }
    return r;
}

// What a layout must fulfil: names as in the schema, null only where there is room for it, tags ascending and only where
// unknown ones have a place.
constexpr bool well_formed(std::span<const row> rows, bool has_unknown) {
    std::int16_t last_tag = -1;
    for (const row& r : rows) {
        if (r.name.empty() || r.name.front() < 'A' || r.name.front() > 'Z' || r.present.first > r.present.last) return false;
        if (r.nullable != no_version && !r.optional) return false;
        if (r.tag >= 0 && (!has_unknown || std::exchange(last_tag, r.tag) >= r.tag)) return false;
    }
    return true;
}

template <structure S> struct shape_holder {
    static constexpr auto rows = S::layout.all([](const auto&... f) { return std::array<row, sizeof...(f)>{row_of(f)...}; });
    static_assert(well_formed(rows, has_unknown_tags<S>), "this layout breaks a rule of well_formed");
    static constexpr bool any_tagged = [] {
        for (const row& r : rows)
            if (r.tag >= 0) return true;
        return false;
    }();
    static constexpr shape make() {
        if constexpr (message<S>)
            return {S::name, S::first_version, S::last_version, S::flexible_since, rows, &unset_object<S>, tags_offset<S>(), any_tagged};
        else return {{}, 0, 0, 0, rows, &unset_object<S>, tags_offset<S>(), any_tagged};
    }
    static constexpr shape value = make();
};
}  // namespace detail

template <message M> const shape& shape_of() noexcept { return detail::shape_holder<M>::value; }
}  // namespace kwire
