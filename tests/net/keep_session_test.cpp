// SPDX-License-Identifier: Apache-2.0
// Sessions with an end (KIP-368): authenticating again under a load of pipelined requests.
#include "echo.hpp"
#include "sasl_peer.hpp"
#include "worlds.hpp"

#include <kwire/net/sasl.hpp>

namespace kwire::keep_session_test {
constexpr int lifetime = 200;  // ms

struct broker_memory {
    environment* env = nullptr;
    int authentications = 0, most = 1000;  // how many succeed
    bool hangs_up = false;                 // with its refusal, as Kafka does
    bool in_exchange = false;
    clock::time_point session_ends{};
    clock::duration late{};  // how much a request may come after that: nothing in simulated time
};

// Answers in order; within an exchange nothing but SASL may come, and nothing may come after the session's end.
task<void> strict_broker(std::shared_ptr<scripted_peer> p, broker_memory* m) {
    const std::vector<scripted_peer::api> sasl{{17, 0, 1}, {36, 0, 1}};
    co_await p->say_hello(sasl);
    for (;;) {
        const auto r = co_await p->read();
        if (!r) co_return;
        std::string body;
        if (r->api_key == 17) {
            m->in_exchange = true;
            body = offers(0, {"PLAIN"});
        } else if (r->api_key == 36) {
            EXPECT_TRUE(m->in_exchange) << "a handshake comes first";
            m->in_exchange = false;
            const bool good = ++m->authentications <= m->most;
            m->session_ends = m->env->now() + std::chrono::milliseconds(lifetime);
            body = good ? told("", lifetime) : refused("no!");
        } else {
            EXPECT_FALSE(m->in_exchange) << "a request in the midst of authentication";
            EXPECT_LT(m->env->now(), m->session_ends + m->late) << "after the session's end";
            body = echoed(*r);
        }
        const bool answered = co_await p->answer(r->correlation_id, std::move(body));
        if (!answered || (m->hangs_up && m->authentications > m->most)) co_return;
    }
}

// Keeps eight requests on the way and checks that each is answered, in order.
struct load : std::enable_shared_from_this<load> {
    std::shared_ptr<connection> on;
    std::function<bool()> enough;
    environment* env = nullptr;
    int sent_so_far = 0, answered = 0, failed = 0, under_way = 0;
    error why = client_errc::closed;
    std::function<void()> over;

    void fill() {
        while (under_way < 8 && failed == 0 && !enough()) {
            const int number = sent_so_far++;
            ++under_way;
            on->send(echo_request(std::to_string(number)), env->now() + 60s, [self = shared_from_this(), number](result<answer> got, sent) {
                --self->under_way;
                if (got) {
                    EXPECT_EQ(number, self->answered) << "answers come in the order of the requests";
                    EXPECT_EQ(as_text(got->body), std::to_string(number));
                    ++self->answered;
                    self->fill();
                } else {
                    ++self->failed;
                    self->why = got.error();
                }
                if (self->under_way == 0 && self->over) std::exchange(self->over, {})();
            });
        }
    }
};

class Session : public InBothWorlds {
  protected:
    std::shared_ptr<load> run(broker_memory& m, std::function<bool()> enough) {
        m.env = &w->server();
        if (GetParam()) m.late = 10s;
        std::shared_ptr<acceptor> a = w->server().listen(w->server_name(), 0).value();
        w->server().spawn(follow_script(&w->server(), a, [&m](std::shared_ptr<scripted_peer> p) { return strict_broker(std::move(p), &m); }));
        connection_options o;
        o.peer = "broker 2 at here:9092";
        o.most_in_flight = 4;
        o.authenticate = [](std::shared_ptr<connection> c, clock::time_point deadline) {
            return authenticate(std::move(c), make_sasl_plain("user", secret("password")), deadline);
        };
        auto l = std::make_shared<load>();
        l->on = connection::make(w->client(), w->client().make_stream(), std::move(o));
        l->enough = std::move(enough);
        l->env = &w->client();
        l->over = [c = l->on, a] {
            c->close();
            a->close();
        };
        w->client().spawn([](std::shared_ptr<load> all, endpoint at) -> task<void> {
            const auto opened = co_await all->on->open(at, all->env->now() + 20s);
            EXPECT_TRUE(opened) << opened.error().message();
            all->fill();
        }(l, {w->server_name(), a->port()}));
        w->run();
        EXPECT_EQ(l->under_way, 0) << "something waits for ever";
        EXPECT_EQ(l->answered + l->failed, l->sent_so_far);
        return l;
    }
};

TEST_P(Session, IsRenewedUnderLoadAndNothingIsLostOrOvertaken) {
    broker_memory m;
    const auto l = run(m, [&] { return m.authentications >= 4; });
    EXPECT_EQ(l->failed, 0) << l->why.message();
    EXPECT_GT(l->answered, 8);
    EXPECT_EQ(m.authentications, 4);
}

TEST_P(Session, ThatIsNotRenewedEndsTheConnectionAndSaysWhy) {
    for (const bool hangs_up : {false, true}) {
        SCOPED_TRACE(hangs_up ? "it hangs up" : "it waits");
        broker_memory m;
        m.most = 2;
        m.hangs_up = hangs_up;
        const auto l = run(m, [] { return false; });
        EXPECT_EQ(m.authentications, 3);
        EXPECT_GT(l->failed, 0);
        EXPECT_NE(l->why.message().find("authenticate again: SaslAuthenticate v1: PLAIN: the broker says: no!: SASL_AUTHENTICATION_FAILED"),
                  std::string::npos)
            << l->why.message();
        EXPECT_EQ(*l->on->why_closed(), errc::sasl_authentication_failed);
    }
}

INSTANTIATE_TEST_SUITE_P(Both, Session, ::testing::Bool(), world_name);
}  // namespace kwire::keep_session_test
