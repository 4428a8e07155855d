// SPDX-License-Identifier: Apache-2.0
// All connections of one client to one cluster: one for each broker and role, made when somebody asks for it.
//
// Roles keep what waits long (a fetch's long poll) from holding up what does not. A connection that ends is made again
// when it is next asked for. A broker that cannot be reached is tried once in each pause, whatever for, and the pause grows;
// what else is to be connected to it waits for that attempt and shares its failure. To whom any broker will do, the bootstrap
// addresses and all known brokers are good: they are tried one beside the other where the first is slow.
// Thread-safety: everything here belongs to the environment's strand.
// Source: KIP-302 (all addresses of a name), KIP-580 (backoff), KIP-899 and KIP-1102 (bootstrap again), KIP-601 (setup timeout).
#pragma once

#include <kwire/net/backoff.hpp>
#include <kwire/net/broker_address.hpp>
#include <kwire/net/connection.hpp>

#include <map>
#include <set>

namespace kwire::inline v0 {
class network_counters;
enum class role : std::uint8_t { metadata, produce, fetch, coordinator };
std::string_view to_string(role r) noexcept;

struct pool_options {
    std::vector<endpoint> bootstrap;                  // bootstrap.servers
    connection_options connection;                    // `peer` is filled in
    backoff_options reconnect;                        // reconnect.backoff.ms, reconnect.backoff.max.ms
    std::chrono::milliseconds connect_limit{5'000};   // socket.connection.setup.timeout.ms: connect, versions, authentication
    std::chrono::milliseconds try_beside_after{250};  // how long one address may be silent until the next is tried as well
    bool bootstrap_again = true;                      // metadata.recovery.strategy: bootstrap addresses are good also once brokers are known
    broker_dialer dialer;                             // empty: the environment's own streams
    broker_address_map address_map;                   // empty: every broker is where it says it is
    std::string warning;                              // what observers are told of each connection before it is made; empty: nothing
    std::shared_ptr<observer> watch;                  // may be null
    std::shared_ptr<network_counters> count{};        // may be null
};

class pool : public std::enable_shared_from_this<pool> {
  public:
    using connected = result<std::shared_ptr<connection>>;

    /// The environment must outlive the pool.
    static std::shared_ptr<pool> make(environment& env, pool_options options);
    ~pool();

    /// What metadata says; addresses that changed are used from the next connection on.
    void update_brokers(const std::vector<broker_address>& brokers);
    const std::map<std::int32_t, endpoint>& brokers() const noexcept { return brokers_; }
    /// Forgets all brokers, and lets go of every connection once what is under way on it has ended: what comes next begins at
    /// the bootstrap addresses, whose names are looked up anew. KIP-1102.
    void rebootstrap();

    /// The connection if it is there; null otherwise, and then nothing is started. `lane` tells several of a role apart.
    std::shared_ptr<connection> find(std::int32_t node_id, role r, int lane = 0) const;
    /// The connection, made if need be: one attempt, after the pause that is due. Fails at the deadline at the latest.
    task<connected> connect(std::int32_t node_id, role r, clock::time_point deadline, int lane = 0);
    /// A connection to any broker that can be reached, of role::metadata.
    task<connected> connect_any(clock::time_point deadline);

    /// Why connect_any() has no connection now; null if it has one, or never tried.
    std::optional<error> why_none() const;
    /// Which broker a connection of this pool goes to; with no address if it is not of this pool any more.
    broker_address broker_of(const connection& c) const;

    /// One request and its answer on connect(). What `m` views must stay as it is until this is over.
    template <message M> task<result<decoded<typename M::response>>> call(std::int32_t node_id, role r, M m, clock::time_point deadline) {
        return call_on<M>(connect(node_id, r, deadline), std::move(m), deadline);
    }
    /// The same on connect_any().
    template <message M> task<result<decoded<typename M::response>>> call_any(M m, clock::time_point deadline) {
        return call_on<M>(connect_any(deadline), std::move(m), deadline);
    }

    /// Final: every connection is closed, everything that waits ends with client_errc::closed.
    void close();
    /// Waits for the requests under way to end, until the deadline at most; then close(). New ones are refused meanwhile.
    task<void> close(clock::time_point deadline);
    bool closed() const noexcept { return closed_; }

    environment& env() noexcept { return env_; }

  private:
    struct key {
        std::int32_t node_id;  // of bootstrap addresses: -2, -3, …
        role what;
        int lane;
        auto operator<=>(const key&) const = default;
    };
    struct slot;
    struct door;
    struct waiter;

    pool(environment& env, pool_options options);
    template <message M> static task<result<decoded<typename M::response>>> call_on(task<connected> connecting, M m, clock::time_point deadline) {
        auto there = co_await std::move(connecting);
        if (!there) co_return std::move(there).error();
        auto got = co_await (*there)->call(m, deadline);
        co_return std::move(got);
    }
    std::shared_ptr<door> door_of(const broker_address& b);
    std::shared_ptr<slot> slot_for(const key& k, const endpoint& where);
    void start(const key& k, const endpoint& where);
    static task<void> dial(std::shared_ptr<pool> self, std::shared_ptr<slot> s);
    static task<bool> wait_for_turn(std::shared_ptr<pool> self, std::shared_ptr<slot> s);
    static task<result<void>> open(std::shared_ptr<pool> self, std::shared_ptr<slot> s);
    void opened(slot& s);
    void not_opened(slot& s, error why);
    void ended(slot& s);
    static task<connected> wait_for(std::shared_ptr<pool> self, key k, endpoint where, clock::time_point deadline);
    static task<connected> wait_for_any(std::shared_ptr<pool> self, clock::time_point deadline);
    static task<void> drain(std::shared_ptr<pool> self, clock::time_point deadline);
    std::vector<std::pair<key, endpoint>> candidates();
    std::shared_ptr<connection> any_ready() const;
    void retire(const std::shared_ptr<slot>& s);
    void news();

    environment& env_;
    const pool_options options_;
    std::map<std::int32_t, endpoint> brokers_;
    std::map<key, std::shared_ptr<slot>> slots_;
    std::map<broker_address, std::shared_ptr<door>> doors_;
    std::set<endpoint> reached_;    // where a connection has been made at least once
    std::vector<waiter*> waiters_;  // in the order in which they came
    bool closed_ = false, draining_ = false;
};
}  // namespace kwire
