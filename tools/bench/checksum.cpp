// SPDX-License-Identifier: Apache-2.0
// What CRC-32C is compared with: a family of loops, each compiled for one size of data, so that every constant is known and
// nothing is left to decide; the best of them is the bar. Three streams of crc32 instructions take one part of the data,
// `Folds` registers fold the other by carry-less multiplication; `Words` is what a stream takes in a round.
// Source: Intel, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ".
#include "checksum.hpp"

#include "measure.hpp"

#include <kwire/protocol/crc32c.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace kwire::bench {
namespace {
using loop = std::uint32_t (*)(const std::byte*);
struct candidate {
    const char* name;
    loop run;
};

#if defined(__x86_64__)
constexpr std::uint32_t times(std::uint32_t a, std::uint32_t b) {
    std::uint32_t product = 0;
    for (; b != 0; b <<= 1) {
        if ((b & 0x80000000u) != 0) product ^= a;
        a = (a >> 1) ^ ((a & 1) != 0 ? 0x82f63b78u : 0);
    }
    return product;
}
// x^n modulo the polynomial, bit-reflected.
constexpr std::uint32_t power(std::uint64_t n) {
    std::uint32_t result = 0x80000000u, square = 0x40000000u;
    for (; n != 0; n >>= 1, square = times(square, square))
        if ((n & 1) != 0) result = times(result, square);
    return result;
}
// Constants that multiply the halves of a lane over so many bits.
constexpr long long low(std::uint64_t bits) { return static_cast<long long>(power(bits + 32)) << 1; }
constexpr long long high(std::uint64_t bits) { return static_cast<long long>(power(bits - 32)) << 1; }

std::uint64_t word(const std::byte* p) {
    std::uint64_t w;
    std::memcpy(&w, p, 8);
    return w;
}

struct narrow {  // one lane of 128 bits
    using lanes = __m128i;
    static constexpr std::size_t width = 16;
    [[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2"), gnu::always_inline]] static lanes load(const std::byte* p) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    }
    [[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2"), gnu::always_inline]] static lanes begin(lanes x) {
        return _mm_xor_si128(x, _mm_set_epi32(0, 0, 0, -1));
    }
    [[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2"), gnu::always_inline]] static lanes factor(long long l, long long h) {
        return _mm_set_epi64x(h, l);
    }
    [[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2"), gnu::always_inline]] static lanes fold(lanes x, lanes by, lanes next) {
        return _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(x, by, 0x00), _mm_clmulepi64_si128(x, by, 0x11)), next);
    }
};
struct wide {  // two of them
    using lanes = __m256i;
    static constexpr std::size_t width = 32;
    [[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2"), gnu::always_inline]] static lanes load(const std::byte* p) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    }
    [[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2"), gnu::always_inline]] static lanes begin(lanes x) {
        return _mm256_xor_si256(x, _mm256_set_epi32(0, 0, 0, 0, 0, 0, 0, -1));
    }
    [[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2"), gnu::always_inline]] static lanes factor(long long l, long long h) {
        return _mm256_set_epi64x(h, l, h, l);
    }
    [[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2"), gnu::always_inline]] static lanes fold(lanes x, lanes by, lanes next) {
        return _mm256_xor_si256(_mm256_xor_si256(_mm256_clmulepi64_epi128(x, by, 0x00), _mm256_clmulepi64_epi128(x, by, 0x11)), next);
    }
};

[[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2")]] std::uint64_t multiplied(std::uint64_t crc, std::uint32_t by) {
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(crc & 0xffffffff)), _mm_cvtsi32_si128(static_cast<int>(by)), 0)));
}

template <class Lane, std::size_t Size, std::size_t Folds, std::size_t Words>
[[gnu::target("avx2,vpclmulqdq,pclmul,sse4.2")]] std::uint32_t both_at_once(const std::byte* p) {
    constexpr std::size_t folded = Lane::width * Folds, streamed = 8 * Words, rounds = (Size - 8) / (folded + 3 * streamed),
                          stream = rounds * streamed;
    const std::byte* s = p + rounds * folded;
    const std::byte* const end = p + Size;
    typename Lane::lanes x[Folds];
    std::uint64_t a = 0, b = 0, c = 0;
    for (std::size_t i = 0; i < Folds; ++i) x[i] = Lane::load(p + i * Lane::width);
    x[0] = Lane::begin(x[0]);
    const auto by = Lane::factor(low(folded * 8), high(folded * 8));
    for (std::size_t r = 0;;) {
        for (std::size_t i = 0; i < Words; ++i, s += 8) {
            a = _mm_crc32_u64(a, word(s));
            b = _mm_crc32_u64(b, word(s + stream));
            c = _mm_crc32_u64(c, word(s + 2 * stream));
        }
        p += folded;
        if (++r == rounds) break;
        for (std::size_t i = 0; i < Folds; ++i) x[i] = Lane::fold(x[i], by, Lane::load(p + i * Lane::width));
    }
    const auto over_one = Lane::factor(low(Lane::width * 8), high(Lane::width * 8));
    for (std::size_t i = 1; i < Folds; ++i) x[0] = Lane::fold(x[0], over_one, x[i]);
    std::uint64_t last[Lane::width / 8], front = 0;
    std::memcpy(last, &x[0], sizeof last);
    for (const auto w : last) front = _mm_crc32_u64(front, w);
    const auto before = multiplied(front, power((3 * stream + 8) * 8 - 33)) ^ multiplied(a, power((2 * stream + 8) * 8 - 33)) ^
                        multiplied(b, power((stream + 8) * 8 - 33));
    s += 2 * stream;
    c = _mm_crc32_u64(c, word(s) ^ before);
    for (s += 8; end - s >= 8; s += 8) c = _mm_crc32_u64(c, word(s));
    for (; s < end; ++s) c = _mm_crc32_u8(static_cast<std::uint32_t>(c), std::to_integer<unsigned char>(*s));
    return ~static_cast<std::uint32_t>(c);
}

template <std::size_t Size> std::vector<candidate> loops() {
    if (__builtin_cpu_supports("sse4.2") == 0 || __builtin_cpu_supports("avx2") == 0 || __builtin_cpu_supports("vpclmulqdq") == 0) return {};
    return {{"4 x 128 bits, 3 words", both_at_once<narrow, Size, 4, 3>}, {"2 x 256 bits, 1 word", both_at_once<wide, Size, 2, 1>},
            {"2 x 256 bits, 2 words", both_at_once<wide, Size, 2, 2>},   {"3 x 256 bits, 3 words", both_at_once<wide, Size, 3, 3>},
            {"3 x 256 bits, 4 words", both_at_once<wide, Size, 3, 4>},   {"4 x 256 bits, 4 words", both_at_once<wide, Size, 4, 4>},
            {"8 x 256 bits, 4 words", both_at_once<wide, Size, 8, 4>}};
}
#else
template <std::size_t> std::vector<candidate> loops() { return {}; }
#endif

template <std::size_t Size> bool compare(bytes data) {
    const bytes part = data.first(Size);
    const auto gb_per_second = [](double ns) { return static_cast<double>(Size) / ns; };
    std::printf("%-28s", (std::to_string(Size / 1024) + " KiB, GB/s").c_str());
    std::vector<std::function<void()>> work;
    const auto all = loops<Size>();
    for (const auto& one : all) {
        if (one.run(part.data()) != crc32c(part)) return false;
        work.emplace_back([run = one.run, part] { keep(run(part.data())); });
    }
    const auto& methods = detail::crc32c_methods();
    for (const auto& m : methods) work.emplace_back([run = m.run, part] { keep(run(part)); });
    const auto ns = take_turns(101, Size < 10'000 ? 400 : 10, work);
    for (std::size_t i = 0; i < methods.size(); ++i) std::printf("  %s %.1f", methods[i].name.data(), gb_per_second(ns[all.size() + i]));
    if (!all.empty()) {
        const auto best = static_cast<std::size_t>(std::min_element(ns.begin(), ns.begin() + static_cast<std::ptrdiff_t>(all.size())) - ns.begin());
        std::printf("  best loop %.1f (%s), ours %.2f of it", gb_per_second(ns[best]), all[best].name, ns[best] / ns[all.size()]);
    }
    std::printf("\n");
    return true;
}
}  // namespace

bool checksums() {
    std::vector<std::byte> data(256 * 1024);
    std::uint32_t state = 1;
    for (auto& b : data) b = static_cast<std::byte>((state = state * 1664525 + 1013904223) >> 24);
    std::printf("\nCRC-32C\n");
    return compare<4096>(data) && compare<256 * 1024>(data);
}
}  // namespace kwire::bench
