// SPDX-License-Identifier: Apache-2.0
// The rows of a structure as one version has them: picked out once for a message, then walked for every such structure.
//
// Fields that travel become steps. All others, and the unknown tags, must be known to have their defaults, or be given
// them: nearly always they have, so they become words of the object's memory, which are compared with those of a new object
// without looking at what is what. Only where a word differs are the rows asked.
#pragma once

#include "values.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace kwire::inline v0 {
namespace interpreter {
class plan {
  public:
    enum class use { measuring, encoding, decoding };
    /// How a step is decoded. The first three are several numbers in one step, the next three one, in the same order.
    enum class op : std::uint8_t { twos, fours, eights, two, four, eight, byte, boolean, uuid, text, int32s, array, structure };
    struct step {
        const row* field;
        std::uint16_t offset;  // of the member
        std::uint16_t run;     // behind a field of variable size: bytes of those of fixed size that follow it
        kind type;
        op reading;
        std::uint8_t count;              // for decoding: numbers that follow one another on the wire as they do in memory are one step
        bool nullable : 1, compact : 1;  // in this version
        bool optional : 1;
    };
    plan() {}  // nothing yet: make()
    plan(const plan&) = delete;
    plan& operator=(const plan&) = delete;
    void make(const shape& s, std::int16_t version, bool flexible, use what);

    const shape* of = nullptr;
    std::size_t fixed;        // bytes of the fields whose size does not depend on the value
    std::size_t least;        // for decoding: the fewest bytes of such a structure, at least 1
    std::uint16_t first_run;  // of those that begin the structure
    bool travels(const row& r) const noexcept { return r.tag < 0 && r.present.contains(version_); }
    /// The untagged fields of this version, in the order of the wire; for measuring those of variable size.
    std::span<const step> steps() const noexcept { return {steps_, step_count_}; }

    /// Are the tagged fields, for decoding also those that the version lacks, as in a new object, and are there no unknown
    /// tags? False also where that would take long to say.
    [[gnu::always_inline]] bool others_unset(const void* object) const {
        std::uint64_t differing = tags_mask_ == 0 ? 0 : word_at(static_cast<const std::byte*>(object) + tags_at_) & tags_mask_;
        words found{};
        for (const stretch& x : std::span(stretches_).first(stretch_count_)) {
            const std::byte* mine = static_cast<const std::byte*>(object) + x.offset;
            for (std::size_t i = x.first; i < x.end; ++i, mine += sizeof(words)) {
                words have;
                std::memcpy(&have, mine, sizeof have);
                found |= (have ^ unset_[i]) & masks_[i];
            }
        }
        differing |= found[0] | found[1];
        return differing == 0 && (only_words_ || slow_ones_unset(object));
    }
    /// Makes them so.
    [[gnu::always_inline]] void reset_others(void* object) const {
        if (!others_unset(object)) [[unlikely]]
            reset_one_by_one(object);
    }

  private:
    using words = std::uint64_t __attribute__((vector_size(16)));  // two of them, compared at once
    struct stretch {
        std::uint16_t offset;
        std::uint8_t first, end;  // of its pairs of words
    };
    static std::uint64_t word_at(const std::byte* p) {
        std::uint64_t w;
        std::memcpy(&w, p, 8);
        return w;
    }
    bool among_others(const row& r) const noexcept {
        const bool there = r.present.contains(version_);
        return what_ == use::decoding ? r.tag >= 0 || !there : r.tag >= 0 && there;
    }
    bool compare(const shape& s, const row& r, std::size_t base);
    bool compare_bytes(std::size_t offset, const void* unset, std::size_t size);
    bool slow_ones_unset(const void* object) const;
    void reset_one_by_one(void* object) const;

    std::int16_t version_;
    use what_;
    std::array<step, 32> few_;  // more than any structure of Kafka's has
    std::vector<step> many_;
    step* steps_;
    std::size_t step_count_, stretch_count_, pair_count_, slow_count_;
    std::array<stretch, 8> stretches_;
    std::array<words, 12> masks_, unset_;
    std::array<const row*, 8> slow_;  // what is not a matter of words
    std::size_t end_;                 // the object is known to have so many bytes
    std::uint64_t tags_mask_;         // the structure's own unknown tags, a pointer that should be null
    std::size_t tags_at_;
    bool too_many_, only_words_;
};

/// The plans of one message while it is walked.
class plans {
  public:
    plans(std::int16_t version, bool flexible, plan::use what) : version_(version), flexible_(flexible), what_(what) {}
    /// Null if there is no room for another.
    const plan* find(const shape& s) {
        for (std::size_t i = 0; i < count_; ++i)
            if (made_[i].of == &s) return &made_[i];
        if (count_ == made_.size()) return nullptr;
        make(made_[count_], s);
        return &made_[count_++];
    }
    void make(plan& p, const shape& s) const { p.make(s, version_, flexible_, what_); }

  private:
    std::int16_t version_;
    bool flexible_;
    plan::use what_;
    std::size_t count_ = 0;
    std::array<plan, 6> made_;  // more than most messages have structures
};
}  // namespace interpreter
}  // namespace kwire
