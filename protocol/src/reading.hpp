// SPDX-License-Identifier: Apache-2.0
// Reading with bounds, and the story of a failure, told from the inside outwards: the decoder that explains itself stands on
// this. The compiled ones keep the same bounds without the words (compiled/reader.hpp).
//
// A read returns the place behind what it read, or null. Memory for an array is taken only for as many elements as the
// rest of the frame can hold, and elements that are still to come keep their share of it (`spoken_for`), so that a frame
// never takes more than 32 times its size, however its counts are nested.
#pragma once

#include <kwire/protocol/error.hpp>
#include <kwire/protocol/shape.hpp>
#include <kwire/protocol/varint.hpp>
#include <kwire/protocol/wire.hpp>

namespace kwire::inline v0 {
struct reading {
    using at = const std::byte*;
    at begin, end;
    std::size_t spoken_for = 0;  // bytes at the end that outer arrays need at least
    std::string where, why;

    std::size_t left(at p) const noexcept { return static_cast<std::size_t>(end - p); }

    [[gnu::noinline, gnu::cold]] at refuse(at p, std::string_view reason) {
        why = reason;
        why += " at offset " + std::to_string(p - begin);
        return nullptr;
    }
    [[gnu::noinline, gnu::cold]] at too_short(at p, std::size_t needed) {
        why = "needs " + std::to_string(needed) + " bytes at offset " + std::to_string(p - begin);
        why += ", " + std::to_string(left(p)) + " left";
        return nullptr;
    }
    [[gnu::noinline, gnu::cold]] at within(std::string_view field_name) { return where.insert(0, "." + snake_case(field_name)), nullptr; }
    [[gnu::noinline, gnu::cold]] at within(std::size_t element) { return where.insert(0, "[" + std::to_string(element) + "]"), nullptr; }
    error failed(std::string_view message_name) const {
        std::string what(message_name);
        what += where + ": " + why;
        return error(client_errc::malformed, std::move(what));
    }

    template <class T> [[gnu::always_inline]] at number(at p, T& v) {
        if (left(p) < sizeof(T)) [[unlikely]]
            return too_short(p, sizeof(T));
        v = load<T>(p);
        return p + sizeof(T);
    }
    [[gnu::always_inline]] at boolean(at p, bool& v) {
        if (left(p) < 1) [[unlikely]]
            return too_short(p, 1);
        if (*p > std::byte{1}) [[unlikely]]
            return refuse(p, "a boolean that is neither 0 nor 1");
        v = *p == std::byte{1};
        return p + 1;
    }
    [[gnu::always_inline]] at uvarint(at p, std::uint32_t& v) {
        if (p != end && *p < std::byte{0x80}) [[likely]]
            return v = std::to_integer<std::uint32_t>(*p), p + 1;
        const at after = get_uvarint(p, end, v);
        if (after) [[likely]]
            return after;
        return left(p) < 5 ? too_short(p, left(p) + 1) : refuse(p, "an unsigned varint of more than 32 bits");
    }
    // A length or count; -1 is null.
    [[gnu::always_inline]] at length(at p, std::int64_t& n, bool is_short, bool compact) {
        const at from = p;
        if (compact) {
            std::uint32_t u = 0;
            if (p = uvarint(p, u); !p) return p;
            n = std::int64_t{u} - 1;
            return n <= INT32_MAX ? p : refuse(from, "a length of more than 2147483647");
        }
        if (is_short) {
            std::int16_t v = 0;
            p = number(p, v);
            n = v;
        } else {
            std::int32_t v = 0;
            p = number(p, v);
            n = v;
        }
        return !p || n >= -1 ? p : refuse(from, "a negative length");
    }
    [[gnu::always_inline]] at content(at p, std::int64_t n, bytes& v) {
        const auto size = static_cast<std::size_t>(n);
        if (left(p) < size) [[unlikely]]
            return too_short(p, size);
        v = bytes(p, size);
        return p + size;
    }
    // May an array of `count` elements of at least `least` bytes begin at `p`?
    bool room_for(at p, std::size_t count, std::size_t least) {
        const std::size_t free = left(p) - std::min(left(p), spoken_for);
        if (count == 0 || (least > 0 && free / least >= count)) [[likely]]
            return true;
        return too_many(p, count, least, free);
    }
    [[gnu::noinline, gnu::cold]] bool too_many(at p, std::size_t count, std::size_t least, std::size_t free) {
        why = std::to_string(count) + " elements need at least " + std::to_string(count * least) + " bytes at offset ";
        why += std::to_string(p - begin) + ", " + std::to_string(free) + " left for them";
        return false;
    }
};
}  // namespace kwire
