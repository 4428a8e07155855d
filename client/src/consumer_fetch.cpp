// SPDX-License-Identifier: Apache-2.0
// The strand's side of a consumer: lanes that look up where to begin, fetch, and put what came into the streams.
#include "consumer_core.hpp"

#include <kwire/protocol/record_batch.hpp>

#include <asio/post.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
bool holds_records(const stream_item& i) { return i.what == stream_item::kind::records; }

// An answer's frame and its share of the budget.
struct held_answer {
    frame_memory frame;
    fetch_budget::lease share;
};

// What the headers of the batches tell. Nothing here is checked yet: that is the reader's work, on the reader's thread.
// Offsets that cannot be (consumer_stream::doubtful) are not followed.
fetched_range look_at(bytes records, std::int64_t high_watermark) {
    fetched_range out;
    record_batches batches(records, false);
    batch_view batch;
    for (;;) {
        const auto more = batches.next(batch);
        out.broken = !more;
        if (!more || !*more) break;
        out.broken = batch.next_offset() > high_watermark || (batch.magic() >= 2 && batch.base_offset() < out.next_offset);
        if (out.broken) break;
        out.next_offset = std::max(out.next_offset, batch.next_offset());
        out.largest_batch = std::max(out.largest_batch, batch.wire().size());
        out.leader_epoch = batch.partition_leader_epoch();
    }
    const bytes rest = records.last(batches.trailing_bytes());
    if (!out.broken && rest.size() >= batch_layout::before_length) {
        const auto length = load<std::int32_t>(rest.data() + batch_layout::length);
        out.cut_batch_size = batch_layout::before_length + static_cast<std::size_t>(std::max(length, 0));
    }
    return out;
}

std::vector<aborted_transaction> aborted_of(const fetch_response::partition& p) {
    std::vector<aborted_transaction> out;
    if (p.aborted_transactions)
        for (const auto& a : *p.aborted_transactions) out.push_back({a.producer_id, a.first_offset});
    return out;
}
}  // namespace

struct consumer_core::fetching {
    std::vector<std::shared_ptr<consumed_partition>> of;
    std::vector<fetch_partition::lookup> lookups;  // of `of`; if there are any, nothing is fetched
    fetch_plan plan;
    fetch_budget::lease share;
    bool beyond = false;  // the buffer has no room for it
    std::vector<bool> told;
    std::size_t came = 0;  // bytes of records, of all partitions
    std::shared_ptr<held_answer> held;

    bool by_id() const {
        return std::all_of(of.begin(), of.end(), [](const auto& p) { return !p->state.topic_id().is_zero(); });
    }
    fetch_request request(isolation_level isolation) const;
    /// Which part an answer's partition is; npos if it was not asked for.
    std::size_t find(const fetch_response::topic_response& t, std::int32_t partition, bool by_id) const;
};

fetch_request consumer_core::fetching::request(isolation_level isolation) const {
    fetch_request m;
    m.max_wait_ms = static_cast<std::int32_t>(plan.max_wait.count());
    m.min_bytes = static_cast<std::int32_t>(plan.min_bytes);
    m.max_bytes = static_cast<std::int32_t>(plan.max_bytes);
    m.isolation_level = static_cast<std::int8_t>(isolation);
    std::map<std::string_view, std::size_t> place;
    for (std::size_t i = 0; i < of.size(); ++i) {
        const auto [at, fresh] = place.try_emplace(of[i]->topic, m.topics.size());
        if (fresh) {
            auto& t = m.topics.emplace_back();
            t.topic = of[i]->topic;
            t.topic_id = of[i]->state.topic_id();
        }
        const auto& q = plan.parts[i].question;
        auto& p = m.topics[at->second].partitions.emplace_back();
        p.partition = of[i]->partition;
        p.current_leader_epoch = q.current_leader_epoch;
        p.fetch_offset = q.fetch_offset;
        p.last_fetched_epoch = q.last_fetched_epoch;
        p.partition_max_bytes = static_cast<std::int32_t>(q.partition_max_bytes);
    }
    return m;
}

// Brokers before Fetch 12 do not look for divergence (KIP-595), and the field cannot be sent to them.
void forget_last_epochs(fetch_request& m) {
    for (auto& t : m.topics)
        for (auto& p : t.partitions) p.last_fetched_epoch = -1;
}

std::size_t consumer_core::fetching::find(const fetch_response::topic_response& t, std::int32_t partition, bool ids) const {
    for (std::size_t i = 0; i < of.size(); ++i) {
        if (of[i]->partition != partition || told[i]) continue;
        if (ids ? of[i]->state.topic_id() == t.topic_id : of[i]->topic == t.topic) return i;
    }
    return std::string::npos;
}

