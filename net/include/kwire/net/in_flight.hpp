// SPDX-License-Identifier: Apache-2.0
// Which request awaits which answer on one connection.
//
// A broker answers one connection's requests in order, so the answer that comes must bear the id of the oldest request;
// any other id is a broken protocol. Each request has a deadline. One that timed out keeps its place: its answer may
// still come, and is dropped then. The table touches neither socket nor clock: the time is passed in.
// Source: RequestHeader.json, ResponseHeader.json (correlation id); the protocol guide, "Network".
#pragma once

#include <kwire/net/environment.hpp>
#include <kwire/net/unique_function.hpp>
#include <kwire/protocol/bytes.hpp>

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

namespace kwire::inline v0 {
struct watched_answer;

/// The answer to a request: `body` lies in `frame`, without size and response header.
struct answer {
    std::shared_ptr<const buffer> frame;
    bytes body;
    std::int16_t api_version = 0;
    std::shared_ptr<const watched_answer> watched{};  // for connection::read(); null where nobody watches
};

/// Whether the broker can have seen a request that failed.
enum class sent : bool {
    never,    // it cannot: not a byte of it was handed to the socket
    perhaps,  // nobody knows: it may have been carried out
};

/// Called exactly once. It must not throw.
using completion = unique_function<void(result<answer>, sent)>;

/// The response header version of an answer that has no header at all, not even a correlation id (SASL behind a handshake
/// of version 0).
inline constexpr std::int16_t no_response_header = -1;

/// What errors about a request need to name it.
struct request_name {
    std::string_view api;  // "Produce", of static storage
    std::int16_t api_key = 0, version = 0;
    std::int16_t response_header_version = 0;
};

class in_flight {
  public:
    struct entry {
        std::int32_t id;
        request_name name;
        clock::time_point asked, deadline;
        completion done;  // empty once it has timed out
        // For observers alone:
        std::size_t size = 0;                      // of the frame
        clock::time_point queued{}, written = {};  // written: zero until the socket has taken it
    };

    /// `done` belongs to the table until the answer comes, the deadline passes, or take_all().
    entry& add(std::int32_t id, request_name name, clock::time_point asked, clock::time_point deadline, completion done);
    /// The socket has taken all that was added.
    void written(clock::time_point now) noexcept;
    /// The request that `id` answers, whose `done` is empty if nobody waits for it any more. unexpected_answer with both
    /// ids if it is not the turn of `id`.
    result<entry> answered(std::int32_t id);
    /// The request whose turn it is to be answered; null if there is none.
    const entry* oldest() const noexcept { return entries_.empty() ? nullptr : &entries_.front(); }
    /// The overdue requests; those that were written keep their place and are answered late or never.
    std::vector<entry> expire(clock::time_point now);
    /// Takes `id` out, which keeps its place as if overdue; without `done` if it does not wait.
    entry withdraw(std::int32_t id);
    /// Everything that still waits, oldest first; the table is empty then.
    std::vector<entry> take_all();
    /// Not after the earliest deadline; it can be too early, and then asks again. time_point::max() if nothing waits.
    clock::time_point next_deadline() const noexcept { return waiting_ == 0 ? clock::time_point::max() : earliest_; }
    std::size_t size() const noexcept { return entries_.size(); }  // those answered late included
    std::size_t waiting() const noexcept { return waiting_; }

  private:
    std::deque<entry> entries_;
    clock::time_point earliest_ = clock::time_point::max();
    std::size_t waiting_ = 0;
};
}  // namespace kwire
