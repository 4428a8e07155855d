// SPDX-License-Identifier: Apache-2.0
// One connection to one broker: requests go out in order, answers come back in order, everything ends.
//
// A read loop and a write loop, and one timer for all deadlines. Requests that are sent while a write is on leave together
// in the next one. open() connects, asks for the broker's versions, authenticates where that is configured; only then is
// the connection of use. close() is final; what a connection cannot do any more is done by another one (pool.hpp).
// Each request completes exactly once: with its answer, at its deadline, by cancel(), or when the connection ends. An
// answer that comes after that is dropped; a peer that says nothing at all until a deadline is taken for dead.
// Where the session of an authentication has an end (KIP-368), it is renewed in time: requests that are sent meanwhile wait
// in the queue until those under way are answered and the broker knows us again. None is lost and none overtakes another.
// A broker that asks us to hold back is obeyed (KIP-219): requests wait in the queue meanwhile, where they time out and can be
// cancelled as ever. A connection on which nothing was asked for long is closed before the broker does so, when a request
// could cross its FIN.
// Thread-safety: everything here belongs to the environment's strand. Memory that a request borrows must stay as it is
// until `keeps` is let go of, which is when the write is over, whatever deadline fires before.
// Source: the Kafka protocol guide, "Network"; KIP-511 (ApiVersions as the first request).
#pragma once

#include <kwire/net/broker_versions.hpp>
#include <kwire/net/endpoint.hpp>
#include <kwire/net/environment.hpp>
#include <kwire/net/event.hpp>
#include <kwire/net/frame_reader.hpp>
#include <kwire/net/in_flight.hpp>
#include <kwire/net/observer.hpp>
#include <kwire/net/request.hpp>

#include <kwire/protocol/version.hpp>

#include <asio/awaitable.hpp>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace kwire::inline v0 {
class connection;
struct broker_counters;