broker_fetcher::broker_fetcher(environment& env, std::int32_t node, fetch_planner_options o)
    : node_id(node), planner(o), lanes{lane(env), lane(env)} {}

void broker_fetcher::wake() {
    for (auto& l : lanes) l.wake.set();
}

consumer_core::consumer_core(std::shared_ptr<client_core> c, consumer_options o)
    : core(std::move(c)), options(o), budget(fetch_budget::make(options.fetch_buffer_memory)),
      memory(std::make_shared<frame_pool>(options.fetch_buffer_memory / 8)), expanded(std::make_shared<std::atomic<std::size_t>>(0)),
      assigned(std::make_shared<consumer_stream>(*this)) {}

consumer_core::~consumer_core() {
    if (begun_ && !closed) core->remove(*this);
}

// On the strand, when first something is asked of it.
void consumer_core::begin() {
    if (locked([&] { return closed; }) || std::exchange(begun_, true)) return;
    budget->on_release([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->poke();
    });
    core->meters().consumes = true;
    lane_base_ = core->take_lanes(fetch_planner::lanes);
    core->add(*this);
    if (core->closed()) client_closed();
}

void consumer_core::metadata_changed() {
    follow_leaders();
    wake_lanes();
}

void consumer_core::client_closing() { close(); }
void consumer_core::client_closed() { close(); }

void consumer_core::wake_lanes() {
    for (const auto& [id, b] : brokers_) b->wake();
}

void consumer_core::poke() {
    if (poked_.exchange(true)) return;
    asio::post(core->strand(), [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->poked_ = false;
        self->look_around();
    });
}

// Has lanes for every leader there is.
void consumer_core::follow_leaders() {
    std::vector<std::int32_t> leaders;
    locked([&] {
        if (closed) return;
        for (const auto& p : partitions) {
            const auto* topic = core->metadata().topic(p->topic);
            const auto* known = core->metadata().partition(p->topic, p->partition);
            if (topic && known) obey(p, p->state.leader(known->leader, known->leader_epoch, topic->id));
            if (p->state.leader_id() >= 0) leaders.push_back(p->state.leader_id());
        }
    });
    for (const auto id : leaders) {
        auto& b = brokers_[id];
        if (b) continue;
        b = std::make_shared<broker_fetcher>(core->env(), id, planner_options(options));
        for (int lane = 0; lane < fetch_planner::lanes; ++lane) core->env().spawn(run_lane(shared_from_this(), b, lane));
    }
}

void consumer_core::after_news() {
    if (locked([&] { return std::exchange(suspects_, false); })) {
        core->suspect();
        follow_leaders();
    }
    wake_lanes();
}

task<void> consumer_core::run_lane(std::shared_ptr<consumer_core> self, std::shared_ptr<broker_fetcher> b, int lane) {
    for (;;) {
        auto look_again = clock::time_point::max();
        const auto f = self->plan(*b, lane, look_again);
        if (self->locked([&] { return self->closed; })) break;
        if (!f) {
            co_await b->lanes[lane].wake.wait(look_again);
            continue;
        }
        if (f->lookups.empty()) co_await fetch(self, b, lane, f);
        else co_await look_up(self, b, lane, f);
        self->after_news();
    }
}

void consumer_core::look_around() {
    wake_lanes();
    std::lock_guard guard(mutex);
    assigned->room_came();
    for (const auto& p : partitions)
        if (const auto stream = p->alone ? p->stream.lock() : nullptr) stream->room_came();
}

void consumer_core::wake_line() {
    if (!line_.empty()) poke();
}

void consumer_core::let_go_of_paused() {
    for (const auto& p : partitions)
        if (p->state.paused() && std::ranges::any_of(p->aside, holds_records) && p->state.fetch_again()) p->aside.clear();
}

// A quarter of the budget is left for what compressed batches expand to. Who stands further back in the line has none yet,
// or a lane that asks again and again would take whatever becomes free.
std::size_t consumer_core::room_for(const broker_fetcher::lane& lane) const {
    if (!line_.empty() && line_.front() != &lane) return 0;
    const std::size_t kept = budget->limit() / 4;
    return std::max(budget->room(), kept) - kept;
}

void consumer_core::stand_in_line(broker_fetcher::lane& lane, bool needs_room) {
    const auto place = std::ranges::find(line_, &lane);
    const bool stands = place != line_.end();
    if (needs_room == stands) return;
    if (needs_room) return line_.push_back(&lane);
    line_.erase(place);
    wake_line();  // it is the next one's turn
}

