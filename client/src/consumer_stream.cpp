// SPDX-License-Identifier: Apache-2.0
// The readers' side of a consumer: what lies ready is checked, expanded, filtered and handed out.
#include "consumer_core.hpp"

#include <asio/dispatch.hpp>
#include <asio/post.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
constexpr std::size_t most_errors = 1000;  // that nobody reads; then the oldest go

// What the records of a batch that was compressed lie in.
struct expanded_batch {
    expanded_batch(frame_memory m, fetch_budget::lease l, std::shared_ptr<fetched_part> p, std::shared_ptr<expanded_batches> c)
        : memory(std::move(m)), share(std::move(l)), part(std::move(p)), count(std::move(c)) {
        count->add(share.size());
    }
    ~expanded_batch() {
        if (!aside) count->subtract(share.size());
    }
    expanded_batch(const expanded_batch&) = delete;
    expanded_batch& operator=(const expanded_batch&) = delete;

    frame_memory memory;
    fetch_budget::lease share;
    std::shared_ptr<fetched_part> part;
    std::shared_ptr<expanded_batches> count;
    bool aside = false;  // the reader's own: its partition is paused, so that nobody may wait for it to be let go of
};

consumer_error as_error(const consumed_partition& p, const partition_event& e) {
    return {p.topic, p.partition, e.why, e.what == partition_event::kind::stopped, e.from, e.what == partition_event::kind::failing ? -1 : e.to};
}
}  // namespace

consumer_stream::consumer_stream(consumer_core& owner)
    : news(owner.core->env()), error_news(owner.core->env()), owner_(owner),
      expander_(owner.options.max_decompressed_batch_bytes, [this](std::size_t more) { return charge(more); }),
      expanded_(std::make_shared<expanded_batches>()) {
    expanded_->bytes = owner.expanded;
}

bool consumer_stream::may_exceed() const {
    if (*owner_.expanded == 0) return true;
    return expanded_->of_stream <= 1 && consumer_core::lost_patience(short_since_, owner_.core->now());
}

// Asked before memory is taken.
bool consumer_stream::charge(std::size_t more) {
    if (expanding_.grow(more)) return true;
    refused_ = expanding_.size() + more;
    short_of_ = std::max(short_of_, refused_);
    if (!may_exceed()) return false;
    expanding_.resize(refused_);
    return exceeds_ = true;
}

bool consumer_stream::lacks_room() const { return refused_ > 0 && owner_.budget->room() < refused_ && !may_exceed(); }

// Under the mutex; if not, who waits is told when there may be.
bool consumer_stream::room_is_there() {
    short_since_ = std::min(short_since_, owner_.core->now());
    owner_.let_go_of_paused();
    owner_.budget->await_release();
    return !lacks_room();
}

void consumer_stream::room_came() {
    if (awaited && needs_room_) notify(news, awaited);
}

void consumer_stream::find_room() {
    if (room_) return room_->resize(0);
    expanding_ = owner_.budget->take(0);
    if (usual_expansion_ > 0) room_ = owner_.memory->find(usual_expansion_);
    if (room_ && !expanding_.grow(room_->capacity())) owner_.memory->give_back(std::move(room_));
    if (!room_) room_ = std::make_unique<buffer>();
}

void consumer_stream::leave_room() {
    if (!room_ || room_->capacity() == 0) return;
    owner_.memory->give_back(std::move(room_));
    expanding_.reset();
}

// Others may expand while this one is not read on.
void consumer_stream::set_aside(consumed_batch& b, bool aside) {
    if (b.header_.compression() == codec::none) return;
    auto& e = *static_cast<expanded_batch*>(const_cast<void*>(b.keeps_.get()));
    if (std::exchange(e.aside, aside) == aside) return;
    if (!aside) {
        e.count->add(e.share.size());
        return;
    }
    e.count->subtract(e.share.size());
    owner_.budget->tell_who_waits();
}

