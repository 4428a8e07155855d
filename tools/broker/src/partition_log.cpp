// SPDX-License-Identifier: Apache-2.0
#include "partition_log.hpp"

#include "batch.hpp"

#include <kwire/protocol/wire.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
constexpr std::size_t first_chunk = 64u << 10, next_chunk = 1u << 20;
}

std::byte* partition_log::room(std::size_t size) {
    if (!chunk_ || chunk_->capacity() - used_ < size) {
        const auto usual = chunk_ ? next_chunk : first_chunk;
        chunk_ = std::make_shared<buffer>(std::max(size, usual));
        used_ = 0;
    }
    std::byte* at = chunk_->data() + used_;
    used_ += size;
    return at;
}

partition_log::~partition_log() {
    budget_->first_is(*this, first_number(), 0);
    for (const auto& e : entries_) budget_->gave_back(e.size);
}

std::int64_t partition_log::append(bytes batch, std::int64_t max_timestamp, std::int32_t leader_epoch) {
    std::byte* at = room(batch.size());
    std::memcpy(at, batch.data(), batch.size());
    stamp_batch(at, end_, leader_epoch);
    correct_max_timestamp({at, batch.size()}, max_timestamp);
    const auto header = load_batch_header(at);
    if (epochs_.empty() || epochs_.back().epoch < leader_epoch) epochs_.push_back({leader_epoch, end_});
    const auto first = first_number(), number = budget_->next_number();
    entries_.push_back({end_, end_ + header.last_offset_delta, header.max_timestamp, leader_epoch, appended_, number, batch.size(),
                        static_cast<std::size_t>(at - chunk_->data()), chunk_});
    budget_->took(batch.size());
    budget_->first_is(*this, first, first_number());
    appended_ += batch.size();
    end_ += header.last_offset_delta + 1;
    while (entries_.size() > 1 && appended_ - entries_.front().position > retention_) drop_front();
    budget_->enforce(number);
    return entries_.back().base_offset;
}

void partition_log::drop_front() {
    const auto gone = first_number();
    budget_->gave_back(entries_.front().size);
    entries_.pop_front();
    budget_->first_is(*this, gone, first_number());
    start_ = entries_.empty() ? end_ : std::max(start_, entries_.front().base_offset);
    while (epochs_.size() > 1 && epochs_[1].offset <= start_) epochs_.erase(epochs_.begin());
}

const partition_log::entry* partition_log::find(std::int64_t offset) const {
    const auto found = std::ranges::lower_bound(entries_, offset, {}, &entry::last_offset);
    return found == entries_.end() ? nullptr : &*found;
}

std::uint64_t partition_log::bytes_from(std::int64_t offset) const {
    const entry* first = find(offset);
    return first ? appended_ - first->position : 0;
}

partition_log::slice partition_log::read(std::int64_t offset, std::size_t most, bool first_anyway) const {
    auto at = std::ranges::lower_bound(entries_, offset, {}, &entry::last_offset);
    if (at == entries_.end() || (at->size > most && !first_anyway)) return {};
    const entry& first = *at;
    std::size_t size = first.size;
    for (++at; at != entries_.end() && at->chunk == first.chunk && at->size <= most - std::min(most, size); ++at) size += at->size;
    return {bytes(*first.chunk).subspan(first.at, size), first.chunk};
}

partition_log::epoch_end partition_log::end_of_epoch(std::int32_t epoch, std::int32_t current) const {
    if (epoch == current) return {current, end_};
    epoch_end found;
    for (const auto& e : epochs_) {
        if (e.epoch > epoch) {
            found.end_offset = e.offset;
            return found;
        }
        found = {e.epoch, end_};
    }
    return found;
}

void partition_log::delete_before(std::int64_t offset) {
    start_ = std::clamp(offset, start_, end_);
    while (!entries_.empty() && entries_.front().last_offset < start_) drop_front();
}

void partition_log::truncate(std::int64_t offset) {
    const auto first = first_number();
    while (!entries_.empty() && entries_.back().last_offset >= offset) {
        end_ = entries_.back().base_offset;
        appended_ = entries_.back().position;
        budget_->gave_back(entries_.back().size);
        entries_.pop_back();
    }
    budget_->first_is(*this, first, first_number());
    while (!epochs_.empty() && epochs_.back().offset >= end_) epochs_.pop_back();
    start_ = std::min(start_, end_);
    chunk_.reset();  // what was cut off may still be read by whoever holds it
    used_ = 0;
}
}  // namespace kwire