struct connection_options {
    std::string client_id = "kwire";                                                 // client.id
    std::string client_software_name = "kwire", client_software_version{version()};  // KIP-511: letters, digits, '-', '.'
    std::string peer;                                                                // how errors call it: "broker 2 at 127.0.0.1:9092"
    std::size_t most_in_flight = 64;                                                 // requests written and not answered; more wait in the queue
    std::size_t receive_limit = 100u << 20;                                          // receive.message.max.bytes
    std::chrono::milliseconds max_idle{540'000};                                     // connections.max.idle.ms; zero: never closed for that
    std::chrono::milliseconds longest_throttle{120'000};                             // what a broker asks for beyond this is not obeyed
    bool protected_by_tls = false;                                                   // the stream is; for errors, which then do not suggest it
    /// Runs when the versions are known, before anybody else may send: SASL. Its failure closes the connection. It returns
    /// how long the session lasts, zero: without end; before that it runs again.
    std::function<task<result<std::chrono::milliseconds>>(std::shared_ptr<connection>, clock::time_point deadline)> authenticate;
    std::function<void()> on_closed;           // once, when it is closed for whatever reason; may be empty
    std::shared_ptr<frame_pool> frames;        // shared between connections; one of its own if null
    std::shared_ptr<observer> watch;           // may be null
    std::shared_ptr<broker_counters> count{};  // may be null
};

class connection : public std::enable_shared_from_this<connection> {
  public:
    /// `over` is not yet connected. The environment must outlive the connection.
    static std::shared_ptr<connection> make(environment& env, std::unique_ptr<stream> over, connection_options options);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// Connects and gets ready; a failure closes the connection and says who may be listening there instead. Once.
    task<result<void>> open(endpoint where, clock::time_point deadline);
    /// It takes requests: not before it is open, nor once it is to close when those under way are answered.
    bool ready() const noexcept { return ready_ && !closed_ && !draining_; }
    bool closed() const noexcept { return closed_; }
    /// Why it was closed; null while it is not.
    const error* why_closed() const noexcept { return why_ ? &*why_ : nullptr; }
    /// What opening it waits for, as a failure: for whoever cannot wait as long as open() may.
    error why_not_open() const;
    const broker_versions& versions() const noexcept { return versions_; }
    const std::string& peer() const noexcept { return options_.peer; }
    const std::string& client_id() const noexcept { return options_.client_id; }
    /// "Produce v13 to broker 2 at 127.0.0.1:9092": the place of an error that an answer holds.
    std::string describe(const request_name& r) const;

    /// Without a coroutine. `done` may be called within send() if the connection is closed. Returns the request's id.
    std::int32_t send(request r, clock::time_point deadline, completion done);
    /// Completes it with client_errc::cancelled; nothing happens if it has completed. If it was written, its answer is dropped.
    void cancel(std::int32_t id);
    /// Cancelling the coroutine that awaits it cancels the request.
    task<result<answer>> call(request r, clock::time_point deadline);
    /// Decodes an answer that came on this connection, obeys its throttle_time_ms, and lets the observer know.
    template <class Response> result<void> read(Response& into, const answer& raw) { return read(into, raw, raw.api_version); }
    template <class Response> result<void> read(Response& into, const answer& raw, std::int16_t version) {
        auto whole = decode(into, raw.body, version);
        if (raw.watched) [[unlikely]]
            tell_decoded(*raw.watched, whole ? nullptr : &whole.error());
        if constexpr (requires { into.throttle_time_ms; })
            if (whole) throttle(into.throttle_time_ms);
        return whole;
    }
    /// In the highest version that both sides know, up to `highest`, encoded at once; the answer is decoded. An error code in
    /// the answer's body is the caller's to look at.
    template <message M>
    task<result<decoded<typename M::response>>> call(const M& m, clock::time_point deadline, std::int16_t highest = M::last_version) {
        return decode_answer<typename M::response>(shared_from_this(), prepare(m, highest), deadline);
    }
    /// Encoded in the highest version that both sides know, up to `highest`. Record data is borrowed: see request::keeps.
    template <message M> result<request> prepare(const M& m, std::int16_t highest = M::last_version) const {
        auto version = versions_.pick(M::api_key, api_name<M>, {M::first_version, std::min(highest, M::last_version)});
        if (!version) return std::move(version).error().within(options_.peer);
        auto possible = check(m, *version);
        if (!possible) return std::move(possible).error().within(describe(name_of<M>(*version)));
        return make_request(m, *version, options_.client_id);
    }

    /// What an answer's throttle_time_ms asks for, up to longest_throttle; nothing if it is not positive. Nothing but
    /// authentication is sent until throttled_until(), which may be in the past.
    void throttle(std::int32_t throttle_time_ms);
    clock::time_point throttled_until() const noexcept { return throttled_until_; }
    /// Requests that wait for their turn, or for their answer.
    std::size_t pending() const noexcept { return queue_.size() + table_.waiting(); }
    /// Requests answered since it is ready.
    std::uint64_t answers() const noexcept { return answers_; }
    /// Everything that waits fails with `why`: client_errc::closed, unless told otherwise.
    void close(error why = client_errc::closed);
    /// Takes no more requests, and closes when those under way have ended.
    void close_when_idle();

  private:
    struct queued {
        std::int32_t id;
        request what;
        clock::time_point asked, deadline;
        completion done;
    };

    connection(environment& env, std::unique_ptr<stream> over, connection_options options);
    static task<void> read_loop(std::shared_ptr<connection> self);
    static task<void> write_loop(std::shared_ptr<connection> self);
    static task<void> watch_deadlines(std::shared_ptr<connection> self);
    static task<result<void>> get_ready(std::shared_ptr<connection> self, endpoint where, clock::time_point deadline);
    static task<void> keep_session(std::shared_ptr<connection> self, std::chrono::milliseconds lifetime);
    bool may_write() const noexcept;
    static task<result<void>> learn_versions(std::shared_ptr<connection> self, clock::time_point deadline);
    static task<result<answer>> wait_for_answer(std::shared_ptr<connection> self, request r, clock::time_point deadline);
    template <class Response>
    static task<result<decoded<Response>>> decode_answer(std::shared_ptr<connection> self, result<request> r, clock::time_point deadline) {
        if (!r) co_return std::move(r).error();
        const request_name name = r->name;
        auto got = co_await self->call(*std::move(r), deadline);
        if (!got) co_return std::move(got).error();
        decoded<Response> d{{}, *std::move(got)};
        auto whole = self->read(d.message, d.raw);
        if (!whole) co_return std::move(whole).error().within(self->describe(name));
        co_return std::move(d);
    }
    bool take_frames(clock::time_point now);
    result<void> take_frame(frame_memory frame);
    std::shared_ptr<const watched_answer> tell_read(const in_flight::entry& e, const buffer& frame);
    void tell_decoded(const watched_answer& a, const error* why);
    void tell_written(const queued& q, in_flight::entry& e, std::span<const bytes> pieces);
    void write_soon();
    void hand_to_socket(std::vector<queued>& batch, std::vector<bytes>& pieces);
    void expire(clock::time_point now);
    void arm(clock::time_point deadline);
    void lost(error why);
    error of_peer(error why) const;
    void fail(const request_name& name, std::int32_t id, completion& done, error why, sent reached);
    clock::time_point next_deadline() const;
    clock::time_point idle_at() const noexcept;
    void close_if_idle();

    environment& env_;
    const std::unique_ptr<stream> stream_;
    const std::unique_ptr<timer> timer_;
    const connection_options options_;
    frame_reader reader_;
    in_flight table_, unanswered_;  // unanswered: being written, with no answer to come
    std::deque<queued> queue_;      // not yet handed to the socket
    broker_versions versions_;
    std::optional<error> why_;
    clock::time_point armed_ = clock::time_point::max(), open_by_ = clock::time_point::max(), heard_{};
    clock::time_point frame_began_{};               // when the first byte of the frame under way was read
    clock::time_point used_{}, throttled_until_{};  // used: something was asked, or answered
    std::int32_t next_id_ = 1;
    std::uint64_t answers_ = 0;
    event drained_;         // nothing is on its way any more; for keep_session()
    bool holding_ = false;  // until we have authenticated again
    bool throttled_ = false;
    bool connected_ = false, ready_ = false, writing_ = false, closed_ = false, draining_ = false, understood_ = false;
};
}  // namespace kwire
