// SPDX-License-Identifier: Apache-2.0
// Authenticating again before the session ends.
// Source: KIP-368: a broker closes a connection that sends a request after its session's end; only SASL requests are
// taken from the first SaslHandshake until the exchange is over.
#include <kwire/net/connection.hpp>

#include <asio/awaitable.hpp>

namespace kwire::inline v0 {
namespace {
constexpr std::chrono::seconds limit{30};  // of the exchange itself: nothing else is sent meanwhile, so it may end late

// Some time from 85 to 95 % of the session's life, so that connections do not all come at once.
clock::duration renew_after(std::chrono::milliseconds lifetime, std::uint64_t random) {
    return std::chrono::duration_cast<clock::duration>(lifetime) / 1000 * (850 + static_cast<std::int64_t>(random % 101));
}
}  // namespace

task<void> connection::keep_session(std::shared_ptr<connection> self, std::chrono::milliseconds lifetime) {
    connection& c = *self;
    while (lifetime.count() > 0) {
        const auto due = c.env_.now() + renew_after(lifetime, c.env_.random());
        while (c.env_.now() < due) {
            const woken how = co_await c.drained_.wait(due);
            if (how == woken::closed) co_return;
        }
        c.holding_ = true;
        while (c.table_.size() > 0 || c.writing_) {
            const woken idle = co_await c.drained_.wait();
            if (idle == woken::closed) co_return;
        }
        const auto renewed = co_await c.options_.authenticate(self, c.env_.now() + limit);
        if (c.closed_) co_return;
        if (!renewed) {
            c.lost(c.of_peer(error(renewed.error()).within("authenticate again")));
            co_return;
        }
        lifetime = *renewed;
        c.holding_ = false;
        c.write_soon();
        c.close_if_idle();
    }
}
}  // namespace kwire
