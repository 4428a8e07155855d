// SPDX-License-Identifier: Apache-2.0
// What a test sees of the embedded broker's requests, and what it can make the broker do with them.
//
// A hook is asked about every request when its turn comes and says how the broker shall react:
//
//     b.on_request([](const received_request& r) {
//         if (r.api_key == fetch_request::api_key) return reaction::delayed(200ms);
//         return reaction{};
//     });
//     b.next<produce_request>(reaction::failing(errc::not_leader_or_follower));   // or only the next one
//
// As in Kafka, one connection's requests are carried out one after the other, so a delay holds up those behind it.
#pragma once

#include <kwire/net/environment.hpp>
#include <kwire/net/frame_reader.hpp>
#include <kwire/protocol/codec.hpp>

#include <functional>
#include <string>

namespace kwire::inline v0 {
/// A request as it came. Views into `frame` live as long as that does.
struct received_request {
    std::int32_t node_id = 0;
    std::uint64_t connection = 0;  // the first is 1, over all nodes
    clock::time_point at{};
    std::int16_t api_key = 0, api_version = 0;
    std::int32_t correlation_id = 0;
    std::string client_id;
    frame_memory frame;  // null in a history that had no room for it
    bytes body;

    /// The body as `M`; fails with malformed, and where `body` was not kept. What lies behind it is passed over, as Kafka's
    /// brokers do: librdkafka 2.8 sends three bytes too many when it asks for all topics.
    template <message M> result<M> as() const {
        M m;
        if (auto read = decode_front(m, body, api_version); !read) return std::move(read).error();
        return m;
    }
    /// "Produce v9 from rdkafka (connection 3, id 17)".
    std::string describe() const;
};

/// What becomes of the answer.
enum class outcome : std::uint8_t {
    answered,
    skipped,  // the client never gets it, but gets those of later requests: a broken broker
    silence,  // neither this nor anything that follows on the connection: a hung broker
    closed,   // the connection is closed instead
    cut,      // the connection is closed after `cut_after` bytes of the answer
};

/// How the broker reacts to one request; by default as a broker should.
struct reaction {
    clock::duration wait_before{}, wait_after{};  // before it is carried out; between that and the answer
    bool carried_out = true;                      // false: nothing changes, and nothing is answered
    outcome what = outcome::answered;
    std::size_t cut_after = 0;
    /// Which error the answer names, by topic and partition; ("", -1) where the API has only one. errc::none: as usual.
    std::function<errc(std::string_view topic, std::int32_t partition)> error_for;
    bool despite_error = false;         // what is answered with an error of error_for happens all the same
    bool corrupts_records = false;      // Fetch: one bit of each partition's records is wrong
    std::int32_t throttle_time_ms = 0;  // named in the answer; the broker itself does not wait

    static reaction delayed(clock::duration d) {
        return with([&](reaction& r) { r.wait_before = d; });
    }
    static reaction answered_late(clock::duration d) {
        return with([&](reaction& r) { r.wait_after = d; });
    }
    static reaction failing(errc e) {
        return with([&](reaction& r) { r.error_for = [e](std::string_view, std::int32_t) { return e; }; });
    }
    /// It happens, but the answer says it did not: an acknowledgement that was lost between brokers.
    static reaction failing_after(errc e) {
        return with([&](reaction& r) { r = failing(e), r.despite_error = true; });
    }
    static reaction dropped() {
        return with([](reaction& r) { r.carried_out = false, r.what = outcome::skipped; });
    }
    static reaction hanging() {
        return with([](reaction& r) { r.carried_out = false, r.what = outcome::silence; });
    }
    static reaction closing_before() {
        return with([](reaction& r) { r.carried_out = false, r.what = outcome::closed; });
    }
    /// Carried out, and then nobody learns of it.
    static reaction closing_after() {
        return with([](reaction& r) { r.what = outcome::closed; });
    }
    static reaction cutting(std::size_t n) {
        return with([&](reaction& r) { r.what = outcome::cut, r.cut_after = n; });
    }
    static reaction corrupting() {
        return with([](reaction& r) { r.corrupts_records = true; });
    }
    static reaction throttling(std::int32_t ms) {
        return with([&](reaction& r) { r.throttle_time_ms = ms; });
    }

  private:
    template <class F> static reaction with(F change) {
        reaction r;
        change(r);
        return r;
    }
};

using request_hook = std::function<reaction(const received_request&)>;
}  // namespace kwire
