// SPDX-License-Identifier: Apache-2.0
// CRC-32C on ARMv8: three streams of crc32cx side by side, joined by moving the first two over what follows them.
#include "checksum/methods.hpp"

#if defined(__aarch64__)
#if defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#elif defined(__FreeBSD__)
#include <sys/auxv.h>
#endif

namespace kwire::inline v0::checksum {
bool has_arm_crc() noexcept {
#if defined(__linux__)
    return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#elif defined(__FreeBSD__)
    unsigned long capabilities = 0;
    elf_aux_info(AT_HWCAP, &capabilities, sizeof capabilities);
    return (capabilities & HWCAP_CRC32) != 0;
#elif defined(__APPLE__) || defined(__ARM_FEATURE_CRC32)
    return true;
#else
    return false;
#endif
}

namespace {
std::uint32_t step(std::uint32_t crc, std::uint64_t word) noexcept {
    asm(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(word));
    return crc;
}
std::uint32_t step(std::uint32_t crc, std::byte b) noexcept {
    asm(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(crc) : "r"(std::to_integer<std::uint32_t>(b)));
    return crc;
}

// The checksum `crc` as if `size` zero bytes had followed.
std::uint32_t moved_over(std::uint32_t crc, std::size_t size) noexcept {
    std::uint32_t power = power_of_x(std::uint64_t{size} * 8), product = 0;
    for (; power != 0; power <<= 1) {
        if ((power & 0x80000000u) != 0) product ^= crc;
        crc = (crc >> 1) ^ ((crc & 1) != 0 ? crc32c_polynomial : 0);
    }
    return product;
}
}  // namespace

std::uint32_t crc32c_by_arm(bytes data) noexcept {
    const std::byte* p = data.data();
    std::size_t n = data.size();
    std::uint32_t a = 0xffffffff;
    if (n >= 8192) {  // joining costs some two thousand instructions
        const std::size_t third = n / 24 * 8;
        std::uint32_t b = 0, c = 0;
        for (const std::byte* const end = p + third; p < end; p += 8) {
            a = step(a, load_word(p));
            b = step(b, load_word(p + third));
            c = step(c, load_word(p + 2 * third));
        }
        a = moved_over(a, 2 * third) ^ moved_over(b, third) ^ c;
        p += 2 * third;
        n -= 3 * third;
    }
    for (; n >= 8; p += 8, n -= 8) a = step(a, load_word(p));
    for (; n > 0; ++p, --n) a = step(a, *p);
    return ~a;
}
}  // namespace kwire
#endif
