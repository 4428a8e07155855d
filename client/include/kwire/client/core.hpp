// SPDX-License-Identifier: Apache-2.0
// What a client's producers and consumers share: one environment, one strand, one pool of connections, one view of the cluster.
//
// Applications use client.hpp; this is what producer and consumer are built on. Everything here belongs to the
// environment's strand, but for enter(), which brings a caller onto it and its result back.
// One coroutine keeps the view fresh: it asks when a topic is newly wanted, when what is known turned out to be wrong, and
// when it is too old.
#pragma once

#include <kwire/client/cancellation.hpp>
#include <kwire/client/counters.hpp>
#include <kwire/client/metadata_view.hpp>
#include <kwire/client/observer.hpp>
#include <kwire/client/options.hpp>
#include <kwire/net/event.hpp>
#include <kwire/net/pool.hpp>

#include <functional>
#include <map>
#include <vector>

namespace kwire::inline v0 {
/// A producer or consumer as the core sees it. Called on the strand.
class core_user {
  public:
    virtual void metadata_changed() = 0;
    /// Who waited for a topic that no broker knew has given up, and the view asks for it no more; who still wants it says so.
    virtual void topic_forgotten(const std::string&) {}
    /// The client is about to close, once the requests under way are answered. Who only reads ends here.
    virtual void client_closing() {}
    /// Everything that waits must complete before this returns, or soon after; no request can be made any more.
    virtual void client_closed() = 0;

  protected:
    ~core_user() = default;
};

class telemetry;
/// Is what is known of a topic good enough, or is it to be as brokers know it now?
enum class freshness { known, asked_anew };

class client_core : public std::enable_shared_from_this<client_core> {
  public:
    /// `options` have passed check(). `owned` may be null: then `env` outlives the core.
    static std::shared_ptr<client_core> make(environment& env, std::unique_ptr<environment> owned, client_options options,
                                             std::shared_ptr<client_observer> watch);
    ~client_core();
    client_core(const client_core&) = delete;
    client_core& operator=(const client_core&) = delete;

    environment& env() noexcept { return env_; }
    /// Any thread may ask for the time.
    clock::time_point now() const { return env_.now(); }
    const client_options& options() const noexcept { return options_; }
    const std::shared_ptr<pool>& connections() noexcept { return pool_; }
    const metadata_view& metadata() const noexcept { return view_; }
    client_observer* watch() const noexcept { return watch_.get(); }
    bool closed() const noexcept { return closed_; }
    client_meters& meters() noexcept { return meters_; }
    /// Any thread.
    client_counters counters() const { return meters_.at(env_.now()); }

    void add(core_user& u) { users_.push_back(&u); }
    void remove(core_user& u) { std::erase(users_, &u); }
    /// Numbers for so many lanes (connections) of a role that nobody else uses; returns the first of them.
    int take_lanes(int count) { return std::exchange(lanes_, lanes_ + count); }

    /// Has the view learn of `topic`, and keeps it fresh from then on.
    void want(std::string_view topic);
    /// What an answer said proves the view wrong: asks again soon, at most ten times a second.
    void suspect();
    /// KIP-951: a leader (and where it is) that another answer named. True if that was news.
    bool hint(std::string_view topic, std::int32_t partition, leader_hint told, std::optional<broker_address> where = std::nullopt);

    /// Once its partitions are known. Errors that can pass are waited out until the deadline; the error then says which.
    /// Ends with client_errc::closed when `given_up` says so: it is asked first and whenever there may be news.
    task<result<topic_metadata>> topic(std::string name, clock::time_point deadline, std::function<bool()> given_up = {},
                                       freshness wanted = freshness::known);
    /// Who waits for a topic looks whether they have given up.
    void look_whether_given_up() { news(); }
    /// Asks now; with no list, for all topics. Topics that do not exist are not created.
    task<result<cluster_metadata>> cluster(std::optional<std::vector<std::string>> topics, clock::time_point deadline);
    /// Ends when the view has changed, or asking failed, or at the deadline; false if the core is closed.
    task<bool> next_news(clock::time_point deadline);

