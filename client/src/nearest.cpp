// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/nearest.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

namespace kwire::inline v0 {
std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Rows of the usual table, of which three are needed: a swap looks back two.
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({row[j - 1] + 1, last[j] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

std::string_view nearest(std::string_view to, std::span<const std::string_view> names) {
    std::string_view best;
    std::size_t least = to.size() / 2 + 1;
    for (const auto name : names) {
        const auto distance = edit_distance(to, name);
        if (distance < least) least = distance, best = name;
    }
    return best;
}
}  // namespace kwire
