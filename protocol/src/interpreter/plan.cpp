// SPDX-License-Identifier: Apache-2.0
#include "plan.hpp"

namespace kwire::inline v0 {
namespace interpreter {
namespace {
plan::op reading_of(const row& r) {
    switch (r.type) {
        case kind::boolean: return plan::op::boolean;
        case kind::string:
        case kind::byte_string:
        case kind::records: return plan::op::text;
        case kind::structure: return plan::op::structure;
        case kind::array: return r.element == kind::int32 && !r.optional ? plan::op::int32s : plan::op::array;
        default: break;
    }
    switch (fixed_size(r.type)) {
        case 1: return plan::op::byte;
        case 2: return plan::op::two;
        case 4: return plan::op::four;
        case 8: return plan::op::eight;
        default: return plan::op::uuid;
    }
}
}  // namespace

void plan::make(const shape& s, std::int16_t version, bool flexible, use what) {
    of = &s;
    version_ = version;
    what_ = what;
    fixed = step_count_ = stretch_count_ = pair_count_ = slow_count_ = 0;
    too_many_ = false;
    if (what == use::decoding) least = std::max<std::size_t>(1, least_size(s, version, flexible));
    end_ = s.tags_offset == shape::no_tags ? 0 : s.tags_offset + sizeof(unknown_tags);
    steps_ = few_.data();
    if (s.rows.size() > few_.size()) {
        many_.resize(s.rows.size());
        steps_ = many_.data();
    }
    first_run = 0;
    std::uint16_t* run = &first_run;
    step* last = nullptr;  // of this run
    for (const row& r : s.rows) {
        if (among_others(r) && !compare(s, r, 0)) {
            if (slow_count_ < slow_.size()) slow_[slow_count_++] = &r;
            else too_many_ = true;
        }
        if (!travels(r)) continue;
        const std::size_t size = fixed_size(r.type);
        fixed += size;
        if (size > 0 && what == use::measuring) continue;
        *run = static_cast<std::uint16_t>(*run + size);
        const op reading = reading_of(r);
        const auto several = static_cast<op>(static_cast<int>(reading) - static_cast<int>(op::two));
        const bool number = reading >= op::two && reading <= op::eight;
        if (last && number && what == use::decoding && (last->reading == reading || last->reading == several) &&
            last->offset + last->count * size == r.offset && last->count < 255) {
            last->reading = several;
            ++last->count;
            continue;
        }
        step& x = steps_[step_count_++];
        x = {&r, r.offset, 0, r.type, reading, 1, r.nullable.contains(version), r.compact, r.optional};
        last = size > 0 ? &x : nullptr;
        if (size == 0) run = &x.run;
    }
    tags_mask_ = 0;
    if (const auto* tags = s.unknown(s.unset)) {
        if constexpr (sizeof(unknown_tags) == sizeof(std::uint64_t)) {
            tags_at_ = s.tags_offset;
            tags_mask_ = ~std::uint64_t{0};
        } else if (!compare_bytes(s.tags_offset, tags, sizeof(unknown_tags))) {
            too_many_ = true;
        }
    }
    only_words_ = slow_count_ == 0 && !too_many_;
}

// Adds a field, whose structure lies at `base`, to the words. False if it is none, or there is no room.
bool plan::compare(const shape& s, const row& r, std::size_t base) {
    const void* const unset = s.member(r, s.unset);
    const std::size_t offset = base + r.offset;
    if (r.type == kind::structure && !r.optional) {
        for (const row& inner : r.inner->rows)
            if (!compare(*r.inner, inner, offset)) return false;
        const auto* tags = r.inner->unknown(r.inner->unset);
        return !tags || compare_bytes(offset + r.inner->tags_offset, tags, sizeof(unknown_tags));
    }
    if (r.optional || r.type == kind::array || r.type == kind::structure) return false;
    // A view of no bytes elsewhere is a default too: then a word differs, and the row is asked.
    static_assert(sizeof(std::string_view) == sizeof(bytes) && sizeof(records) == sizeof(bytes));
    const std::size_t fixed_width = r.type == kind::boolean ? sizeof(bool) : fixed_size(r.type);
    return compare_bytes(offset, unset, fixed_width > 0 ? fixed_width : sizeof(bytes));
}

bool plan::compare_bytes(std::size_t offset, const void* unset, std::size_t size) {
    const auto* from = static_cast<const std::byte*>(unset);
    while (size > 0) {
        stretch* last = stretch_count_ > 0 ? &stretches_[stretch_count_ - 1] : nullptr;
        const std::size_t behind = last ? last->offset + (last->end - last->first) * sizeof(words) : 0;
        const std::size_t at = last && offset >= behind - sizeof(words) && offset < behind ? behind - sizeof(words) : offset / 8 * 8;
        const std::size_t within = offset - at, n = std::min(sizeof(words) - within, size);
        if (at + sizeof(words) > end_) return false;
        if (!last || at + sizeof(words) != behind) {
            if (pair_count_ == masks_.size()) return false;
            if (!last || at != behind) {
                if (stretch_count_ == stretches_.size()) return false;
                last = &stretches_[stretch_count_++];
                *last = {static_cast<std::uint16_t>(at), static_cast<std::uint8_t>(pair_count_), static_cast<std::uint8_t>(pair_count_)};
            }
            masks_[pair_count_] = unset_[pair_count_] = words{};
            ++pair_count_;
            ++last->end;
        }
        std::byte mask[sizeof(words)], value[sizeof(words)];
        std::memcpy(mask, &masks_[pair_count_ - 1], sizeof mask);
        std::memcpy(value, &unset_[pair_count_ - 1], sizeof value);
        std::fill_n(mask + within, n, std::byte{0xff});
        std::copy_n(from, n, value + within);
        std::memcpy(&masks_[pair_count_ - 1], mask, sizeof mask);
        std::memcpy(&unset_[pair_count_ - 1], value, sizeof value);
        offset += n;
        from += n;
        size -= n;
    }
    return true;
}

bool plan::slow_ones_unset(const void* object) const {
    return !too_many_ && std::ranges::all_of(std::span(slow_).first(slow_count_), [&](const row* r) { return is_default(*of, *r, object); });
}

void plan::reset_one_by_one(void* object) const {
    for (const row& r : of->rows)
        if (among_others(r)) reset(*of, r, object);
    if (auto* tags = of->unknown(object)) tags->clear();
}
}  // namespace interpreter
}  // namespace kwire