void consumer_stream::notify(event& whom, bool& waits) {
    if (!std::exchange(waits, false)) return;
    asio::dispatch(owner_.core->strand(), [self = shared_from_this(), &whom] { whom.set(); });
}

void consumer_stream::push(stream_item item) {
    if (item.of->state.paused()) return item.of->aside.push_back(std::move(item));
    hungry = false;
    if (item.part && !item.part->beyond) hungry_since = clock::time_point::max();
    queue_.push_back(std::move(item));
    notify(news, awaited);
}

void consumer_stream::tell(consumer_error e) {
    if (errors_.size() >= most_errors) {
        errors_.pop_front();
        ++dropped_;
    }
    errors_.push_back(std::move(e));
    notify(error_news, error_awaited);
}

void consumer_stream::pause(consumed_partition& p) {
    p.state.pause();
    const auto others = std::stable_partition(queue_.begin(), queue_.end(), [&](const stream_item& i) { return i.of.get() != &p; });
    for (auto i = others; i != queue_.end(); ++i) p.aside.push_back(std::move(*i));
    queue_.erase(others, queue_.end());
    look_again_ = true;  // who waits for room for it goes on with the others
    notify(news, awaited);
}

void consumer_stream::resume(consumed_partition& p) {
    p.state.resume();
    for (; !p.aside.empty(); p.aside.pop_back()) queue_.push_front(std::move(p.aside.back()));
    hungry &= queue_.empty();
    look_again_ = true;
    notify(news, awaited);
}

void consumer_stream::drop(consumed_partition& p) {
    p.aside.clear();
    std::erase_if(queue_, [&](const stream_item& i) { return i.of.get() == &p; });
    look_again_ = true;  // who waits for room for it goes on with what there is
    notify(news, awaited);
}

void consumer_stream::close() {
    closed = true;
    queue_.clear();
    notify(news, awaited);
    notify(error_news, error_awaited);
}

bool consumer_stream::ready_or_awaited(bool for_errors) {
    if (!for_errors && needs_room_ && room_is_there()) return true;  // it has come since the reader looked
    const bool ready = closed || (for_errors ? !errors_.empty() : look_again_ || (!queue_.empty() && !needs_room_));
    if (!for_errors) look_again_ = false;
    if (!ready) (for_errors ? error_awaited : awaited) = true;
    return ready;
}

task<result<bool>> consumer_stream::wait(std::shared_ptr<consumer_core> core, std::shared_ptr<consumer_stream> self, bool for_errors,
                                         clock::time_point deadline) {
    core->begin();
    const bool ready = core->locked([&] { return self->ready_or_awaited(for_errors); });
    if (ready) co_return true;
    if (!for_errors && self->needs_room_ && self->expanded_->of_stream <= 1)
        deadline = std::min(deadline, self->short_since_ + consumer_core::patience);
    // However the wait ends, by a cancellation too, nobody waits any more.
    const struct waiting {
        ~waiting() {
            core.locked([&] { flag = false; });
        }
        consumer_core& core;
        bool& flag;
    } until_here{*core, for_errors ? self->error_awaited : self->awaited};
    event& at = for_errors ? self->error_news : self->news;
    const auto why = co_await at.wait(deadline);
    co_return why == woken::set;
}

std::optional<result<consumer_error>> consumer_stream::try_next_error() {
    std::lock_guard guard(owner_.mutex);
    if (!errors_.empty()) {
        consumer_error e = std::move(errors_.front());
        errors_.pop_front();
        if (const auto dropped = std::exchange(dropped_, 0)) e.why.within("after " + std::to_string(dropped) + " errors that nobody read");
        return result<consumer_error>(std::move(e));
    }
    if (closed) return result<consumer_error>(error(client_errc::closed, "the consumer is closed"));
    return std::nullopt;
}