    /// One request to one broker, in the highest version that both sides know; connects if need be. No retries. An error
    /// code in the answer's body is the caller's to look at. Errors: "Fetch v17 to broker 2 at 127.0.0.1:9092: …".
    template <message Request>
    task<result<decoded<typename Request::response>>> call(std::int32_t node_id, role r, Request m, clock::time_point deadline) {
        return pool_->call(node_id, r, std::move(m), deadline);
    }
    /// The same to whichever broker can be reached.
    template <message Request> task<result<decoded<typename Request::response>>> call_any(Request m, clock::time_point deadline) {
        return pool_->call_any(std::move(m), deadline);
    }

    /// In this order: users are told, metrics are pushed a last time where brokers asked for them, the requests under way are
    /// waited for; then close(), at the deadline at the latest, and at once when whoever waits is cancelled.
    task<void> close(clock::time_point deadline);
    /// Only the last push of metrics; ends at the deadline at the latest.
    task<void> push_last(clock::time_point deadline);
    /// Final: connections are closed, users told, everything that waits ends with client_errc::closed.
    void close();

    /// Awaits `work` on this strand, from any executor, and goes on on the caller's. Cancelling the caller cancels `work`,
    /// which then completes with client_errc::cancelled: see cancellation.hpp.
    template <class T> static task<T> enter(std::shared_ptr<client_core> self, task<T> work) {
        const auto here = co_await asio::this_coro::executor;
        if (here == self->strand_) {
            std::optional<T> done;
            try {
                auto got = co_await std::move(work);
                done.emplace(std::move(got));
            } catch (const std::system_error& e) { detail::take_cancellation(done, e); }
            co_return *std::move(done);
        }
        const auto box = std::make_shared<detail::crossing_for<T>>();
        auto filled = detail::fill(box, std::move(work));
        co_await detail::cross(self->strand_, box, std::move(filled));
        if (box->bug) std::rethrow_exception(box->bug);
        co_return *std::move(box->got);
    }
    asio::any_io_executor strand() const { return strand_; }

  private:
    struct waiter;
    struct search;

    client_core(environment& env, std::unique_ptr<environment> owned, client_options options, std::shared_ptr<client_observer> watch);
    static task<result<topic_metadata>> find_topic(std::shared_ptr<client_core> self, std::string name, clock::time_point deadline,
                                                   std::function<bool()> given_up, freshness wanted);
    static task<result<cluster_metadata>> ask_cluster(std::shared_ptr<client_core> self, std::optional<std::vector<std::string>> topics,
                                                      clock::time_point deadline);
    static task<void> end(std::shared_ptr<client_core> self, clock::time_point deadline);
    static task<bool> wait_for_news(std::shared_ptr<client_core> self, clock::time_point deadline);
    static task<void> keep_fresh(std::shared_ptr<client_core> self);
    static task<result<cluster_metadata>> ask(std::shared_ptr<client_core> self, metadata_request m, clock::time_point deadline);
    static task<pool::connected> way_to_metadata(std::shared_ptr<client_core> self, clock::time_point deadline);
    void rebootstrap(const error& why);
    void learned(cluster_metadata answer);
    void look_again();
    void forget_unknown(const std::string& name);
    void news();

    const std::unique_ptr<environment> owned_;
    environment& env_;
    const asio::any_io_executor strand_;
    const client_options options_;
    const std::shared_ptr<client_observer> watch_;
    client_meters meters_;
    std::shared_ptr<pool> pool_;
    metadata_view view_;
    const std::shared_ptr<telemetry> telemetry_;  // null unless enable_metrics_push
    event wake_;                                  // of the coroutine that keeps the view fresh
    std::vector<core_user*> users_;
    std::vector<waiter*> waiters_;
    struct searched {
        int waiting = 0;
        bool told = false;  // that the topic is missing
    };
    std::map<std::string, searched> searched_;  // topics that somebody waits for
    bool running_ = false, closed_ = false;
    int lanes_ = 0;
};
}  // namespace kwire
