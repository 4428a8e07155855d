// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/consumer.hpp>
#include <kwire/client/place.hpp>

#include "consumer_core.hpp"

#include <asio/post.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
using core_ptr = std::shared_ptr<consumer_core>;
using stream_ptr = std::shared_ptr<consumer_stream>;
using partition_ptr = std::shared_ptr<consumed_partition>;

task<result<consumer_record>> next_message(core_ptr core, stream_ptr stream) {
    for (;;) {
        if (auto got = stream->try_next()) co_return *std::move(got);
        const auto woken = co_await client_core::enter(core->core, consumer_stream::wait(core, stream, false));
        (void)woken;  // whatever woke it, it looks again
    }
}
task<result<consumed_batch>> next_of(core_ptr core, stream_ptr stream) {
    for (;;) {
        if (auto got = stream->try_next_batch()) co_return *std::move(got);
        const auto woken = co_await client_core::enter(core->core, consumer_stream::wait(core, stream, false));
        (void)woken;  // whatever woke it, it looks again
    }
}
task<result<consumer_error>> next_error_of(core_ptr core, stream_ptr stream) {
    for (;;) {
        if (auto got = stream->try_next_error()) co_return *std::move(got);
        const auto woken = co_await client_core::enter(core->core, consumer_stream::wait(core, stream, true));
        (void)woken;  // whatever woke it, it looks again
    }
}

task<result<topic_metadata>> find_topic(core_ptr core, std::string topic, freshness wanted) {
    core->begin();
    const auto deadline = core->core->now() + core->core->options().request_timeout;
    // Made before it is awaited: g++ 12 destroys a lambda twice that stands beside co_await.
    const std::function<bool()> closed = [core] { return core->locked([&] { return core->closed; }); };
    auto look_up = core->core->topic(std::move(topic), deadline, closed, wanted);
    auto got = co_await std::move(look_up);
    co_return std::move(got);
}
bool has_partition(const topic_metadata& t, std::int32_t number) {
    return std::ranges::any_of(t.partitions, [&](const auto& p) { return p.partition == number; });
}
template <class T> task<result<T>> entered(core_ptr core, task<result<T>> work) {
    auto got = co_await client_core::enter(core->core, std::move(work));
    co_return std::move(got);
}
task<void> close_core(core_ptr core) {
    const auto closed = co_await client_core::enter(core->core, consumer_core::close_now(core));
    (void)closed;  // closing cannot fail
}

void close_soon(core_ptr core) {
    if (!core) return;
    const auto strand = core->core->strand();
    asio::post(strand, [core = std::move(core)] { core->close(); });
}
}  // namespace

task<result<std::vector<std::int32_t>>> consumer_core::partitions_of(core_ptr self, std::string topic) {
    const auto got = co_await find_topic(self, std::move(topic), freshness::asked_anew);
    if (!got) co_return error(got.error()).within("partitions");
    std::vector<std::int32_t> out;
    for (const auto& p : got->partitions) out.push_back(p.partition);
    co_return std::move(out);
}

task<result<void>> consumer_core::assign_all(core_ptr self, std::string topic, offset_spec from, bool tell_end) {
    const auto got = co_await find_topic(self, topic, freshness::asked_anew);
    if (!got) co_return error(got.error()).within("assign");
    for (const auto& p : got->partitions) {
        const auto added = co_await add(self, topic, p.partition, from, tell_end, false);
        if (!added) co_return error(added.error()).within("assign");
    }
    co_return result<void>();
}
task<result<void>> consumer_core::assign_one(core_ptr self, std::string topic, std::int32_t partition, offset_spec from, bool tell_end) {
    const auto added = co_await add(self, std::move(topic), partition, from, tell_end, false);
    if (!added) co_return error(added.error()).within("assign");
    co_return result<void>();
}

task<result<void>> consumer_core::close_now(core_ptr self) {
    self->close();
    co_return result<void>();
}

