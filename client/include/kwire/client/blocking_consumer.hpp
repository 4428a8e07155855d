// SPDX-License-Identifier: Apache-2.0
// kwire::blocking::consumer: reading topics with calls that wait, for programs without an event loop. Does not include Asio.
//
//     auto c = kwire::blocking::client::make({.bootstrap_servers = {"localhost:9092"}}).value();
//     auto k = kwire::blocking::consumer::make(c).value();
//     auto p = k.consume_partition("orders", 0, kwire::offset_spec::oldest()).value();
//     while (const auto m = p.next()) use(m->offset, m->value);       // ends when the partition stops, or on close()
//
// What it promises is written in consumer.hpp; this is the same consumer, and who waits runs its event loop (blocking.hpp).
// A call that waits takes `within`: if nothing came by then it fails with client_errc::timed_out, and nothing is lost.
// Thread-safety: any thread may call anything but destructors. Several threads may each read a stream of their own: a
// partition_consumer is one, the consumer with what is assigned to it another; and beside each reader another thread may
// take the stream's errors. One stream has one reader at a time.
// Source: as consumer.hpp.
#pragma once

#include <kwire/client/blocking.hpp>
#include <kwire/client/consumed.hpp>
#include <kwire/client/offset_spec.hpp>

#include <optional>
#include <vector>

namespace kwire::inline v0 {
class consumer_core;
}

namespace kwire::inline v0::blocking {
/// Waits for as long as it takes.
inline constexpr clock::duration forever = clock::duration::max();

/// One partition, read from a place of the application's choice. Made by consumer::consume_partition().
class partition_consumer {
  public:
    partition_consumer(partition_consumer&&) noexcept;
    partition_consumer& operator=(partition_consumer&& other) noexcept;
    /// As close().
    ~partition_consumer();

    const std::string& topic() const noexcept;
    std::int32_t partition() const noexcept;

    /// The next record. Errors: why the partition stopped, again until seek(); client_errc::closed; timed_out.
    result<consumer_record> next(clock::duration within = forever) const;
    /// The next batch. Do not mix with next(): a batch begun by next() would be left.
    result<consumed_batch> next_batch(clock::duration within = forever) const;
    /// The next thing that went wrong. The error of the result is client_errc::closed or timed_out.
    result<consumer_error> next_error(clock::duration within = forever) const;
    /// The same without waiting; nothing if nothing lies ready.
    std::optional<result<consumer_record>> try_next() const;
    std::optional<result<consumed_batch>> try_next_batch() const;
    std::optional<result<consumer_error>> try_next_error() const;

    /// Goes on there; what was fetched ahead is dropped. Also goes on after a stop.
    void seek(offset_spec to) const;
    /// Nothing is handed out or fetched until resume(). What is fetched is kept, as long as no other partition needs the room.
    void pause() const;
    void resume() const;
    /// The offset of the next record that next() will look at; -1 while that is not looked up.
    std::int64_t position() const;
    /// As the last answer told; -1: none yet.
    std::int64_t high_watermark() const;
    /// Stops fetching, at once; final. What waits ends with client_errc::closed, what was handed out stays good.
    void close() const;

  private:
    friend class consumer;
    partition_consumer(std::shared_ptr<inside> i, std::shared_ptr<consumer_core> core, std::shared_ptr<consumed_partition> p);

    std::shared_ptr<inside> inside_;
    std::shared_ptr<consumer_core> core_;
    std::shared_ptr<consumer_stream> stream_;
    std::shared_ptr<consumed_partition> p_;
};

class consumer {
  public:
    /// Fails if the options cannot work (check() in options.hpp). Nothing is fetched yet.
    static result<consumer> make(const client& c, consumer_options options = {});
    consumer(consumer&&) noexcept;
    consumer& operator=(consumer&& other) noexcept;
    /// As close(), for all partitions.
    ~consumer();

    /// The numbers of a topic's partitions as brokers know them now; waits up to request_timeout for a topic that is new.
    result<std::vector<std::int32_t>> partitions(std::string topic) const;
    /// Begins to fetch one partition, by itself. With `tell_end`, next_batch() also returns an end_of_partition() each time
    /// the end is reached. Fails if there is no such partition, or this consumer reads it already.
    result<partition_consumer> consume_partition(std::string topic, std::int32_t partition, offset_spec from, bool tell_end = false) const;

    /// Begins to fetch partitions whose records come out of this object's own stream, in turn.
    result<void> assign(std::string topic, std::int32_t partition, offset_spec from, bool tell_end = false) const;
    /// All partitions of a topic that there are now.
    result<void> assign(std::string topic, offset_spec from, bool tell_end = false) const;
    /// Stops fetching it; what was fetched is dropped. Nothing if it is not assigned.
    void unassign(std::string_view topic, std::int32_t partition) const;
    std::vector<topic_partition> assigned() const;

    /// As those of partition_consumer, of all assigned partitions. A partition that stops says so once; the others go on.
    result<consumer_record> next(clock::duration within = forever) const;
    result<consumed_batch> next_batch(clock::duration within = forever) const;
    result<consumer_error> next_error(clock::duration within = forever) const;
    std::optional<result<consumer_record>> try_next() const;
    std::optional<result<consumed_batch>> try_next_batch() const;
    std::optional<result<consumer_error>> try_next_error() const;

    /// Of an assigned partition; nothing happens, and -1 is returned, if it is not assigned.
    void seek(std::string_view topic, std::int32_t partition, offset_spec to) const;
    void pause(std::string_view topic, std::int32_t partition) const;
    void resume(std::string_view topic, std::int32_t partition) const;
    std::int64_t position(std::string_view topic, std::int32_t partition) const;
    std::int64_t high_watermark(std::string_view topic, std::int32_t partition) const;

    /// What is held of fetch_buffer_memory now, in bytes.
    std::size_t buffered_bytes() const;
    /// Final: fetching stops, requests under way are given up, everything that waits, also in other threads, ends with
    /// client_errc::closed.
    void close() const;

  private:
    consumer(std::shared_ptr<inside> i, std::shared_ptr<consumer_core> core);
    std::shared_ptr<inside> inside_;
    std::shared_ptr<consumer_core> core_;
};
}  // namespace kwire::blocking
