// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/fetch_partition.hpp>
#include <kwire/client/place.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
// Asking again cannot help: the answer would be the same, or the question cannot even be put.
bool lasting(const error& why) {
    const std::error_code code = why.code();
    if (code.category() == kafka_category())
        return !retriable(code) && !refreshes_metadata(code) && code != make_error_code(errc::unknown_server_error);
    return why == client_errc::version_not_supported || why == client_errc::invalid_argument || why == client_errc::invalid_configuration ||
           why == client_errc::not_supported_by_build;
}
// Leaders move and brokers restart; only when that lasts is it worth telling.
constexpr int failures_until_told = 3;

std::string_view name(offset_reset policy) {
    return policy == offset_reset::earliest ? "earliest" : policy == offset_reset::latest ? "latest" : "none";
}
}  // namespace

std::string describe(offset_spec s) {
    using kind = offset_spec::kind;
    switch (s.what) {
        case kind::oldest: return "oldest";
        case kind::newest: return "newest";
        case kind::offset: return "offset " + std::to_string(s.value);
        case kind::timestamp: return "timestamp " + std::to_string(s.value);
        case kind::before_end: return std::to_string(s.value) + " before the end";
        case kind::max_timestamp: return "highest timestamp";
    }
    return {};
}

fetch_partition_options partition_options(const consumer_options& o, const client_options& common) {
    fetch_partition_options out;
    out.isolation_level = o.isolation_level;
    out.auto_offset_reset = o.auto_offset_reset;
    out.retry = {common.retry_backoff, common.retry_backoff_max};
    out.max_partition_fetch_bytes = o.max_partition_fetch_bytes;
    out.first_fetch_bytes = std::min({out.first_fetch_bytes, o.max_partition_fetch_bytes, o.fetch_buffer_memory / 8});
    out.fetch_max_bytes = std::max(o.fetch_max_bytes, o.max_partition_fetch_bytes);
    return out;
}

fetch_partition::fetch_partition(std::string topic, std::int32_t partition, offset_spec from, fetch_partition_options options)
    : topic_(std::move(topic)), partition_(partition), options_(options), backoff_(options.retry) {
    seek(from);
}

std::int64_t fetch_partition::end_offset() const noexcept {
    return options_.isolation_level == isolation_level::read_committed ? last_stable_offset_ : high_watermark_;
}

fetch_partition::outcome fetch_partition::leader(std::int32_t id, std::int32_t epoch, uuid topic_id) {
    outcome out;
    if (!topic_id.is_zero()) {
        if (!topic_id_.is_zero() && topic_id != topic_id_) {
            leader_epoch_ = -1;
            position_epoch_ = -1;
            if (phase_ == phase::reading) out = reset_or_stop(error(errc::unknown_topic_id, "the topic was deleted and made again"));
        }
        topic_id_ = topic_id;
    }
    if (epoch >= 0 && epoch < leader_epoch_) return out;
    if (id != leader_id_) {
        ++turn_;
        asked_ = false;
        backoff_.succeeded();
    }
    leader_id_ = id;
    leader_epoch_ = std::max(epoch, leader_epoch_);
    return out;
}

std::optional<fetch_partition::lookup> fetch_partition::wants_lookup(clock::time_point now) const {
    if (phase_ != phase::looking_up || asked_ || now < backoff_.not_before()) return {};
    return lookup{turn_, start_, leader_epoch_};
}

fetch_partition::outcome fetch_partition::looked_up(std::uint32_t turn, std::int64_t offset, bool at_end) {
    outcome out;
    if (turn != turn_ || phase_ != phase::looking_up) return out;
    backoff_.succeeded();
    told_failing_.clear();
    phase_ = phase::reading;
    position_ = offset;
    position_epoch_ = -1;
    renew(offset);
    if (at_end) high_watermark_ = last_stable_offset_ = offset;
    if (reset_) {
        reset_->to = offset;
        std::string how = "going on at " + std::to_string(offset) + " instead of " + std::to_string(reset_->from);
        how += " (auto.offset.reset=";
        how += name(options_.auto_offset_reset);
        reset_->why.within(how += ")");
        out.event = std::exchange(reset_, std::nullopt);
    }
    out.reached_end = at_end && newly_at_end();
    return out;
}

fetch_partition::outcome fetch_partition::lookup_failed(std::uint32_t turn, const error& why, clock::time_point now, std::uint64_t random) {
    if (turn != turn_ || phase_ != phase::looking_up) return {};
    asked_ = false;
    if (!lasting(why)) return try_again(why, now, random);
    error told = why;
    return stop(std::move(told.within("look up " + describe(start_))));
}

