// SPDX-License-Identifier: Apache-2.0
// lz4: frames are taken apart here and their blocks expanded by liblz4, straight to where they belong.
//
// liblz4's own frame reader keeps up to 8 MiB per context, asked for by four bytes of a frame; this one keeps nothing.
// It also reads what Kafka's does not (linked blocks, several frames) and what magic 0 had wrong: there the header's
// checksum covers the magic number too, and is not looked at. Written are frames of independent blocks, as Kafka wants.
// Source: the lz4 frame format 1.6.2; KIP-57; KAFKA-3160 (the header's checksum).
#ifdef KWIRE_HAVE_LZ4
#include "compression/coder.hpp"
#include "compression/xxhash32.hpp"

#include <lz4.h>
#include <lz4frame.h>

#include <algorithm>

namespace kwire::inline v0::compression {
namespace {
constexpr std::uint32_t lz4_magic = 0x184d2204, stored = 0x80000000;
constexpr std::size_t most_history = 64 * 1024, most_ratio = 255;

struct frame_header {
    std::size_t size = 0, block_size = 0, content_size = 0;
    bool linked = false, block_checksums = false, has_content_size = false, content_checksum = false;
};

// Reads the header at the start of `in`; what is wrong, or null.
const char* read_header(bytes in, int magic, frame_header& h) noexcept {
    if (in.size() < 7) return is_cut;
    if (load_little32(in.data()) != lz4_magic) return "it is no lz4 frame";
    const auto flags = std::to_integer<unsigned>(in[4]), block = std::to_integer<unsigned>(in[5]);
    if (flags >> 6 != 1) return "the frame is of an unknown version";
    if ((flags & 2) != 0 || (block & 0x8f) != 0) return "reserved bits of the frame's header are set";
    if ((flags & 1) != 0) return "the frame wants a dictionary";
    if (block >> 4 < 4) return "the frame's block size is unknown";
    h = {.size = (flags & 8) != 0 ? 15u : 7u,
         .block_size = std::size_t{1} << (8 + 2 * (block >> 4)),
         .linked = (flags & 32) == 0,
         .block_checksums = (flags & 16) != 0,
         .has_content_size = (flags & 8) != 0,
         .content_checksum = (flags & 4) != 0};
    if (in.size() < h.size) return is_cut;
    if (h.has_content_size) h.content_size = static_cast<std::size_t>(load_little(in.data() + 6, 8));
    const auto checksum = xxhash32(in.subspan(4, h.size - 5)) >> 8 & 255;
    if (magic > 0 && checksum != std::to_integer<unsigned>(in[h.size - 1])) return "the checksum of the frame's header is wrong";
    return nullptr;
}

struct block {
    bytes data;
    bool compressed = false, last = false;
};

// Takes the next block off `in`, or the end mark.
const char* next_block(bytes& in, const frame_header& h, block& out) noexcept {
    if (in.size() < 4) return is_cut;
    const std::uint32_t word = load_little32(in.data());
    in = in.subspan(4);
    if (word == 0) return out = {{}, false, true}, nullptr;
    const std::size_t size = word & ~stored, checksum = h.block_checksums ? 4 : 0;
    if (size > h.block_size) return "a block is larger than the frame allows";
    if (size + checksum > in.size()) return is_cut;
    out = {in.first(size), (word & stored) == 0, false};
    if (h.block_checksums && load_little32(in.data() + size) != xxhash32(out.data)) return "the checksum of a block is wrong";
    in = in.subspan(size + checksum);
    return nullptr;
}

std::size_t most_of(const block& b, const frame_header& h) noexcept {
    return b.compressed ? std::min(b.data.size() * most_ratio, h.block_size) : b.data.size();
}

class lz4_reading final : public decoder {
  public:
    estimate look_at(bytes in, int magic) noexcept override {
        estimate all;
        bool declared = true;
        const std::size_t size = in.size();
        do {
            frame_header h;
            if ((all.fault = read_header(in, magic, h))) return all;
            in = in.subspan(h.size);
            std::size_t most = 0;
            for (block b; !b.last; most += most_of(b, h)) {
                if ((all.fault = next_block(in, {.block_size = h.block_size, .block_checksums = false}, b))) return all;
                if (h.block_checksums && !b.last) {
                    if (in.size() < 4) return all.fault = is_cut, all;
                    in = in.subspan(4);
                }
            }
            if (h.content_checksum && in.size() < 4) return all.fault = is_cut, all;
            if (h.content_checksum) in = in.subspan(4);
            if (h.has_content_size && h.content_size > most) return all.fault = "it declares a size that it cannot expand to", all;
            declared = declared && h.has_content_size;
            all.likely += h.has_content_size ? h.content_size : most;
            all.most += most;
        } while (!in.empty());
        // Blocks can be much smaller than their limit: begin with what data usually comes to.
        if (declared) all.least = all.likely;
        else all.likely = std::min(all.likely, size * 8 + most_history);
        return all;
    }
    outcome decode(bytes in, std::span<std::byte> out, int magic) override {
        std::size_t written = 0;
        do {
            const outcome end = frame(in, out.subspan(written), magic);
            if (end.how != outcome::kind::done) return end;
            written += end.size;
        } while (!in.empty());
        return done(written);
    }

