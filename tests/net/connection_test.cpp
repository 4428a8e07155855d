// SPDX-License-Identifier: Apache-2.0
#include "connections.hpp"

#include <algorithm>
#include <numeric>

namespace kwire::connection_test {
TEST_P(Connection, LearnsTheVersionsThenAnswersCalls) {
    play(echo_all, [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
        const auto opened = co_await c->open(at, in(10s));
        EXPECT_TRUE(opened) << opened.error().message();
        EXPECT_TRUE(c->ready());
        EXPECT_EQ(c->versions().offered(3), (version_range{0, 9}));
        for (const std::string text : {"one", "", "three"}) {
            const auto got = co_await c->call(echo_request(text), in(10s));
            EXPECT_TRUE(got);
            if (got) { EXPECT_EQ(as_text(got->body), text); }
        }
    });
}

TEST_P(Connection, AsksForVersionsTwiceAtMost) {
    int asked = 0;
    const auto text = failure_to_open([&](std::shared_ptr<scripted_peer> p) -> task<void> {
        for (;;) {
            const auto r = co_await p->read();
            if (!r) co_return;
            ++asked;
            EXPECT_EQ(r->version, asked == 1 ? 4 : 0);
            co_await p->answer(r->correlation_id, int16_bytes(35) + int32_bytes(0));
        }
    });
    EXPECT_EQ(asked, 2);
    EXPECT_TRUE(has(text, "ApiVersions v0 to broker 2 at here:9092: UNSUPPORTED_VERSION (35)")) << text;
}

TEST_P(Connection, SaysThatAnHttpServerAnswers) {
    const auto text = failure_to_open([](std::shared_ptr<scripted_peer> p) -> task<void> {
        co_await p->read();
        co_await p->write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    EXPECT_EQ(text, "broker 2 at here:9092: an HTTP server answers here, not a Kafka broker (check host and port): unexpected answer");
}

TEST_P(Connection, SaysThatATlsListenerAnswers) {
    const auto text = failure_to_open([](std::shared_ptr<scripted_peer> p) -> task<void> {
        co_await p->read();
        co_await p->write(std::string("\x15\x03\x03\x00\x02\x02\x50", 7));
    });
    EXPECT_TRUE(has(text, "broker 2 at here:9092: a TLS listener answers here")) << text;
    EXPECT_TRUE(has(text, "set security.protocol=SSL")) << text;
}

TEST_P(Connection, SaysThatThePeerHungUpBeforeItsFirstAnswer) {
    const auto text = failure_to_open([](std::shared_ptr<scripted_peer> p) -> task<void> { co_await p->read(); });
    EXPECT_TRUE(has(text, "closed the connection before it answered ApiVersions (is it a TLS listener?")) << text;
}

TEST_P(Connection, SpeaksOfTheNetworkInCodesThatCompareWithTheStandards) {
    endpoint closed_port;
    std::optional<error> refused, ended;
    play([](std::shared_ptr<scripted_peer> p) -> task<void> { co_await p->say_hello(); },
         [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
             co_await must_open(c, at);
             const auto got = co_await c->call(echo_request("x"), in(10s));
             EXPECT_FALSE(got);
             if (c->why_closed()) ended = *c->why_closed();
             auto nobody = w->server().listen(w->server_name(), 0).value();
             closed_port = {w->server_name(), nobody->port()};
             nobody.reset();
             const auto other = connection::make(w->client(), w->client().make_stream(), {});
             const auto opened = co_await other->open(closed_port, in(10s));
             EXPECT_FALSE(opened);
             if (!opened) refused = opened.error();
         });
    ASSERT_TRUE(refused && ended);
    EXPECT_TRUE(refused->code() == std::errc::connection_refused) << refused->message();
    EXPECT_TRUE(refused->retriable()) << refused->code().category().name();
    EXPECT_TRUE(ended->retriable()) << ended->message();
}

TEST_P(Connection, SaysOnceThatItIsLost) {
    play(
        [](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello();
            co_await p->read();
            co_await p->write(int32_bytes(100) + "only the beginning");
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            const auto got = co_await c->call(echo_request("x"), in(10s));
            EXPECT_FALSE(got);
            if (got) co_return;
            EXPECT_EQ(got.error().message(),
                      "Echo v0: broker 2 at here:9092: the broker closed the connection in the midst of an answer: connection lost");
            EXPECT_TRUE(got.error().retriable());
        });
}

TEST_P(Connection, SaysThatNothingAnswersInTime) {
    const auto text = failure_to_open(
        [](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->read();
            co_await p->read();
        },
        50ms);
    EXPECT_TRUE(has(text, "broker 2 at here:9092: connected, but ApiVersions was not answered")) << text;
    EXPECT_TRUE(has(text, "timed out")) << text;
}

TEST_P(Connection, SaysThatNothingListens) {
    std::string closed_port, unknown;
    play(echo_all, [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
        at.port = static_cast<std::uint16_t>(at.port == 1 ? 2 : 1);
        const auto opened = co_await c->open(at, in(10s));
        if (!opened) closed_port = opened.error().message();
        connection_options o;
        o.peer = "bootstrap broker no-such-host.invalid:9092";
        const auto other = connection::make(w->client(), w->client().make_stream(), o);
        const endpoint nowhere{"no-such-host.invalid", 9092};
        const auto found = co_await other->open(nowhere, in(10s));
        if (!found) unknown = found.error().message();
    });
    EXPECT_TRUE(has(closed_port, "broker 2 at here:9092: connect: nothing listens on this port (is the broker running, is the port right?)"))
        << closed_port;
    EXPECT_TRUE(has(unknown, "the host name is not known here")) << unknown;
    EXPECT_TRUE(has(unknown, "no-such-host.invalid")) << unknown;
}

TEST_P(Connection, PipelinesRequestsInOrder) {
    std::vector<std::string> answers;
    play(echo_all, [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
        co_await must_open(c, at);
        event all_there(w->client());
        for (int i = 0; i < 500; ++i)
            c->send(echo_request(std::to_string(i)), in(10s), [&](result<answer> got, sent) {
                answers.emplace_back(got ? as_text(got->body) : "failed");
                if (answers.size() == 500) all_there.set();
            });
        EXPECT_EQ(c->pending(), 500u);
        co_await all_there.wait(in(10s));
        EXPECT_EQ(c->pending(), 0u);
    });
    ASSERT_EQ(answers.size(), 500u);
    for (int i = 0; i < 500; ++i) EXPECT_EQ(answers[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST_P(Connection, NeverHasMoreInFlightThanAllowed) {
    std::size_t most = 0;
    connection_options o;
    o.most_in_flight = 3;
    play(
        [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello();
            for (std::vector<seen_request> held;;) {
                // Answers only when no more comes: three are held, or the last.
                while (held.size() < 3) {
                    auto r = co_await p->read();
                    if (!r) co_return;
                    held.push_back(*std::move(r));
                    if (echoed(held.back()) == "last") break;
                }
                most = std::max(most, held.size());
                for (const auto& r : held) co_await p->answer(r.correlation_id, echoed(r));
                held.clear();
            }
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            for (int i = 0; i < 10; ++i) c->send(echo_request("x"), in(10s), [](result<answer> got, sent) { EXPECT_TRUE(got); });
            const auto last = co_await c->call(echo_request("last"), in(10s));
            EXPECT_TRUE(last);
        },
        o);
    EXPECT_EQ(most, 3u);
}

TEST_P(Connection, WritesBorrowedBytesFromWhereTheyLieAndLetsGoOfThemThen) {
    const auto large = std::make_shared<std::string>(std::string(700'000, 'r'));
    for (std::size_t i = 0; i < large->size(); ++i) (*large)[i] = static_cast<char>(i * 7);
    bool whole = false;
    play(echo_all, [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
        co_await must_open(c, at);
        request r{{"Echo", 99, 0, 0}, {}, {}, large, true};
        const std::string head = int32_bytes(static_cast<std::int64_t>(10 + 2 + 2 * large->size())) + int16_bytes(99) + int16_bytes(0) +
                                 int32_bytes(0) + int16_bytes(-1) + "ab";
        r.head.resize(head.size());
        std::memcpy(r.head.data(), head.data(), head.size());
        r.pieces = std::vector<bytes>{bytes(r.head).first(15), as_bytes(*large), bytes(r.head).subspan(15), as_bytes(*large)};
        EXPECT_EQ(large.use_count(), 2);
        const auto got = co_await c->call(std::move(r), in(10s));
        EXPECT_TRUE(got) << got.error().message();
        if (got) whole = as_text(got->body) == "a" + *large + "b" + *large;
    });
    EXPECT_TRUE(whole);
    EXPECT_EQ(large.use_count(), 1);
}

TEST_P(Connection, ClosesOnAWrongCorrelationIdAndNamesBoth) {
    for (const int off_by : {-1, 1, 1000}) {
        std::string first, second;
        play(
            [off_by](std::shared_ptr<scripted_peer> p) -> task<void> {
                co_await p->say_hello();
                const auto r = co_await p->read();
                co_await p->answer(r->correlation_id + off_by, "wrong");
                co_await p->read();
            },
            [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
                co_await must_open(c, at);
                c->send(echo_request("b"), in(10s), [](result<answer> got, sent s) {
                    EXPECT_FALSE(got);
                    EXPECT_EQ(s, sent::perhaps);
                });
                const auto got = co_await c->call(echo_request("a"), in(10s));
                EXPECT_EQ(got.error(), client_errc::connection_lost);
                first = got.error().message();
                EXPECT_TRUE(c->closed());
                const auto after = co_await c->call(echo_request("c"), in(10s));
                EXPECT_EQ(after.error(), client_errc::connection_lost);
            });
        EXPECT_TRUE(has(first, "an answer bears the correlation id ")) << first;
        EXPECT_TRUE(has(first, " is due")) << first;
        if (GetParam()) w = std::make_unique<real_world>();
        else w = std::make_unique<simulated_world>();
    }
}

TEST_P(Connection, ClosesOnAnAnswerThatNobodyAskedFor) {
    play(
        [](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello();
            co_await p->answer(77, "unasked");
            co_await p->read();
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            const auto opened = co_await c->open(at, in(10s));  // which fails if both answers come at once
            EXPECT_TRUE(opened || opened.error() == client_errc::unexpected_answer);
            const auto pause = w->client().make_timer();
            pause->expires_at(in(50ms));
            co_await pause->wait();
            EXPECT_TRUE(c->closed());
            EXPECT_TRUE(c->why_closed() && *c->why_closed() == client_errc::unexpected_answer);
        });
}

TEST_P(Connection, DropsAnAnswerThatComesAfterItsDeadline) {
    play(
        [this](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello();
            const auto first = co_await p->read();
            const auto slow = co_await p->read();
            co_await p->answer(first->correlation_id, "first");
            const auto pause = w->server().make_timer();
            pause->expires_at(w->server().now() + 100ms);
            co_await pause->wait();
            co_await p->answer(slow->correlation_id, "too late");
            const auto next = co_await p->read();
            co_await p->answer(next->correlation_id, echoed(*next));
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            const auto pause = w->client().make_timer();
            c->send(echo_request("first"), in(10s), [](result<answer> got, sent) { EXPECT_TRUE(got); });
            const auto slow = co_await c->call(echo_request("slow"), in(50ms));
            EXPECT_EQ(slow.error(), client_errc::timed_out);
            EXPECT_EQ(slow.error().message(), "Echo v0 to broker 2 at here:9092: timed out");
            EXPECT_FALSE(c->closed()) << "it had been heard of meanwhile";
            const auto next = co_await c->call(echo_request("next"), in(10s));
            EXPECT_TRUE(next);
            if (next) { EXPECT_EQ(as_text(next->body), "next"); }
        });
}

TEST_P(Connection, TakesAPeerThatSaysNothingForDead) {
    std::string text;
    play(
        [](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello();
            co_await p->ignore_all();
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            const auto pause = w->client().make_timer();
            pause->expires_at(in(5ms));
            co_await pause->wait();
            bool failed = false;
            c->send(echo_request("patient"), in(10h), [&](result<answer> got, sent) {
                EXPECT_EQ(got.error(), client_errc::connection_lost);
                text = got.error().message();
                failed = true;
            });
            const auto got = co_await c->call(echo_request("hasty"), in(50ms));
            EXPECT_EQ(got.error(), client_errc::timed_out);
            EXPECT_TRUE(c->closed());
            EXPECT_TRUE(failed);
        });
    EXPECT_TRUE(has(text, "nothing was heard of it any more")) << text;
}

TEST_P(Connection, KnowsWhatNeverLeftBehindAStalledWrite) {
    std::vector<std::pair<std::string, sent>> ends;
    play(
        [this](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello();
            const auto pause = w->server().make_timer();  // and reads nothing
            pause->expires_at(w->server().now() + 1s);
            co_await pause->wait();
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            const auto pause = w->client().make_timer();
            const auto note = [&](const char* what) {
                return [&ends, what](result<answer> got, sent s) {
                    EXPECT_FALSE(got);
                    ends.emplace_back(what, s);
                };
            };
            auto large = echo_request(std::string(30'000'000, 'x'));
            c->send(std::move(large), in(400ms), note("stalled"));
            pause->expires_at(in(20ms));
            co_await pause->wait();
            c->send(echo_request("behind it"), in(50ms), note("behind it"));
            pause->expires_at(in(600ms));
            co_await pause->wait();
            EXPECT_TRUE(c->closed()) << "a write that does not end hides a dead connection";
        });
    ASSERT_EQ(ends.size(), 2u);
    std::ranges::sort(ends);  // on a busy machine both deadlines may have passed when they are looked at
    EXPECT_EQ(ends[0], std::pair(std::string("behind it"), sent::never));
    EXPECT_EQ(ends[1], std::pair(std::string("stalled"), sent::perhaps));
}

TEST_P(Connection, CompletesWhatExpectsNoAnswerWhenItIsWritten) {
    int done = 0;
    play(echo_all, [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
        co_await must_open(c, at);
        auto r = echo_request("acks=0");
        r.answered = false;
        const auto got = co_await c->call(std::move(r), in(10s));
        EXPECT_TRUE(got);
        if (got) { EXPECT_EQ(got->frame, nullptr); }
        ++done;
        const auto pause = w->client().make_timer();
        pause->expires_at(in(50ms));
        co_await pause->wait();
        EXPECT_TRUE(c->closed()) << "an answer to acks=0 is one that nobody asked for";
    });
    EXPECT_EQ(done, 1);
}

TEST_P(Connection, EndsEveryRequestOnceWhenItIsClosed) {
    int written = 0, unsent = 0;
    connection_options o;
    o.most_in_flight = 2;
    play(
        [](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello();
            co_await p->ignore_all();
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            for (int i = 0; i < 5; ++i)
                c->send(echo_request("x"), in(10s), [&](result<answer> got, sent s) {
                    EXPECT_EQ(got.error(), client_errc::closed);
                    ++(s == sent::never ? unsent : written);
                });
            const auto pause = w->client().make_timer();
            pause->expires_at(in(20ms));
            co_await pause->wait();
            c->close();
            EXPECT_EQ(written + unsent, 5);
            c->close();
            c->send(echo_request("late"), in(10s), [&](result<answer> got, sent s) {
                EXPECT_EQ(got.error(), client_errc::closed);
                EXPECT_EQ(s, sent::never);
                ++unsent;
            });
        },
        o);
    EXPECT_EQ(written, 2);
    EXPECT_EQ(unsent, 4);
}

TEST_P(Connection, CancelsRequestsAndGoesOn) {
    std::vector<sent> cancelled;
    connection_options o;
    o.most_in_flight = 1;
    play(
        echo_all,
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            const auto note = [&](result<answer> got, sent s) {
                EXPECT_EQ(got.error(), client_errc::cancelled);
                cancelled.push_back(s);
            };
            const auto first = c->send(echo_request("written"), in(10s), note);
            const auto second = c->send(echo_request("queued"), in(10s), note);
            const auto pause = w->client().make_timer();
            pause->expires_at(w->client().now());
            co_await pause->wait();
            for (const auto id : {second, second, first, first}) c->cancel(id);
            const auto got = co_await c->call(echo_request("next"), in(10s));
            EXPECT_TRUE(got);
            if (got) { EXPECT_EQ(as_text(got->body), "next"); }
        },
        o);
    EXPECT_EQ(cancelled, (std::vector{sent::never, sent::perhaps}));
}

TEST_P(Connection, ClosesWhenIdleAfterWhatIsUnderWay) {
    int answered = 0;
    play(echo_all, [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
        co_await must_open(c, at);
        for (int i = 0; i < 3; ++i)
            c->send(echo_request("x"), in(10s), [&](result<answer> got, sent) {
                EXPECT_TRUE(got);
                ++answered;
            });
        c->close_when_idle();
        const auto refused = co_await c->call(echo_request("new"), in(10s));
        EXPECT_EQ(refused.error(), client_errc::closed);
        const auto pause = w->client().make_timer();
        pause->expires_at(in(100ms));
        co_await pause->wait();
        EXPECT_TRUE(c->closed());
    });
    EXPECT_EQ(answered, 3);
}

TEST_P(Connection, RefusesAFrameOverTheLimitWithoutReadingIt) {
    std::string text;
    connection_options o;
    o.receive_limit = 2u << 20;
    play(
        [](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello();
            const auto r = co_await p->read();
            co_await p->write(int32_bytes(3 << 20) + int32_bytes(r->correlation_id));
            co_await p->read();
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            const auto got = co_await c->call(echo_request("large"), in(10s));
            text = got.error().message();
        },
        o);
    EXPECT_TRUE(has(text, "3145728 bytes is over the limit of 2097152 bytes (receive.message.max.bytes")) << text;
}

TEST_P(Connection, UnderstandsAPeerThatSendsOneByteAtATime) {
    play(
        [](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello();
            const auto r = co_await p->read();
            const std::string whole = frame_of(int32_bytes(r->correlation_id) + echoed(*r));
            for (const char one : whole) {
                const bool written = co_await p->write(std::string(1, one));
                if (!written) co_return;
            }
            co_await p->read();
        },
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            co_await must_open(c, at);
            const std::string text(1000, 'd');
            const auto got = co_await c->call(echo_request(text), in(10s));
            EXPECT_TRUE(got);
            if (got) { EXPECT_EQ(as_text(got->body), text); }
        });
}

TEST_P(Connection, AuthenticatesBeforeItIsReady) {
    connection_options o;
    bool before_ready = false;
    o.authenticate = [&](std::shared_ptr<connection> c, clock::time_point deadline) -> task<result<std::chrono::milliseconds>> {
        before_ready = !c->ready();
        const auto got = co_await c->call(echo_request("secret"), deadline);
        if (!got) co_return got.error();
        co_return error(errc::sasl_authentication_failed, "SASL");
    };
    play(
        echo_all,
        [&](std::shared_ptr<connection> c, endpoint at) -> task<void> {
            const auto opened = co_await c->open(at, in(10s));
            EXPECT_EQ(opened.error(), errc::sasl_authentication_failed);
            EXPECT_TRUE(opened.error().message().starts_with("broker 2 at here:9092: SASL: SASL_AUTHENTICATION_FAILED")) << opened.error().message();
            EXPECT_TRUE(c->closed());
        },
        o);
    EXPECT_TRUE(before_ready);
}

INSTANTIATE_TEST_SUITE_P(Both, Connection, ::testing::Bool(), world_name);
}  // namespace kwire::connection_test
