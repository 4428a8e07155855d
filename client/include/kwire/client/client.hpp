// SPDX-License-Identifier: Apache-2.0
// A client: an application's way to one cluster, shared by its producers and consumers.
//
//     asio::io_context io;
//     auto c = kwire::client::make(io, {.bootstrap_servers = {"localhost:9092"}}).value();
//     …  co_await c.topic("orders", c.in(5s))  …  kwire::producer p(c, {});  …
//
// It connects when something is asked of it. One strand carries everything; it starts no thread but those for name
// lookups (asio_environment.hpp). Deadlines are points of its own time: in(5s) is five seconds from now; where none is given
// it is request_timeout from now. Whatever waits can also be cancelled: cancellation.hpp.
// Thread-safety: all functions may be called from any thread, and their awaitables awaited on any executor, where they
// also complete. The executor must outlive the client, its producers and its consumers.
#pragma once

#include <kwire/client/core.hpp>

#include <asio/co_spawn.hpp>  // for the programs that await what is here
#include <asio/use_awaitable.hpp>

namespace asio {
class io_context;
}

namespace kwire::inline v0 {
class client {
  public:
    /// Fails if the options cannot work (check() in options.hpp). The executor is given a strand of its own.
    static result<client> make(asio::any_io_executor where, client_options options, std::shared_ptr<client_observer> watch = nullptr);
    static result<client> make(asio::io_context& where, client_options options, std::shared_ptr<client_observer> watch = nullptr);
    /// In a given world, such as a simulation's host. It must outlive the client and what is made of it, and its executor
    /// must be one thread or one strand.
    static result<client> make(environment& where, client_options options, std::shared_ptr<client_observer> watch = nullptr);

    client(client&&) noexcept = default;
    client& operator=(client&& other) noexcept;
    /// Closes it at once: producers and consumers made of it report client_errc::closed from then on.
    ~client();

    clock::time_point in(clock::duration from_now) const { return core_->now() + from_now; }

    /// A topic's partitions and their leaders, once they are known: a topic that is new, or being made by this very
    /// question, is waited for. Errors: unknown_topic_or_partition at the deadline, TOPIC_AUTHORIZATION_FAILED, …
    task<result<topic_metadata>> topic(std::string name, clock::time_point deadline) const;
    task<result<topic_metadata>> topic(std::string name) const { return topic(std::move(name), usual()); }
    /// The cluster as one broker sees it now, with all topics or those named. Creates none.
    task<result<cluster_metadata>> cluster(clock::time_point deadline, std::optional<std::vector<std::string>> topics = std::nullopt) const;
    task<result<cluster_metadata>> cluster() const { return cluster(usual()); }
    /// Any request to one broker, by its node id. One attempt; see client_core::call.
    template <message Request>
    task<result<decoded<typename Request::response>>> call(std::int32_t node_id, Request m, clock::time_point deadline) const {
        return call_on<Request>(core_, node_id, std::move(m), deadline);
    }
    template <message Request> task<result<decoded<typename Request::response>>> call(std::int32_t node_id, Request m) const {
        return call(node_id, std::move(m), usual());
    }

    /// What it has done so far. Any thread, at any time.
    client_counters counters() const { return core_->counters(); }

    /// Final. Consumers are closed at once; everything else that waits completes with client_errc::closed, at the deadline at
    /// the latest. Close producers first if what they hold is to be sent.
    task<void> close(clock::time_point deadline) const;

    const std::shared_ptr<client_core>& core() const noexcept { return core_; }

  private:
    explicit client(std::shared_ptr<client_core> core) : core_(std::move(core)) {}
    clock::time_point usual() const { return in(core_->options().request_timeout); }
    template <message Request> static task<result<decoded<typename Request::response>>> call_on(std::shared_ptr<client_core> core,
                                                                                                std::int32_t node_id, Request m,
                                                                                                clock::time_point deadline) {
        auto got = co_await client_core::enter(core, core_call<Request>(core, node_id, std::move(m), deadline));
        co_return std::move(got);
    }
    template <message Request> static task<result<decoded<typename Request::response>>> core_call(std::shared_ptr<client_core> core,
                                                                                                  std::int32_t node_id, Request m,
                                                                                                  clock::time_point deadline) {
        auto got = co_await core->call(node_id, role::metadata, std::move(m), deadline);
        co_return std::move(got);
    }

    std::shared_ptr<client_core> core_;
};
}  // namespace kwire
