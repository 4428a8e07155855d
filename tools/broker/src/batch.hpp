// SPDX-License-Identifier: Apache-2.0
// What a broker looks at in a record batch: its header, its checksum, and whether its records are what the header says.
//
// The errors, and which comes first where several would do, are Kafka's; tests/integration compares them. Where Kafka takes
// records that readers cannot, or stumbles over them, this is stricter: it is to find what is wrong with a client.
// Source: KIP-98 (batch v2), ProduceRequest.java, UnifiedLog.java and LogValidator.java of Apache Kafka (what is refused).
#pragma once

#include <kwire/protocol/errc.hpp>
#include <kwire/protocol/record_batch.hpp>

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
/// Corrects the header's youngest timestamp, and with it the checksum, where a producer got it wrong.
void correct_max_timestamp(std::span<std::byte> batch, std::int64_t max_timestamp) noexcept;

/// What the batch at the front of `data` says it takes, at least 17 and at most what there is.
std::size_t batch_size(bytes data) noexcept;

/// Sequences run up to 2^31-1 and then begin at 0 again.
std::int32_t sequence_plus(std::int32_t sequence, std::int32_t n) noexcept;

/// What became of a batch that was judged: its error, or the batch itself without what lay behind it.
struct judged_batch {
    errc code = errc::none;
    std::string what;
    bytes batch;
    std::int64_t max_timestamp = -1;  // of its records, whatever its header says
};

/// The first record that is not older than a timestamp: how far into the batch, and its own.
struct found_record {
    std::int32_t offset_delta = 0;
    std::int64_t timestamp = -1;
};

/// Reads batches down to their records, compressed ones too; those of a codec that the build lacks by their header only.
/// Keeps the memory for expanding.
class batch_inspector {
  public:
    /// Judges the records that a producer of Produce v3 or later sends for one partition.
    judged_batch judge(bytes records, std::size_t max_message_bytes, std::int16_t produce_version);
    found_record first_not_older(bytes batch, std::int64_t timestamp);

  private:
    judged_batch judge_records(const batch_view& b);

    decompressor expander_;
    buffer room_;
};
}  // namespace kwire
