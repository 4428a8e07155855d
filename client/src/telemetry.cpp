// SPDX-License-Identifier: Apache-2.0
#include "telemetry.hpp"

#include "otlp.hpp"

#include <kwire/protocol/compression.hpp>
#include <kwire/protocol/messages/get_telemetry_subscriptions.hpp>
#include <kwire/protocol/messages/push_telemetry.hpp>
#include <kwire/protocol/version.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
using namespace std::chrono_literals;
constexpr clock::duration pause_after_failure = 30s, pause_without_receiver = 5min, shortest_interval = 1s;

// The broker's favourite among what this build has; none is always taken.
codec first_of(const std::vector<std::int8_t>& accepted) {
    for (const auto one : accepted) {
        const auto kind = static_cast<codec>(one);
        if (one >= 0 && one <= 4 && (kind == codec::none || check_codec(kind))) return kind;
    }
    return codec::none;
}

result<buffer> compressed(codec kind, std::string_view plain) {
    buffer out(plain.size());
    if (kind == codec::none) {
        std::ranges::copy(as_bytes(plain), out.data());
        return out;
    }
    compressor c(kind);
    out.resize(c.bound(plain.size()));
    const auto size = c.compress(as_bytes(plain), out.writable());
    if (!size) return size.error();
    out.resize(*size);
    return out;
}
}  // namespace

void telemetry::start(std::shared_ptr<client_core> core) {
    if (std::exchange(started_, true)) return;
    began_wall_ = pushed_wall_ = env_.wall_now();
    next_ = pushed_ = env_.now();
    env_.spawn(run(shared_from_this(), std::move(core)));
}

task<void> telemetry::run(std::shared_ptr<telemetry> self, std::shared_ptr<client_core> core) {
    while (!core->closed() && !self->ended_) {
        if (self->env_.now() < self->next_) {
            const woken how = co_await self->wake_.wait(self->next_);
            if (how == woken::closed) co_return;
            continue;
        }
        const auto deadline = self->env_.now() + core->options().request_timeout;
        if (!self->wanted_) co_await subscribe(self, core, deadline);
        else co_await push(self, core, false, deadline);
    }
}

void telemetry::failed(client_core& core, const error& why, clock::duration pause) {
    next_ = env_.now() + pause;
    if (core.watch()) core.watch()->telemetry_failed(why, pause);
}

task<void> telemetry::subscribe(std::shared_ptr<telemetry> self, std::shared_ptr<client_core> core, clock::time_point deadline) {
    get_telemetry_subscriptions_request ask;
    ask.client_instance_id = self->instance_;
    const auto got = co_await core->call_any(ask, deadline);
    if (core->closed()) co_return;
    if (!got || got->message.error_code != errc::none) {
        const error why = got ? error(got->message.error_code, "telemetry: GetTelemetrySubscriptions") : error(got.error()).within("telemetry");
        self->failed(*core, why, has_no_receiver(why) ? pause_without_receiver : pause_after_failure);
        co_return;
    }
    const auto& said = got->message;
    if (self->instance_.is_zero()) self->instance_ = said.client_instance_id;
    const auto interval = std::max<clock::duration>(std::chrono::milliseconds(said.push_interval_ms), shortest_interval);
    if (said.requested_metrics.empty()) {
        self->next_ = self->env_.now() + interval;
        co_return;
    }
    subscription s{said.subscription_id,
                   first_of(said.accepted_compression_types),
                   interval,
                   static_cast<std::size_t>(std::max(said.telemetry_max_bytes, 0)),
                   said.delta_temporality,
                   {}};
    for (const auto p : said.requested_metrics) s.prefixes.emplace_back(p);
    self->wanted_ = std::move(s);
    // The first push after half of the interval to one and a half of it, so that clients do not come all at once.
    self->next_ = self->env_.now() + interval / 2 + interval / 1000 * static_cast<std::int64_t>(self->env_.random() % 1000);
}

result<buffer> telemetry::payload(client_core& core, const client_counters& now) const {
    metric_sources which;
    which.producer = core.meters().produces;
    which.consumer = core.meters().consumes;
    which.by_broker = by_broker_;
    which.delta = wanted_->delta;
    which.between = env_.now() - pushed_;
    auto all = standard_metrics(now, then_, which);
    std::erase_if(all, [&](const metric& m) { return !subscribed(m.name, wanted_->prefixes); });
    const metric_frame frame{wanted_->delta ? pushed_wall_ : began_wall_, env_.wall_now(), wanted_->delta, version()};
    return compressed(wanted_->compression, all.empty() ? std::string() : encode_metrics(all, frame));
}

task<void> telemetry::push(std::shared_ptr<telemetry> self, std::shared_ptr<client_core> core, bool terminating, clock::time_point deadline) {
    const auto now = core->counters();
    const auto at = self->env_.now();
    const auto wall = self->env_.wall_now();
    const auto interval = self->wanted_->interval;
    const auto metrics = self->payload(*core, now);
    const bool too_large = metrics && self->wanted_->most_bytes > 0 && metrics->size() > self->wanted_->most_bytes;
    if (!metrics || too_large) {
        self->by_broker_ = false;
        self->failed(*core, metrics ? error(errc::telemetry_too_large, "telemetry: a push would be larger than the broker takes") : metrics.error(),
                     interval);
        co_return;
    }
    push_telemetry_request m;
    m.client_instance_id = self->instance_;
    m.subscription_id = self->wanted_->id;
    m.terminating = terminating;
    m.compression_type = static_cast<std::int8_t>(self->wanted_->compression);
    m.metrics = *metrics;
    self->pushing_ = true;
    const auto got = co_await core->call_any(m, deadline);
    self->pushing_ = false;
    self->quiet_.set();
    self->next_ = self->env_.now() + interval;
    if (core->closed()) co_return;
    const errc said = got ? got->message.error_code : errc::none;
    if (got && said == errc::none) {
        self->then_ = now;
        self->pushed_ = at;
        self->pushed_wall_ = wall;
        co_return;
    }
    if (!got && has_no_receiver(got.error())) self->wanted_.reset();
    if (said == errc::telemetry_too_large) self->by_broker_ = false;
    const bool ask_again = said == errc::unknown_subscription_id || said == errc::unsupported_compression_type;
    if (ask_again) self->wanted_.reset();
    if (said == errc::invalid_request) self->ended_ = true;  // what we say makes no sense to it, and will not later
    error why = got ? error(said, "telemetry: PushTelemetry") : error(got.error()).within("telemetry");
    self->failed(*core, why, ask_again ? clock::duration(0) : interval);
}

task<void> telemetry::finish(std::shared_ptr<telemetry> self, std::shared_ptr<client_core> core, clock::time_point deadline) {
    if (!self || self->ended_) co_return;
    self->ended_ = true;
    while (self->pushing_) {
        const woken how = co_await self->quiet_.wait(deadline);
        if (how != woken::set) co_return;
    }
    if (self->wanted_ && !core->closed()) co_await push(self, core, true, deadline);
}
}  // namespace kwire
