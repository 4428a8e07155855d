// SPDX-License-Identifier: Apache-2.0
// zstd: expanded in one go into the final buffer.
//
// libzstd's streaming reader keeps a window of up to 128 MiB, asked for by six bytes of a frame; in one go there is none.
// The size is what the frames declare, or what their blocks (of at most 128 KiB each) can come to. A declared size that
// the blocks cannot reach is refused before memory is taken, a window beyond Kafka's 128 MiB as well.
// Source: RFC 8878.
#ifdef KWIRE_HAVE_ZSTD
#include "compression/coder.hpp"

#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>
#include <string>

namespace kwire::inline v0::compression {
namespace {
constexpr std::uint32_t zstd_magic = 0xfd2fb528, skippable_magic = 0x184d2a50;
constexpr std::size_t most_window = std::size_t{1} << 27, most_block = 128 * 1024;

// The size of one frame and what it expands to.
struct frame_sizes {
    std::size_t wire = 0, most = 0, content = 0;
    bool declared = false;
};

const char* measure_blocks(bytes in, std::size_t at, std::size_t block_size, bool checksum, frame_sizes& out) noexcept {
    for (bool last = false; !last;) {
        if (in.size() - at < 3) return is_cut;
        const auto word = load_little(in.data() + at, 3);
        const std::size_t size = word >> 3, type = word >> 1 & 3;
        last = (word & 1) != 0;
        at += 3;
        if (type == 3 || size > most_block) return "a block is broken";
        const std::size_t here = type == 1 ? 1 : size;
        if (in.size() - at < here) return is_cut;
        at += here;
        out.most += type == 2 ? block_size : size;
    }
    if (checksum && in.size() - at < 4) return is_cut;
    out.wire = at + (checksum ? 4 : 0);
    return nullptr;
}

// Measures the frame at the start of `in`; what is wrong, or null.
const char* measure_frame(bytes in, frame_sizes& out) noexcept {
    if (in.size() < 8) return is_cut;
    const auto magic = load_little32(in.data());
    if ((magic & 0xfffffff0) == skippable_magic) {
        out = {std::size_t{8} + load_little32(in.data() + 4), 0, 0, true};
        return out.wire > in.size() ? is_cut : nullptr;
    }
    if (magic != zstd_magic) return "it is no zstd frame";
    const auto descriptor = std::to_integer<unsigned>(in[4]);
    const bool single_segment = (descriptor & 32) != 0, checksum = (descriptor & 4) != 0;
    if ((descriptor & 8) != 0) return "a reserved bit of the frame's header is set";
    constexpr std::size_t dictionary_sizes[] = {0, 1, 2, 4}, content_sizes[] = {0, 2, 4, 8};
    const std::size_t content_size = descriptor >> 6 == 0 && single_segment ? 1 : content_sizes[descriptor >> 6];
    const std::size_t content_at = 5 + (single_segment ? 0u : 1u) + dictionary_sizes[descriptor & 3];
    if (in.size() < content_at + content_size) return is_cut;
    out = {.declared = content_size > 0};
    out.content = static_cast<std::size_t>(load_little(in.data() + content_at, content_size)) + (content_size == 2 ? 256 : 0);
    std::size_t window = out.content;
    if (!single_segment) {
        const auto log = std::to_integer<unsigned>(in[5]) >> 3, eighths = std::to_integer<unsigned>(in[5]) & 7;
        window = (std::size_t{1} << (10 + log)) / 8 * (8 + eighths);
        if (window > most_window) return "its window is larger than 128 MiB";
    }
    return measure_blocks(in, content_at + content_size, std::min(window, most_block), checksum, out);
}

class zstd_reading final : public decoder {
  public:
    zstd_reading() : context_(ZSTD_createDCtx()) {
        if (!context_) throw std::bad_alloc();
    }
    estimate look_at(bytes in, int) noexcept override {
        estimate all;
        bool declared = true;
        const std::size_t size = in.size();
        do {
            frame_sizes f;
            if ((all.fault = measure_frame(in, f))) return all;
            if (f.declared && f.content > f.most) return all.fault = "it declares a size that it cannot expand to", all;
            declared = declared && f.declared;
            all.likely += f.declared ? f.content : f.most;
            all.most += f.declared ? f.content : f.most;
            in = in.subspan(f.wire);
        } while (!in.empty());
        if (declared) all.least = all.likely;
        else all.likely = std::min(all.likely, size * 8 + most_block);
        return all;
    }
    outcome decode(bytes in, std::span<std::byte> out, int) override {
        const std::size_t size = ZSTD_decompressDCtx(context_.get(), out.data(), out.size(), in.data(), in.size());
        if (!ZSTD_isError(size)) return done(size);
        if (ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall) return no_room();
        return broken(ZSTD_getErrorName(size));
    }

  private:
    struct free_context {
        void operator()(ZSTD_DCtx* c) const { ZSTD_freeDCtx(c); }
    };
    std::unique_ptr<ZSTD_DCtx, free_context> context_;
};

class zstd_writing final : public encoder {
  public:
    explicit zstd_writing(std::optional<int> level) : context_(ZSTD_createCCtx()) {
        if (!context_) throw std::bad_alloc();
        ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, std::clamp(level.value_or(3), ZSTD_minCLevel(), ZSTD_maxCLevel()));
    }
    std::size_t bound(std::size_t size) const noexcept override { return ZSTD_compressBound(size); }
    result<std::size_t> encode(bytes in, std::span<std::byte> out) override {
        const std::size_t size = ZSTD_compress2(context_.get(), out.data(), out.size(), in.data(), in.size());
        if (!ZSTD_isError(size)) return size;
        if (ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall) return std::size_t{0};
        return error(client_errc::invalid_argument, std::string("zstd: ") += ZSTD_getErrorName(size));
    }

  private:
    struct free_context {
        void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
    };
    std::unique_ptr<ZSTD_CCtx, free_context> context_;
};
}  // namespace

std::unique_ptr<encoder> zstd_encoder(std::optional<int> level) { return std::make_unique<zstd_writing>(level); }
std::unique_ptr<decoder> zstd_decoder() { return std::make_unique<zstd_reading>(); }
}  // namespace kwire
#endif