std::optional<result<consumed_batch>> consumer_stream::try_next_batch() {
    for (;;) {
        if (!current_ && !take_item()) return nothing();
        auto got = current_->what == stream_item::kind::records ? from_part() : from_news();
        if (got) return got;
        if (needs_room_) return std::nullopt;
    }
}

// Nothing lies ready. What stopped for good says so each time, if there is nobody else to wait for.
std::optional<result<consumed_batch>> consumer_stream::nothing() {
    std::lock_guard guard(owner_.mutex);
    if (closed) return result<consumed_batch>(error(client_errc::closed, "the consumer is closed"));
    if (!std::exchange(hungry, true)) {
        hungry_since = std::min(hungry_since, owner_.core->now());
        owner_.wake_line();
    }
    for (const auto& p : owner_.partitions)
        if (p->alone && p->stream.lock().get() == this && p->state.why_stopped()) return result<consumed_batch>(*p->state.why_stopped());
    return std::nullopt;
}

bool consumer_stream::take_item() {
    std::lock_guard guard(owner_.mutex);
    while (!closed && !queue_.empty()) {
        stream_item item = std::move(queue_.front());
        queue_.pop_front();
        consumed_partition& p = *item.of;
        if (p.gone || item.generation != p.state.generation()) continue;
        if (p.state.paused()) {
            p.aside.push_back(std::move(item));
            continue;
        }
        if (item.what == stream_item::kind::records) {
            const bool before = p.state.wants_fetch(clock::time_point::max());
            if (!std::exchange(item.begun, true)) p.state.taken(item.generation);
            if (!before && p.state.wants_fetch(clock::time_point::max())) owner_.poke();
        }
        current_ = std::move(item);
        return true;
    }
    return false;
}

std::optional<result<consumed_batch>> consumer_stream::from_news() {
    const stream_item item = *std::exchange(current_, std::nullopt);
    if (item.what == stream_item::kind::stopped) return result<consumed_batch>(*item.why);
    consumed_batch end;
    end.topic_ = item.of->topic;
    end.partition_ = item.of->partition;
    end.next_offset_ = item.offset;
    end.keeps_ = end.of_ = item.of;
    end.end_ = true;
    end.high_watermark_ = owner_.locked([&] { return item.of->state.high_watermark(); });
    return result<consumed_batch>(std::move(end));
}

std::optional<result<consumed_batch>> consumer_stream::from_part() {
    const std::shared_ptr<fetched_part> part = current_->part;
    const auto wanted = [&] {
        consumed_partition& p = *part->of;
        needs_room_ = false;
        if (closed || p.gone || current_->generation != p.state.generation()) return false;
        if (!p.state.paused()) {
            needs_room_ = lacks_room() && !room_is_there();
            return !needs_room_;
        }
        p.aside.push_front(*std::move(current_));
        return false;
    };
    if (!owner_.locked(wanted)) {
        if (needs_room_) return std::nullopt;
        current_.reset();
        refused_ = 0;
        return std::nullopt;
    }
    find_room();
    record_reader records;
    const auto more = part->walk.next(expander_, *room_, records);
    if (!more && more.error() == client_errc::buffer_full) {
        leave_room();
        needs_room_ = owner_.locked([&] { return !room_is_there(); });
        return std::nullopt;
    }
    refused_ = 0;
    if (!std::exchange(exceeds_, false) && expanding_.size() >= short_of_) {  // as much as there was no room for had some
        short_since_ = clock::time_point::max();
        short_of_ = 0;
    }
    if (!more) {
        give_up_part(more.error());
        return std::nullopt;
    }
    if (const char* doubt = doubtful(*part, *more)) {
        give_up_part(error(client_errc::corrupt_batch, doubt));
        return std::nullopt;
    }
    if (!*more) {
        finish_part();
        return std::nullopt;
    }
    consumed_batch batch = batch_of(records, part->walk.next_offset());
    const bool still = owner_.locked([&] {
        fetch_partition& state = part->of->state;
        if (part->of->gone || current_->generation != state.generation()) return false;
        state.delivered(current_->generation, batch.next_offset_, batch.leader_epoch_);
        batch.seeks_ = part->of->seeks;
        batch.generation_ = current_->generation;
        part->handed = batch.next_offset_;
        part->handed_one = true;
        return true;
    });
    if (still) {
        owner_.core->meters().records_consumed.add_shared(static_cast<std::uint64_t>(std::max(part->walk.batch().count(), 0)));
        return result<consumed_batch>(std::move(batch));
    }
    current_.reset();
    return std::nullopt;
}

