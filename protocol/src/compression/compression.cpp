// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/compression.hpp>

#include "compression/coder.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace kwire::inline v0 {
namespace {
constexpr std::array<std::string_view, 5> names{"none", "gzip", "snappy", "lz4", "zstd"};

error missing(codec kind) {
    const auto index = static_cast<std::size_t>(kind);
    if (index >= names.size()) return {client_errc::corrupt_batch, "codec " + std::to_string(index) + " is unknown"};
    std::string text(names[index]);
    text += ": build kwire with KWIRE_WITH_";
    for (const char c : names[index]) text += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    text += "=ON";
    return {client_errc::not_supported_by_build, std::move(text)};
}

std::unique_ptr<compression::encoder> make_encoder(codec kind, [[maybe_unused]] std::optional<int> level) {
    switch (kind) {
        case codec::gzip: return compression::gzip_encoder(level);
#ifdef KWIRE_HAVE_SNAPPY
        case codec::snappy: return compression::snappy_encoder();
#endif
#ifdef KWIRE_HAVE_LZ4
        case codec::lz4: return compression::lz4_encoder(level);
#endif
#ifdef KWIRE_HAVE_ZSTD
        case codec::zstd: return compression::zstd_encoder(level);
#endif
        default: return nullptr;
    }
}

std::unique_ptr<compression::decoder> make_decoder(codec kind) {
    switch (kind) {
        case codec::gzip: return compression::gzip_decoder();
#ifdef KWIRE_HAVE_SNAPPY
        case codec::snappy: return compression::snappy_decoder();
#endif
#ifdef KWIRE_HAVE_LZ4
        case codec::lz4: return compression::lz4_decoder();
#endif
#ifdef KWIRE_HAVE_ZSTD
        case codec::zstd: return compression::zstd_decoder();
#endif
        default: return nullptr;
    }
}
}  // namespace

std::string_view codec_name(codec kind) noexcept {
    const auto index = static_cast<std::size_t>(kind);
    return index < names.size() ? names[index] : "unknown";
}

std::optional<codec> find_codec(std::string_view name) noexcept {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return {};
    return static_cast<codec>(found - names.begin());
}

result<void> check_codec(codec kind) {
    if (kind == codec::none || make_decoder(kind)) return {};
    return missing(kind);
}

struct compressor::state {
    codec kind;
    std::unique_ptr<compression::encoder> coder;
};
compressor::compressor(codec kind, std::optional<int> level) : state_(new state{kind, make_encoder(kind, level)}) {}
compressor::compressor(compressor&&) noexcept = default;
compressor& compressor::operator=(compressor&&) noexcept = default;
compressor::~compressor() = default;

codec compressor::kind() const noexcept { return state_->kind; }

std::size_t compressor::bound(std::size_t size) const noexcept { return state_->coder ? state_->coder->bound(size) : size + 1; }

result<std::size_t> compressor::compress(bytes in, std::span<std::byte> out) {
    if (state_->coder) return state_->coder->encode(in, out);
    if (state_->kind != codec::none) return missing(state_->kind);
    if (in.size() > out.size()) return std::size_t{0};
    std::copy(in.begin(), in.end(), out.begin());
    return in.size();
}

struct decompressor::state {
    std::size_t cap;
    charge more;
    std::array<std::unique_ptr<compression::decoder>, names.size()> coders;

    result<void> grow(buffer& out, std::size_t size) const {
        if (size <= out.capacity()) return {};
        if (more && !more(size - out.capacity())) {
            std::string what = "no room to expand to ";
            what += std::to_string(size);
            what += " bytes";
            return error(client_errc::buffer_full, std::move(what));
        }
        out = buffer();  // given back first: what it held is replaced, and both at once would be over the cap
        out.reserve(size);
        return {};
    }
    error too_large() const {
        std::string what = "expands to more than ";
        what += std::to_string(cap);
        what += " bytes (max.decompressed.batch.bytes)";
        return {client_errc::too_large, std::move(what)};
    }
    result<void> expand(compression::decoder& coder, bytes in, buffer& out, int magic) const;
};

// Expands again from the start with more room until it suffices: formats that do not declare their size are rare, and
// memory for what has been expanded is never held twice.
result<void> decompressor::state::expand(compression::decoder& coder, bytes in, buffer& out, int magic) const {
    const auto seen = coder.look_at(in, magic);
    if (seen.fault) return error(client_errc::corrupt_batch, seen.fault);
    if (seen.least > cap) return too_large();
    const std::size_t most = std::max<std::size_t>(1, std::min(seen.most, cap));
    std::size_t size = std::clamp<std::size_t>(std::max(seen.likely, out.capacity()), 1, most);
    for (;;) {
        if (auto room = grow(out, size); !room) return room;
        const auto end = coder.decode(in, {out.data(), size}, magic);
        if (end.how == compression::outcome::kind::done) return out.resize(end.size), result<void>();
        if (end.how == compression::outcome::kind::broken) return error(client_errc::corrupt_batch, end.fault);
        if (size == most) {
            if (most == cap) return too_large();
            return error(client_errc::corrupt_batch, "the compressed data is broken: it goes on behind its declared size");
        }
        size = size < most / 4 ? size * 4 : most;
    }
}

decompressor::decompressor(std::size_t cap, charge more) : state_(new state{std::clamp<std::size_t>(cap, 1, INT32_MAX), std::move(more), {}}) {}
decompressor::decompressor(decompressor&&) noexcept = default;
decompressor& decompressor::operator=(decompressor&&) noexcept = default;
decompressor::~decompressor() = default;

result<void> decompressor::expand(codec kind, bytes in, buffer& out, int magic) {
    out.resize(0);
    const auto index = static_cast<std::size_t>(kind);
    if (kind == codec::none || index >= names.size()) return missing(kind);
    if (magic < 2 && kind == codec::zstd) return error(client_errc::corrupt_batch, "zstd is newer than messages of magic 0 and 1");
    auto& coder = state_->coders[index];
    if (!coder) coder = make_decoder(kind);
    if (!coder) return missing(kind);
    auto expanded = state_->expand(*coder, in, out, magic);
    if (!expanded) out.resize(0);
    if (!expanded) return std::move(expanded).error().within(names[index]);
    return {};
}
}  // namespace kwire
