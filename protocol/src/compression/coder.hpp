// SPDX-License-Identifier: Apache-2.0
// What each codec does for compressor and decompressor; one file per codec.
#pragma once

#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace kwire::inline v0::compression {
class encoder {
  public:
    virtual ~encoder() = default;
    virtual std::size_t bound(std::size_t size) const noexcept = 0;
    /// How many bytes of `out` were written; 0 if they did not suffice.
    virtual result<std::size_t> encode(bytes in, std::span<std::byte> out) = 0;
};

/// What compressed bytes say, and can at most say, of their expanded size; found without expanding them.
struct estimate {
    std::size_t likely = 0;       // where to start
    std::size_t least = 0;        // declared: the stream is broken if it expands to less
    std::size_t most = 0;         // no valid stream of this length expands to more
    const char* fault = nullptr;  // already known to be broken
};

/// How an expansion ended.
struct outcome {
    enum class kind : std::uint8_t { done, no_room, broken };
    kind how = kind::broken;
    std::size_t size = 0;         // done: bytes written
    const char* fault = nullptr;  // broken: what is wrong
};
inline outcome done(std::size_t size) noexcept { return {outcome::kind::done, size, nullptr}; }
inline outcome no_room() noexcept { return {outcome::kind::no_room, 0, nullptr}; }
inline outcome broken(const char* fault) noexcept { return {outcome::kind::broken, 0, fault}; }
// Faults that more than one codec tells of.
inline constexpr const char *is_cut = "the frame is cut short", *is_broken = "the compressed data is broken";

class decoder {
  public:
    virtual ~decoder() = default;
    virtual estimate look_at(bytes in, int magic) noexcept = 0;
    /// Expands all of `in` into `out`, from the start; takes no memory that grows with either.
    virtual outcome decode(bytes in, std::span<std::byte> out, int magic) = 0;
};

std::unique_ptr<encoder> gzip_encoder(std::optional<int> level);
std::unique_ptr<decoder> gzip_decoder();
#ifdef KWIRE_HAVE_SNAPPY
std::unique_ptr<encoder> snappy_encoder();
std::unique_ptr<decoder> snappy_decoder();
#endif
#ifdef KWIRE_HAVE_LZ4
std::unique_ptr<encoder> lz4_encoder(std::optional<int> level);
std::unique_ptr<decoder> lz4_decoder();
#endif
#ifdef KWIRE_HAVE_ZSTD
std::unique_ptr<encoder> zstd_encoder(std::optional<int> level);
std::unique_ptr<decoder> zstd_decoder();
#endif

// Little-endian numbers, as the compressed formats have them.
inline std::uint32_t load_little32(const std::byte* p) noexcept {
    return std::to_integer<std::uint32_t>(p[0]) | std::to_integer<std::uint32_t>(p[1]) << 8 | std::to_integer<std::uint32_t>(p[2]) << 16 |
           std::to_integer<std::uint32_t>(p[3]) << 24;
}
inline std::uint64_t load_little(const std::byte* p, std::size_t size) noexcept {
    std::uint64_t v = 0;
    for (std::size_t i = size; i-- > 0;) v = v << 8 | std::to_integer<std::uint64_t>(p[i]);
    return v;
}
}  // namespace kwire
