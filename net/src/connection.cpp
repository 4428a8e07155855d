// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/connection.hpp>

#include "explain.hpp"

#include <kwire/net/counters.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/sasl_authenticate.hpp>
#include <kwire/protocol/messages/sasl_handshake.hpp>

#include <asio/awaitable.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <limits>

namespace kwire::inline v0 {
namespace {
constexpr std::size_t correlation_id_at = 8;  // behind size, api key and version

bool awaits_metadata(const in_flight& table) noexcept { return table.oldest() && table.oldest()->name.api_key == metadata_request::api_key; }
}  // namespace

std::shared_ptr<connection> connection::make(environment& env, std::unique_ptr<stream> over, connection_options options) {
    return std::shared_ptr<connection>(new connection(env, std::move(over), std::move(options)));
}

connection::connection(environment& env, std::unique_ptr<stream> over, connection_options options)
    : env_(env), stream_(std::move(over)), timer_(env.make_timer()), options_(std::move(options)), reader_(options_.frames), drained_(env) {}

connection::~connection() = default;

std::string connection::describe(const request_name& r) const {
    std::string text(r.api);
    text += " v";
    text += std::to_string(r.version);
    text += " to ";
    text += options_.peer;
    return text;
}

task<result<void>> connection::open(endpoint where, clock::time_point deadline) { return get_ready(shared_from_this(), std::move(where), deadline); }

task<result<void>> connection::get_ready(std::shared_ptr<connection> self, endpoint where, clock::time_point deadline) {
    connection& c = *self;
    if (c.closed_) co_return *c.why_;
    c.env_.spawn(watch_deadlines(self));
    c.open_by_ = deadline;
    c.arm(deadline);
    const auto connected = co_await c.stream_->connect(where.host, where.port);
    if (!connected && !c.closed_) c.lost(explain_connect(connected.error()).within(c.options_.peer));
    if (c.closed_) co_return *c.why_;
    c.connected_ = true;
    if (c.options_.count) c.options_.count->connections_made.add();
    c.heard_ = c.env_.now();
    c.env_.spawn(read_loop(self));
    const auto learned = co_await learn_versions(self, deadline);
    if (!learned && !c.closed_) c.lost(learned.error());
    if (c.closed_) co_return *c.why_;
    if (c.options_.authenticate) {
        c.reader_.limit(frame_reader::authentication_limit);
        const auto authenticated = co_await c.options_.authenticate(self, deadline);
        if (!authenticated && c.options_.count) c.options_.count->authentications_failed.add();
        if (!authenticated) {
            error why = c.of_peer(authenticated.error());
            if (!c.closed_) c.lost(why);
            else if (why.retriable() || why == client_errc::closed) why = *c.why_;  // else it says why the broker hung up
            co_return std::move(why);
        }
        if (c.closed_) co_return *c.why_;
        if (authenticated->count() > 0) c.env_.spawn(keep_session(self, *authenticated));
    }
    c.reader_.least(sizeof(std::int32_t));
    c.reader_.limit(c.options_.receive_limit);
    c.open_by_ = clock::time_point::max();
    c.ready_ = true;
    c.used_ = c.env_.now();
    c.arm(c.idle_at());
    co_return result<void>();
}

task<void> connection::read_loop(std::shared_ptr<connection> self) {
    connection& c = *self;
    while (!c.closed_) {
        const auto n = co_await c.stream_->read_some(c.reader_.space());
        if (c.closed_) co_return;
        if (!n) {
            if (c.holding_) {  // a refusal may have come just before, in the same piece of TLS: whoever got it knows better why
                co_await asio::post(c.env_.executor(), asio::use_awaitable);
                if (c.closed_) co_return;
            }
            error why = n.error();
            const bool midst = c.reader_.unfinished() > 0;
            const bool unasked = c.ready_ && c.answers_ == 0 && !c.options_.authenticate && awaits_metadata(c.table_);
            if (!c.understood_) why = explain_early_end(std::move(why), c.options_.protected_by_tls);
            else if (unasked && !midst) why = explain_unasked_end(std::move(why), c.options_.protected_by_tls);
            else why = explain_end(std::move(why), midst);
            c.lost(std::move(why).within(c.options_.peer));
            co_return;
        }
        const auto now = c.env_.now();
        if (c.reader_.unfinished() == 0) c.frame_began_ = now;
        c.reader_.received(*n);
        if (!c.take_frames(now)) co_return;
    }
}

// False once the connection is closed: whoever completes a request may close it.
bool connection::take_frames(clock::time_point now) {
    while (!closed_) {
        auto next = reader_.next();
        if (!next) {
            lost(std::move(next).error().within(options_.peer));
            return false;
        }
        if (!*next) break;
        heard_ = now;  // whole answers count: one that never ends says nothing
        const auto taken = take_frame(std::move(**next));
        if (!taken) {
            if (!closed_) lost(error(taken.error()).within(options_.peer));
            return false;
        }
    }
    if (holding_ && table_.size() == 0) drained_.set();
    if (!queue_.empty()) write_soon();
    close_if_idle();
    return !closed_;
}

namespace {
bool is_authentication(const request_name& r) noexcept {
    return r.api_key == sasl_handshake_request::api_key || r.api_key == sasl_authenticate_request::api_key;
}
}  // namespace

result<void> connection::take_frame(frame_memory frame) {
    const auto* next = table_.oldest();
    const bool bare = next && next->name.response_header_version == no_response_header;
    if (!bare && frame->size() < sizeof(std::int32_t)) return error(client_errc::malformed, "an answer that holds no correlation id");
    const auto id = bare ? next->id : load<std::int32_t>(frame->data());
    auto due = table_.answered(id);
    if (!due) return std::move(due).error();
    response_header header;
    auto body = bare ? result<bytes>(bytes(*frame)) : read_response_header(*frame, due->name.response_header_version, header);
    if (!body) {
        const auto why = std::move(body).error();
        if (due->done) fail(due->name, id, due->done, why, sent::perhaps);
        return why;
    }
    understood_ = true;
    if (ready_) ++answers_;
    if (!is_authentication(due->name)) used_ = heard_;
    if (auto* count = options_.count.get()) {
        count->responses.add();
        count->bytes_in.add(frame->size() + sizeof(std::int32_t));
        count->latency.add(heard_ - due->asked, heard_);
    }
    std::shared_ptr<const watched_answer> watched;
    if (options_.watch) watched = tell_read(*due, *frame);
    frame_began_ = heard_;  // of the next one, if some of it is here already
    if (due->done) due->done(answer{std::move(frame), *body, due->name.version, std::move(watched)}, sent::perhaps);
    return {};
}

std::int32_t connection::send(request r, clock::time_point deadline, completion done) {
    const auto id = next_id_;
    next_id_ = id == std::numeric_limits<std::int32_t>::max() ? 1 : id + 1;
    const bool ahead = is_authentication(r.name);  // whatever else is held back
    if (closed_ || !connected_ || (draining_ && !ahead)) {
        error why = draining_ ? error(client_errc::closed) : error(client_errc::connection_lost, "not connected");
        if (why_) why = *why_;
        fail(r.name, id, done, std::move(why), sent::never);
        return id;
    }
    const auto now = env_.now();
    if (!ahead) used_ = now;
    queue_.insert(ahead ? queue_.begin() : queue_.end(), {id, std::move(r), now, deadline, std::move(done)});
    arm(deadline);
    write_soon();
    return id;
}

void connection::write_soon() {
    if (writing_ || closed_ || !may_write()) return;
    writing_ = true;
    env_.spawn(write_loop(shared_from_this()));
}

task<void> connection::write_loop(std::shared_ptr<connection> self) {
    connection& c = *self;
    std::vector<queued> batch;  // belongs to the write until it is over
    std::vector<bytes> pieces;
    while (!c.closed_ && c.may_write()) {
        batch.clear();
        pieces.clear();
        c.hand_to_socket(batch, pieces);
        const auto written = co_await c.stream_->write(pieces);
        if (c.closed_) break;
        if (!written) {
            error why = written.error();
            if (!c.understood_) why = explain_early_end(std::move(why), c.options_.protected_by_tls);
            else why = explain_end(std::move(why), false);
            c.lost(std::move(why).within(c.options_.peer));
            break;
        }
        if (c.options_.watch) c.table_.written(c.env_.now());
        for (auto& done : c.unanswered_.take_all()) done.done(answer{nullptr, {}, done.name.version}, sent::perhaps);
    }
    c.writing_ = false;
    if (c.holding_ && c.table_.size() == 0) c.drained_.set();
    c.close_if_idle();
}

bool connection::may_write() const noexcept {
    if (queue_.empty() || table_.size() >= options_.most_in_flight) return false;
    return !(holding_ || throttled_) || is_authentication(queue_.front().what.name);
}

void connection::throttle(std::int32_t throttle_time_ms) {
    if (throttle_time_ms <= 0 || closed_) return;
    const clock::duration pause = std::min(std::chrono::milliseconds(throttle_time_ms), options_.longest_throttle);
    throttled_ = true;
    throttled_until_ = std::max(throttled_until_, env_.now() + pause);
    arm(throttled_until_);
    if (options_.watch) options_.watch->throttled(options_.peer, pause);
}

void connection::hand_to_socket(std::vector<queued>& batch, std::vector<bytes>& pieces) {
    const auto now = env_.now();
    while (may_write()) {
        queued& q = batch.emplace_back(std::move(queue_.front()));
        queue_.pop_front();
        const bool bare = q.what.name.response_header_version == no_response_header;
        if (bare) reader_.least(0);
        else store(q.what.head.data() + correlation_id_at, q.id);
        const auto first = pieces.size();
        if (q.what.pieces.empty()) pieces.push_back(q.what.head);
        else pieces.insert(pieces.end(), q.what.pieces.begin(), q.what.pieces.end());
        auto& e = (q.what.answered ? table_ : unanswered_).add(q.id, q.what.name, now, q.deadline, std::move(q.done));
        if (options_.watch) tell_written(q, e, std::span<const bytes>(pieces).subspan(first));
    }
    if (auto* count = options_.count.get()) {
        count->requests.add(batch.size());
        std::size_t size = 0;
        for (const auto& piece : pieces) size += piece.size();
        count->bytes_out.add(size);
    }
}

void connection::cancel(std::int32_t id) {
    for (auto* table : {&table_, &unanswered_})
        if (auto found = table->withdraw(id); found.done) return fail(found.name, id, found.done, client_errc::cancelled, sent::perhaps);
    const auto found = std::ranges::find(queue_, id, &queued::id);
    if (found == queue_.end()) return;
    queued q = std::move(*found);
    queue_.erase(found);
    fail(q.what.name, id, q.done, client_errc::cancelled, sent::never);
}

task<void> connection::watch_deadlines(std::shared_ptr<connection> self) {
    for (;;) {
        const bool due = co_await self->timer_->wait();
        if (!due) co_return;
        self->expire(self->env_.now());
        if (self->closed_) co_return;
        self->armed_ = clock::time_point::max();
        self->timer_->expires_at(self->armed_);
        self->arm(self->next_deadline());
    }
}

clock::time_point connection::next_deadline() const {
    auto next = std::min({table_.next_deadline(), unanswered_.next_deadline(), open_by_});
    for (const auto& q : queue_) next = std::min(next, q.deadline);
    if (throttled_) next = std::min(next, throttled_until_);
    return std::min(next, idle_at());
}

clock::time_point connection::idle_at() const noexcept {
    if (!ready_ || options_.max_idle.count() == 0) return clock::time_point::max();
    return used_ + options_.max_idle;
}

// Only to something earlier: most requests have the same limit, and then the timer is set once per limit, not per request.
void connection::arm(clock::time_point deadline) {
    if (deadline >= armed_) return;
    armed_ = deadline;
    timer_->expires_at(deadline);
}

void connection::expire(clock::time_point now) {
    if (open_by_ <= now) return lost(why_not_open());
    if (idle_at() <= now) {
        if (pending() == 0 && !writing_ && !holding_) return lost(explain_idle(options_.max_idle).within(options_.peer));
        used_ = now;  // what is asked may be answered late, as a long poll is
    }
    std::vector<queued> unsent;
    for (auto q = queue_.begin(); q != queue_.end();) {
        if (q->deadline > now) {
            ++q;
            continue;
        }
        unsent.push_back(std::move(*q));
        q = queue_.erase(q);
    }
    auto overdue = table_.expire(now);
    for (auto& e : unanswered_.expire(now)) overdue.push_back(std::move(e));
    bool silent = false;  // also behind a write that does not end: nothing heard since it was asked for
    for (const auto& e : overdue) silent |= heard_ <= e.asked;
    for (const auto& q : unsent) silent |= !throttled_ && heard_ <= q.asked;
    for (auto& e : overdue) fail(e.name, e.id, e.done, client_errc::timed_out, sent::perhaps);
    for (auto& q : unsent) fail(q.what.name, q.id, q.done, client_errc::timed_out, sent::never);
    if (silent && !closed_) lost(error(client_errc::timed_out, "nothing was heard of it any more").within(options_.peer));
    if (!throttled_ || throttled_until_ > now) return;
    throttled_ = false;
    write_soon();
}

error connection::why_not_open() const {
    const auto at = !connected_ ? opening::connect : versions_.empty() ? opening::versions : opening::authentication;
    return explain_slow_start(at, options_.protected_by_tls).within(options_.peer);
}

// A request that failed names the peer itself.
error connection::of_peer(error why) const {
    if (why.context().find(options_.peer) != std::string::npos) return why;
    return std::move(why).within(options_.peer);
}

void connection::lost(error why) {
    if (closed_) return;
    closed_ = true;
    why_ = in_standard_codes(std::move(why));
    stream_->close();
    timer_->close();
    drained_.close();
    if (connected_ && options_.count) options_.count->connections_ended.add();
    if (ready_ && options_.watch) options_.watch->disconnected(options_.peer, *why_);
    auto waiting = table_.take_all();
    for (auto& e : unanswered_.take_all()) waiting.push_back(std::move(e));
    auto unsent = std::exchange(queue_, {});
    for (auto& e : waiting) fail(e.name, e.id, e.done, *why_, sent::perhaps);
    for (auto& q : unsent) fail(q.what.name, q.id, q.done, *why_, sent::never);
    if (options_.on_closed) options_.on_closed();
}

void connection::close(error why) { lost(std::move(why)); }

void connection::close_when_idle() {
    draining_ = true;
    close_if_idle();
}

void connection::close_if_idle() {
    if (draining_ && !writing_ && pending() == 0) lost(client_errc::closed);
}

void connection::fail(const request_name& name, std::int32_t id, completion& done, error why, sent reached) {
    const bool ours = why == client_errc::closed || why == client_errc::cancelled || why == client_errc::timed_out;
    error told(why.code(), describe(name));
    if (!ours || !why.context().empty()) {
        // The peer stands in the reason already.
        std::string what(name.api);
        what += " v";
        what += std::to_string(name.version);
        what += ": ";
        what += why == client_errc::connection_lost && !why.context().empty() ? why.context() : why.message();
        told = error(why == client_errc::closed ? client_errc::closed : client_errc::connection_lost, std::move(what));
    }
    if (options_.watch) options_.watch->request_failed({options_.peer, name.api, name.api_key, name.version, id}, told);
    if (options_.count && reached == sent::perhaps) options_.count->requests_failed.add();
    done(std::move(told), reached);
}

namespace {
struct waiting_call {
    explicit waiting_call(environment& env) : over(env.make_timer()) {}
    std::unique_ptr<timer> over;  // closed when the result is there
    std::optional<result<answer>> got;
};
}  // namespace

task<result<answer>> connection::wait_for_answer(std::shared_ptr<connection> self, request r, clock::time_point deadline) {
    const auto w = std::make_shared<waiting_call>(self->env_);
    const auto id = self->send(std::move(r), deadline, [w](result<answer> got, sent) {
        w->got.emplace(std::move(got));
        w->over->close();
    });
    try {
        co_await w->over->wait();
    } catch (...) {  // whoever waits is cancelled
        self->cancel(id);
        throw;
    }
    co_return *std::move(w->got);
}

task<result<answer>> connection::call(request r, clock::time_point deadline) { return wait_for_answer(shared_from_this(), std::move(r), deadline); }
}  // namespace kwire
