// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/blocking_consumer.hpp>

#include "blocking_inside.hpp"
#include "consumer_core.hpp"

#include <asio/post.hpp>

namespace kwire::inline v0::blocking {
namespace {
using core_ptr = std::shared_ptr<consumer_core>;
using stream_ptr = std::shared_ptr<consumer_stream>;

/// What `look` finds. Until it finds something, the caller runs the loop and looks again at each news of the stream.
template <class Look> auto waited_for(inside& in, const core_ptr& core, const stream_ptr& stream, bool errors, clock::duration within, Look look) {
    using found = typename decltype(look())::value_type;
    auto got = look();
    if (got) return *std::move(got);
    const auto now = in.core->now();
    const auto deadline = within < clock::time_point::max() - now ? now + within : clock::time_point::max();
    for (;;) {
        const auto woken = in.wait_for(consumer_stream::wait(core, stream, errors, deadline));
        if (!woken) return found(woken.error());
        got = look();
        if (got) return *std::move(got);
        if (in.core->now() >= deadline) return found(error(client_errc::timed_out, errors ? "no error came" : "no record came"));
    }
}
result<consumer_record> next_record(inside& in, const core_ptr& core, const stream_ptr& stream, clock::duration within) {
    return waited_for(in, core, stream, false, within, [&] { return stream->try_next(); });
}
result<consumed_batch> next_of(inside& in, const core_ptr& core, const stream_ptr& stream, clock::duration within) {
    return waited_for(in, core, stream, false, within, [&] { return stream->try_next_batch(); });
}
result<consumer_error> next_error_of(inside& in, const core_ptr& core, const stream_ptr& stream, clock::duration within) {
    return waited_for(in, core, stream, true, within, [&] { return stream->try_next_error(); });
}

// Streams are closed at once, from any thread; connections are closed on the loop.
void close_soon(const std::shared_ptr<inside>& in, core_ptr core) {
    if (!core) return;
    asio::post(in->loop.context(), [core = std::move(core)] { core->close(); });
}
}  // namespace

partition_consumer::partition_consumer(std::shared_ptr<inside> i, core_ptr core, std::shared_ptr<consumed_partition> p)
    : inside_(std::move(i)), core_(std::move(core)), stream_(std::move(p->own_stream)), p_(std::move(p)) {}
partition_consumer::partition_consumer(partition_consumer&&) noexcept = default;
partition_consumer& partition_consumer::operator=(partition_consumer&& other) noexcept {
    if (this != &other) {
        if (p_) close();
        stream_ = std::move(other.stream_);
        p_ = std::move(other.p_);
        core_ = std::move(other.core_);
        inside_ = std::move(other.inside_);
    }
    return *this;
}
partition_consumer::~partition_consumer() {
    if (p_) close();
}

const std::string& partition_consumer::topic() const noexcept { return p_->topic; }
std::int32_t partition_consumer::partition() const noexcept { return p_->partition; }
result<consumer_record> partition_consumer::next(clock::duration within) const { return next_record(*inside_, core_, stream_, within); }
result<consumed_batch> partition_consumer::next_batch(clock::duration within) const { return next_of(*inside_, core_, stream_, within); }
result<consumer_error> partition_consumer::next_error(clock::duration within) const { return next_error_of(*inside_, core_, stream_, within); }
std::optional<result<consumer_record>> partition_consumer::try_next() const { return stream_->try_next(); }
std::optional<result<consumed_batch>> partition_consumer::try_next_batch() const { return stream_->try_next_batch(); }
std::optional<result<consumer_error>> partition_consumer::try_next_error() const { return stream_->try_next_error(); }
void partition_consumer::seek(offset_spec to) const { core_->seek(*p_, to); }
void partition_consumer::pause() const { core_->pause(*p_); }
void partition_consumer::resume() const { core_->resume(*p_); }
std::int64_t partition_consumer::position() const { return core_->position(*p_); }
std::int64_t partition_consumer::high_watermark() const { return core_->high_watermark(*p_); }
void partition_consumer::close() const { core_->remove(*p_); }

consumer::consumer(std::shared_ptr<inside> i, core_ptr core) : inside_(std::move(i)), core_(std::move(core)) {}
consumer::consumer(consumer&&) noexcept = default;
consumer& consumer::operator=(consumer&& other) noexcept {
    if (this != &other) {
        close_soon(inside_, std::move(core_));
        core_ = std::move(other.core_);
        inside_ = std::move(other.inside_);
    }
    return *this;
}
consumer::~consumer() { close_soon(inside_, std::move(core_)); }

result<consumer> consumer::make(const client& c, consumer_options options) {
    if (auto ok = check(options); !ok) return std::move(ok).error();
    return consumer(c.shared(), std::make_shared<consumer_core>(c.shared()->core, options));
}

result<std::vector<std::int32_t>> consumer::partitions(std::string topic) const {
    return inside_->wait_for(consumer_core::partitions_of(core_, std::move(topic)));
}
result<partition_consumer> consumer::consume_partition(std::string topic, std::int32_t partition, offset_spec from, bool tell_end) const {
    auto added = inside_->wait_for(consumer_core::add(core_, std::move(topic), partition, from, tell_end, true));
    if (!added) return std::move(added).error().within("consume");
    return partition_consumer(inside_, core_, *std::move(added));
}
result<void> consumer::assign(std::string topic, std::int32_t partition, offset_spec from, bool tell_end) const {
    return inside_->wait_for(consumer_core::assign_one(core_, std::move(topic), partition, from, tell_end));
}
result<void> consumer::assign(std::string topic, offset_spec from, bool tell_end) const {
    return inside_->wait_for(consumer_core::assign_all(core_, std::move(topic), from, tell_end));
}
void consumer::unassign(std::string_view topic, std::int32_t partition) const { core_->unassign(topic, partition); }
std::vector<topic_partition> consumer::assigned() const { return core_->assigned_partitions(); }

result<consumer_record> consumer::next(clock::duration within) const { return next_record(*inside_, core_, core_->assigned, within); }
result<consumed_batch> consumer::next_batch(clock::duration within) const { return next_of(*inside_, core_, core_->assigned, within); }
result<consumer_error> consumer::next_error(clock::duration within) const { return next_error_of(*inside_, core_, core_->assigned, within); }
std::optional<result<consumer_record>> consumer::try_next() const { return core_->assigned->try_next(); }
std::optional<result<consumed_batch>> consumer::try_next_batch() const { return core_->assigned->try_next_batch(); }
std::optional<result<consumer_error>> consumer::try_next_error() const { return core_->assigned->try_next_error(); }
void consumer::seek(std::string_view topic, std::int32_t partition, offset_spec to) const { core_->seek(topic, partition, to); }
void consumer::pause(std::string_view topic, std::int32_t partition) const { core_->pause(topic, partition); }
void consumer::resume(std::string_view topic, std::int32_t partition) const { core_->resume(topic, partition); }
std::int64_t consumer::position(std::string_view topic, std::int32_t partition) const { return core_->position(topic, partition); }
std::int64_t consumer::high_watermark(std::string_view topic, std::int32_t partition) const { return core_->high_watermark(topic, partition); }
std::size_t consumer::buffered_bytes() const { return core_->budget->held(); }
void consumer::close() const {
    const auto closed = inside_->wait_for(consumer_core::close_now(core_));
    if (!closed) close_soon(inside_, core_);  // called by a callback, so the loop comes to it
}
}  // namespace kwire::blocking
