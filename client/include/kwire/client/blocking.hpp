// SPDX-License-Identifier: Apache-2.0
// kwire::blocking: calls that wait and return their result, for programs without an event loop. Does not include Asio.
//
//     auto c = kwire::blocking::client::make({.bootstrap_servers = {"localhost:9092"}}).value();
//     auto p = kwire::blocking::producer::make(c).value();
//     auto sent = p.send({.topic = "orders", .value = as_bytes("hello")});
//
// Reading is in blocking_consumer.hpp.
// There is an event loop inside, and the caller that waits runs it himself: a request and its answer pass through no
// second thread. Several callers wait beside the one that runs it. A helper thread, the only one that is started besides
// those for name lookups, runs it while nobody waits, so that what was enqueued is sent and acknowledged all the same.
// Thread-safety: any thread may call anything but destructors. Callbacks run on the thread that happens to run the loop;
// a call that waits fails there (invalid_argument), because it would wait for itself.
#pragma once

#include <kwire/client/delivery.hpp>
#include <kwire/client/metadata_view.hpp>
#include <kwire/client/counters.hpp>
#include <kwire/client/observer.hpp>
#include <kwire/client/options.hpp>
#include <kwire/client/producer_record.hpp>

#include <functional>
#include <memory>

namespace kwire::inline v0 {
class producer_core;
}

namespace kwire::inline v0::blocking {
struct inside;

struct run_options {
    /// How long a caller that waits polls before it sleeps. A halted processor wakes slowly: on an idle machine 50 µs
    /// halve the time of a send at the same CPU; where all processors are busy anyway, 0 is as fast and saves a little.
    std::chrono::microseconds spin{50};
};

class client {
  public:
    /// Fails if the options cannot work. Nothing is connected yet.
    static result<client> make(client_options options, run_options how = {}, std::shared_ptr<client_observer> watch = nullptr);
    client(client&&) noexcept;
    client& operator=(client&&) noexcept;
    /// Closes it at once, and what was made of it: their calls fail with client_errc::closed.
    ~client();

    /// A topic's partitions and leaders; waits for a topic that is new.
    result<topic_metadata> topic(std::string name, clock::duration within = std::chrono::seconds(30)) const;
    /// The cluster as one broker sees it now, with all topics or those named.
    result<cluster_metadata> cluster(clock::duration within = std::chrono::seconds(30),
                                     std::optional<std::vector<std::string>> topics = std::nullopt) const;

    /// What it has done so far. Any thread, at any time.
    client_counters counters() const;

    /// Final: what was made of it is closed, and everything that waits, also in other threads, ends with client_errc::closed.
    /// Close producers first if what they hold is to be sent.
    void close() const;

    const std::shared_ptr<inside>& shared() const noexcept { return inside_; }

  private:
    explicit client(std::shared_ptr<inside> i) : inside_(std::move(i)) {}
    std::shared_ptr<inside> inside_;
};

/// See producer.hpp for what it promises.
class producer {
  public:
    static result<producer> make(const client& c, producer_options options = {}, std::function<void(const batch_delivery&)> told = {});
    producer(producer&&) noexcept;
    producer& operator=(producer&&) noexcept;
    /// Closes it at once: what is not acknowledged ends as not written or unknown. close() first to wait for it.
    ~producer();

    /// Sends one record without lingering and waits for its outcome, at most delivery_timeout.
    result<delivery> send(const producer_record& r) const;

    /// Appends a record, to be sent in a batch with what comes within linger. Waits for room and for metadata if need be,
    /// at most delivery_timeout. The copy is made when this returns.
    result<handle> enqueue(const producer_record& r) const;
    /// The same without waiting: fails with buffer_full.
    result<handle> try_enqueue(const producer_record& r) const;
    /// Waits for the outcome of what was enqueued.
    result<delivery> delivered(const handle& h) const;

    /// Sends all that was enqueued before, and waits for its outcomes. timed_out if some are missing then; nothing is given up.
    result<void> flush(clock::duration within = std::chrono::seconds(120)) const;
    /// Refuses further records, flushes, and ends whatever is left.
    result<void> close(clock::duration within = std::chrono::seconds(120)) const;

  private:
    producer(std::shared_ptr<inside> i, std::shared_ptr<producer_core> p) : inside_(std::move(i)), core_(std::move(p)) {}
    std::shared_ptr<inside> inside_;
    std::shared_ptr<producer_core> core_;
};
}  // namespace kwire::blocking