  private:
    static outcome frame(bytes& in, std::span<std::byte> out, int magic) {
        frame_header h;
        if (const char* fault = read_header(in, magic, h)) return broken(fault);
        in = in.subspan(h.size);
        std::size_t written = 0;
        for (block b;;) {
            if (const char* fault = next_block(in, h, b)) return broken(fault);
            if (b.last) break;
            const outcome end = expand(b, h, out, written);
            if (end.how != outcome::kind::done) return end;
            written += end.size;
        }
        if (h.has_content_size && written != h.content_size) return broken("the frame declares another size");
        if (!h.content_checksum) return done(written);
        if (in.size() < 4) return broken(is_cut);
        if (load_little32(in.data()) != xxhash32(out.first(written))) return broken("the checksum of the frame's content is wrong");
        in = in.subspan(4);
        return done(written);
    }
    static outcome expand(const block& b, const frame_header& h, std::span<std::byte> out, std::size_t written) {
        const std::size_t most = most_of(b, h), room = std::min(h.block_size, out.size() - written);
        std::byte* const to = out.data() + written;
        if (!b.compressed) {
            if (b.data.size() > room) return no_room();
            std::copy(b.data.begin(), b.data.end(), to);
            return done(b.data.size());
        }
        const auto history = h.linked ? static_cast<int>(std::min(written, most_history)) : 0;
        const int size = LZ4_decompress_safe_usingDict(as_text(b.data).data(), reinterpret_cast<char*>(to), static_cast<int>(b.data.size()),
                                                       static_cast<int>(room), reinterpret_cast<const char*>(to - history), history);
        if (size >= 0) return done(static_cast<std::size_t>(size));
        return room < most ? no_room() : broken("a block is broken");
    }
};

class lz4_writing final : public encoder {
  public:
    // Kafka's levels: 9, its default, is the fast compressor, every other the high one.
    explicit lz4_writing(std::optional<int> level) {
        preferences_.frameInfo.blockSizeID = LZ4F_max256KB;
        preferences_.frameInfo.blockMode = LZ4F_blockIndependent;
        preferences_.compressionLevel = level && *level != 9 ? std::clamp(*level, 3, 12) : 0;
    }
    std::size_t bound(std::size_t size) const noexcept override { return LZ4F_compressFrameBound(size, &preferences_); }
    result<std::size_t> encode(bytes in, std::span<std::byte> out) override {
        if (out.size() < bound(in.size())) return std::size_t{0};
        const std::size_t size = LZ4F_compressFrame(out.data(), out.size(), in.data(), in.size(), &preferences_);
        if (LZ4F_isError(size)) return error(client_errc::invalid_argument, std::string("lz4: ") += LZ4F_getErrorName(size));
        return size;
    }

  private:
    LZ4F_preferences_t preferences_{};
};
}  // namespace

std::unique_ptr<encoder> lz4_encoder(std::optional<int> level) { return std::make_unique<lz4_writing>(level); }
std::unique_ptr<decoder> lz4_decoder() { return std::make_unique<lz4_reading>(); }
}  // namespace kwire
#endif
