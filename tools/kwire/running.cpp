// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

#include "watching.hpp"

#include <kwire/client/start.hpp>

#include <csignal>
#include <cstdlib>

namespace kwire::tool {
namespace {
task<result<int>> as_result(task<int> work) {
    const int status = co_await std::move(work);
    co_return status;
}
}  // namespace

interruption::interruption(asio::io_context& on) : signals_(on, SIGINT, SIGTERM) { watch(); }

void interruption::watch() {
    signals_.async_wait([this](const std::error_code& why, int) {
        if (why) return;
        if (interrupted_) std::_Exit(exit_code::interrupted);  // asked twice
        interrupted_ = true;
        watch();
        if (act_) std::exchange(act_, {})();
    });
}

void interruption::on_interrupt(std::function<void()> act) {
    if (interrupted_) act();
    else act_ = std::move(act);
}

void interruption::stop_watching() {
    act_ = {};
    std::error_code ignored;  // there is nothing to do about a wait that cannot be cancelled, and there is none
    signals_.cancel(ignored);
}

int failed(const context& c, const interruption& signals, const error& why) {
    if (signals.interrupted()) return exit_code::interrupted;
    return failed(c.say, why);
}

int run_with_client(const context& c, const std::function<task<int>(const client&, interruption&)>& work) {
    if (const auto usable = check(c.set.kafka); !usable) return failed(c.say, usable.error());
    asio::io_context io(1);
    interruption signals(io);
    auto made = client::make(io, c.set.kafka.client, make_watch(c.say, c.set));
    if (!made) return failed(c.say, made.error());
    int status = exit_code::failed;
    {
        const client cluster = *std::move(made);
        signals.on_interrupt([&] { cluster.core()->close(); });
        start(io, as_result(work(cluster, signals)), [&](result<int> ended) {
            if (ended) status = *ended;
            signals.stop_watching();
            cluster.core()->close();
        });
        io.run();
    }
    io.restart();
    io.run();
    return status;
}
}  // namespace kwire::tool
