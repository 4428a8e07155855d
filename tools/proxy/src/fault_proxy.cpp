// SPDX-License-Identifier: Apache-2.0
#include <kwire/proxy/fault_proxy.hpp>

#include "proxied_connection.hpp"

#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>

namespace kwire::inline v0 {
using asio::ip::tcp;
namespace {
constexpr std::chrono::milliseconds until_next_accept{50};
}

class fault_proxy::inside : public std::enable_shared_from_this<inside> {
  public:
    inside(asio::any_io_executor where, endpoint broker, std::uint16_t port)
        : to(std::move(broker)), listening(where, tcp::endpoint(asio::ip::address_v4::loopback(), port)), at(listening.local_endpoint().port()) {}

    static asio::awaitable<void> accept_all(std::shared_ptr<inside> self) {
        constexpr auto outcome = asio::experimental::as_tuple(asio::use_awaitable);
        asio::steady_timer pause(self->listening.get_executor());
        while (self->listening.is_open()) {
            auto [why, client] = co_await self->listening.async_accept(outcome);
            if (!why) {
                self->begin(std::move(client));
                continue;
            }
            pause.expires_after(until_next_accept);  // no descriptors, most likely: at once would be in vain
            if (self->listening.is_open()) co_await pause.async_wait(outcome);
        }
    }
    void begin(tcp::socket client) {
        const auto number = ++accepted;
        const auto asked = std::make_shared<asked_requests>();
        const auto course = [&](direction way) {
            auto of_stream = of_connections ? of_connections(number, way) : std::vector<fault>();
            return fault_course(number, way, asked, std::move(of_stream), [self = weak_from_this()](const passing_frame& f) {
                const auto here = self.lock();
                return here ? here->befalls(f) : std::vector<fault>();
            });
        };
        std::array<fault_course, 2> courses{course(direction::to_broker), course(direction::to_client)};
        const auto where = client.get_executor();
        auto c = std::make_shared<proxied_connection>(std::move(client), passed);
        std::erase_if(all, [](const auto& held) { return held.expired(); });
        all.push_back(c);
        spawn(where, proxied_connection::run(std::move(c), to, std::move(courses)));
    }
    std::vector<fault> befalls(const passing_frame& f) {
        const auto due = std::ranges::find_if(next, [&](const auto& n) { return f.api_key == n.api_key && f.way == n.way; });
        if (due == next.end()) return of_frames ? of_frames(f) : std::vector<fault>();
        const fault one = due->what;
        next.erase(due);
        return {one};
    }
    template <class F> void each(F f) {
        for (const auto& held : std::vector(all))
            if (const auto c = held.lock()) f(*c);
    }
    void stop() noexcept {
        std::error_code ignored;
        listening.close(ignored);
        of_connections = {};
        of_frames = {};
        each([](proxied_connection& c) { c.reset(); });
    }

    struct planned {
        std::int16_t api_key;
        direction way;
        fault what;
    };
    endpoint to;
    tcp::acceptor listening;
    const std::uint16_t at;
    connection_hook of_connections;
    frame_hook of_frames;
    std::vector<planned> next;
    std::vector<std::weak_ptr<proxied_connection>> all;
    std::uint64_t accepted = 0;
    const std::shared_ptr<proxied_connection::counters> passed = std::make_shared<proxied_connection::counters>();
};

fault_proxy::fault_proxy(asio::any_io_executor where, endpoint broker, std::uint16_t port) {
    try {
        inside_ = std::make_shared<inside>(where, std::move(broker), port);
    } catch (const std::system_error& e) { throw failure(error(e.code(), "fault proxy: listen on port " + std::to_string(port))); }
    spawn(where, inside::accept_all(inside_));
}
fault_proxy::~fault_proxy() { stop(); }

endpoint fault_proxy::address() const { return {"127.0.0.1", inside_->at}; }
void fault_proxy::forward_to(endpoint broker) { inside_->to = std::move(broker); }
void fault_proxy::on_connection(connection_hook hook) { inside_->of_connections = std::move(hook); }
void fault_proxy::on_frame(frame_hook hook) { inside_->of_frames = std::move(hook); }
void fault_proxy::next(std::int16_t api_key, direction way, fault f) { inside_->next.push_back({api_key, way, f}); }
void fault_proxy::release() {
    inside_->each([](proxied_connection& c) { c.release(); });
}
void fault_proxy::reset_all() {
    inside_->each([](proxied_connection& c) { c.reset(); });
}
void fault_proxy::stop() noexcept { inside_->stop(); }
std::size_t fault_proxy::connections() const {
    return static_cast<std::size_t>(std::ranges::count_if(inside_->all, [](const auto& held) {
        const auto c = held.lock();
        return c && c->open();
    }));
}
std::uint64_t fault_proxy::accepted() const { return inside_->accepted; }
std::uint64_t fault_proxy::passed(direction way) const { return (*inside_->passed)[static_cast<std::size_t>(way)]; }
}  // namespace kwire