task<result<std::shared_ptr<consumed_partition>>> consumer_core::add(std::shared_ptr<consumer_core> self, std::string topic, std::int32_t partition,
                                                                     offset_spec from, bool tell_end, bool alone) {
    auto known = co_await find_topic(self, topic, freshness::known);
    if (known && !has_partition(*known, partition)) {  // it may have been given more since
        auto now = co_await find_topic(self, topic, freshness::asked_anew);
        known = std::move(now);
    }
    if (!known) co_return error(known.error());
    const auto place = place_of(topic, partition);
    if (!has_partition(*known, partition))
        co_return error(client_errc::unknown_topic_or_partition,
                        place + ": the topic has " + std::to_string(known->partitions.size()) + " partitions, numbered from 0");
    if (self->has(topic, partition)) co_return error(client_errc::invalid_argument, place + " is read by this consumer already");
    auto p = std::make_shared<consumed_partition>(topic, partition, from, partition_options(self->options, self->core->options()));
    p->owner = self;
    p->alone = alone;
    p->tell_end = tell_end;
    if (alone) p->own_stream = std::make_shared<consumer_stream>(*self);
    p->stream = alone ? p->own_stream : self->assigned;
    const bool open = self->locked([&] {
        if (!self->closed) {
            self->partitions.push_back(p);
            ++self->core->meters().assigned_partitions;
        }
        return !self->closed;
    });
    if (!open) co_return error(client_errc::closed, "the consumer is closed");
    self->metadata_changed();
    co_return std::move(p);
}

std::shared_ptr<consumed_partition> consumer_core::find(std::string_view topic, std::int32_t partition) {
    std::lock_guard guard(mutex);
    for (const auto& p : partitions)
        if (!p->alone && p->partition == partition && p->topic == topic) return p;
    return nullptr;
}

bool consumer_core::has(std::string_view topic, std::int32_t partition) {
    std::lock_guard guard(mutex);
    return std::any_of(partitions.begin(), partitions.end(), [&](const auto& p) { return p->partition == partition && p->topic == topic; });
}

void consumer_core::remove(consumed_partition& p) {
    std::lock_guard guard(mutex);
    p.gone = true;
    if (const auto stream = p.stream.lock()) {
        stream->drop(p);
        if (p.alone) stream->close();
    }
    const auto left = std::erase_if(partitions, [&](const auto& q) { return q.get() == &p; });
    core->meters().assigned_partitions -= static_cast<std::int64_t>(left);
}

void consumer_core::seek(consumed_partition& p, offset_spec to) {
    std::lock_guard guard(mutex);
    p.state.seek(to);
    ++p.seeks;
    p.read_to = -1;
    if (const auto stream = p.stream.lock()) stream->drop(p);
    poke();
}

void consumer_core::pause(consumed_partition& p) {
    std::lock_guard guard(mutex);
    if (const auto stream = p.stream.lock()) stream->pause(p);
}

void consumer_core::resume(consumed_partition& p) {
    std::lock_guard guard(mutex);
    if (const auto stream = p.stream.lock()) stream->resume(p);
    poke();
}

std::int64_t consumer_core::position(const consumed_partition& p) {
    std::lock_guard guard(mutex);
    const auto within = p.read_to.load();
    return within >= 0 ? within : p.state.position();
}

std::int64_t consumer_core::high_watermark(const consumed_partition& p) {
    std::lock_guard guard(mutex);
    return p.state.high_watermark();
}

void consumer_core::unassign(std::string_view topic, std::int32_t partition) {
    if (const auto p = find(topic, partition)) remove(*p);
}
void consumer_core::seek(std::string_view topic, std::int32_t partition, offset_spec to) {
    if (const auto p = find(topic, partition)) seek(*p, to);
}
void consumer_core::pause(std::string_view topic, std::int32_t partition) {
    if (const auto p = find(topic, partition)) pause(*p);
}
void consumer_core::resume(std::string_view topic, std::int32_t partition) {
    if (const auto p = find(topic, partition)) resume(*p);
}
std::int64_t consumer_core::position(std::string_view topic, std::int32_t partition) {
    const auto p = find(topic, partition);
    return p ? position(*p) : -1;
}
std::int64_t consumer_core::high_watermark(std::string_view topic, std::int32_t partition) {
    const auto p = find(topic, partition);
    return p ? high_watermark(*p) : -1;
}
std::vector<topic_partition> consumer_core::assigned_partitions() {
    std::vector<topic_partition> out;
    std::lock_guard guard(mutex);
    for (const auto& p : partitions)
        if (!p->alone) out.push_back({p->topic, p->partition});
    return out;
}

// On the strand.
void consumer_core::close() {
    {
        std::lock_guard guard(mutex);
        if (std::exchange(closed, true)) return;
        assigned->close();
        for (const auto& p : partitions) {
            p->gone = true;
            p->aside.clear();
            if (const auto stream = p->stream.lock()) stream->close();
        }
        core->meters().assigned_partitions -= static_cast<std::int64_t>(partitions.size());
        partitions.clear();
    }
    if (begun_) core->remove(*this);
    for (const auto& [id, b] : brokers_) {
        for (auto& lane : b->lanes)
            if (lane.link) lane.link->close();
        b->wake();
    }
    brokers_.clear();
    core->look_whether_given_up();
}

