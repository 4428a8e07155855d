// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/backoff.hpp>

#include <algorithm>

namespace kwire::inline v0 {
clock::duration backoff_after(int failures, const backoff_options& options, std::uint64_t random) noexcept {
    const clock::duration longest = options.longest;
    clock::duration whole = std::min<clock::duration>(options.first, longest);
    for (int i = 1; i < failures && whole < longest; ++i) whole = std::min(whole * 2, longest);
    const auto fifth = static_cast<std::uint64_t>(whole.count()) / 5;
    return whole - clock::duration(fifth) + clock::duration(random % (2 * fifth + 1));
}
}  // namespace kwire
