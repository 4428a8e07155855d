// SPDX-License-Identifier: Apache-2.0
// The broker's side of one connection: a request is carried out and answered; then the next one.
//
// As in Kafka, a connection's requests are never carried out side by side, which is what keeps answers in order. Unlike in
// Kafka, another coroutine reads ahead meanwhile, within bounds, so that the end of a connection is noticed at once and a
// long poll does not wait for somebody who is gone.
#pragma once

#include "cluster.hpp"

#include <kwire/protocol/frame.hpp>

namespace kwire::inline v0 {
/// What goes back: record data is written from where it lies, which `keeps` holds.
struct reply {
    buffer head;
    std::vector<gap> gaps;
    std::vector<std::shared_ptr<const void>> keeps;
    bool answered = true;  // false: Produce with acks=0
    bool then_close = false;
};

/// One request on its way through the broker.
struct exchange {
    broker_cluster& cluster;
    broker_node& node;
    const received_request& request;
    const reaction& how;

    /// What a hook wants answered for this partition; errc::none: as usual.
    errc wanted_error(std::string_view topic, std::int32_t partition) const { return how.error_for ? how.error_for(topic, partition) : errc::none; }
    template <message Response> reply answer(const Response& r) const {
        reply out;
        out.head = encode_response(r, request.api_version, request.correlation_id, &out.gaps);
        return out;
    }
};

class server_connection : public std::enable_shared_from_this<server_connection> {
  public:
    server_connection(std::shared_ptr<broker_cluster> cluster, std::int32_t node_id, std::uint64_t number, std::unique_ptr<stream> peer,
                      std::shared_ptr<frame_pool> frames);
    ~server_connection();
    static task<void> serve(std::shared_ptr<server_connection> self);
    void close() noexcept;

    std::uint64_t number() const noexcept { return number_; }
    /// What a fetch waits for.
    event& news() noexcept { return news_; }
    environment& env() noexcept { return env_; }
    /// The client sends nothing more. What it sent before is still carried out.
    bool ended() const noexcept { return ended_; }

  private:
    static task<void> receive(std::shared_ptr<server_connection> self);
    static task<frame_memory> next_frame(std::shared_ptr<server_connection> self);
    static task<bool> take_turn(std::shared_ptr<server_connection> self, frame_memory frame);
    static task<result<reply>> carry_out(std::shared_ptr<server_connection> self, const exchange& x);
    static task<bool> pause(std::shared_ptr<server_connection> self, clock::duration d);
    static task<bool> send(std::shared_ptr<server_connection> self, reply r, const reaction& how);
    static task<void> be_silent(std::shared_ptr<server_connection> self);
    void log(const received_request& r, std::string_view what) const;

    std::shared_ptr<broker_cluster> cluster_;
    environment& env_;
    const std::int32_t node_id_;
    const std::uint64_t number_;
    const std::unique_ptr<stream> peer_;
    const std::unique_ptr<timer> pause_;
    frame_reader reader_;
    event news_, came_, taken_;
    std::deque<frame_memory> waiting_;  // received, and not their turn yet
    std::size_t waiting_bytes_ = 0;
    bool ended_ = false, deaf_ = false, closed_ = false;
};

// One for each API; they decode the body themselves, and what they cannot decode closes the connection.
result<reply> answer_api_versions(const exchange& x);
result<reply> answer_find_coordinator(const exchange& x);
result<reply> answer_init_producer_id(const exchange& x);
result<reply> answer_list_offsets(const exchange& x);
result<reply> answer_metadata(const exchange& x);
result<reply> answer_offset_for_leader_epoch(const exchange& x);
result<reply> answer_produce(const exchange& x);
result<reply> answer_get_telemetry_subscriptions(const exchange& x);
result<reply> answer_push_telemetry(const exchange& x);
task<result<reply>> answer_fetch(std::shared_ptr<server_connection> c, const exchange& x);
/// ApiVersions of a version that the broker lacks: UNSUPPORTED_VERSION in a v0 body, KIP-511.
reply refuse_api_versions(const exchange& x);

/// Whether this node may serve the partition; `leader_epoch` is the client's, -1 if it does not say.
errc check_leader(const exchange& x, const broker_partition& p, std::int32_t leader_epoch);
broker_partition* find_partition(broker_topic* t, std::int32_t index);
}  // namespace kwire