// No checksum covers a batch's offset. But batches follow each other, and nothing lies behind the high watermark: that is
// read a moment before the records are, so a batch can be newer than it, but not any more when it is fetched again.
const char* consumer_stream::doubtful(const fetched_part& part, bool more) {
    const auto& walk = part.walk;
    if (more && walk.batch().magic() >= 2 && part.handed_one && walk.batch().base_offset() < walk.next_offset())
        return "its offset lies before the end of the batch before it";
    const std::int64_t end = more ? walk.batch().next_offset() : walk.next_offset();
    return end <= part.high_watermark ? nullptr : "its offset lies behind the high watermark";
}

consumed_batch consumer_stream::batch_of(record_reader records, std::int64_t from) {
    const std::shared_ptr<fetched_part>& part = current_->part;
    const batch_view& view = part->walk.batch();
    consumed_batch out;
    out.header_ = view;
    out.records_ = records;
    out.topic_ = part->of->topic;
    out.partition_ = part->of->partition;
    out.from_ = from;
    out.next_offset_ = view.next_offset();
    out.leader_epoch_ = view.partition_leader_epoch();
    out.high_watermark_ = part->high_watermark;
    out.of_ = part->of;
    if (view.compression() == codec::none) {
        leave_room();
        usual_expansion_ = 0;
        out.keeps_ = part;
        return out;
    }
    usual_expansion_ = room_->size();
    out.keeps_ = std::make_shared<expanded_batch>(owner_.memory->share(std::move(room_)), std::move(expanding_), part, expanded_);
    return out;
}

void consumer_stream::finish_part() {
    leave_room();
    const stream_item done = *std::exchange(current_, std::nullopt);
    owner_.locked([&] {
        const auto& walk = done.part->walk;
        const std::int32_t epoch = walk.batch().wire().empty() ? -1 : walk.batch().partition_leader_epoch();
        done.of->state.delivered(done.generation, walk.next_offset(), epoch);
    });
}

void consumer_stream::give_up_part(const error& why) {
    leave_room();
    const stream_item bad = *std::exchange(current_, std::nullopt);
    const auto& walk = bad.part->walk;
    const std::int64_t from = walk.next_offset() <= bad.part->high_watermark ? walk.next_offset() : bad.part->handed;
    std::int64_t to = walk.batch().wire().empty() ? -1 : walk.batch().next_offset();
    if (to <= from) to = -1;  // the header is not to be believed
    const auto seeks = owner_.locked([&] {
        bad.of->state.delivered(bad.generation, from, -1);
        return bad.of->seeks;
    });
    owner_.unreadable({bad.of, seeks, bad.generation, from, to}, why);
}

void consumer_core::unreadable(const unread& u, const error& why) {
    std::lock_guard guard(mutex);
    fetch_partition& state = u.of->state;
    if (closed || u.of->gone || u.of->seeks != u.seeks) return;
    if (u.generation != state.generation() && state.position() <= u.from) return;  // it was told, and is read again
    const bool for_good = why != client_errc::corrupt_batch && why != client_errc::malformed;
    std::string what = "records from offset " + std::to_string(u.from);
    if (u.to > u.from) what += " to " + std::to_string(u.to - 1);
    what += " cannot be read; seek beyond them to go on without them";
    error told = why;
    told.within(what);
    obey(u.of, state.unreadable(state.generation(), u.from, u.to, std::move(told), for_good));
    poke();
}

