// SPDX-License-Identifier: Apache-2.0
// What the walks over rows share: reaching members by kind, and comparing a field with its default.
#pragma once

#include <kwire/protocol/error.hpp>
#include <kwire/protocol/shape.hpp>
#include <kwire/protocol/wire.hpp>

#include <cstring>
#include <optional>

namespace kwire::inline v0 {
namespace interpreter {
template <class T> const T& as(const void* p) { return *static_cast<const T*>(p); }
template <class T> T& as(void* p) { return *static_cast<T*>(p); }

/// A string, bytes or records member as bytes; null where the member is a std::optional without a value.
inline std::optional<bytes> content_of(kind k, bool optional, const void* member) {
    switch (k) {
        case kind::string:
            if (!optional) return as_bytes(as<std::string_view>(member));
            if (const auto& s = as<std::optional<std::string_view>>(member)) return as_bytes(*s);
            return std::nullopt;
        case kind::records:
            if (!optional) return as<records>(member).data;
            if (const auto& r = as<std::optional<records>>(member)) return r->data;
            return std::nullopt;
        default:
            if (!optional) return as<bytes>(member);
            return as<std::optional<bytes>>(member);
    }
}

/// Turns `count` numbers of `width` bytes from the order of the wire into that of this machine, or back; places may differ.
/// One byte and the sixteen of a uuid stay as they are.
inline void copy_numbers(std::size_t width, std::size_t count, const std::byte* from, std::byte* to) {
    const auto swapped = [&]<class T>(T) {
        for (std::size_t i = 0; i < count; ++i, from += sizeof(T), to += sizeof(T)) {
            const T value = load<T>(from);
            std::memcpy(to, &value, sizeof(T));
        }
    };
    switch (width) {
        case 2: return swapped(std::int16_t{});
        case 4: return swapped(std::int32_t{});
        case 8: return swapped(std::int64_t{});
        default:
            if (count > 0) std::memcpy(to, from, width * count);
    }
}

/// The elements of an array. Lists of int32, which are in every partition, are looked at without a call.
inline container::view list_in(const row& r, const void* member) {
    if (r.element != kind::int32 || r.optional) return r.items->look(member);
    const auto& numbers = as<std::vector<std::int32_t>>(member);
    return {reinterpret_cast<std::byte*>(const_cast<std::int32_t*>(numbers.data())), numbers.size(), true};
}

/// False where the field is null.
inline bool present(const row& r, const void* member) {
    if (!r.optional) return true;
    return r.items ? r.items->present(member) : content_of(r.type, true, member).has_value();
}

/// The structure in a member of kind::structure that is present.
inline const void* structure_in(const row& r, const void* member) { return r.optional ? r.items->look(member).first : member; }

/// Appends one value as Kafka's JSON.
void value_to_json(const row& r, const void* member, std::int16_t version, std::string& out);
/// Fails with client_errc::version_not_supported where the message does not have this version.
result<void> version_known(const shape& s, std::int16_t version);
/// Does the field have the value that a new object has?
bool is_default(const shape& s, const row& r, const void* object);
/// Gives it that value.
void reset(const shape& s, const row& r, void* object);
}  // namespace interpreter
}  // namespace kwire
