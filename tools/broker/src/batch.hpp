// SPDX-License-Identifier: Apache-2.0
// What a broker looks at in a record batch: its header, its checksum, and whether its records are what the header says.
//
// Source: KIP-98 (batch v2), DefaultRecordBatch.java (layout), LogValidator.java of Apache Kafka (what is refused).
#pragma once

#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/errc.hpp>

#include <cstdint>
#include <string>

namespace kwire::inline v0 {
inline constexpr std::size_t batch_header_size = 61;

struct batch_header {
    std::int64_t base_offset, base_timestamp, max_timestamp, producer_id;
    std::int32_t length, leader_epoch, last_offset_delta, base_sequence, count;
    std::uint32_t crc;
    std::int16_t attributes, producer_epoch;
    std::int8_t magic;

    int codec() const noexcept { return attributes & 7; }
    bool transactional() const noexcept { return (attributes & 0x10) != 0; }
    bool control() const noexcept { return (attributes & 0x20) != 0; }
    std::int32_t last_sequence() const noexcept;
};

/// At least batch_header_size bytes must lie at `at`.
batch_header load_batch_header(const std::byte* at) noexcept;
/// Fills in what the broker decides; neither is covered by the checksum.
void stamp_batch(std::byte* at, std::int64_t base_offset, std::int32_t leader_epoch) noexcept;

/// What the batch at the front of `data` says it takes, at least 17 and at most what there is.
std::size_t batch_size(bytes data) noexcept;

/// Sequences run up to 2^31-1 and then begin at 0 again.
std::int32_t sequence_plus(std::int32_t sequence, std::int32_t n) noexcept;

struct batch_fault {
    errc code = errc::none;
    std::string what;
};
/// What is wrong with the batch that fills `data`, as a producer of Produce v3 or later sends it.
batch_fault check_batch(bytes data, std::size_t max_message_bytes, std::int16_t produce_version);

/// The first record that is not older than `timestamp`: how far into the batch, and its timestamp.
struct found_record {
    std::int32_t offset_delta = 0;
    std::int64_t timestamp = -1;
};
found_record first_not_older(bytes batch, std::int64_t timestamp);
}  // namespace kwire