void consumed_batch::report(const error& why, std::int64_t at) const {
    if (const auto core = of_ ? of_->owner.lock() : nullptr) core->unreadable({of_, seeks_, generation_, at < 0 ? from_ : at, next_offset_}, why);
}

std::optional<result<consumer_record>> consumer_stream::try_next() {
    for (;;) {
        if (!in_batch_) unpark();
        if (in_batch_) {
            if (auto got = from_batch()) return got;
            if (in_batch_) return std::nullopt;
            continue;  // what is parked comes first
        }
        auto next = try_next_batch();
        if (!next) return std::nullopt;
        if (!*next) return result<consumer_record>(std::move(*next).error());
        if ((*next)->end_) continue;
        begin_batch(std::move(**next));
    }
}

// What is parked of its partition, which was resumed just now, comes first.
void consumer_stream::begin_batch(consumed_batch fresh) {
    const record_reader records = fresh.records_;
    const std::int64_t from = fresh.from_;
    parked_.push_back({std::move(fresh), records, from});
    const auto of_same = [&](const parked& p) { return p.batch.of_ == parked_.back().batch.of_; };
    go_on_with(std::ranges::find_if(parked_, of_same));
}

void consumer_stream::go_on_with(std::vector<parked>::iterator p) {
    batch_ = std::move(p->batch);
    batch_records_ = p->left;
    batch_next_ = p->next;
    in_batch_ = true;
    parked_.erase(p);
    set_aside(batch_, false);
}

// A batch that next() was at when its partition was paused.
void consumer_stream::unpark() {
    for (auto i = parked_.begin(); i != parked_.end(); ++i) {
        consumed_partition& p = *i->batch.of_;
        if (owner_.locked([&] { return p.state.paused() && !p.gone && p.seeks == i->batch.seeks_; })) continue;
        return go_on_with(i);
    }
}

std::optional<result<consumer_record>> consumer_stream::from_batch() {
    consumer_record m;
    consumed_partition& p = *batch_.of_;
    const bool wanted = owner_.locked([&] { return !closed && !p.gone && p.seeks == batch_.seeks_; });
    if (wanted && owner_.locked([&] { return p.state.paused(); })) {
        set_aside(batch_, true);
        aside_ = p.alone;  // it is the only one, and goes on here
        if (aside_) return std::nullopt;
        parked_.insert(parked_.begin(), {std::move(batch_), batch_records_, batch_next_});
        in_batch_ = false;
        return std::nullopt;
    }
    if (std::exchange(aside_, false)) set_aside(batch_, false);
    if (wanted && batch_records_.next(m)) {
        m.topic = batch_.topic_;
        m.partition = batch_.partition_;
        m.keeps = batch_.keeps_;
        batch_next_ = m.offset + 1;
        p.read_to.store(batch_next_, std::memory_order_relaxed);
        return result<consumer_record>(std::move(m));
    }
    in_batch_ = false;
    if (wanted) {
        p.read_to.store(-1, std::memory_order_relaxed);
        if (auto whole = batch_records_.status(); !whole) batch_.report(whole.error(), batch_next_);
    }
    batch_ = {};
    return std::nullopt;
}

void consumer_core::obey(const std::shared_ptr<consumed_partition>& p, const fetch_partition::outcome& o) {
    suspects_ |= o.refresh_metadata;
    const auto stream = p->stream.lock();
    if (!stream || p->gone) return;
    if (o.event) {
        stream->tell(as_error(*p, *o.event));
        if (o.event->what == partition_event::kind::stopped)
            stream->push({stream_item::kind::stopped, p, p->state.generation(), {}, -1, o.event->why});
    }
    if (o.reached_end && p->tell_end) stream->push({stream_item::kind::end, p, p->state.generation(), {}, p->state.fetch_offset(), {}});
}
}  // namespace kwire
