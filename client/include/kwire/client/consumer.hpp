// SPDX-License-Identifier: Apache-2.0
// Reading topics: partitions are fetched ahead of the application, which takes records and errors as two streams.
//
//     auto c = consumer::make(client, {}).value();
//     auto p = co_await c.consume_partition("orders", 0, offset_spec::oldest());         // a partition by itself
//     for (;;) { auto m = co_await p->next(); if (!m) break; use(m->offset, m->value); }
//
//     co_await c.assign("orders", 1, offset_spec::newest());                             // or many in one stream
//     for (;;) { auto b = co_await c.next_batch(); if (!b) break; for (const record_view& r : *b) … }
//
// Order is kept within a partition. Whoever reads slowly holds up their own partition only; partitions led by one broker
// share its requests. While the application works on one answer the next lies ready and the one after is on its way.
// fetch_buffer_memory bounds what is held in all, handed-out batches and records among it. Partitions that nobody reads on
// do not lock others out of it: who has had nothing to read for half a second, for want of room, gets one small answer of
// each partition at a time (64 KiB at most, or one batch) beyond the bound, and what one batch of it expands to. The last
// batch or record may be held while the next is asked for; who keeps more of them may wait for ever in a full buffer.
// What goes wrong is told by next_error(). What passes by itself (leaders that move, brokers that restart) is told only if
// it lasts, and next() just waits; when a partition can go no further, next() says so too, and again until seek().
// Nothing is skipped in silence: an offset is passed when its record was handed out, does not exist, or is hidden by the
// isolation level; all else is an error with the offsets. Not supported: fetching from a preferred read replica (KIP-392;
// no rack is named, so brokers offer none) and fetch sessions (KIP-227; every request names all of its partitions).
// Thread-safety: any thread may call anything, on any executor; of next(), next_batch() only one at a time per stream, and
// of next_error() one.
// Source: KIP-74, KIP-98, KIP-320, KIP-392, KIP-516, KIP-951; the consumer configuration of Apache Kafka.
#pragma once

#include <kwire/client/client.hpp>
#include <kwire/client/consumed.hpp>
#include <kwire/client/offset_spec.hpp>

#include <vector>

namespace kwire::inline v0 {
class consumer_core;

/// One partition, read from a place of the application's choice. Made by consumer::consume_partition().
class partition_consumer {
  public:
    partition_consumer(partition_consumer&&) noexcept = default;
    partition_consumer& operator=(partition_consumer&& other) noexcept;
    /// Stops fetching it. What waits ends with client_errc::closed.
    ~partition_consumer();

    const std::string& topic() const noexcept;
    std::int32_t partition() const noexcept;

    /// The next record; waits for it. Errors: why the partition stopped; client_errc::closed.
    task<result<consumer_record>> next() const;
    /// The next batch, without a suspension as long as one lies ready. Do not mix with next(): a batch begun by next()
    /// would be left.
    task<result<consumed_batch>> next_batch() const;
    /// The next thing that went wrong; waits for it. The error of the result is client_errc::closed.
    task<result<consumer_error>> next_error() const;

    /// Goes on there; what was fetched ahead and what is under way is dropped. Also goes on after a stop.
    void seek(offset_spec to) const;
    /// Nothing is handed out or fetched until resume(). What is fetched is kept, as long as no other partition needs the room.
    void pause() const;
    void resume() const;
    /// The offset of the next record that next() will look at; -1 while that is not looked up.
    std::int64_t position() const;
    /// As the last answer told; -1: none yet. The end for read_committed can lie before it.
    std::int64_t high_watermark() const;
    /// Stops fetching, at once; final. What waits ends with client_errc::closed, what was handed out stays good.
    void close() const;

  private:
    friend class consumer;
    partition_consumer(std::shared_ptr<consumer_core> core, std::shared_ptr<consumer_stream> stream, std::shared_ptr<consumed_partition> p);

    std::shared_ptr<consumer_core> core_;
    std::shared_ptr<consumer_stream> stream_;
    std::shared_ptr<consumed_partition> p_;
};

class consumer {
  public:
    /// Fails if the options cannot work (check() in options.hpp).
    static result<consumer> make(const client& c, consumer_options options);
    consumer(consumer&&) noexcept = default;
    consumer& operator=(consumer&& other) noexcept;
    /// As close(), for all partitions.
    ~consumer();

    /// The numbers of a topic's partitions as brokers know them now; waits up to request_timeout for a topic that is new, and
    /// for brokers that cannot be reached or hang up. So do consume_partition() and assign().
    task<result<std::vector<std::int32_t>>> partitions(std::string topic) const;
    /// Begins to fetch one partition, by itself. With `tell_end`, next_batch() also returns an end_of_partition() each time
    /// the end is reached. Fails if there is no such partition, or this consumer reads it already.
    task<result<partition_consumer>> consume_partition(std::string topic, std::int32_t partition, offset_spec from, bool tell_end = false) const;

    /// Begins to fetch partitions whose records come out of this object's own stream, in turn.
    task<result<void>> assign(std::string topic, std::int32_t partition, offset_spec from, bool tell_end = false) const;
    /// All partitions of a topic that there are now.
    task<result<void>> assign(std::string topic, offset_spec from, bool tell_end = false) const;
    /// Stops fetching it; what was fetched is dropped. Nothing if it is not assigned.
    void unassign(std::string_view topic, std::int32_t partition) const;
    std::vector<topic_partition> assigned() const;

    /// As those of partition_consumer, of all assigned partitions. A partition that stops says so once; the others go on.
    task<result<consumer_record>> next() const;
    task<result<consumed_batch>> next_batch() const;
    task<result<consumer_error>> next_error() const;

    /// Of an assigned partition; nothing happens, and -1 is returned, if it is not assigned.
    void seek(std::string_view topic, std::int32_t partition, offset_spec to) const;
    void pause(std::string_view topic, std::int32_t partition) const;
    void resume(std::string_view topic, std::int32_t partition) const;
    std::int64_t position(std::string_view topic, std::int32_t partition) const;
    std::int64_t high_watermark(std::string_view topic, std::int32_t partition) const;

    /// What is held of fetch_buffer_memory now, in bytes.
    std::size_t buffered_bytes() const;
    /// Final: fetching stops, requests under way are given up, everything that waits ends with client_errc::closed.
    task<void> close() const;

    const std::shared_ptr<consumer_core>& core() const noexcept { return core_; }

  private:
    explicit consumer(std::shared_ptr<consumer_core> core) : core_(std::move(core)) {}
    static task<result<partition_consumer>> consume(std::shared_ptr<consumer_core> core, std::string topic, std::int32_t partition, offset_spec from,
                                                    bool tell_end);
    std::shared_ptr<consumer_core> core_;
};
}  // namespace kwire
