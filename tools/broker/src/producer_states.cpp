// SPDX-License-Identifier: Apache-2.0
#include "producer_states.hpp"

#include <algorithm>
#include <set>

namespace kwire::inline v0 {
namespace {
std::string described(const batch_header& h) {
    std::string text = "producer ";
    text += std::to_string(h.producer_id);
    text += " epoch ";
    text += std::to_string(h.producer_epoch);
    return text;
}
}  // namespace

producer_states::verdict producer_states::judge(const batch_header& h) const {
    if (h.producer_id < 0) return {};
    const auto known = producers_.find(h.producer_id);
    if (known == producers_.end()) return {};
    const producer& p = known->second;
    if (h.producer_epoch < p.epoch)
        return {errc::invalid_producer_epoch, {}, described(h).append(": the epoch is now ").append(std::to_string(p.epoch))};
    if (h.producer_epoch > p.epoch) {
        if (h.base_sequence == 0) return {};
        return {errc::out_of_order_sequence_number,
                {},
                described(h).append(": a new epoch begins at sequence 0, not ").append(std::to_string(h.base_sequence))};
    }
    for (const batch& b : p.batches)
        if (b.first == h.base_sequence && b.last == h.last_sequence()) return {errc::none, b.base_offset, {}};
    if (p.batches.empty()) return {};
    const auto expected = sequence_plus(p.batches.back().last, 1);
    if (h.base_sequence == expected) return {};
    return {errc::out_of_order_sequence_number,
            {},
            described(h)
                .append(": sequence ")
                .append(std::to_string(h.base_sequence))
                .append(" came, ")
                .append(std::to_string(expected))
                .append(" was due")};
}

void producer_states::appended(const batch_header& h, std::int64_t base_offset) {
    if (h.producer_id < 0) return;
    producer& p = producers_[h.producer_id];
    if (p.epoch != h.producer_epoch) p.batches.clear();
    p.epoch = h.producer_epoch;
    p.used = ++appends_;
    p.batches.push_back({h.base_sequence, h.last_sequence(), base_offset});
    if (p.batches.size() > batches_kept) p.batches.pop_front();
    if (producers_.size() > producers_kept)
        producers_.erase(std::ranges::min_element(producers_, {}, [](const auto& entry) { return entry.second.used; }));
}

void producer_states::truncate(std::int64_t offset, const std::deque<partition_log::entry>& left) {
    std::set<std::int64_t> emptied;
    for (auto at = producers_.begin(); at != producers_.end();) {
        auto& batches = at->second.batches;
        while (!batches.empty() && batches.back().base_offset >= offset) batches.pop_back();
        if (batches.empty()) emptied.insert(at->first);
        at = batches.empty() ? producers_.erase(at) : std::next(at);
    }
    if (emptied.empty()) return;
    for (const auto& e : left)
        if (const auto h = load_batch_header(e.data().data()); emptied.contains(h.producer_id)) appended(h, e.base_offset);
}
}  // namespace kwire
