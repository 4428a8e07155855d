// SPDX-License-Identifier: Apache-2.0
#include "blocking_inside.hpp"
#include "producer_core.hpp"

#include <kwire/net/asio_environment.hpp>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

namespace kwire::inline v0::blocking {
namespace {
std::shared_ptr<client_core> make_core(asio::io_context& where, client_options options, std::shared_ptr<client_observer> watch) {
    auto env = make_asio_environment(where);
    environment& here = *env;
    return client_core::make(here, std::move(env), std::move(options), std::move(watch));
}
// Nothing that is under way is waited for, but for a last push of metrics where brokers asked for them.
task<result<void>> close_now(std::shared_ptr<client_core> core) {
    if (core->options().enable_metrics_push) co_await core->push_last(core->now() + std::chrono::seconds(2));
    core->close();
    co_return result<void>();
}
}  // namespace

inside::inside(client_options options, run_options how, std::shared_ptr<client_observer> watch)
    : loop(how.spin), core(make_core(loop.context(), std::move(options), std::move(watch))) {}

// What still runs is told that it is over and given a moment to end, then dropped where it stands.
inside::~inside() {
    const std::weak_ptr<client_core> alive = core;
    asio::post(loop.context(), [c = std::move(core)] { c->close(); });
    if (loop.mine()) return;
    asio::steady_timer limit(loop.context(), std::chrono::milliseconds(500));
    const auto over = std::make_shared<std::atomic<bool>>(false);
    limit.async_wait([over](std::error_code) { *over = true; });
    loop.drive_until([&] { return *over || alive.expired(); });
}

result<client> client::make(client_options options, run_options how, std::shared_ptr<client_observer> watch) {
    if (auto ok = check(options); !ok) return std::move(ok).error();
    return client(std::make_shared<inside>(std::move(options), how, std::move(watch)));
}
client::client(client&&) noexcept = default;
client& client::operator=(client&& other) noexcept {
    if (this != &other) std::swap(inside_, other.inside_);
    return *this;
}
client::~client() {
    if (inside_) asio::post(inside_->loop.context(), [core = inside_->core] { core->close(); });
}

result<topic_metadata> client::topic(std::string name, clock::duration within) const {
    return inside_->wait_for(inside_->core->topic(std::move(name), inside_->core->now() + within));
}
result<cluster_metadata> client::cluster(clock::duration within, std::optional<std::vector<std::string>> topics) const {
    return inside_->wait_for(inside_->core->cluster(std::move(topics), inside_->core->now() + within));
}

client_counters client::counters() const { return inside_->core->counters(); }

void client::close() const {
    const auto closed = inside_->wait_for(close_now(inside_->core));
    if (!closed) asio::post(inside_->loop.context(), [core = inside_->core] { core->close(); });  // called by a callback, so the loop comes to it
}

result<producer> producer::make(const client& c, producer_options options, std::function<void(const batch_delivery&)> told) {
    if (auto ok = check(options); !ok) return std::move(ok).error();
    if (auto ok = check_codec(options.compression); !ok) return std::move(ok).error();
    return producer(c.shared(), producer_core::make(c.shared()->core, options, std::move(told)));
}
producer::producer(producer&&) noexcept = default;
producer& producer::operator=(producer&& other) noexcept {
    std::swap(inside_, other.inside_);
    std::swap(core_, other.core_);
    return *this;
}
producer::~producer() {
    if (!core_) return;
    asio::post(inside_->loop.context(), [core = std::move(core_)] { core->finish(error(client_errc::closed, "the producer was destroyed first")); });
}

result<delivery> producer::send(const producer_record& r) const {
    if (inside_->loop.mine()) return error(client_errc::invalid_argument, "a blocking call within a callback would wait for itself");
    auto h = core_->append(r, accumulator::haste::mine);
    if (h) {
        inside_->loop.drive([core = core_] { core->pump(); }, [&] { return h->done(); });
        return h->get();
    }
    if (h.error() != client_errc::buffer_full) return std::move(h).error();
    h = enqueue(r);
    if (!h) return std::move(h).error();
    inside_->loop.drive([core = core_] { core->begin_flush(); }, [&] { return h->done(); });
    return h->get();
}

result<handle> producer::try_enqueue(const producer_record& r) const { return core_->append(r, accumulator::haste::linger); }

result<handle> producer::enqueue(const producer_record& r) const {
    auto h = core_->append_in_turn(r);  // the one name that is returned, so that it is not moved for each record
    if (h || h.error() != client_errc::buffer_full) return h;
    const producer_core::in_line waiting(*core_);
    h = inside_->wait_for(producer_core::enqueue(core_, r, core_->latest()));
    return h;
}

result<delivery> producer::delivered(const handle& h) const {
    if (!h.done() && inside_->loop.mine()) return error(client_errc::invalid_argument, "a blocking call within a callback would wait for itself");
    inside_->loop.drive_until([&] { return h.done(); });
    return h.get();
}

result<void> producer::flush(clock::duration within) const { return inside_->wait_for(producer_core::flush(core_, core_->core()->now() + within)); }
result<void> producer::close(clock::duration within) const { return inside_->wait_for(producer_core::close(core_, core_->core()->now() + within)); }
}  // namespace kwire::blocking
