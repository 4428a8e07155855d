// SPDX-License-Identifier: Apache-2.0
// A message made ready to travel, and an answer made ready to read.
//
// A request is its frame in pieces: what was encoded, which it owns, and record data, which is written from where it lies.
// The correlation id is filled in by the connection.
#pragma once

#include <kwire/net/in_flight.hpp>
#include <kwire/protocol/frame.hpp>

namespace kwire::inline v0 {
struct request {
    request_name name;
    buffer head;                        // begins with the frame's size and the request's header
    std::vector<bytes> pieces;          // the whole frame in order: parts of `head` and borrowed bytes; empty: `head` is all of it
    std::shared_ptr<const void> keeps;  // owns what is borrowed; let go of when the write is over
    bool answered = true;               // false for Produce with acks=0: completes without an answer once it is written
};

/// A response and the frame that its strings and bytes view into.
template <class Response> struct decoded {
    Response message;
    answer raw;
    Response& operator*() noexcept { return message; }
    const Response& operator*() const noexcept { return message; }
    Response* operator->() noexcept { return &message; }
    const Response* operator->() const noexcept { return &message; }
    std::int16_t version() const noexcept { return raw.api_version; }
};

/// "Produce" of produce_request.
template <message M> inline constexpr std::string_view api_name = M::name.substr(0, M::name.rfind("Request"));

template <message M> request_name name_of(std::int16_t version) noexcept {
    return {api_name<M>, M::api_key, version, response_header_version(M::api_key, version, M::flexible_since)};
}

/// The frame of `m`, without a correlation id; `m` fits the version (check()).
template <message M> request make_request(const M& m, std::int16_t version, std::string_view client_id) {
    request r{name_of<M>(version), {}, {}, {}, true};
    std::vector<gap> gaps;
    r.head = encode_request(m, version, 0, client_id, &gaps);
    if (gaps.empty()) return r;
    std::size_t done = 0;
    for (const auto& g : gaps) {
        r.pieces.push_back(bytes(r.head).subspan(done, g.at - done));
        if (!g.data.empty()) r.pieces.push_back(g.data);
        done = g.at;
    }
    if (done < r.head.size()) r.pieces.push_back(bytes(r.head).subspan(done));
    return r;
}
}  // namespace kwire
