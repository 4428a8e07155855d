// SPDX-License-Identifier: Apache-2.0
#include "record_splitter.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kwire::tool {
std::optional<std::string_view> record_splitter::next() {
    if (delimiter_.empty()) return std::nullopt;
    const auto text = waiting();
    const auto found = text.find(delimiter_, searched_);
    if (found == text.npos) {
        // The delimiter may have begun with the last bytes.
        searched_ = text.size() - std::min(text.size(), delimiter_.size() - 1);
        return std::nullopt;
    }
    begin_ += found + delimiter_.size();
    searched_ = 0;
    return text.substr(0, found);
}

std::optional<std::string_view> record_splitter::rest() {
    const auto text = waiting();
    begin_ = end_;
    searched_ = 0;
    if (text.empty()) return std::nullopt;
    return text;
}

std::span<char> record_splitter::room() {
    if (memory_.size() - end_ < least_room) {
        if (begin_ > 0) std::memmove(memory_.data(), memory_.data() + begin_, end_ - begin_);
        end_ -= std::exchange(begin_, 0);
        // Twice as much, so that a long piece is moved a few times only.
        if (memory_.size() - end_ < least_room) memory_.resize(std::max(2 * memory_.size(), end_ + least_room));
    }
    return std::span(memory_).subspan(end_);
}
}  // namespace kwire::tool
