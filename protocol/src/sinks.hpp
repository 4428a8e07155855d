// SPDX-License-Identifier: Apache-2.0
// Where a writer of values puts them: one sink counts, the other stores. A writer is written once and takes either, so that
// size and bytes cannot disagree.
#pragma once

#include <kwire/protocol/varint.hpp>
#include <kwire/protocol/wire.hpp>

#include <cstring>

namespace kwire::inline v0::sinks {
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
}  // namespace kwire::inline v0::sinks
