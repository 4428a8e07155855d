// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/producer.hpp>

#include "producer_core.hpp"

#include <asio/post.hpp>

namespace kwire::inline v0 {
namespace {
using core_ptr = std::shared_ptr<producer_core>;

void finish_soon(core_ptr core) {
    if (!core) return;
    const auto strand = core->core()->strand();
    asio::post(strand, [core = std::move(core)] { core->finish(error(client_errc::closed, "the producer was destroyed first")); });
}
template <class T> task<T> entered(core_ptr core, task<T> work) {
    auto got = co_await client_core::enter(core->core(), std::move(work));
    co_return std::move(got);
}
task<result<handle>> enqueue_when_possible(core_ptr core, producer_record r, clock::time_point deadline) {
    auto at_once = core->append_in_turn(r);
    if (at_once || at_once.error() != client_errc::buffer_full) co_return std::move(at_once);
    const producer_core::in_line waiting(*core);
    auto h = co_await client_core::enter(core->core(), producer_core::enqueue(core, r, deadline));
    co_return std::move(h);
}
task<result<delivery>> send_and_wait(core_ptr core, producer_record r) {
    auto h = co_await enqueue_when_possible(core, r, core->latest());
    if (!h) co_return std::move(h).error();
    auto got = co_await client_core::enter(core->core(), producer_core::wait_for(core, *std::move(h)));
    co_return std::move(got);
}
}  // namespace

result<producer> producer::make(const client& c, producer_options options, std::function<void(const batch_delivery&)> told) {
    if (auto ok = check(options); !ok) return std::move(ok).error();
    if (auto ok = check_codec(options.compression); !ok) return std::move(ok).error();
    return producer(producer_core::make(c.core(), options, std::move(told)));
}

producer& producer::operator=(producer&& other) noexcept {
    if (this == &other) return *this;
    finish_soon(std::move(core_));
    core_ = std::move(other.core_);
    return *this;
}
producer::~producer() { finish_soon(std::move(core_)); }

task<result<delivery>> producer::send(producer_record r) const { return send_and_wait(core_, r); }
result<handle> producer::try_enqueue(const producer_record& r) const { return core_->append(r, accumulator::haste::linger); }
task<result<handle>> producer::enqueue(producer_record r, clock::time_point deadline) const { return enqueue_when_possible(core_, r, deadline); }
task<result<handle>> producer::enqueue(producer_record r) const { return enqueue(r, core_->latest()); }
task<result<delivery>> producer::delivered(handle h) const { return entered(core_, producer_core::wait_for(core_, std::move(h))); }
task<result<void>> producer::flush(clock::time_point deadline) const { return entered(core_, producer_core::flush(core_, deadline)); }
task<result<void>> producer::flush() const { return flush(core_->latest()); }
task<result<void>> producer::close(clock::time_point deadline) const { return entered(core_, producer_core::close(core_, deadline)); }
task<result<void>> producer::close() const { return close(core_->latest()); }
clock::time_point producer::in(clock::duration from_now) const { return core_->core()->now() + from_now; }
std::size_t producer::memory_used() const { return core_->memory_used(); }
}  // namespace kwire
