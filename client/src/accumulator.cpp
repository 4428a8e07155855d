// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/accumulator.hpp>

#include <algorithm>
#include <iterator>

namespace kwire::inline v0 {
namespace {
constexpr std::size_t smallest_batch = 4096;
static_assert(sizeof(produce_batch) + sizeof(delivery_state) <= batch_overhead);

// A batch goes out as a whole, so that it must not be larger than a record may be; nor can such a record slip into it.
producer_options bounded(producer_options o) {
    o.batch_size = std::min(o.batch_size, o.max_request_size);
    return o;
}
}  // namespace

accumulator::lane::lane(topic_state& t, std::int32_t partition, bool idempotent) : send_lane(t.name, partition, idempotent), home(t) {}

accumulator::accumulator(const producer_options& o, std::function<clock::time_point()> now, std::function<void()> wake, std::uint64_t seed,
                         std::function<void()> compressing)
    : options_(bounded(o)), now_(std::move(now)), wake_(std::move(wake)), before_compressing_(std::move(compressing)),
      compressing_(o.compression != codec::none), partitioner_(o.partitioner, seed) {}

accumulator::~accumulator() {
    for (const auto* t : in_order_)
        for (const auto& l : t->lanes) close_open(*l);
    for (const auto& b : all_) {
        if (!b->state) continue;
        b->state->fail(client_errc::closed);
        b->state->release();
    }
}

accumulator::topic_state* accumulator::look_up(std::string_view name) const {
    const auto found = topics_.find(name);
    return found == topics_.end() ? nullptr : found->second.get();
}

accumulator::topic_state& accumulator::make_topic(std::string_view name) {
    if (auto* known = find(name)) return *known;
    auto& made = topics_[std::string(name)] = std::make_unique<topic_state>(std::string(name));
    in_order_.push_back(made.get());
    return *made;
}

bool accumulator::knows(std::string_view topic_name) const {
    std::lock_guard lock(mutex_);
    const auto* t = find(topic_name);
    return t && (t->partitions > 0 || t->why);
}

bool accumulator::update(const topic_metadata& now) {
    std::lock_guard lock(mutex_);
    topic_state& t = make_topic(now.name);
    t.why.reset();
    const bool another = !t.id.is_zero() && !now.id.is_zero() && t.id != now.id;
    if (!now.id.is_zero()) t.id = now.id;
    const auto count = static_cast<std::int32_t>(now.partitions.size());
    for (auto p = static_cast<std::int32_t>(t.lanes.size()); p < count; ++p)
        t.lanes.push_back(std::make_unique<lane>(t, p, options_.enable_idempotence));
    t.partitions = count;
    t.led.clear();
    for (const auto& p : now.partitions)
        if (p.leader >= 0) t.led.push_back(p.partition);
    if (t.led.size() == now.partitions.size()) t.led.clear();
    return another;
}

void accumulator::refuse(std::string_view topic_name, error why) {
    std::lock_guard lock(mutex_);
    topic_state& t = make_topic(topic_name);
    if (t.partitions == 0) t.why = std::move(why);
}

void accumulator::forget(std::string_view topic_name) {
    std::lock_guard lock(mutex_);
    topic_state* const t = find(topic_name);
    if (!t || t->partitions > 0) return;
    t->why.reset();
    t->asked = false;
}

// Null if there is no such partition.
accumulator::lane* accumulator::choose(topic_state& t, const producer_record& r) {
    const std::int32_t p = r.partition ? *r.partition : partitioner_.choose(r.key, t.partitions, t.led);
    return p >= 0 && p < t.partitions ? t.lanes[static_cast<std::size_t>(p)].get() : nullptr;
}

error accumulator::no_partition(const topic_state& t, const producer_record& r) {
    std::string what = "failed to send to ";
    what += t.name;
    if (!r.partition) return error(client_errc::invalid_argument, what + ": the partitioner is manual, and the record names no partition");
    what += ": there is no partition ";
    what += std::to_string(*r.partition);
    what += ", the topic has ";
    what += std::to_string(t.partitions);
    return error(client_errc::unknown_topic_or_partition, std::move(what));
}

std::size_t accumulator::rounded(std::size_t least) const noexcept {
    std::size_t size = smallest_batch;
    while (size < least) size *= 2;
    return std::max(least, std::min(size, options_.batch_size));
}

// Until so much more fits into the budget; oldest first.
void accumulator::end_idle_until(std::size_t more) {
    while (used_ + idle_bytes_ + more > options_.buffer_memory && !idle_.empty()) {
        produce_batch* const victim = idle_.front();
        idle_.erase(idle_.begin());
        idle_bytes_ -= victim->charged;
        std::erase_if(all_, [&](const auto& one) { return one.get() == victim; });
    }
}

// Takes so much more of the budget for `b`, giving idle memory back where that makes room.
bool accumulator::charge(produce_batch& b, std::size_t all) {
    const std::size_t more = all - std::min(b.charged, all);
    if (used_ + more > options_.buffer_memory) return false;
    end_idle_until(more);
    b.charged += more;
    used_ += more;
    return true;
}

produce_batch* accumulator::open_batch(lane& l, std::size_t least) {
    produce_batch* b = nullptr;
    if (!idle_.empty()) {
        b = idle_.back();
        idle_.pop_back();
        idle_bytes_ -= b->charged;
        used_ += b->charged;
    } else {
        b = all_.emplace_back(std::make_unique<produce_batch>()).get();
    }
    const std::size_t room = std::max(rounded(least), std::min(b->writer.capacity(), options_.batch_size));
    if (!charge(*b, batch_overhead + std::max(room, b->writer.capacity()))) {
        used_ -= b->charged;
        idle_bytes_ += b->charged;
        idle_.push_back(b);
        return nullptr;
    }
    buffer memory = b->writer.release();
    const auto charged = b->charged;
    *b = produce_batch();
    b->writer.adopt(std::move(memory));
    b->writer.start(room);
    b->charged = charged;
    b->state = new delivery_state(l.partition());
    b->lane = &l;
    b->opened = now_();
    b->deadline = b->opened + options_.delivery_timeout;
    b->round = first_round_ + rounds_.size() - 1;
    ++rounds_.back();
    return b;
}

void accumulator::list(lane& l) {
    if (l.busy) return;
    l.busy = true;
    busy_.push_back(&l);
}

produce_batch* accumulator::close_open(lane& l) {
    produce_batch* const b = std::exchange(l.open, nullptr);
    if (!b) return nullptr;
    b->state->closed(b->handles);
    b->ready = !compressing_;
    l.closed.push_back(b);
    return b;
}

// What fills a batch up. True if it can be sent now; else who fills it compresses it, and nobody else touches its memory.
bool accumulator::close_full(lane& l, produce_batch*& to_compress) {
    produce_batch* const full = close_open(l);
    if (!full || full->ready) return full != nullptr;
    full->compressing = true;
    to_compress = full;
    return false;
}

// Into the open batch, which is made larger, or made, as far as the limits allow.
bool accumulator::lay_down(lane& l, const producer_record& r, std::int64_t ms) {
    if (l.open && !l.open->writer.append(r, ms)) {
        const std::size_t least = l.open->writer.size() + l.open->writer.size_of(r, ms);
        if (least > options_.batch_size) return false;
        const std::size_t room = rounded(least);
        if (!charge(*l.open, batch_overhead + room)) return false;
        l.open->writer.grow(room);
        if (!l.open->writer.append(r, ms)) return false;
    } else if (!l.open) {
        const std::size_t least = batch_layout::records + batch_writer().size_of(r, ms);
        if (least > options_.max_request_size) return false;
        l.open = open_batch(l, least);
        if (!l.open || !l.open->writer.append(r, ms)) return false;
        list(l);
    }
    return true;
}

result<void> accumulator::fits(const topic_state& t, const producer_record& r) const {
    const std::size_t size = batch_layout::records + batch_writer().size_of(r, 0);  // the time of a batch's first record takes no room
    if (size <= options_.max_request_size) return {};
    std::string what = "failed to send to ";
    what += t.name;
    what += ": the record takes " + std::to_string(size) + " bytes, more than max.request.size (" + std::to_string(options_.max_request_size);
    return error(client_errc::too_large, what += ")");
}

// The strand is told once, and again after forget().
error accumulator::unknown_topic(topic_state& t, std::unique_lock<std::mutex>& lock) {
    const bool first = !std::exchange(t.asked, true);
    if (first) {
        news_.topics.push_back(t.name);
        woken_ = true;
    }
    lock.unlock();
    if (first) wake_();
    return error(client_errc::buffer_full, "the topic's partitions are not known yet");
}

std::vector<accumulator::topic_state*> accumulator::topics() const {
    std::lock_guard lock(mutex_);
    return in_order_;
}

accumulator::news accumulator::take_news() {
    std::lock_guard lock(mutex_);
    return std::exchange(news_, {});
}

result<handle> accumulator::append(const producer_record& r, std::int64_t ms, haste how, clock::time_point latest) {
    if (r.timestamp) ms = *r.timestamp;
    handle out;
    produce_batch* to_compress = nullptr;
    bool laid = false, wake = false;
    {
        std::unique_lock lock(mutex_);
        if (closed_) return error(client_errc::closed, "the producer is closed");
        topic_state* t = find(r.topic);
        if (!t) t = &make_topic(r.topic);
        if (t->partitions == 0 && !t->why) return unknown_topic(*t, lock);
        last_ = t;
        if (t->why) return *t->why;
        lane* const chosen = choose(*t, r);
        if (!chosen) return no_partition(*t, r);
        lane& l = *chosen;
        laid = lay_down(l, r, ms);
        bool full = false;
        if (!laid) {
            if (auto fine = fits(*t, r); !fine) return std::move(fine).error();
            full = close_full(l, to_compress);
            laid = lay_down(l, r, ms);
            pressed_ |= !laid;
        }
        if (laid) {
            if (how != haste::linger) l.open->urgent = true;
            l.open->deadline = std::min(l.open->deadline, latest);
            ++l.open->handles;
            out = handle(l.open->state, l.open->writer.count() - 1, ms);
        }
        // A batch is full, or memory is; or an open one is due before the strand looks anyway.
        const bool look = pressed_ || full || (laid && (l.open->urgent || l.open->opened + options_.linger < looks_at_));
        wake = look && !woken_ && how != haste::mine;
        woken_ |= wake;
    }
    if (to_compress) {
        wake |= compress(*to_compress);
        std::lock_guard lock(mutex_);
        wake |= !woken_;
        woken_ = true;
    }
    if (wake) wake_();
    if (laid) return out;
    return error(client_errc::buffer_full, "buffer.memory is spent on records that are not acknowledged yet");
}

// `b` is closed, and nobody else touches its memory until this is done. True if it has ended meanwhile: what waits for
// memory is to be told.
bool accumulator::compress(produce_batch& b) {
    std::unique_ptr<coder> c;
    {
        std::lock_guard lock(mutex_);
        if (!coders_.empty()) c = std::move(coders_.back()), coders_.pop_back();
    }
    if (before_compressing_) before_compressing_();
    if (!c) c = std::make_unique<coder>(coder{compressor(options_.compression, level_of(options_)), {}});
    [[maybe_unused]] const auto done = b.writer.compress(c->with, c->spare);  // or it stays as it is, which is valid too
    std::lock_guard lock(mutex_);
    coders_.push_back(std::move(c));
    b.ready = true;
    b.compressing = false;
    if (!b.given_back) return false;
    keep_idle(b);
    return news_.room = true;
}

bool accumulator::due(const lane& l, clock::time_point now, clock::time_point& next) const noexcept {
    const auto when = l.open->opened + options_.linger;
    if (l.open->urgent || pressed_ || closed_ || when <= now) return true;
    next = std::min(next, when);
    return false;
}

void accumulator::take_overdue(clock::time_point now, std::vector<produce_batch*>& out) {
    std::lock_guard lock(mutex_);
    for (lane* l : busy_) {
        if (l->open && l->open->deadline <= now) close_open(*l);
        const auto overdue = [&](const produce_batch* b) { return b->deadline <= now; };
        std::ranges::copy_if(l->closed, std::back_inserter(out), overdue);
        std::erase_if(l->closed, overdue);
    }
}

clock::time_point accumulator::next_deadline() const {
    std::lock_guard lock(mutex_);
    auto next = clock::time_point::max();
    for (const lane* l : busy_) {
        for (const auto* b : l->closed) next = std::min(next, b->deadline);
        if (l->open) next = std::min(next, l->open->deadline);
    }
    return next;
}

void accumulator::settled(produce_batch& b) {
    std::lock_guard lock(mutex_);
    --rounds_[static_cast<std::size_t>(b.round - first_round_)];
    while (rounds_.size() > 1 && rounds_.front() == 0) {
        rounds_.pop_front();
        ++first_round_;
    }
}

void accumulator::give_back(produce_batch& b) {
    std::lock_guard lock(mutex_);
    if (b.compressing) b.given_back = true;
    else keep_idle(b);
}

void accumulator::keep_idle(produce_batch& b) {
    used_ -= b.charged;
    b.charged = batch_overhead + b.writer.capacity();  // compressing swapped its memory
    b.state = nullptr;
    pressed_ = false;
    idle_bytes_ += b.charged;
    idle_.push_back(&b);
    end_idle_until(0);
}

std::uint64_t accumulator::begin_flush() {
    std::lock_guard lock(mutex_);
    const auto round = first_round_ + rounds_.size() - 1;
    for (lane* l : busy_)
        if (l->open) l->open->urgent = true;
    if (rounds_.back() > 0) rounds_.push_back(0);
    return round;
}

bool accumulator::flushed(std::uint64_t round) const {
    std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < rounds_.size() && first_round_ + i <= round; ++i)
        if (rounds_[i] > 0) return false;
    return true;
}

void accumulator::close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
}

std::size_t accumulator::memory_used() const {
    std::lock_guard lock(mutex_);
    return used_;
}
std::size_t accumulator::unsettled() const {
    std::lock_guard lock(mutex_);
    std::size_t n = 0;
    for (const auto one : rounds_) n += one;
    return n;
}
}  // namespace kwire