bool fetch_partition::wants_fetch(clock::time_point now) const noexcept {
    return phase_ == phase::reading && !paused_ && !asked_ && !broken_ && ready_ <= options_.fetched_ahead && leader_id_ >= 0 &&
           now >= backoff_.not_before();
}

clock::time_point fetch_partition::not_before() const noexcept {
    const bool waits = !asked_ && (phase_ == phase::looking_up || (phase_ == phase::reading && !paused_));
    return waits && backoff_.failures() > 0 ? backoff_.not_before() : clock::time_point::max();
}

fetch_partition::question fetch_partition::ask(std::size_t usual_bytes) const noexcept {
    question q{generation_, turn_, fetch_offset_, leader_epoch_, check_epoch_ ? fetched_epoch_ : -1};
    q.partition_max_bytes = std::min(first_ ? options_.first_fetch_bytes : usual_bytes, options_.max_partition_fetch_bytes);
    q.partition_max_bytes = std::max(q.partition_max_bytes, larger_bytes_);
    q.may_wait = end_offset() >= 0 && fetch_offset_ >= end_offset();
    return q;
}

fetch_partition::outcome fetch_partition::answered(const question& q, const fetch_response::partition& p, const fetched_range& got,
                                                   clock::time_point now, std::uint64_t random) {
    if (q.turn != turn_ || phase_ != phase::reading) return {};
    asked_ = false;
    if (p.error_code == errc::none) {
        if (p.diverging_epoch.epoch >= 0 || p.diverging_epoch.end_offset >= 0) return diverged(p.diverging_epoch);
        return took(q, p, got, now, random);
    }
    if (p.error_code == errc::offset_out_of_range) return out_of_range(q, now, random);
    const error why(p.error_code);
    if (lasting(why)) return stop(why);
    if (p.current_leader.leader_id >= 0 && p.current_leader.leader_epoch > leader_epoch_) {  // KIP-951: no need to look it up
        outcome out = leader(p.current_leader.leader_id, p.current_leader.leader_epoch, {});
        out.refresh_metadata = true;
        return out;
    }
    return try_again(why, now, random);
}

fetch_partition::outcome fetch_partition::fetch_failed(const question& q, const error& why, clock::time_point now, std::uint64_t random) {
    if (q.turn != turn_ || phase_ != phase::reading) return {};
    asked_ = false;
    if (lasting(why)) return stop(why);
    outcome out = try_again(why, now, random);
    out.refresh_metadata = true;  // the broker may be gone, and its partitions with it
    return out;
}

fetch_partition::outcome fetch_partition::took(const question& q, const fetch_response::partition& p, const fetched_range& got, clock::time_point now,
                                               std::uint64_t random) {
    high_watermark_ = p.high_watermark;
    last_stable_offset_ = p.last_stable_offset >= 0 ? p.last_stable_offset : p.high_watermark;
    log_start_offset_ = p.log_start_offset;
    if (got.next_offset >= 0 && got.next_offset <= fetch_offset_)
        return try_again(error(client_errc::unexpected_answer, "the answer's batches end before the offset that was asked for"), now, random);
    outcome out;
    backoff_.succeeded();
    told_failing_.clear();
    first_ = false;
    check_epoch_ = true;
    take_sizes(q, p, got);
    if (got.next_offset > fetch_offset_) {
        fetch_offset_ = got.next_offset;
        fetched_epoch_ = got.leader_epoch;
        out.deliver = true;
    }
    broken_ = got.broken;
    out.deliver |= got.broken;
    if (out.deliver) ++ready_;
    out.reached_end = newly_at_end();
    return out;
}

// A batch that does not fit comes whole only as the first of an answer (KIP-74); asking for more spares waiting for that.
void fetch_partition::take_sizes(const question& q, const fetch_response::partition& p, const fetched_range& got) noexcept {
    const bool any = got.next_offset > fetch_offset_;
    const std::int64_t end = options_.isolation_level == isolation_level::read_committed ? last_stable_offset_ : p.high_watermark;
    std::size_t larger = any ? std::max(larger_bytes_ / 2, got.largest_batch) : 0;
    if (got.cut_batch_size > 0) larger = std::max(larger, got.cut_batch_size);
    if (!any && end > fetch_offset_) larger = std::max(larger, got.crowded_out ? larger_bytes_ : 2 * q.partition_max_bytes);
    larger_bytes_ = std::min(larger, options_.fetch_max_bytes);
}

bool fetch_partition::newly_at_end() noexcept {
    if (end_offset() < 0 || fetch_offset_ < end_offset() || told_end_ == fetch_offset_) return false;
    told_end_ = fetch_offset_;
    return true;
}

