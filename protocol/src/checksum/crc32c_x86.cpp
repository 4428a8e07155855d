// SPDX-License-Identifier: Apache-2.0
// CRC-32C on x86-64.
//
// The crc32 instruction takes three cycles but a new one can start every cycle, so three streams run side by side: the
// data is cut in three, and the first two results are moved over what follows them by a carry-less multiplication.
// Where that multiplication comes in registers of 256 bits, it works beside those streams: it folds the front of a stretch,
// 64 bytes at a time multiplied forward over the next 64, while they go through the rest, so that neither unit waits.
// With AVX-512 the data itself is folded: 256 bytes at a time are multiplied forward over the next 256, four registers
// wide, until one register is left, which crc32 instructions finish.
// Source: Intel, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ"; all constants are computed.
#include "checksum/methods.hpp"

#if defined(__x86_64__) || defined(_M_X64)
#include <algorithm>
#include <array>

#include <immintrin.h>
#ifdef _MSC_VER
#include <intrin.h>
#endif

namespace kwire::inline v0::checksum {
namespace {
#ifdef _MSC_VER
bool has_sse42_now() noexcept {
    int words[4];
    __cpuid(words, 1);
    return (words[2] >> 20 & 1) != 0 && (words[2] >> 1 & 1) != 0;
}
bool has_avx2_now() noexcept { return false; }
bool has_avx512_now() noexcept { return false; }
#else
bool has_sse42_now() noexcept { return __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0; }
bool has_avx2_now() noexcept { return has_sse42_now() && __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("vpclmulqdq") != 0; }
bool has_avx512_now() noexcept {
    return has_sse42_now() && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
           __builtin_cpu_supports("vpclmulqdq") != 0;
}
#endif
}  // namespace

bool has_sse42() noexcept { return has_sse42_now(); }
bool has_avx2() noexcept { return has_avx2_now(); }
bool has_avx512() noexcept { return has_avx512_now(); }

namespace {
[[gnu::target("sse4.2,pclmul")]] std::uint64_t carryless(std::uint32_t a, std::uint32_t b) noexcept {
    const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi32_si128(static_cast<int>(a)), _mm_cvtsi32_si128(static_cast<int>(b)), 0);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

// x^n by squaring with instructions: a square is one multiplication, and a crc32 of it reduces it.
[[gnu::target("sse4.2,pclmul")]] std::uint32_t power_of_x_quickly(std::uint64_t n) noexcept {
    std::uint64_t stack = ~std::uint64_t{1};  // which squares are shifted by one more, as bits below the lowest zero
    for (; n > 191; n = (n >> 1) - 16) stack = (stack << 1) + (n & 1);
    stack = ~stack;
    std::uint32_t power = 0x80000000u >> (n & 31);
    for (n >>= 5; n != 0; --n) power = _mm_crc32_u32(power, 0);
    for (;;) {
        const std::uint32_t low = stack & 1;
        stack >>= 1;
        if (stack == 0) return power;
        power = static_cast<std::uint32_t>(_mm_crc32_u64(0, carryless(power, power) << low));
    }
}

// The checksum `crc` as if `size` zero bytes had followed, still to be reduced by one crc32 instruction.
std::uint64_t moved_over(std::uint64_t crc, std::size_t size) noexcept {
    return carryless(static_cast<std::uint32_t>(crc), power_of_x_quickly(std::uint64_t{size} * 8 - 33));
}

[[gnu::target("sse4.2")]] std::uint32_t finish(std::uint64_t crc, const std::byte* p, std::size_t n) noexcept {
    for (; n >= 8; p += 8, n -= 8) crc = _mm_crc32_u64(crc, load_word(p));
    for (; n > 0; ++p, --n) crc = _mm_crc32_u8(static_cast<std::uint32_t>(crc), std::to_integer<unsigned char>(*p));
    return ~static_cast<std::uint32_t>(crc);
}
}  // namespace

[[gnu::target("sse4.2,pclmul")]] std::uint32_t crc32c_by_sse42(bytes data) noexcept {
    const std::byte* p = data.data();
    std::size_t n = data.size();
    std::uint64_t a = 0xffffffff;
    if (n >= 512) {
        const std::size_t third = (n - 8) / 24 * 8;
        std::uint64_t b = 0, c = 0;
        for (const std::byte* const end = p + third; p < end; p += 8) {
            a = _mm_crc32_u64(a, load_word(p));
            b = _mm_crc32_u64(b, load_word(p + third));
            c = _mm_crc32_u64(c, load_word(p + 2 * third));
        }
        p += 2 * third;
        a = _mm_crc32_u64(c, load_word(p) ^ moved_over(a, 2 * third + 8) ^ moved_over(b, third + 8));
        p += 8;
        n -= 3 * third + 8;
    }
    return finish(a, p, n);
}

#ifdef _MSC_VER
std::uint32_t crc32c_by_avx2(bytes data) noexcept { return crc32c_by_sse42(data); }
std::uint32_t crc32c_by_avx512(bytes data) noexcept { return crc32c_by_sse42(data); }
#else
namespace {
// A 128-bit lane is folded over `bits` by multiplying its halves with these and adding both products to what stands there:
// reflected, the low half is worth x^64 more than the high one, and a product of two reflected numbers is one bit short.
constexpr long long fold_low(std::uint64_t bits) { return static_cast<long long>(power_of_x(bits + 32)) << 1; }
constexpr long long fold_high(std::uint64_t bits) { return static_cast<long long>(power_of_x(bits - 32)) << 1; }

[[gnu::target("avx512f,vpclmulqdq"), gnu::always_inline]] inline __m512i fold(__m512i lanes, __m512i by, const std::byte* next) {
    return _mm512_ternarylogic_epi64(_mm512_clmulepi64_epi128(lanes, by, 0x00), _mm512_clmulepi64_epi128(lanes, by, 0x11), _mm512_loadu_si512(next),
                                     0x96);  // 0x96: exclusive or of three
}
[[gnu::target("avx512f,vpclmulqdq"), gnu::always_inline]] inline __m512i fold(__m512i lanes, __m512i by, __m512i next) {
    return _mm512_ternarylogic_epi64(_mm512_clmulepi64_epi128(lanes, by, 0x00), _mm512_clmulepi64_epi128(lanes, by, 0x11), next, 0x96);
}
template <std::uint64_t Bits> [[gnu::target("avx512f"), gnu::always_inline]] inline __m512i factor() {
    constexpr long long low = fold_low(Bits), high = fold_high(Bits);
    return _mm512_set_epi64(high, low, high, low, high, low, high, low);
}

[[gnu::target("avx2,vpclmulqdq"), gnu::always_inline]] inline __m256i fold(__m256i lanes, __m256i by, __m256i next) {
    return _mm256_xor_si256(_mm256_xor_si256(_mm256_clmulepi64_epi128(lanes, by, 0x00), _mm256_clmulepi64_epi128(lanes, by, 0x11)), next);
}
template <std::uint64_t Bits> [[gnu::target("avx2"), gnu::always_inline]] inline __m256i factor_256() {
    constexpr long long low = fold_low(Bits), high = fold_high(Bits);
    return _mm256_set_epi64x(high, low, high, low);
}
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i load_256(const std::byte* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
// What the two halves of a register come to, as the checksum so far of what was folded into it.
[[gnu::target("avx2,pclmul,sse4.2"), gnu::always_inline]] inline std::uint64_t folded(__m256i lanes) {
    constexpr long long low = fold_low(128), high = fold_high(128);
    const __m128i front = _mm256_castsi256_si128(lanes), by = _mm_set_epi64x(high, low);
    const __m128i last = _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(front, by, 0x00), _mm_clmulepi64_si128(front, by, 0x11)),
                                       _mm256_extracti128_si256(lanes, 1));
    return _mm_crc32_u64(_mm_crc32_u64(0, static_cast<std::uint64_t>(_mm_cvtsi128_si64(last))),
                         static_cast<std::uint64_t>(_mm_extract_epi64(last, 1)));
}

// A stretch is as many rounds as the table reaches: in each, 64 bytes are folded and each stream takes 16.
constexpr std::size_t folded_a_round = 64, streamed_a_round = 16, bytes_a_round = folded_a_round + 3 * streamed_a_round, most_rounds = 128;
// [n] moves a checksum over n times what a stream takes in a round and the eight bytes that join the streams.
constexpr auto over_streams = [] {
    std::array<std::uint32_t, 3 * most_rounds + 1> powers{};
    for (std::size_t n = 0; n < powers.size(); ++n) powers[n] = power_of_x((n * streamed_a_round + 8) * 8 - 33);
    return powers;
}();
}  // namespace

