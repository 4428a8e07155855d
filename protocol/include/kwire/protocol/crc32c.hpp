// SPDX-License-Identifier: Apache-2.0
// The two checksums of record data: CRC-32C for batches of magic 2, CRC-32 (zlib's) for messages of magic 0 and 1.
//
// CRC-32C is computed with what the processor has, decided once at run time: AVX-512 with wide carry-less
// multiplication, SSE4.2 with carry-less multiplication, ARMv8's crc32 instructions, and tables where there is nothing.
// Source: KIP-98 (CRC-32C over everything from the attributes on); RFC 3720 B.4 (its test values).
#pragma once

#include <kwire/protocol/bytes.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace kwire::inline v0 {
std::uint32_t crc32c(bytes data) noexcept;
std::uint32_t crc32(bytes data) noexcept;

namespace detail {
/// One way to compute CRC-32C, for tests and benchmarks that compare them.
struct crc32c_method {
    std::string_view name;
    std::uint32_t (*run)(bytes) noexcept;
};
/// All that work on this processor, the one that crc32c() uses first.
const std::vector<crc32c_method>& crc32c_methods();
}  // namespace detail
}  // namespace kwire
