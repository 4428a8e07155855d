// SPDX-License-Identifier: Apache-2.0
// gzip: zlib, or libdeflate where the build has it.
//
// libdeflate works on whole buffers, as batches are, and is 2.5 times as fast. Members that follow each other are one
// stream. Java ignores reserved flags, both libraries refuse them: such a header goes to zlib with the flags cleared.
// Source: RFC 1952.
#include "compression/coder.hpp"

#include <zlib.h>
#ifdef KWIRE_HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

#include <algorithm>
#include <array>
#include <new>

namespace kwire::inline v0::compression {
namespace {
constexpr std::size_t header_size = 10, trailer_size = 8, flags_at = 3;
constexpr int with_gzip_header = 15 + 16;
constexpr const char* goes_on = "bytes follow the end of the compressed data";

bool begins_member(bytes in) noexcept {
    return in.size() >= header_size + trailer_size && in[0] == std::byte{0x1f} && in[1] == std::byte{0x8b} && in[2] == std::byte{8};
}

class inflating {
  public:
    inflating() {
        if (inflateInit2(&stream_, with_gzip_header) != Z_OK) throw std::bad_alloc();
    }
    inflating(const inflating&) = delete;
    inflating& operator=(const inflating&) = delete;
    ~inflating() { inflateEnd(&stream_); }

    // One member; `taken` is how much of `in` it was.
    outcome member(bytes in, std::span<std::byte> out, std::size_t& taken) {
        inflateReset(&stream_);
        std::array<Bytef, flags_at + 1> begin;
        for (std::size_t i = 0; i < begin.size(); ++i) begin[i] = std::to_integer<Bytef>(in[i]);
        begin[flags_at] &= 0x1f;
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        feed(begin.data(), begin.size());
        int status = inflate(&stream_, Z_NO_FLUSH);
        if (status == Z_OK) {
            feed(const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data() + begin.size())), in.size() - begin.size());
            status = inflate(&stream_, Z_FINISH);
        }
        taken = in.size() - stream_.avail_in;
        if (status == Z_STREAM_END) return done(out.size() - stream_.avail_out);
        return status == Z_BUF_ERROR && stream_.avail_out == 0 ? no_room() : broken(is_broken);
    }

  private:
    void feed(Bytef* p, std::size_t n) {
        stream_.next_in = p;
        stream_.avail_in = static_cast<uInt>(n);
    }
    z_stream stream_{};
};

class gzip_reading final : public decoder {
  public:
    estimate look_at(bytes in, int) noexcept override {
        if (!begins_member(in)) return {.fault = "it is no gzip data"};
        // The trailer ends with the size of the last member. Where that cannot be, or there are more members, the
        // decoder runs out of room and is given more; deflate never reaches more than 1032 times its size.
        const std::size_t said = load_little32(in.data() + in.size() - 4), most = in.size() * 1032;
        if (said > most) return {.fault = is_broken};
        return {.likely = std::max(said, in.size()), .least = said, .most = most};
    }
    outcome decode(bytes in, std::span<std::byte> out, int) override {
        std::size_t written = 0;
        do {
            std::size_t taken = 0;
            const outcome end = member(in, out.subspan(written), taken);
            if (end.how != outcome::kind::done) return end;
            written += end.size;
            in = in.subspan(taken);
        } while (begins_member(in));
        return in.empty() ? done(written) : broken(goes_on);
    }

  private:
    outcome member(bytes in, std::span<std::byte> out, std::size_t& taken) {
#ifdef KWIRE_HAVE_LIBDEFLATE
        if ((in[flags_at] & std::byte{0xe0}) == std::byte{0}) {
            if (!fast_) fast_.reset(libdeflate_alloc_decompressor());
            if (!fast_) throw std::bad_alloc();
            std::size_t written = 0;
            switch (libdeflate_gzip_decompress_ex(fast_.get(), in.data(), in.size(), out.data(), out.size(), &taken, &written)) {
                case LIBDEFLATE_SUCCESS: return done(written);
                case LIBDEFLATE_INSUFFICIENT_SPACE: return no_room();
                default: return broken(is_broken);
            }
        }
#endif
        if (!plain_) plain_ = std::make_unique<inflating>();
        return plain_->member(in, out, taken);
    }
    std::unique_ptr<inflating> plain_;
#ifdef KWIRE_HAVE_LIBDEFLATE
    struct free_decompressor {
        void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
    };
    std::unique_ptr<libdeflate_decompressor, free_decompressor> fast_;
#endif
};

#ifdef KWIRE_HAVE_LIBDEFLATE
class gzip_writing final : public encoder {
  public:
    // Level 2 makes batches as small as zlib's 4, in less than half the time.
    explicit gzip_writing(std::optional<int> level) : coder_(libdeflate_alloc_compressor(!level ? 2 : *level < 0 ? 6 : std::min(*level, 9))) {
        if (!coder_) throw std::bad_alloc();
    }
    std::size_t bound(std::size_t size) const noexcept override { return libdeflate_gzip_compress_bound(coder_.get(), size); }
    result<std::size_t> encode(bytes in, std::span<std::byte> out) override {
        return libdeflate_gzip_compress(coder_.get(), in.data(), in.size(), out.data(), out.size());
    }

  private:
    struct free_compressor {
        void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
    };
    std::unique_ptr<libdeflate_compressor, free_compressor> coder_;
};
#else
class gzip_writing final : public encoder {
  public:
    explicit gzip_writing(std::optional<int> level) {
        const int wanted = level ? std::clamp(*level, Z_DEFAULT_COMPRESSION, Z_BEST_COMPRESSION) : 4;
        if (deflateInit2(&stream_, wanted, Z_DEFLATED, with_gzip_header, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
    }
    gzip_writing(const gzip_writing&) = delete;
    gzip_writing& operator=(const gzip_writing&) = delete;
    ~gzip_writing() override { deflateEnd(&stream_); }
    std::size_t bound(std::size_t size) const noexcept override { return size + size / 1000 + 64; }
    result<std::size_t> encode(bytes in, std::span<std::byte> out) override {
        deflateReset(&stream_);
        stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
        stream_.avail_in = static_cast<uInt>(in.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) return std::size_t{0};
        return out.size() - stream_.avail_out;
    }

  private:
    z_stream stream_{};
};
#endif
}  // namespace

std::unique_ptr<encoder> gzip_encoder(std::optional<int> level) { return std::make_unique<gzip_writing>(level); }
std::unique_ptr<decoder> gzip_decoder() { return std::make_unique<gzip_reading>(); }
}  // namespace kwire
