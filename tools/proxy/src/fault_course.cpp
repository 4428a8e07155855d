// SPDX-License-Identifier: Apache-2.0
#include "fault_course.hpp"

#include <kwire/protocol/wire.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
// size, api key, version, correlation id; and of an answer: size, correlation id
constexpr std::size_t request_head = 12, answer_head = 8;
constexpr std::int32_t largest_frame = 1 << 28;

std::uint64_t sum(std::uint64_t from, std::uint64_t count) {
    const auto room = std::numeric_limits<std::uint64_t>::max() - from;
    return from + std::min(count, room);
}
}  // namespace

std::optional<asked_requests::request> asked_requests::answered(std::int32_t correlation_id) {
    const auto found = std::ranges::find(waiting_, correlation_id, &request::correlation_id);
    if (found == waiting_.end()) return std::nullopt;
    const request r = *found;
    waiting_.erase(waiting_.begin(), found + 1);
    return r;
}

fault_course::fault_course(std::uint64_t connection, direction way, std::shared_ptr<asked_requests> asked, std::vector<fault> of_stream,
                           frame_hook of_frames)
    : connection_(connection), way_(way), asked_(std::move(asked)), hook_(std::move(of_frames)) {
    for (const auto& f : of_stream) add(0, f);
}

void fault_course::add(std::uint64_t from, const fault& f) {
    const pending p{sum(from, f.at), f};
    pending_.insert(std::ranges::upper_bound(pending_, p.at, {}, &pending::at), p);
}

// False if its head is not here yet.
bool fault_course::begin_frame(bytes inbox, bool ended) {
    const bool short_head = inbox.size() < sizeof(std::int32_t);
    if (short_head && !ended) return false;
    const auto size = short_head ? -1 : load<std::int32_t>(inbox.data());
    if (size < 0 || size > largest_frame) {
        framed_ = false;
        return true;
    }
    const std::size_t whole = sizeof(size) + static_cast<std::size_t>(size);
    const std::size_t head = way_ == direction::to_broker ? request_head : answer_head;
    if (inbox.size() < std::min(whole, head) && !ended) return false;
    passing_frame f{.connection = connection_, .way = way_, .api_key = {}, .api_version = {}, .size = whole, .number = ++frames_, .begins_at = at_};
    if (std::min(whole, inbox.size()) >= head) {
        f.correlation_id = load<std::int32_t>(inbox.data() + head - sizeof(std::int32_t));
        std::optional<asked_requests::request> known;
        if (way_ == direction::to_client) known = asked_->answered(f.correlation_id);
        else known = asked_requests::request{f.correlation_id, load<std::int16_t>(inbox.data() + 4), load<std::int16_t>(inbox.data() + 6)};
        if (way_ == direction::to_broker) asked_->asked(*known);
        if (known) f.api_key = known->api_key, f.api_version = known->api_version;
    }
    frame_end_ = at_ + whole;
    if (!hook_) return true;
    for (fault one : hook_(f)) {
        one.at = std::min(one.at, one.what == fault::kind::flip_bit ? whole - 1 : whole);
        one.count = std::min(one.count, whole - one.at);
        add(at_, one);
    }
    return true;
}

std::optional<fault_course::step> fault_course::strike(bytes inbox) {
    const fault f = pending_.front().what;
    if (f.what == fault::kind::flip_bit && inbox.empty()) return step{};
    pending_.pop_front();
    switch (f.what) {
        case fault::kind::flip_bit: ++at_; return step{step::kind::pass, 1, static_cast<std::uint8_t>(1u << (f.bit & 7u)), {}, {}};
        case fault::kind::dribble:
            dribble_until_ = sum(at_, f.count);
            dribble_pause_ = f.pause;
            return std::nullopt;
        case fault::kind::truncate: skip_until_ = sum(at_, f.count); return std::nullopt;
        default: return step{step::kind::strike, 0, 0, {}, f};
    }
}

fault_course::step fault_course::next(bytes inbox, bool ended) {
    for (;;) {
        if (!pending_.empty() && pending_.front().at <= at_) {
            if (const auto struck = strike(inbox)) return *struck;
            continue;
        }
        if (inbox.empty()) return {};
        if (framed_ && at_ == frame_end_) {
            if (!begin_frame(inbox, ended)) return {};
            continue;
        }
        std::uint64_t n = inbox.size();
        if (framed_) n = std::min(n, frame_end_ - at_);
        if (!pending_.empty()) n = std::min(n, pending_.front().at - at_);
        const bool skipped = at_ < skip_until_, dribbled = !skipped && at_ < dribble_until_;
        if (skipped) n = std::min(n, skip_until_ - at_);
        if (dribbled) n = 1;
        at_ += n;
        return {skipped ? step::kind::skip : step::kind::pass, static_cast<std::size_t>(n), 0, dribbled ? dribble_pause_ : clock::duration{}, {}};
    }
}
}  // namespace kwire