partition_consumer::partition_consumer(core_ptr core, stream_ptr stream, partition_ptr p)
    : core_(std::move(core)), stream_(std::move(stream)), p_(std::move(p)) {}
partition_consumer& partition_consumer::operator=(partition_consumer&& other) noexcept {
    if (this != &other) {
        if (p_) close();
        core_ = std::move(other.core_);
        stream_ = std::move(other.stream_);
        p_ = std::move(other.p_);
    }
    return *this;
}
partition_consumer::~partition_consumer() {
    if (p_) close();
}
const std::string& partition_consumer::topic() const noexcept { return p_->topic; }
std::int32_t partition_consumer::partition() const noexcept { return p_->partition; }
task<result<consumer_record>> partition_consumer::next() const { return next_message(core_, stream_); }
task<result<consumed_batch>> partition_consumer::next_batch() const { return next_of(core_, stream_); }
task<result<consumer_error>> partition_consumer::next_error() const { return next_error_of(core_, stream_); }
void partition_consumer::seek(offset_spec to) const { core_->seek(*p_, to); }
void partition_consumer::pause() const { core_->pause(*p_); }
void partition_consumer::resume() const { core_->resume(*p_); }
std::int64_t partition_consumer::position() const { return core_->position(*p_); }
std::int64_t partition_consumer::high_watermark() const { return core_->high_watermark(*p_); }
void partition_consumer::close() const { core_->remove(*p_); }

task<result<partition_consumer>> consumer::consume(core_ptr core, std::string topic, std::int32_t partition, offset_spec from, bool tell_end) {
    auto added = co_await client_core::enter(core->core, consumer_core::add(core, std::move(topic), partition, from, tell_end, true));
    if (!added) co_return std::move(added).error().within("consume");
    auto stream = std::move((*added)->own_stream);
    co_return partition_consumer(core, std::move(stream), *std::move(added));
}

result<consumer> consumer::make(const client& c, consumer_options options) {
    if (auto ok = check(options); !ok) return std::move(ok).error();
    return consumer(std::make_shared<consumer_core>(c.core(), options));
}
consumer& consumer::operator=(consumer&& other) noexcept {
    if (this != &other) {
        close_soon(std::move(core_));
        core_ = std::move(other.core_);
    }
    return *this;
}
consumer::~consumer() { close_soon(std::move(core_)); }

task<result<std::vector<std::int32_t>>> consumer::partitions(std::string topic) const {
    return entered(core_, consumer_core::partitions_of(core_, std::move(topic)));
}
task<result<partition_consumer>> consumer::consume_partition(std::string topic, std::int32_t partition, offset_spec from, bool tell_end) const {
    return consume(core_, std::move(topic), partition, from, tell_end);
}
task<result<void>> consumer::assign(std::string topic, std::int32_t partition, offset_spec from, bool tell_end) const {
    return entered(core_, consumer_core::assign_one(core_, std::move(topic), partition, from, tell_end));
}
task<result<void>> consumer::assign(std::string topic, offset_spec from, bool tell_end) const {
    return entered(core_, consumer_core::assign_all(core_, std::move(topic), from, tell_end));
}
void consumer::unassign(std::string_view topic, std::int32_t partition) const { core_->unassign(topic, partition); }
std::vector<topic_partition> consumer::assigned() const { return core_->assigned_partitions(); }
task<result<consumer_record>> consumer::next() const { return next_message(core_, core_->assigned); }
task<result<consumed_batch>> consumer::next_batch() const { return next_of(core_, core_->assigned); }
task<result<consumer_error>> consumer::next_error() const { return next_error_of(core_, core_->assigned); }
void consumer::seek(std::string_view topic, std::int32_t partition, offset_spec to) const { core_->seek(topic, partition, to); }
void consumer::pause(std::string_view topic, std::int32_t partition) const { core_->pause(topic, partition); }
void consumer::resume(std::string_view topic, std::int32_t partition) const { core_->resume(topic, partition); }
std::int64_t consumer::position(std::string_view topic, std::int32_t partition) const { return core_->position(topic, partition); }
std::int64_t consumer::high_watermark(std::string_view topic, std::int32_t partition) const { return core_->high_watermark(topic, partition); }
std::size_t consumer::buffered_bytes() const { return core_->budget->held(); }
task<void> consumer::close() const { return close_core(core_); }
}  // namespace kwire
