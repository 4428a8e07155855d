// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/record.hpp>

namespace kwire::inline v0 {
void record_headers::iterator::take() noexcept {
    if (left_ <= 0) return;
    std::int32_t length = 0;
    next_ = get_varint(next_, end_, length);
    header_.key = as_text({next_, static_cast<std::size_t>(length)});
    next_ += length;
    next_ = get_varint(next_, end_, length);
    header_.value.reset();
    if (length >= 0) {
        header_.value.emplace(next_, static_cast<std::size_t>(length));
        next_ += length;
    }
}

std::optional<record_header> record_headers::last(std::string_view key) const noexcept {
    std::optional<record_header> found;
    for (const record_header& h : *this) {
        if (h.key == key) found = h;
    }
    return found;
}
}  // namespace kwire