// What to ask although there is no room.
fetch_plan consumer_core::plan_beyond(broker_fetcher& b, int lane, std::span<const std::shared_ptr<consumed_partition>> led,
                                      clock::time_point& look_again) {
    std::vector<fetch_partition*> starving;
    const auto now = core->now();
    for (const auto& p : led) {
        const auto stream = p->stream.lock();
        if (!stream || !stream->hungry || !p->may_exceed()) continue;
        if (lost_patience(stream->hungry_since, now)) starving.push_back(&p->state);
        else look_again = std::min(look_again, stream->hungry_since + patience);
    }
    auto out = b.planner.plan_beyond(lane, starving, now);
    out.needs_room = out.parts.empty();
    return out;
}

std::shared_ptr<consumer_core::fetching> consumer_core::plan(broker_fetcher& b, int lane, clock::time_point& look_again) {
    std::lock_guard guard(mutex);
    const auto now = core->now();
    if (closed) return nullptr;
    auto& mine = b.lanes[lane];
    if (now < mine.not_before) {
        stand_in_line(mine, false);
        look_again = mine.not_before;
        return nullptr;
    }
    auto f = std::make_shared<fetching>();
    std::vector<fetch_partition*> led;
    std::vector<std::shared_ptr<consumed_partition>> owners;
    for (const auto& p : partitions) {
        if (p->state.leader_id() != b.node_id) continue;
        led.push_back(&p->state);
        owners.push_back(p);
        if (const auto lookup = p->state.wants_lookup(now)) {
            p->state.looking_up();
            f->of.push_back(p);
            f->lookups.push_back(*lookup);
        }
    }
    if (!f->lookups.empty()) {
        stand_in_line(mine, false);
        return f;
    }
    f->plan = b.planner.plan(lane, led, room_for(mine), now);
    if (f->plan.needs_room) {
        let_go_of_paused();
        budget->await_release();
        f->plan = b.planner.plan(lane, led, room_for(mine), now);
    }
    look_again = f->plan.look_again;
    f->beyond = f->plan.needs_room;
    if (f->beyond) f->plan = plan_beyond(b, lane, owners, look_again);
    stand_in_line(mine, f->plan.needs_room);
    if (f->plan.parts.empty()) return nullptr;
    for (const auto& part : f->plan.parts)
        f->of.push_back(owners[static_cast<std::size_t>(std::find(led.begin(), led.end(), part.which) - led.begin())]);
    f->told.assign(f->of.size(), false);
    f->share = budget->take(f->plan.reserve);
    b.planner.sent(lane, f->plan, now);
    return f;
}

task<result<std::shared_ptr<connection>>> consumer_core::link(std::shared_ptr<consumer_core> self, std::shared_ptr<broker_fetcher> b, int lane,
                                                              clock::time_point deadline) {
    auto& mine = b->lanes[lane].link;
    if (mine && mine->ready()) co_return mine;
    auto made = co_await self->core->connections()->connect(b->node_id, role::fetch, deadline, self->lane_base_ + lane);
    if (self->locked([&] { return self->closed; })) {
        if (made) (*made)->close();
        co_return error(client_errc::closed);
    }
    if (made) mine = *made;
    co_return std::move(made);
}

task<void> consumer_core::look_up(std::shared_ptr<consumer_core> self, std::shared_ptr<broker_fetcher> b, int lane, std::shared_ptr<fetching> f) {
    const auto deadline = self->core->now() + self->core->options().request_timeout;
    std::vector<offset_lookup::item> items;
    for (std::size_t i = 0; i < f->of.size(); ++i)
        items.push_back({f->of[i]->topic, f->of[i]->partition, f->lookups[i].what, f->lookups[i].current_leader_epoch, {}});
    const auto questions = std::make_shared<offset_lookup>(std::move(items), self->options.isolation_level);
    const auto there = co_await link(self, b, lane, deadline);
    if (!there) {
        questions->failed(there.error());
    } else {
        const auto done = co_await ask_offsets(*there, questions, deadline);
        if (!done) questions->failed(done.error());
    }
    std::lock_guard guard(self->mutex);
    const auto now = self->core->now();
    for (std::size_t i = 0; i < f->of.size(); ++i) {
        const auto& found = *questions->items()[i].found;
        fetch_partition& state = f->of[i]->state;
        const auto turn = f->lookups[i].turn;
        if (found) self->obey(f->of[i], state.looked_up(turn, found->offset, found->at_end));
        else self->obey(f->of[i], state.lookup_failed(turn, found.error(), now, self->core->env().random()));
    }
}

