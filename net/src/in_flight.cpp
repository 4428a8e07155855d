// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/in_flight.hpp>

#include <algorithm>

namespace kwire::inline v0 {
in_flight::entry& in_flight::add(std::int32_t id, request_name name, clock::time_point asked, clock::time_point deadline, completion done) {
    earliest_ = waiting_ == 0 ? deadline : std::min(earliest_, deadline);
    entries_.push_back({id, name, asked, deadline, std::move(done)});
    ++waiting_;
    return entries_.back();
}

void in_flight::written(clock::time_point now) noexcept {
    for (auto e = entries_.rbegin(); e != entries_.rend() && e->written == clock::time_point(); ++e) e->written = now;
}

result<in_flight::entry> in_flight::answered(std::int32_t id) {
    if (entries_.empty() || entries_.front().id != id) {
        std::string what = "an answer bears the correlation id ";
        what += std::to_string(id);
        if (entries_.empty()) what += ", but no request waits for one";
        else what += " where " + std::to_string(entries_.front().id) + " is due";
        return error(client_errc::unexpected_answer, std::move(what));
    }
    entry first = std::move(entries_.front());
    entries_.pop_front();
    if (first.done) --waiting_;
    return first;
}

std::vector<in_flight::entry> in_flight::expire(clock::time_point now) {
    std::vector<entry> overdue;
    if (now < next_deadline()) return overdue;
    earliest_ = clock::time_point::max();
    for (auto& e : entries_) {
        if (!e.done) continue;
        if (e.deadline <= now) {
            --waiting_;
            overdue.push_back({e.id, e.name, e.asked, e.deadline, std::exchange(e.done, {})});
        } else {
            earliest_ = std::min(earliest_, e.deadline);
        }
    }
    return overdue;
}

in_flight::entry in_flight::withdraw(std::int32_t id) {
    const auto found = std::ranges::find(entries_, id, &entry::id);
    if (found == entries_.end() || !found->done) return {};
    --waiting_;
    return {found->id, found->name, found->asked, found->deadline, std::exchange(found->done, {})};
}

std::vector<in_flight::entry> in_flight::take_all() {
    std::vector<entry> all;
    for (auto& e : entries_)
        if (e.done) all.push_back(std::move(e));
    entries_.clear();
    waiting_ = 0;
    return all;
}
}  // namespace kwire
