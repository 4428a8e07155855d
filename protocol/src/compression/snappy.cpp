// SPDX-License-Identifier: Apache-2.0
// snappy: read in the framing of snappy-java ("xerial") and as one raw block, written in the framing, as Java does.
//
// The framing: eight bytes of magic, a version and the lowest compatible version, then chunks: a length in 32 bits and a
// raw block. Such streams may follow each other. A block begins with its expanded size, so the whole size is known before.
// Source: snappy-java's SnappyOutputStream; snappy's format_description.txt.
#ifdef KWIRE_HAVE_SNAPPY
#include "compression/coder.hpp"

#include <kwire/protocol/varint.hpp>
#include <kwire/protocol/wire.hpp>

#include <snappy-c.h>

#include <algorithm>
#include <array>

namespace kwire::inline v0::compression {
namespace {
constexpr std::array<std::byte, 8> framing{std::byte{0x82}, std::byte{'S'}, std::byte{'N'}, std::byte{'A'},
                                           std::byte{'P'},  std::byte{'P'}, std::byte{'Y'}, std::byte{0}};
constexpr std::size_t framing_size = 16, chunk_size = 32 * 1024;

bool is_framed(bytes in) noexcept { return in.size() >= framing_size && std::equal(framing.begin(), framing.end(), in.begin()); }

// Takes the next raw block off `in`; what is wrong, or null.
const char* next_chunk(bytes& in, bytes& chunk) noexcept {
    while (is_framed(in)) in = in.subspan(framing_size);
    chunk = {};
    if (in.empty()) return nullptr;
    if (in.size() < 4) return "the length of a chunk is cut short";
    const auto length = load<std::int32_t>(in.data());
    in = in.subspan(4);
    if (length < 1 || static_cast<std::size_t>(length) > in.size()) return "a chunk goes past the end";
    chunk = in.first(static_cast<std::size_t>(length));
    in = in.subspan(chunk.size());
    return nullptr;
}

// What a raw block says that it expands to. Its densest element makes 64 bytes of three.
const char* add_size(bytes block, std::size_t& sum) noexcept {
    std::uint32_t size = 0;
    if (!get_uvarint(block.data(), block.data() + block.size(), size)) return is_broken;
    if (size > block.size() * 22) return "it declares a size that it cannot expand to";
    sum += size;
    return nullptr;
}

class snappy_reading final : public decoder {
  public:
    estimate look_at(bytes in, int) noexcept override {
        std::size_t sum = 0;
        if (!is_framed(in)) {
            const char* fault = add_size(in, sum);
            return {sum, sum, sum, fault};
        }
        for (bytes chunk;;) {
            const char* fault = next_chunk(in, chunk);
            if (!fault && !chunk.empty()) fault = add_size(chunk, sum);
            if (fault || chunk.empty()) return {sum, sum, sum, fault};
        }
    }
    outcome decode(bytes in, std::span<std::byte> out, int) override {
        if (!is_framed(in)) return block(in, out);
        std::size_t written = 0;
        for (bytes chunk;;) {
            if (const char* fault = next_chunk(in, chunk)) return broken(fault);
            if (chunk.empty()) return done(written);
            const outcome end = block(chunk, out.subspan(written));
            if (end.how != outcome::kind::done) return end;
            written += end.size;
        }
    }

  private:
    static outcome block(bytes in, std::span<std::byte> out) {
        std::size_t size = out.size();
        switch (snappy_uncompress(as_text(in).data(), in.size(), reinterpret_cast<char*>(out.data()), &size)) {
            case SNAPPY_OK: return done(size);
            case SNAPPY_BUFFER_TOO_SMALL: return no_room();
            default: return broken(is_broken);
        }
    }
};

class snappy_writing final : public encoder {
  public:
    std::size_t bound(std::size_t size) const noexcept override {
        return framing_size + (size / chunk_size + 1) * (4 + snappy_max_compressed_length(chunk_size));
    }
    result<std::size_t> encode(bytes in, std::span<std::byte> out) override {
        if (out.size() < bound(in.size())) return std::size_t{0};
        std::byte* p = std::copy(framing.begin(), framing.end(), out.data());
        p = store(store(p, std::int32_t{1}), std::int32_t{1});  // version, and the lowest that can read it
        while (!in.empty()) {
            const bytes part = in.first(std::min(in.size(), chunk_size));
            std::size_t size = snappy_max_compressed_length(part.size());
            snappy_compress(as_text(part).data(), part.size(), reinterpret_cast<char*>(p + 4), &size);
            p = store(p, static_cast<std::int32_t>(size)) + size;
            in = in.subspan(part.size());
        }
        return static_cast<std::size_t>(p - out.data());
    }
};
}  // namespace

std::unique_ptr<encoder> snappy_encoder() { return std::make_unique<snappy_writing>(); }
std::unique_ptr<decoder> snappy_decoder() { return std::make_unique<snappy_reading>(); }
}  // namespace kwire
#endif