task<void> consumer_core::fetch(std::shared_ptr<consumer_core> self, std::shared_ptr<broker_fetcher> b, int lane, std::shared_ptr<fetching> f) {
    const auto deadline = self->core->now() + self->core->options().request_timeout + f->plan.max_wait;
    const auto there = co_await link(self, b, lane, deadline);
    if (!there) {
        self->fetch_failed(*b, lane, *f, there.error());
        co_return;
    }
    const std::int16_t highest = f->by_id() ? fetch_request::last_version : std::int16_t{12};  // KIP-516: from 13 on there are only ids
    auto question = f->request(self->options.isolation_level);
    const auto offered = (*there)->versions().offered(fetch_request::api_key);
    if (!offered || offered->last < 12) forget_last_epochs(question);
    auto request = (*there)->prepare(question, highest);
    if (!request) {
        self->fetch_failed(*b, lane, *f, request.error());
        co_return;
    }
    const auto name = request->name;
    const auto asked = self->core->now();
    self->core->meters().fetches.add();
    const auto got = co_await (*there)->call(*std::move(request), deadline);
    const auto now = self->core->now();
    if (got) self->core->meters().fetch_latency.add(now - asked, now);
    if (got) self->answered(*b, lane, *f, **there, name, *got);
    else self->fetch_failed(*b, lane, *f, got.error());
}

void consumer_core::fetch_failed(broker_fetcher& b, int lane, fetching& f, const error& why) {
    std::lock_guard guard(mutex);
    const auto now = core->now();
    for (std::size_t i = 0; i < f.of.size(); ++i)
        obey(f.of[i], f.of[i]->state.fetch_failed(f.plan.parts[i].question, why, now, core->env().random()));
    b.planner.ended(lane, now, false);
}

void consumer_core::answered(broker_fetcher& b, int lane, fetching& f, connection& way, const request_name& name, const answer& raw) {
    const auto by = way.describe(name);
    fetch_response m;
    auto whole = way.read(m, raw);
    if (!whole) return fetch_failed(b, lane, f, std::move(whole).error().within(by));
    const auto now = core->now();
    b.lanes[lane].not_before = way.throttled_until();
    core->meters().fetch_throttle_time.add(std::chrono::milliseconds(std::max(m.throttle_time_ms, 0)), now);
    if (m.error_code != errc::none) return fetch_failed(b, lane, f, error(m.error_code, by));
    f.share.resize(raw.frame->size());
    f.held = std::make_shared<held_answer>(held_answer{raw.frame, std::move(f.share)});
    for (const auto& t : m.responses)
        for (const auto& p : t.partitions) f.came += p.records ? p.records->data.size() : 0;
    std::lock_guard guard(mutex);
    for (const auto& t : m.responses) {
        for (const auto& p : t.partitions) {
            const std::size_t i = f.find(t, p.partition_index, raw.api_version >= 13);
            if (i == std::string::npos) continue;
            f.told[i] = true;
            take(f, i, p, m, now);
        }
    }
    for (std::size_t i = 0; i < f.of.size(); ++i) {
        if (f.told[i]) continue;
        const error missing(client_errc::unexpected_answer, by + ": the answer leaves the partition out");
        obey(f.of[i], f.of[i]->state.fetch_failed(f.plan.parts[i].question, missing, now, core->env().random()));
    }
    b.planner.ended(lane, now, true);
    f.held.reset();
}

void consumer_core::take(fetching& f, std::size_t i, const fetch_response::partition& p, const fetch_response& whole, clock::time_point now) {
    const auto& of = f.of[i];
    const auto& q = f.plan.parts[i].question;
    const bytes records = p.records ? p.records->data : bytes{};
    core->meters().bytes_consumed.add(records.size());
    const auto generation = of->state.generation();
    fetched_range got = look_at(records, p.high_watermark);
    got.crowded_out = records.empty() && f.came + q.partition_max_bytes > f.plan.max_bytes;
    const auto out = of->state.answered(q, p, got, now, core->env().random());
    if (out.deliver && !of->gone) {
        const bool committed = options.isolation_level == isolation_level::read_committed;
        auto part = committed ? std::make_shared<fetched_part>(records, q.fetch_offset, aborted_of(p), options.check_crcs)
                              : std::make_shared<fetched_part>(records, q.fetch_offset, options.check_crcs);
        part->answer = f.held;
        if (f.beyond) {
            part->beyond = budget->take(0);
            of->beyond[of->beyond[0].expired() ? 0 : 1] = part;
        }
        part->of = of;
        part->high_watermark = p.high_watermark;
        part->handed = q.fetch_offset;
        if (const auto stream = of->stream.lock()) stream->push({stream_item::kind::records, of, generation, std::move(part), -1, {}});
    }
    obey(of, out);
    if (p.current_leader.leader_id < 0) return;
    std::optional<broker_address> where;
    for (const auto& n : whole.node_endpoints)
        if (n.node_id == p.current_leader.leader_id) where = broker_address{n.node_id, {std::string(n.host), static_cast<std::uint16_t>(n.port)}};
    core->hint(of->topic, of->partition, {p.current_leader.leader_id, p.current_leader.leader_epoch}, std::move(where));
}
}  // namespace kwire
