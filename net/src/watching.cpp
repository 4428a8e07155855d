// SPDX-License-Identifier: Apache-2.0
// What a connection tells its observer. Nothing here runs where there is none.
#include <kwire/net/connection.hpp>

#include <kwire/protocol/messages/sasl_authenticate.hpp>

#include <algorithm>

namespace kwire::inline v0 {
struct watched_answer {
    observed_request request;
    clock::time_point complete;  // when its last byte was read
};

namespace {
// Observers are shown nothing of what may hold a secret, not even how long it is.
bool is_secret(const request_name& r) noexcept { return r.api_key == sasl_authenticate_request::api_key; }

clock::duration between(clock::time_point from, clock::time_point to) noexcept { return std::max(to - from, clock::duration(0)); }
}  // namespace

void connection::tell_written(const queued& q, in_flight::entry& e, std::span<const bytes> pieces) {
    for (const auto& piece : pieces) e.size += piece.size();
    e.queued = q.asked;
    const bool secret = is_secret(e.name);
    observed_request r{options_.peer, e.name.api, e.name.api_key, e.name.version, e.id, secret ? 0 : e.size};
    r.took.queued = between(e.queued, e.asked);
    options_.watch->request_written(r, secret ? std::span<const bytes>() : pieces);
}

// An answer can be read before the write loop has had its turn to see that the write is over.
std::shared_ptr<const watched_answer> connection::tell_read(const in_flight::entry& e, const buffer& frame) {
    const auto written = e.written == clock::time_point() ? frame_began_ : std::min(e.written, frame_began_);
    auto a = std::make_shared<watched_answer>();
    a->complete = heard_;
    const bool secret = is_secret(e.name);
    a->request = {options_.peer, e.name.api, e.name.api_key, e.name.version, e.id};
    if (!secret) a->request.request_bytes = e.size, a->request.response_bytes = frame.size() + sizeof(std::int32_t);
    a->request.took = {between(e.queued, e.asked), between(e.asked, written), between(written, frame_began_), between(frame_began_, heard_)};
    options_.watch->response_read(a->request, secret ? bytes() : bytes(frame));
    return a;
}

void connection::tell_decoded(const watched_answer& a, const error* why) {
    if (!options_.watch) return;
    observed_request r = a.request;
    r.peer = options_.peer;  // the answer may have come by another connection that is gone
    r.took.decoded = between(a.complete, env_.now());
    if (why) options_.watch->request_failed(r, *why);
    else options_.watch->response_decoded(r);
}
}  // namespace kwire
