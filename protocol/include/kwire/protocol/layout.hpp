// SPDX-License-Identifier: Apache-2.0
// How a message is described: members with their defaults and one table of fields, in the order of the wire.
//
//     struct topic {
//         uuid topic_id;
//         std::optional<std::string_view> name;
//         unknown_tags unknown_tagged_fields;
//
//         static constexpr auto layout = fields{
//             field("TopicId", &topic::topic_id, since(10), "KIP-516"),
//             field("Name", &topic::name).null_since(10),
//         };
//     };
//
// The wire type follows from the member's type; what may be null is a std::optional. Whatever works on messages (check,
// measure, encode, decode, JSON, the annotated tree, the printed schema) walks this table, so nothing is said twice.
// A message, the outermost structure, also has name, api_key (where it is one), first_version, last_version and
// flexible_since. Decoded strings and bytes are views into the frame.
// Source: the *.json schemas of Apache Kafka (clients, common/message); KIP-482 (flexible versions, tagged fields).
#pragma once

#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/uuid.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kwire::inline v0 {
/// A range of versions, both ends included.
struct versions {
    std::int16_t first = 0, last = INT16_MAX;
    constexpr bool contains(std::int16_t v) const noexcept { return first <= v && v <= last; }
    constexpr bool operator==(const versions&) const = default;
};
inline constexpr versions every{};
inline constexpr versions no_version{1, 0};
inline constexpr std::int16_t never_flexible = INT16_MAX;
constexpr versions since(std::int16_t first) noexcept { return {first, INT16_MAX}; }
constexpr versions between(std::int16_t first, std::int16_t last) noexcept { return {first, last}; }
constexpr versions only(std::int16_t version) noexcept { return {version, version}; }

/// The content of a `records` field: record batches, or message sets of old. See record_batch.hpp.
struct records {
    bytes data;
};

/// A tagged field that no row describes, kept so that it survives decoding and encoding (KIP-482).
struct unknown_tag {
    std::uint32_t tag = 0;
    bytes data;
};

/// The unknown tagged fields of one structure, by ascending tag. One pointer wide: hardly any structure has some.
class unknown_tags {
  public:
    constexpr unknown_tags() = default;
    unknown_tags(const unknown_tags& other) : list_(other.list_ ? new std::vector<unknown_tag>(*other.list_) : nullptr) {}
    constexpr unknown_tags(unknown_tags&& other) noexcept : list_(std::exchange(other.list_, nullptr)) {}
    unknown_tags& operator=(const unknown_tags& other) {
        if (list_ || other.list_) [[unlikely]]
            *this = unknown_tags(other);
        return *this;
    }
    unknown_tags& operator=(unknown_tags&& other) noexcept { return std::swap(list_, other.list_), *this; }
    constexpr ~unknown_tags() { delete list_; }  // a unique_ptr could not be destroyed while compiling

    std::span<const unknown_tag> list() const noexcept { return list_ ? std::span<const unknown_tag>(*list_) : std::span<const unknown_tag>(); }
    bool empty() const noexcept { return !list_; }
    /// Adds a tag; `more` says how many may follow, so that memory is taken once.
    void add(unknown_tag t, std::size_t more = 0) {
        if (!list_) list_ = new std::vector<unknown_tag>();
        if (list_->empty()) list_->reserve(1 + more);
        list_->push_back(t);
    }
    void clear() noexcept { delete std::exchange(list_, nullptr); }

  private:
    std::vector<unknown_tag>* list_ = nullptr;  // never an empty vector
};

/// One row of a layout.
template <class Owner, class Value> struct field {
    using owner = Owner;
    using value_type = Value;
    std::string_view name;  // the schema's: "LeaderEpoch"
    Value Owner::*member;
    versions present = every;
    std::string_view about = {};
    versions nullable = no_version;
    std::int16_t tag = -1;
    bool can_be_ignored = false, compact = true, is_secret = false;

    constexpr field(std::string_view n, Value Owner::*m, versions v = every, std::string_view text = {})
        : name(n), member(m), present(v), about(text) {}
    constexpr field(std::string_view n, Value Owner::*m, std::string_view text) : field(n, m, every, text) {}
    /// May be null in these versions; the member is a std::optional.
    constexpr field null_in(versions v) const {
        auto f = *this;
        return f.nullable = v, f;
    }
    constexpr field null_since(std::int16_t v) const { return null_in(since(v)); }
    /// Travels in the tag buffer, where it differs from its default.
    constexpr field tagged(std::int16_t t) const {
        auto f = *this;
        return f.tag = t, f;
    }
    /// Encoding in a version without it drops a value that is not the default; other fields refuse that.
    constexpr field ignorable() const {
        auto f = *this;
        return f.can_be_ignored = true, f;
    }
    /// Not for logs and screens: to_json() and the tree can leave its value out.
    constexpr field secret() const {
        auto f = *this;
        return f.is_secret = true, f;
    }
    /// Keeps the old form of its length in flexible versions: the client id of the request header.
    constexpr field never_compact() const {
        auto f = *this;
        return f.compact = false, f;
    }
};

namespace detail {
// A list of values of many types. A std::tuple does more, and takes half of the time in which a message compiles.
template <std::size_t I, class Field> struct numbered { Field row; };
template <class Numbers, class... Field> struct numbered_rows;
template <std::size_t... I, class... Field> struct numbered_rows<std::index_sequence<I...>, Field...> : numbered<I, Field>... {
    constexpr numbered_rows(const Field&... f) : numbered<I, Field>{f}... {}
    template <class Work> constexpr auto all(Work work) const { return work(static_cast<const numbered<I, Field>&>(*this).row...); }
};
template <std::size_t I, class Field> constexpr const Field& row_number(const numbered<I, Field>& n) { return n.row; }
}  // namespace detail

/// The rows of one structure. `all(work)` is work(row, row, …).
template <class... Field> struct fields : detail::numbered_rows<std::index_sequence_for<Field...>, Field...> {
    static constexpr std::size_t count = sizeof...(Field);
    constexpr fields(const Field&... f) : detail::numbered_rows<std::index_sequence_for<Field...>, Field...>(f...) {}
};
template <class... Field> fields(Field...) -> fields<Field...>;

template <class T>
concept structure = requires {
    T::layout;
};
template <class T>
concept message = structure<T> && requires {
    T::name, T::first_version, T::last_version, T::flexible_since;
};

/// A new object of T. Layouts are made of types that can be made, and destroyed, while compiling, so this is constant data.
template <structure T> inline constexpr T unset_object{};

/// The row number I of T as a constant.
template <structure T, std::size_t I> struct nth_field { static constexpr auto value = detail::row_number<I>(T::layout); };
template <structure T> using field_indices = std::make_index_sequence<std::remove_cvref_t<decltype(T::layout)>::count>;

template <class T> inline constexpr bool is_vector = false;
template <class T> inline constexpr bool is_vector<std::vector<T>> = true;
template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool has_unknown_tags = requires { &T::unknown_tagged_fields; };
}  // namespace kwire
