// SPDX-License-Identifier: Apache-2.0
// Compressing the records of a batch, and expanding them under a limit.
//
// A compressor and a decompressor own the coders' contexts, which are reset and not made anew: keep one of each where
// batches are sealed and read. Neither is thread-safe; any number can be used side by side. Expanding goes into one
// buffer of the caller's, sized by what the compressed bytes say as far as that is plausible, never above the cap: bytes
// that would expand to more, that go on behind their end, or that make no progress are errors.
// gzip is always there (zlib; libdeflate where the build has it); snappy, lz4 and zstd where the build found them.
// Source: KIP-110 (zstd), KIP-390 (levels), KIP-57 (lz4 frames); RFC 1952, the lz4 frame format, RFC 8878.
#pragma once

#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/codec_id.hpp>
#include <kwire/protocol/error.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace kwire::inline v0 {
/// Kafka's name: "none", "gzip", "snappy", "lz4", "zstd".
std::string_view codec_name(codec kind) noexcept;
/// The codec of that name, as in compression.type; nothing if there is none.
std::optional<codec> find_codec(std::string_view name) noexcept;
/// Fine if this build can read and write `kind`; else an error that names the option to build with.
result<void> check_codec(codec kind);

class compressor {
  public:
    /// Without a level, what kwire finds best: gzip 4 (with libdeflate 2, which is as small), zstd 3, lz4 fast. Levels as
    /// in KIP-390: gzip 1 to 9 or -1 (zlib's own default), lz4 1 to 17 (9: fast), zstd -131072 to 22.
    /// The error of a codec that the build lacks comes from compress().
    explicit compressor(codec kind, std::optional<int> level = {});
    compressor(compressor&&) noexcept;
    compressor& operator=(compressor&&) noexcept;
    ~compressor();

    codec kind() const noexcept;
    /// The room that compress() wants for `size` bytes in the worst case; more than `size`.
    std::size_t bound(std::size_t size) const noexcept;
    /// Compresses `in` into `out`; how many bytes that took, 0 if they did not fit (with room for bound() they do).
    result<std::size_t> compress(bytes in, std::span<std::byte> out);

  private:
    struct state;
    std::unique_ptr<state> state_;
};

class decompressor {
  public:
    /// Asked before `out` grows, with the number of bytes by which it will; false refuses them (error: buffer_full).
    using charge = std::function<bool(std::size_t more)>;
    static constexpr std::size_t default_cap = std::size_t{128} * 1024 * 1024;

    /// No batch may expand to more than `cap` bytes (the option max.decompressed.batch.bytes).
    explicit decompressor(std::size_t cap = default_cap, charge more = {});
    decompressor(decompressor&&) noexcept;
    decompressor& operator=(decompressor&&) noexcept;
    ~decompressor();

    /// Replaces what `out` holds by `in` expanded. `magic` is that of the batch: lz4 frames of magic 0 carry a wrong
    /// header checksum, and zstd is newer than magic 1. Errors: corrupt_batch, too_large, buffer_full,
    /// not_supported_by_build.
    result<void> expand(codec kind, bytes in, buffer& out, int magic = 2);

  private:
    struct state;
    std::unique_ptr<state> state_;
};
}  // namespace kwire
