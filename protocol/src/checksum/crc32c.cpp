// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/crc32c.hpp>

#include "checksum/methods.hpp"

#include <algorithm>
#include <array>
#include <limits>

#ifdef KWIRE_HAVE_LIBDEFLATE
#include <libdeflate.h>
#else
#include <zlib.h>
#endif

namespace kwire::inline v0 {
namespace checksum {
namespace {
// tables[0] moves the checksum over one byte, tables[k] over one byte and k zeros.
constexpr auto tables = [] {
    std::array<std::array<std::uint32_t, 256>, 8> t{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? crc32c_polynomial : 0);
        t[0][i] = crc;
    }
    for (std::size_t k = 1; k < 8; ++k) {
        for (std::size_t i = 0; i < 256; ++i) t[k][i] = (t[k - 1][i] >> 8) ^ t[0][t[k - 1][i] & 255];
    }
    return t;
}();
}  // namespace

std::uint32_t crc32c_by_tables(bytes data) noexcept {
    const auto* p = reinterpret_cast<const unsigned char*>(data.data());
    std::size_t n = data.size();
    std::uint32_t crc = 0xffffffff;
    for (; n >= 8; p += 8, n -= 8) {
        const std::uint32_t first = crc ^ (p[0] | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16 | std::uint32_t{p[3]} << 24);
        crc = tables[7][first & 255] ^ tables[6][first >> 8 & 255] ^ tables[5][first >> 16 & 255] ^ tables[4][first >> 24] ^ tables[3][p[4]] ^
              tables[2][p[5]] ^ tables[1][p[6]] ^ tables[0][p[7]];
    }
    for (; n > 0; ++p, --n) crc = (crc >> 8) ^ tables[0][(crc ^ *p) & 255];
    return ~crc;
}
}  // namespace checksum

const std::vector<detail::crc32c_method>& detail::crc32c_methods() {
    static const auto all = [] {
        std::vector<crc32c_method> found;
#if defined(__x86_64__) || defined(_M_X64)
        if (checksum::has_avx512()) found.push_back({"avx512", checksum::crc32c_by_avx512});
        if (checksum::has_avx2()) found.push_back({"avx2", checksum::crc32c_by_avx2});
        if (checksum::has_sse42()) found.push_back({"sse4.2", checksum::crc32c_by_sse42});
#elif defined(__aarch64__)
        if (checksum::has_arm_crc()) found.push_back({"armv8", checksum::crc32c_by_arm});
#endif
        found.push_back({"tables", checksum::crc32c_by_tables});
        return found;
    }();
    return all;
}

std::uint32_t crc32c(bytes data) noexcept {
    static const auto best = detail::crc32c_methods().front().run;
    return best(data);
}

std::uint32_t crc32(bytes data) noexcept {
#ifdef KWIRE_HAVE_LIBDEFLATE
    return libdeflate_crc32(0, data.data(), data.size());
#else
    auto crc = ::crc32(0, nullptr, 0);
    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    for (; !data.empty(); data = data.subspan(std::min(data.size(), most))) {
        crc = ::crc32(crc, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(std::min(data.size(), most)));
    }
    return static_cast<std::uint32_t>(crc);
#endif
}
}  // namespace kwire
