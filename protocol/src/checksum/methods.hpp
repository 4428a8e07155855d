// SPDX-License-Identifier: Apache-2.0
// The ways to compute CRC-32C; those for a processor say whether this one can run them.
#pragma once

#include <kwire/protocol/bytes.hpp>

#include <cstdint>
#include <cstring>

namespace kwire::inline v0::checksum {
std::uint32_t crc32c_by_tables(bytes data) noexcept;

#if defined(__x86_64__) || defined(_M_X64)
bool has_sse42() noexcept;
std::uint32_t crc32c_by_sse42(bytes data) noexcept;
bool has_avx2() noexcept;
std::uint32_t crc32c_by_avx2(bytes data) noexcept;
bool has_avx512() noexcept;
std::uint32_t crc32c_by_avx512(bytes data) noexcept;
#elif defined(__aarch64__)
bool has_arm_crc() noexcept;
std::uint32_t crc32c_by_arm(bytes data) noexcept;
#endif

// Eight bytes in the machine's own order: the instructions want the first byte lowest, as x86 and ARM load it.
inline std::uint64_t load_word(const std::byte* p) noexcept {
    std::uint64_t word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

// The polynomial of CRC-32C without its x^32, bit-reflected: the coefficient of x^31 is the lowest bit.
inline constexpr std::uint32_t crc32c_polynomial = 0x82f63b78;

// x^n modulo the polynomial, bit-reflected.
constexpr std::uint32_t power_of_x(std::uint64_t n) noexcept {
    constexpr auto times = [](std::uint32_t a, std::uint32_t b) {
        std::uint32_t product = 0;
        for (; b != 0; b <<= 1) {
            if (b & 0x80000000u) product ^= a;
            a = (a >> 1) ^ ((a & 1) != 0 ? crc32c_polynomial : 0);
        }
        return product;
    };
    std::uint32_t result = 0x80000000u, square = 0x40000000u;  // x^0, x^1
    for (; n != 0; n >>= 1) {
        if ((n & 1) != 0) result = times(result, square);
        square = times(square, square);
    }
    return result;
}
static_assert(power_of_x(32) == crc32c_polynomial);
}  // namespace kwire
