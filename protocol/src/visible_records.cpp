// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/visible_records.hpp>

#include <algorithm>

namespace kwire::inline v0 {
std::optional<control_record_type> control_type(const record_view& r) noexcept {
    // The key: a version and the type, 16 bits each. Newer versions may append fields.
    if (!r.key || r.key->size() < 4 || load<std::int16_t>(r.key->data()) < 0) return {};
    const auto type = load<std::int16_t>(r.key->data() + 2);
    if (type < 0 || type > static_cast<std::int16_t>(control_record_type::kraft_voters)) return control_record_type::unknown;
    return static_cast<control_record_type>(type);
}

aborted_transactions::aborted_transactions(std::vector<aborted_transaction> all) : ahead_(std::move(all)) {
    std::sort(ahead_.begin(), ahead_.end(), [](const auto& a, const auto& b) { return a.first_offset > b.first_offset; });
}

result<bool> aborted_transactions::hides(const batch_view& batch, decompressor& expander, buffer& room) {
    const std::int64_t producer = batch.producer_id();
    if (producer < 0) return false;
    for (; !ahead_.empty() && ahead_.back().first_offset <= batch.last_offset(); ahead_.pop_back()) {
        if (std::find(open_.begin(), open_.end(), ahead_.back().producer_id) == open_.end()) open_.push_back(ahead_.back().producer_id);
    }
    const auto aborted = std::find(open_.begin(), open_.end(), producer);
    if (batch.control()) {
        auto records = batch.records(expander, room);
        if (!records) return std::move(records).error();
        record_view marker;
        if (!records->next(marker)) {
            if (auto read = records->status(); !read) return std::move(read).error();
            return false;  // compaction has removed it
        }
        const auto type = control_type(marker);
        if (!type) return error(client_errc::corrupt_batch, batch.name() += ": the key of its control record is wrong");
        if (*type == control_record_type::abort && aborted != open_.end()) open_.erase(aborted);
        return false;
    }
    return batch.transactional() && aborted != open_.end();
}

result<bool> visible_batches::next(decompressor& expander, buffer& room, record_reader& out) {
    if (fault_) return *fault_;
    const auto stop = [&](error&& why) {
        if (why != client_errc::buffer_full) return fault_.emplace(std::move(why));
        again_ = true;
        return std::move(why);
    };
    for (;;) {
        if (std::exchange(in_batch_, false)) next_offset_ = std::max(next_offset_, batch_.next_offset());
        if (!std::exchange(again_, false)) {
            auto more = batches_.next(batch_);
            if (!more) return stop(std::move(more).error());
            if (!*more) return false;
        }
        bool hidden = batch_.control();
        if (committed_only_) {
            auto aborted = aborted_.hides(batch_, expander, room);
            if (!aborted) return stop(std::move(aborted).error());
            hidden = hidden || *aborted;
        }
        if (!hidden) {
            auto records = batch_.records(expander, room);
            if (!records) return stop(std::move(records).error());
            out = *records;
            out.start_at(next_offset_);
        }
        in_batch_ = true;
        if (!hidden) return true;
    }
}
}  // namespace kwire
