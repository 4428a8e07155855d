// SPDX-License-Identifier: Apache-2.0
// Reads record data in every way there is; the ways must agree, and every view must lie inside of what was given.
#pragma once

#include "fuzz.hpp"

#include <kwire/protocol/visible_records.hpp>

namespace kwire::fuzz {
inline constexpr std::size_t cap = 1024 * 1024;

// Touches every byte, for the sanitizer.
inline unsigned look_at(const std::optional<bytes>& b) {
    unsigned sum = 0;
    for (const std::byte one : b.value_or(bytes())) sum += std::to_integer<unsigned>(one);
    return sum;
}
inline unsigned look_at(const record_view& r) {
    unsigned sum = look_at(r.key) + look_at(r.value);
    for (const record_header& h : r.headers) sum += look_at(as_bytes(h.key)) + look_at(h.value);
    return sum;
}

inline void read_records(const batch_view& batch, record_reader by_callback) {
    record_reader one_by_one = by_callback;
    unsigned first = 0, second = 0;
    const auto done = by_callback.for_each([&](const record_view& r) { first += look_at(r); });
    record_view r;
    while (one_by_one.next(r)) second += look_at(r);
    must(first == second && by_callback.left() == one_by_one.left(), "both ways to read give the same records");
    must(done.has_value() == one_by_one.status().has_value(), "both ways to read agree on what is broken");
    must(done || done.error().context().starts_with(batch.name()), "an error names the batch");
}

inline void read_batches(bytes in) {
    decompressor expander(cap);
    buffer room;
    record_batches batches(in, false);  // with checksums, hardly any input would get further
    for (batch_view batch;;) {
        const auto more = batches.next(batch);
        if (!more || !*more) break;
        auto records = batch.records(expander, room);
        must(room.capacity() <= cap, "no batch takes more than the cap");
        if (records) read_records(batch, *records);
    }
}

inline void read_visible(bytes in, std::int64_t from) {
    decompressor expander(cap);
    buffer room;
    visible_batches batches(in, from, {{100, 0}, {1, 2}}, false);
    record_reader records;
    for (record_view r;;) {
        const auto more = batches.next(expander, room, records);
        must(batches.next_offset() >= from, "nobody goes back");
        if (!more || !*more) break;
        while (records.next(r)) must(r.offset >= from, "nothing below the offset asked for is seen");
    }
}
}  // namespace kwire::fuzz
