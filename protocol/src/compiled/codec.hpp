// SPDX-License-Identifier: Apache-2.0
// The codec that is compiled in full for one message: the same walks over the layout as the interpreter's, unrolled.
// A test holds both codecs to the same bytes.
#pragma once

#include "reader.hpp"
#include "refusal.hpp"
#include "writer.hpp"

namespace kwire::inline v0 {
namespace compiled {
// Calls `work` with std::true_type for a flexible version, std::false_type for another; only with those that M has.
template <message M, class Work> [[gnu::always_inline]] inline auto in_half(std::int16_t version, Work work) {
    if constexpr (M::flexible_since <= M::first_version) return work(std::true_type{});
    else if constexpr (M::flexible_since > M::last_version) return work(std::false_type{});
    else return version >= M::flexible_since ? work(std::true_type{}) : work(std::false_type{});
}

template <message M> std::size_t measure(const M& m, std::int16_t version, std::vector<gap>* gaps) {
    return in_half<M>(version, [&](auto flexible) { return writer<M, tally, flexible()>{version, 0, gaps}.all(0, m); });
}

template <message M> std::byte* encode(const M& m, std::int16_t version, std::byte* out, std::vector<gap>* gaps) {
    return in_half<M>(version, [&](auto flexible) { return writer<M, memory, flexible()>{version, out, gaps}.all(out, m); });
}

template <message M> result<std::size_t> decode(M& m, bytes in, std::int16_t version) {
    if (version < M::first_version || version > M::last_version) [[unlikely]]
        return refusal(shape_of<M>(), &m, in, version);
    const std::byte* const stop = in.data() + in.size();
    const auto end = in_half<M>(version, [&](auto flexible) { return reader<M, flexible()>{stop, stop, version}.all(in.data(), m); });
    if (!end) [[unlikely]]
        return refusal(shape_of<M>(), &m, in, version);
    return static_cast<std::size_t>(end - in.data());
}
}  // namespace compiled
}  // namespace kwire
