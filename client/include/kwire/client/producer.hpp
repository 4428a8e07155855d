// SPDX-License-Identifier: Apache-2.0
// Sends records and says what became of each: coroutines, and a fast path for any thread.
//
//     kwire::producer p = kwire::producer::make(client, {.partitioner = partitioner_kind::random}).value();
//     auto sent = co_await p.send({.topic = "orders", .value = as_bytes("hello")});
//     if (sent) …  sent->partition, sent->offset
//     else      …  sent.error().message(), outcome_of(sent)
//
// What it promises. Order: records of one partition are written in the order in which they were appended, whatever fails.
// No duplicates with enable_idempotence (the default), whatever is sent again; where a cluster gives no producer ids it
// goes on without (client_observer::idempotence_off). Truth: each record ends acked, not written, or unknown, within
// delivery_timeout; after that it is never sent again. Memory: buffer_memory bounds all records that are not settled.
// A batch that the broker finds too large (MESSAGE_TOO_LARGE) is not split: its records fail, not written.
// With acks::none "acked" means handed to the socket, and the offset is -1.
// Thread-safety: all functions may be called from any thread; records of one thread keep their order. Awaitables complete
// on the awaiting coroutine's executor; the delivery callback runs on the client's strand.
#pragma once

#include <kwire/client/client.hpp>
#include <kwire/client/delivery.hpp>
#include <kwire/client/producer_record.hpp>

#include <functional>

namespace kwire::inline v0 {
class producer_core;

class producer {
  public:
    /// Fails if the options cannot work, or the build lacks the codec. `told` is called once for each batch, when its
    /// outcome is known; it must not throw and must not destroy the producer.
    static result<producer> make(const client& c, producer_options options = {}, std::function<void(const batch_delivery&)> told = {});
    producer(producer&&) noexcept = default;
    producer& operator=(producer&& other) noexcept;
    /// Closes it at once: what is not acknowledged ends as not written or unknown, with client_errc::closed.
    ~producer();

    /// Sends one record and waits for its outcome. It waits for metadata and for room in the buffer as well, all within
    /// delivery_timeout. The memory that the record views must live until this completes.
    task<result<delivery>> send(producer_record r) const;

    /// Appends a record and does not wait for anything: the copy is made when this returns. Fails with buffer_full while
    /// buffer_memory is spent or the topic's partitions are not known yet (they are being looked up then), with
    /// unknown_topic_or_partition if the partition that the record names is not among those known.
    result<handle> try_enqueue(const producer_record& r) const;
    /// The same, but waits for room and for metadata until `deadline`. The record's memory must live that long.
    task<result<handle>> enqueue(producer_record r, clock::time_point deadline) const;
    task<result<handle>> enqueue(producer_record r) const;  // within delivery_timeout
    /// Waits for the outcome of what was enqueued.
    task<result<delivery>> delivered(handle h) const;

    /// Sends without further lingering all that was appended before, and waits for its outcomes, whatever they are.
    /// timed_out if some are still unknown at the deadline; nothing is given up then.
    task<result<void>> flush(clock::time_point deadline) const;
    task<result<void>> flush() const;  // within delivery_timeout, when all outcomes are known
    /// Refuses further records, flushes until the deadline, then ends whatever is left. timed_out if anything was.
    task<result<void>> close(clock::time_point deadline) const;
    task<result<void>> close() const;  // within delivery_timeout

    /// From now on, in the client's time: for the deadlines above.
    clock::time_point in(clock::duration from_now) const;
    /// How much of buffer_memory is taken.
    std::size_t memory_used() const;

  private:
    explicit producer(std::shared_ptr<producer_core> core) : core_(std::move(core)) {}
    std::shared_ptr<producer_core> core_;
};
}  // namespace kwire
