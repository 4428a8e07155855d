// SPDX-License-Identifier: Apache-2.0
// One connection and its peer, which follows a script, on sockets and simulated.
#pragma once

#include "echo.hpp"
#include "support/has.hpp"
#include "worlds.hpp"

#include <kwire/net/connection.hpp>
#include <kwire/net/event.hpp>

namespace kwire {
using support::has;

class Connection : public InBothWorlds {
  protected:
    using body = std::function<task<void>(std::shared_ptr<connection>, endpoint)>;
    // Lets `peer` serve and `client` work on one connection that is not yet open.
    void play(script peer, body client, connection_options options = {}) {
        std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
        w->server().spawn(follow_script(&w->server(), a, std::move(peer)));
        where = {w->server_name(), a->port()};
        options.peer = "broker 2 at here:9092";
        const auto c = connection::make(w->client(), w->client().make_stream(), std::move(options));
        bool ended = false;
        w->client().spawn([](body run, std::shared_ptr<connection> to, endpoint at, std::shared_ptr<acceptor> listening, bool& over) -> task<void> {
            co_await run(to, at);
            to->close();
            listening->close();
            over = true;
        }(std::move(client), c, where, a, ended));
        w->run();
        EXPECT_TRUE(ended) << "something waits for ever";
        EXPECT_LE(c.use_count(), 1) << "a loop is left";
    }
    task<void> must_open(std::shared_ptr<connection> c, endpoint at) {
        const auto opened = co_await c->open(at, in(10s));
        EXPECT_TRUE(opened) << opened.error().message();
    }
    clock::time_point in(clock::duration d) { return w->client().now() + d; }
    // Opens a connection to a peer that behaves so, and returns what the user reads.
    std::string failure_to_open(script peer, clock::duration limit = 10s) {
        std::string text;
        play(std::move(peer), [&, limit](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            const auto opened = co_await c->open(at, in(limit));
            EXPECT_FALSE(opened);
            if (!opened) text = opened.error().message();
            EXPECT_TRUE(c->closed());
        });
        return text;
    }
    endpoint where;
};
}  // namespace kwire
