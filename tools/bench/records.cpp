// SPDX-License-Identifier: Apache-2.0
#include "records.hpp"

#include "measure.hpp"

#include <kwire/protocol/batch_layout.hpp>
#include <kwire/protocol/batch_writer.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <cstdio>
#include <string>

namespace kwire::bench {
namespace {
constexpr std::size_t batch_bytes = 256 * 1024;  // as producers send them; it stays in the second cache

buffer batch_of_100_byte_records() {
    const std::string value(100, 'r');
    batch_writer batch(batch_bytes);
    for (std::int64_t ms = 1'700'000'000'000; batch.append({ms, {}, as_bytes(value), {}}); ++ms) {}
    batch.seal();
    return batch.release();
}

// The sizes of all values, by code that reads the varints of each record and nothing else: the floor for every reader.
std::size_t varints_only(bytes batch) {
    const std::byte *p = batch.data() + batch_layout::records, *const end = batch.data() + batch.size();
    std::size_t sum = 0;
    while (p < end) {
        std::int32_t length = 0, delta = 0, key = 0, value = 0, headers = 0;
        std::int64_t since_base = 0;
        if (p = get_varint(p, end, length); !p) return 0;
        if (p = get_varint(p + 1, end, since_base); !p) return 0;
        if (p = get_varint(p, end, delta); !p) return 0;
        if (p = get_varint(p, end, key); !p) return 0;
        if (p = get_varint(key > 0 ? p + key : p, end, value); !p) return 0;
        if (p = get_varint(p + value, end, headers); !p) return 0;
        sum += static_cast<std::size_t>(value);
    }
    return sum;
}

std::size_t iterated(bytes wire, decompressor& expander, buffer& room) {
    record_batches batches(wire, false);
    batch_view batch;
    std::size_t sum = 0;
    if (const auto more = batches.next(batch); !more || !*more) return 0;
    auto records = batch.records(expander, room);
    if (!records) return 0;
    const auto done = records->for_each([&](const record_view& r) { sum += r.value->size(); });
    return done ? sum : 0;
}
}  // namespace

bool iteration() {
    const buffer batch = batch_of_100_byte_records();
    const auto gb_per_second = [&](double ns) { return static_cast<double>(batch.size()) / ns; };
    decompressor expander;
    buffer room;
    if (varints_only(batch) == 0 || varints_only(batch) != iterated(batch, expander, room)) return false;
    const auto ns = side_by_side(
        101, 20, [&] { keep(varints_only(batch)); }, [&] { keep(iterated(batch, expander, room)); });
    std::printf("\n%-28s %14s %14s %5s\n", "batch of 100-byte records", "varints only", "iterated", "ratio");
    std::printf("%-28s %9.1f GB/s %9.1f GB/s %5.2f\n", "256 KB, not compressed", gb_per_second(ns[0]), gb_per_second(ns[1]), ns[1] / ns[0]);
    return true;
}
}  // namespace kwire::bench
