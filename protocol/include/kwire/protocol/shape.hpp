// SPDX-License-Identifier: Apache-2.0
// A layout with its types erased: what the interpreter walks, so that one piece of code serves every message.
//
// A shape is one structure, a row one of its fields, with the offset of its member, which the compiler takes from the layout
// (shape_of.hpp). Everything here is constant data; nothing is allocated.
#pragma once

#include <kwire/protocol/layout.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kwire::inline v0 {
/// The wire types, by Kafka's names. An error code is an int16 whose numbers have names.
enum class kind : std::uint8_t {
    boolean,
    int8,
    int16,
    int32,
    int64,
    uint16,
    float64,
    uuid,
    error_code,
    string,
    byte_string,
    records,
    structure,
    array
};
std::string_view to_string(kind k) noexcept;

/// The type as it travels: "int32", "compact_nullable_string".
std::string wire_type(kind k, bool nullable, bool compact);

/// Bytes that a value of this kind has whatever it is; 0 where that depends on the value.
constexpr std::size_t fixed_size(kind k) noexcept {
    switch (k) {
        case kind::boolean:
        case kind::int8: return 1;
        case kind::int16:
        case kind::uint16:
        case kind::error_code: return 2;
        case kind::int32: return 4;
        case kind::int64:
        case kind::float64: return 8;
        case kind::uuid: return 16;
        default: return 0;
    }
}

/// What can be done with an array or with something that may be absent, whatever it holds.
struct container {
    enum class step : std::uint8_t { look, clear, make };
    struct view {
        std::byte* first;
        std::size_t count;
        bool present;
    };
    view (*act)(void* member, step what, std::size_t count);  // one function for all: there are hundreds of containers
    std::size_t stride;                                       // from one element to the next

    bool present(const void* member) const { return look(member).present; }
    /// The elements of something present.
    view look(const void* member) const { return act(const_cast<void*>(member), step::look, 0); }
    /// Null, or empty where null cannot be.
    void clear(void* member) const { act(member, step::clear, 0); }
    /// `count` elements, each as new; the first.
    std::byte* make(void* member, std::size_t count) const { return act(member, step::make, count).first; }
};

struct shape;

struct row {
    std::string_view name, about;
    versions present, nullable;
    std::int16_t tag;
    std::uint16_t offset;  // of the member in its structure
    kind type, element;    // element: of an array
    bool ignorable : 1, compact : 1, secret : 1;
    bool optional : 1;       // the member is a std::optional
    const shape* inner;      // of a structure or of an array of structures
    const container* items;  // of an array, or of a structure that may be null
};

struct shape {
    std::string_view name;                     // of a message: "FetchRequest"; of an inner structure empty
    std::int16_t first, last, flexible_since;  // of a message
    std::span<const row> rows;
    const void* unset;          // an object with every default
    std::uint16_t tags_offset;  // of the unknown tags; no_tags where there is no place for them
    bool any_tagged;            // is any row tagged?
    static constexpr std::uint16_t no_tags = UINT16_MAX;

    void* member(const row& r, void* object) const { return static_cast<std::byte*>(object) + r.offset; }
    const void* member(const row& r, const void* object) const { return static_cast<const std::byte*>(object) + r.offset; }
    /// Null where the structure has no place for them.
    unknown_tags* unknown(void* object) const {
        return tags_offset == no_tags ? nullptr : reinterpret_cast<unknown_tags*>(static_cast<std::byte*>(object) + tags_offset);
    }
    const unknown_tags* unknown(const void* object) const { return unknown(const_cast<void*>(object)); }
};

/// The shape of a message; defined for every message of kwire, and by <kwire/protocol/shape_of.hpp> for your own.
template <message M> const shape& shape_of() noexcept;

/// "LeaderEpoch" as people read it in paths: "leader_epoch".
std::string snake_case(std::string_view schema_name);
/// "LeaderEpoch" as Kafka's JSON spells it: "leaderEpoch".
std::string camel_case(std::string_view schema_name);
/// The fewest bytes that a value of this shape takes on the wire.
std::size_t least_size(const shape& s, std::int16_t version, bool flexible) noexcept;
}  // namespace kwire