fetch_partition::outcome fetch_partition::out_of_range(const question& q, clock::time_point now, std::uint64_t random) {
    // A broker whose history of epochs does not reach back says the same; and what was fetched ahead may still be good.
    if (q.last_fetched_epoch >= 0) {
        check_epoch_ = false;
        return {};
    }
    error why(errc::offset_out_of_range, "offset " + std::to_string(fetch_offset_));
    if (position_ != fetch_offset_) return try_again(why, now, random);
    return reset_or_stop(std::move(why));
}

fetch_partition::outcome fetch_partition::diverged(const fetch_response::epoch_end_offset& agrees) {
    if (agrees.end_offset < 0) {
        check_epoch_ = false;
        return {};
    }
    const std::int64_t from = position_, to = std::min(position_, agrees.end_offset);
    position_epoch_ = std::min(position_epoch_, agrees.epoch);
    if (to == from) {
        renew(position_);  // only what was fetched ahead is not in the log any more
        return {};
    }
    std::string what = "the log was truncated: records from " + std::to_string(to) + " to " + std::to_string(from - 1);
    what += " that were delivered are not in it any more";
    error why(errc::offset_out_of_range, std::move(what));
    if (options_.auto_offset_reset == offset_reset::none) return stop(std::move(why), to, from);
    position_ = to;
    position_epoch_ = agrees.epoch;
    renew(to);
    outcome out;
    out.event = partition_event{partition_event::kind::moved, here(std::move(why)), from, to};
    return out;
}

fetch_partition::outcome fetch_partition::reset_or_stop(error why) {
    if (options_.auto_offset_reset == offset_reset::none) {
        why.within("no such record, and auto.offset.reset=none: seek to an offset that exists");
        return stop(std::move(why));
    }
    reset_ = partition_event{partition_event::kind::moved, here(std::move(why)), position_, -1};
    start_ = options_.auto_offset_reset == offset_reset::earliest ? offset_spec::oldest() : offset_spec::newest();
    phase_ = phase::looking_up;
    renew(position_);
    return {};
}

fetch_partition::outcome fetch_partition::try_again(const error& why, clock::time_point now, std::uint64_t random) {
    backoff_.failed(now, random);
    outcome out;
    out.refresh_metadata = refreshes_metadata(why.code());
    const bool expected = why.retriable() || out.refresh_metadata;
    if (told_failing_ == why.code() || (expected && backoff_.failures() < failures_until_told)) return out;
    told_failing_ = why.code();
    out.event = partition_event{partition_event::kind::failing, here(why), position_, -1};
    return out;
}

fetch_partition::outcome fetch_partition::stop(error why, std::int64_t from, std::int64_t to) {
    phase_ = phase::stopped;
    stopped_ = here(std::move(why));
    renew(position_);
    outcome out;
    out.event = partition_event{partition_event::kind::stopped, *stopped_, from, to};
    return out;
}

void fetch_partition::taken(std::uint32_t generation) noexcept {
    if (generation == generation_ && ready_ > 0) --ready_;
}

void fetch_partition::delivered(std::uint32_t generation, std::int64_t next_offset, std::int32_t epoch) noexcept {
    if (generation != generation_ || next_offset <= position_) return;
    position_ = next_offset;
    position_epoch_ = epoch;
    if (position_ > unreadable_) unreadable_ = -1;
}

fetch_partition::outcome fetch_partition::unreadable(std::uint32_t generation, std::int64_t from, std::int64_t to, error why, bool for_good) {
    if (generation != generation_ || phase_ != phase::reading) return {};
    if (from < position_) {
        position_ = from;
        position_epoch_ = -1;
    }
    if (for_good || unreadable_ == from) return stop(std::move(why), from, to);
    unreadable_ = from;
    renew(position_);
    return {};
}

bool fetch_partition::fetch_again() noexcept {
    if (phase_ != phase::reading) return false;
    told_end_ = -1;  // that it is reached may be among what is let go of
    renew(position_);
    return true;
}

void fetch_partition::seek(offset_spec to) noexcept {
    stopped_.reset();
    reset_.reset();
    backoff_.succeeded();
    told_failing_.clear();
    unreadable_ = told_end_ = -1;
    position_epoch_ = -1;
    first_ = true;
    check_epoch_ = true;
    larger_bytes_ = 0;
    start_ = to;
    phase_ = to.what == offset_spec::kind::offset ? phase::reading : phase::looking_up;
    position_ = phase_ == phase::reading ? to.value : -1;
    renew(position_);
}

void fetch_partition::renew(std::int64_t from) noexcept {
    ++generation_;
    ++turn_;
    asked_ = broken_ = false;
    ready_ = 0;
    fetch_offset_ = from;
    fetched_epoch_ = position_epoch_;
}

error fetch_partition::here(error why) const { return std::move(why.within(place_of(topic_, partition_))); }
}  // namespace kwire