[[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2")]] std::uint32_t crc32c_by_avx2(bytes data) noexcept {
    const std::byte* p = data.data();
    std::size_t n = data.size();
    std::uint64_t crc = 0xffffffff;
    const __m256i over_64 = factor_256<512>();
    while (n >= 4 * bytes_a_round + 8) {
        const std::size_t rounds = std::min((n - 8) / bytes_a_round, most_rounds), stream = rounds * streamed_a_round;
        const std::byte *front = p, *s = p + rounds * folded_a_round;
        __m256i x = _mm256_xor_si256(load_256(front), _mm256_set_epi32(0, 0, 0, 0, 0, 0, 0, static_cast<int>(crc))), y = load_256(front + 32);
        std::uint64_t a = 0, b = 0, c = 0;
        for (const std::byte* const last = s;;) {
            a = _mm_crc32_u64(_mm_crc32_u64(a, load_word(s)), load_word(s + 8));
            b = _mm_crc32_u64(_mm_crc32_u64(b, load_word(s + stream)), load_word(s + stream + 8));
            c = _mm_crc32_u64(_mm_crc32_u64(c, load_word(s + 2 * stream)), load_word(s + 2 * stream + 8));
            s += streamed_a_round;
            front += folded_a_round;
            if (front == last) break;
            x = fold(x, over_64, load_256(front));
            y = fold(y, over_64, load_256(front + 32));
        }
        a = carryless(static_cast<std::uint32_t>(a), over_streams[2 * rounds]);
        b = carryless(static_cast<std::uint32_t>(b), over_streams[rounds]);
        const std::uint64_t whole = folded(fold(x, factor_256<256>(), y));
        const std::uint64_t before = carryless(static_cast<std::uint32_t>(whole), over_streams[3 * rounds]) ^ a ^ b;
        s += 2 * stream;
        crc = _mm_crc32_u64(c, load_word(s) ^ before);
        s += 8;
        n -= static_cast<std::size_t>(s - p);
        p = s;
    }
    return finish(crc, p, n);
}

[[gnu::target("avx512f,avx512vl,vpclmulqdq,pclmul,sse4.2")]] std::uint32_t crc32c_by_avx512(bytes data) noexcept {
    const std::byte* p = data.data();
    std::size_t n = data.size();
    if (n < 1024) return crc32c_by_sse42(data);
    __m512i a = _mm512_xor_si512(_mm512_loadu_si512(p), _mm512_set_epi64(0, 0, 0, 0, 0, 0, 0, 0xffffffff));
    __m512i b = _mm512_loadu_si512(p + 64), c = _mm512_loadu_si512(p + 128), d = _mm512_loadu_si512(p + 192);
    const __m512i over_256 = factor<2048>();
    for (p += 256, n -= 256; n >= 256; p += 256, n -= 256) {
        a = fold(a, over_256, p);
        b = fold(b, over_256, p + 64);
        c = fold(c, over_256, p + 128);
        d = fold(d, over_256, p + 192);
    }
    const __m512i over_64 = factor<512>();
    d = fold(fold(fold(a, over_64, b), over_64, c), over_64, d);
    alignas(64) std::byte last[64];
    _mm512_store_si512(last, d);
    std::uint64_t crc = 0;
    for (std::size_t i = 0; i < 64; i += 8) crc = _mm_crc32_u64(crc, load_word(last + i));
    return finish(crc, p, n);
}
#endif
}  // namespace kwire
#endif
