// SPDX-License-Identifier: Apache-2.0
// The rows of a structure as one version has them: picked out once, then walked for every element of an array.
#pragma once

#include "values.hpp"

#include <array>
#include <memory>

namespace kwire::inline v0 {
namespace interpreter {
class plan {
  public:
    enum class use { measuring, encoding, decoding };
    plan(const shape& s, std::int16_t version, use what) : of(s) {
        if (s.rows.size() > few_.size()) {
            many_ = std::make_unique<const row*[]>(s.rows.size());
            rows_ = many_.get();
        }
        rest_ = s.rows.size();
        for (const row& r : s.rows) {
            const bool there = r.present.contains(version);
            if (r.tag >= 0 || !there) {
                if (there || what == use::decoding) rows_[--rest_] = &r, take_apart(s, r, 0);
                continue;
            }
            const std::size_t size = fixed_size(r.type);
            fixed += size;
            if (what != use::measuring || size == 0) rows_[travelling_++] = &r;
        }
        if (s.tags_offset != shape::no_tags) add({s.tags_offset, 0, nullptr, nullptr, nullptr});
    }
    plan(const plan&) = delete;
    plan& operator=(const plan&) = delete;

    const shape& of;
    std::size_t fixed = 0;  // bytes of the fields whose size does not depend on the value
    /// The untagged fields of this version, in the order of the wire.
    std::span<const row* const> travelling() const noexcept { return {rows_, travelling_}; }
    /// The tagged fields of this version; for decoding also those that it lacks.
    std::span<const row* const> others() const noexcept { return {rows_ + rest_, of.rows.size() - rest_}; }

    /// Are all others as in a new object, and are there no unknown tags? That is, is the tag buffer empty?
    bool others_unset(const void* object) const {
        if (too_many_) return false;
        for (const part& x : std::span(parts_).first(count_)) {
            const std::byte* mine = static_cast<const std::byte*>(object) + x.offset;
            if (x.width == 4 ? same<std::uint32_t>(mine, x.unset) : x.width == 8 ? same<std::uint64_t>(mine, x.unset) : unset_slowly(x, object))
                continue;
            return false;
        }
        return true;
    }
    /// Makes them so.
    void reset_others(void* object) const {
        if (too_many_) [[unlikely]]
            return reset_one_by_one(object);
        for (const part& x : std::span(parts_).first(count_)) {
            std::byte* mine = static_cast<std::byte*>(object) + x.offset;
            if (x.width == 4) std::memcpy(mine, x.unset, 4);
            else if (x.width == 8) std::memcpy(mine, x.unset, 8);
            else reset_slowly(x, object);
        }
    }

  private:
    // The others taken apart: a number, the unknown tags of a structure (no field), or a field of another kind.
    struct part {
        std::uint16_t offset;  // in the whole object
        std::uint16_t width;   // of a number; 0 for the rest
        const std::byte* unset;
        const shape* owner;
        const row* field;
    };
    template <class T> static bool same(const std::byte* a, const std::byte* b) {
        T x, y;
        std::memcpy(&x, a, sizeof(T));
        std::memcpy(&y, b, sizeof(T));
        return x == y;
    }
    void add(const part& x) {
        if (count_ < parts_.size()) parts_[count_++] = x;
        else too_many_ = true;
    }
    void take_apart(const shape& s, const row& r, std::size_t base) {
        const auto offset = static_cast<std::uint16_t>(base + r.offset);
        if (r.type == kind::structure && !r.optional) {
            for (const row& inner : r.inner->rows) take_apart(*r.inner, inner, offset);
            if (r.inner->tags_offset != shape::no_tags)
                add({static_cast<std::uint16_t>(offset + r.inner->tags_offset), 0, nullptr, nullptr, nullptr});
            return;
        }
        const auto width = r.type == kind::boolean ? std::size_t{0} : fixed_size(r.type);
        add({offset, static_cast<std::uint16_t>(width == 4 || width == 8 ? width : 0), static_cast<const std::byte*>(s.member(r, s.unset)), &s, &r});
    }
    static const void* owner_in(const part& x, const void* object) { return static_cast<const std::byte*>(object) + x.offset - x.field->offset; }
    static bool unset_slowly(const part& x, const void* object) {
        if (x.field) return is_default(*x.owner, *x.field, owner_in(x, object));
        return as<unknown_tags>(static_cast<const std::byte*>(object) + x.offset).empty();
    }
    static void reset_slowly(const part& x, void* object) {
        if (x.field) return reset(*x.owner, *x.field, const_cast<void*>(owner_in(x, object)));
        auto& tags = as<unknown_tags>(static_cast<std::byte*>(object) + x.offset);
        if (!tags.empty()) [[unlikely]]
            tags.clear();
    }
    [[gnu::noinline]] void reset_one_by_one(void* object) const {
        for (const row* r : others()) reset(of, *r, object);
        if (auto* tags = of.unknown(object)) tags->clear();
    }

    std::array<const row*, 32> few_;  // more than any structure of Kafka's has
    std::unique_ptr<const row*[]> many_;
    const row** rows_ = few_.data();  // travelling from the front, others from the back
    std::size_t travelling_ = 0, rest_ = 0;
    std::array<part, 24> parts_;
    std::size_t count_ = 0;
    bool too_many_ = false;
};
}  // namespace interpreter
}  // namespace kwire
