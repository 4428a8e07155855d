// SPDX-License-Identifier: Apache-2.0
#include "server_connection.hpp"

#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/messages/api_versions.hpp>
#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/find_coordinator.hpp>
#include <kwire/protocol/messages/get_telemetry_subscriptions.hpp>
#include <kwire/protocol/messages/init_producer_id.hpp>
#include <kwire/protocol/messages/list_offsets.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/offset_for_leader_epoch.hpp>
#include <kwire/protocol/messages/produce.hpp>
#include <kwire/protocol/messages/push_telemetry.hpp>

#include <asio/awaitable.hpp>
#include <asio/error.hpp>

namespace kwire::inline v0 {
server_connection::server_connection(std::shared_ptr<broker_cluster> cluster, std::int32_t node_id, std::uint64_t number,
                                     std::unique_ptr<stream> peer, std::shared_ptr<frame_pool> frames)
    : cluster_(std::move(cluster)), env_(*cluster_->node(node_id).env), node_id_(node_id), number_(number), peer_(std::move(peer)),
      pause_(env_.make_timer()), reader_(std::move(frames), cluster_->options().max_request_bytes, frame_reader::of::requests), news_(env_),
      came_(env_), taken_(env_) {}

server_connection::~server_connection() { cluster_->disconnected(node_id_, number_); }

void server_connection::close() noexcept {
    closed_ = true;
    peer_->close();
    pause_->close();
    news_.close();
    came_.close();
    taken_.close();
}

void server_connection::log(const received_request& r, std::string_view what) const {
    std::string line = "connection ";
    line += std::to_string(number_);
    line += " closed: ";
    if (r.at != clock::time_point{}) line.append(r.describe()).append(": ");
    line += what;
    cluster_->log(line);
}

// A connection whose requests wait for their turn is read no further once they have so many bytes.
constexpr std::size_t read_ahead = 1u << 20;

task<void> server_connection::receive(std::shared_ptr<server_connection> self) {
    while (!self->closed_) {
        auto next = self->reader_.next();
        if (!next) {
            self->log({}, next.error().message());
            break;
        }
        if (*next) {
            if (self->deaf_) continue;
            self->waiting_bytes_ += (**next)->size();
            self->waiting_.push_back(**std::move(next));
            self->came_.set();
            while (self->waiting_bytes_ > read_ahead && !self->closed_) {
                const auto how = co_await self->taken_.wait();
                static_cast<void>(how);  // whatever ended it, the loop looks
            }
            continue;
        }
        const auto n = co_await self->peer_->read_some(self->reader_.space());
        if (!n) {
            if (n.error().code() != asio::error::eof && !self->closed_) self->log({}, n.error().message());
            break;
        }
        self->reader_.received(*n);
    }
    self->ended_ = true;
    self->came_.set();
    self->news_.set();
}

// Null once no more come.
task<frame_memory> server_connection::next_frame(std::shared_ptr<server_connection> self) {
    while (self->waiting_.empty()) {
        if (self->ended_ || self->closed_) co_return nullptr;
        const auto how = co_await self->came_.wait();
        static_cast<void>(how);
    }
    auto frame = std::move(self->waiting_.front());
    self->waiting_.pop_front();
    self->waiting_bytes_ -= frame->size();
    self->taken_.set();
    co_return frame;
}

task<void> server_connection::serve(std::shared_ptr<server_connection> self) {
    self->env_.spawn(receive(self));
    while (!self->closed_) {
        auto frame = co_await next_frame(self);
        if (!frame) break;
        const bool go_on = co_await take_turn(self, std::move(frame));
        if (!go_on) break;
    }
    self->close();
}

// Returns whether the connection goes on.
task<bool> server_connection::take_turn(std::shared_ptr<server_connection> self, frame_memory frame) {
    received_request request;
    auto front = read_request_header(*frame, is_flexible);
    if (!front) {
        self->log(request, front.error().message());
        co_return false;
    }
    request.node_id = self->node_id_;
    request.connection = self->number_;
    request.at = self->env_.now();
    request.api_key = front->header.request_api_key;
    request.api_version = front->header.request_api_version;
    request.correlation_id = front->header.correlation_id;
    request.client_id = front->header.client_id.value_or("");
    request.frame = std::move(frame);
    request.body = front->body;
    const auto how = self->cluster_->arrived(request);
    const bool in_time = co_await pause(self, how.wait_before);
    if (!in_time) co_return false;
    if (!how.carried_out) {
        if (how.what == outcome::silence) co_await be_silent(self);
        co_return how.what == outcome::skipped;
    }
    const exchange x{*self->cluster_, self->cluster_->node(self->node_id_), request, how};
    auto answer = co_await carry_out(self, x);
    if (!answer) {
        if (!self->closed_) self->log(request, answer.error().message());
        co_return false;
    }
    const bool still_there = co_await pause(self, how.wait_after);
    if (!still_there) co_return false;
    if (how.what == outcome::silence) co_await be_silent(self);
    const bool ends = how.what == outcome::silence || how.what == outcome::closed;
    if (ends) co_return false;
    if (how.what == outcome::skipped) co_return true;
    if (!answer->answered) co_return !answer->then_close;
    const bool sent = co_await send(self, *std::move(answer), how);
    co_return sent;
}

task<result<reply>> server_connection::carry_out(std::shared_ptr<server_connection> self, const exchange& x) {
    const auto* offered = find_offered(x.cluster.options().versions, x.request.api_key);
    if (x.cluster.options().telemetry)
        for (const auto& a : telemetry_apis())
            if (a.api_key == x.request.api_key) offered = &a;
    const auto version = x.request.api_version;
    if (!offered) co_return error(client_errc::version_not_supported, "the broker does not have this API");
    if (version < offered->accepted_since || version > offered->offered.last) {
        if (x.request.api_key == api_versions_request::api_key) co_return refuse_api_versions(x);
        co_return error(client_errc::version_not_supported, "the broker does not have this version");
    }
    switch (x.request.api_key) {
        case api_versions_request::api_key: co_return answer_api_versions(x);
        case metadata_request::api_key: co_return answer_metadata(x);
        case produce_request::api_key: co_return answer_produce(x);
        case list_offsets_request::api_key: co_return answer_list_offsets(x);
        case init_producer_id_request::api_key: co_return answer_init_producer_id(x);
        case offset_for_leader_epoch_request::api_key: co_return answer_offset_for_leader_epoch(x);
        case find_coordinator_request::api_key: co_return answer_find_coordinator(x);
        case get_telemetry_subscriptions_request::api_key: co_return answer_get_telemetry_subscriptions(x);
        case push_telemetry_request::api_key: co_return answer_push_telemetry(x);
        default: break;
    }
    auto fetched = co_await answer_fetch(self, x);
    co_return fetched;
}

task<bool> server_connection::pause(std::shared_ptr<server_connection> self, clock::duration d) {
    if (d <= clock::duration::zero()) co_return !self->closed_;
    self->pause_->expires_at(self->env_.now() + d);
    const bool over = co_await self->pause_->wait();
    co_return over;
}

// Takes what comes and does nothing, until somebody closes.
task<void> server_connection::be_silent(std::shared_ptr<server_connection> self) {
    self->deaf_ = true;
    self->waiting_.clear();
    self->waiting_bytes_ = 0;
    self->taken_.set();
    while (!self->ended_ && !self->closed_) {
        const auto how = co_await self->came_.wait();
        static_cast<void>(how);
    }
}

namespace {
// The answer in the order in which it goes out, record data between the parts of its head.
std::vector<bytes> pieces_of(const reply& r) {
    std::vector<bytes> pieces;
    std::size_t at = 0;
    const bytes head = r.head;
    for (const gap& g : r.gaps) {
        if (g.at > at) pieces.push_back(head.subspan(at, g.at - at));
        if (!g.data.empty()) pieces.push_back(g.data);
        at = g.at;
    }
    if (at < head.size()) pieces.push_back(head.subspan(at));
    return pieces;
}

void cut(std::vector<bytes>& pieces, std::size_t after) {
    for (auto& p : pieces) {
        if (p.size() > after) p = p.first(after);
        after -= p.size();
    }
    std::erase_if(pieces, [](bytes p) { return p.empty(); });
}

// Where a bit may be flipped near the middle of a run of records: behind the header of the batch there. No checksum covers the
// beginning of a header, and no client can tell a batch whose offset is wrong from one behind a gap.
std::size_t middle_of(bytes records) {
    const std::size_t half = records.size() / 2;
    std::size_t begin = 0, end = records.size();
    record_batches batches(records, false);
    batch_view b;
    for (auto more = batches.next(b); more && *more; more = batches.next(b)) {
        const std::size_t next = begin + b.wire().size();
        if (next > half) {
            end = next;
            break;
        }
        begin = next;
    }
    return std::min(std::max(half, begin + batch_header_size), end - 1);
}

// Flips a bit in the middle of each run of records, in a copy of it.
void corrupt(reply& r) {
    for (gap& g : r.gaps) {
        if (g.data.empty()) continue;
        auto copy = std::make_shared<buffer>(g.data.size());
        std::memcpy(copy->data(), g.data.data(), g.data.size());
        copy->data()[middle_of(g.data)] ^= std::byte{1};
        g.data = *copy;
        r.keeps.push_back(std::move(copy));
    }
}
}  // namespace

task<bool> server_connection::send(std::shared_ptr<server_connection> self, reply r, const reaction& how) {
    if (how.corrupts_records) corrupt(r);
    auto pieces = pieces_of(r);
    if (how.what == outcome::cut) cut(pieces, how.cut_after);
    const auto written = co_await self->peer_->write(pieces);
    if (!written || how.what == outcome::cut) co_return false;
    co_return !r.then_close;
}

std::string received_request::describe() const {
    std::string text;
    if (const auto* known = find_api(api_key)) text += known->name;
    else text.append("API ").append(std::to_string(api_key));
    text.append(" v").append(std::to_string(api_version));
    if (!client_id.empty()) text.append(" from ").append(client_id);
    text.append(" (connection ").append(std::to_string(connection)).append(", id ").append(std::to_string(correlation_id)).append(")");
    return text;
}

errc check_leader(const exchange& x, const broker_partition& p, std::int32_t leader_epoch) {
    if (p.leader != x.node.id) return errc::not_leader_or_follower;
    if (leader_epoch < 0 || leader_epoch == p.leader_epoch) return errc::none;
    return leader_epoch < p.leader_epoch ? errc::fenced_leader_epoch : errc::unknown_leader_epoch;
}

broker_partition* find_partition(broker_topic* t, std::int32_t index) {
    if (!t || index < 0 || static_cast<std::size_t>(index) >= t->partitions.size()) return nullptr;
    return t->partitions[static_cast<std::size_t>(index)].get();
}
}  // namespace kwire
