// SPDX-License-Identifier: Apache-2.0
// 3: sizes that no frame can have. 4: an answer that never ends. 5, 6: something else listens. 7: answers out of order.
#include "net/echo.hpp"
#include "real.hpp"
#include "session.hpp"
#include "simulated.hpp"

#include <kwire/net/connection.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/produce.hpp>

namespace kwire_test::scenario_03_07_test {
script answer_with(std::string raw, bool after_hello) {
    return [raw = std::move(raw), after_hello](std::shared_ptr<scripted_peer> p) -> task<void> {
        bool known = true;
        if (after_hello) known = co_await p->say_hello();
        if (!known) co_return;
        co_await p->read();
        co_await p->write(raw);
        co_await p->ignore_all();
    };
}

TEST(Scenario03, ASizeThatNoFrameCanHaveEndsTheConnectionAndIsNamed) {
    for (const bool after_hello : {false, true})
        for (const std::int64_t size : {0ll, 1ll, 3ll, -1ll, -2147483648ll, 2147483647ll}) {
            SCOPED_TRACE(std::to_string(size) + (after_hello ? " after" : " before") + " the versions are known");
            simulated_world w;
            w.serve_script("kafka", answer_with(int32_bytes(size) + std::string(100, 'x'), after_hello));
            expect_failure(w, {.bootstrap_servers = {"kafka:9092"}}, "a frame of " + std::to_string(size) + " bytes");
            frame_reader reader(nullptr, after_hello ? 100u << 20 : frame_reader::first_limit);
            const auto raw = int32_bytes(size);
            std::memcpy(reader.space().data(), raw.data(), raw.size());
            reader.received(raw.size());
            EXPECT_FALSE(reader.next());
            EXPECT_LE(reader.allocated(), 64u << 10);
        }
}

TEST(Scenario04, AFatFrameThatComesSlowlyTakesLittleMemoryAndEndsAtTheDeadline) {
    simulated_world w;
    w.serve_script("kafka", [&](std::shared_ptr<scripted_peer> p) -> task<void> {
        co_await p->say_hello();
        const auto r = co_await p->read();
        if (!r) co_return;
        const auto pause = w.world.host("kafka").make_timer();
        bool there = co_await p->write(int32_bytes(64 << 20) + int32_bytes(r->correlation_id));
        while (there) {
            pause->expires_at(w.world.now() + 1s);
            co_await pause->wait();
            there = co_await p->write("x");
        }
    });
    const auto c = connection::make(w.here, w.here.make_stream(), {});
    ASSERT_TRUE(w.run(c->open({"kafka", 9092}, w.world.now() + 5s)));
    const auto got = w.run(c->call(echo_request("x"), w.world.now() + 30s));
    EXPECT_EQ(got.error(), client_errc::timed_out) << got.error().message();
    EXPECT_LE(w.took, 30s + 250ms);
    EXPECT_TRUE(c->closed()) << "whatever is asked next would wait behind an answer that does not end";
    w.pass(2s);
    frame_reader reader(nullptr, 100u << 20);
    const auto raw = int32_bytes(64 << 20);
    std::memcpy(reader.space().data(), raw.data(), raw.size());
    reader.received(raw.size());
    for (std::size_t received = 0; received < 3'000'000;) {
        const auto next = reader.next();
        ASSERT_TRUE(next && !*next);
        const auto n = std::min<std::size_t>(reader.space().size(), 1000);
        reader.received(n);
        received += n;
        ASSERT_LE(reader.allocated(), (64u << 10) + 2 * received);
    }
}

TEST(Scenario04, AnAnswerThatDribblesPastItsDeadlineIsAskedForAgainOnAnotherConnection) {
    proxied_cluster k(1, {.topics = {{"t", 1}}});
    k.proxies[0]->next<metadata_request>(direction::to_client, fault::dribble(4, fault::all, 200ms));
    auto o = quick_client(k.bootstrap());
    o.request_timeout = 500ms;
    const auto c = client::make(*k.env, o).value();
    const auto got = k.run(c.cluster(c.in(20s)));
    EXPECT_TRUE(got) << got.error().message();
    EXPECT_EQ(k.proxies[0]->accepted(), 2u);
}

TEST(Scenario05, HttpOnThePort) {
    simulated_world w;
    w.serve_script("kafka", answer_with("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", false));
    expect_failure(w, {.bootstrap_servers = {"kafka:9092"}}, "kafka:9092: an HTTP server answers here, not a Kafka broker (check host and port)");
}

TEST(Scenario06, APlaintextClientAtATlsPort) {
    simulated_world alert;
    alert.serve_script("kafka", answer_with(std::string("\x15\x03\x03\x00\x02\x02\x50", 7), false));
    expect_failure(alert, {.bootstrap_servers = {"kafka:9092"}}, "kafka:9092: a TLS listener answers here (an alert of TLS 1.2)");
    simulated_world silent;
    silent.serve_script("kafka", [](std::shared_ptr<scripted_peer> p) -> task<void> { co_await p->read(); });
    expect_failure(silent, {.bootstrap_servers = {"kafka:9092"}}, "closed the connection before it answered ApiVersions (is it a TLS listener?");
}

TEST(Scenario06, ATlsClientAtAPlaintextPort) {
    if (!has_openssl()) GTEST_SKIP() << "built without OpenSSL";
    simulated_world w;
    w.serve_brokers(1);
    client_options o{.bootstrap_servers = {"b1:9092"}};
    o.security.protocol = security_protocol::ssl;
    expect_failure(w, o, "b1:9092: connect: TLS handshake: the peer hung up (is it a plaintext listener?");
    EXPECT_TRUE(w.brokers->history().empty()) << "it went on in plaintext";
}

/// What a broken broker answers to two requests, a and b, that wait at once: correlation ids, relative to that of a, and texts.
struct chaos {
    const char* name;
    std::vector<std::pair<int, std::string>> answers;
    bool a_is_answered;
};

TEST(Scenario07, AnAnswerOutOfOrderEndsTheConnectionAndReachesNobodyElse) {
    const chaos all[] = {
        {"one too high", {{1, "b"}}, false},
        {"one too low", {{-1, "?"}}, false},
        {"twice", {{0, "a"}, {0, "a"}, {1, "b"}}, true},
        {"swapped", {{1, "b"}, {0, "a"}}, false},
        {"unasked", {{1000, "?"}, {0, "a"}, {1, "b"}}, false},
        {"one left out", {{0, "a"}, {2, "c"}}, true},
    };
    for (const auto& one : all) {
        SCOPED_TRACE(one.name);
        simulated_world w;
        w.serve_script("kafka", [&](std::shared_ptr<scripted_peer> p) -> task<void> {
            co_await p->say_hello();
            const auto a = co_await p->read();
            const auto b = co_await p->read();
            if (!a || !b) co_return;
            for (const auto& [id, text] : one.answers) co_await p->answer(a->correlation_id + id, text);
            co_await p->ignore_all();
        });
        const auto c = connection::make(w.here, w.here.make_stream(), {});
        ASSERT_TRUE(w.run(c->open({"kafka", 9092}, w.world.now() + 5s)));
        int ends[2] = {0, 0};
        for (const int i : {0, 1})
            c->send(echo_request(i == 0 ? "a" : "b"), w.world.now() + 10s, [&, i](result<answer> got, sent s) {
                ++ends[i];
                if (got) { EXPECT_EQ(as_text(got->body), i == 0 ? "a" : "b") << "another's answer"; }
                EXPECT_EQ(got.has_value(), i == 0 && one.a_is_answered);
                if (!got) { EXPECT_EQ(s, sent::perhaps); }
            });
        w.pass(1s);
        EXPECT_EQ(ends[0], 1);
        EXPECT_EQ(ends[1], 1);
        ASSERT_TRUE(c->closed());
        EXPECT_EQ(*c->why_closed(), client_errc::unexpected_answer);
        EXPECT_TRUE(has(c->why_closed()->message(), " is due")) << c->why_closed()->message();
    }
}

TEST(Scenario07, AnAnswerToWhatExpectsNoneEndsTheConnection) {
    simulated_world w;
    w.serve_script("kafka", [](std::shared_ptr<scripted_peer> p) -> task<void> {
        co_await p->say_hello();
        const auto r = co_await p->read();
        if (r) co_await p->answer(r->correlation_id, "unasked");
        co_await p->ignore_all();
    });
    const auto c = connection::make(w.here, w.here.make_stream(), {});
    ASSERT_TRUE(w.run(c->open({"kafka", 9092}, w.world.now() + 5s)));
    auto unanswered = echo_request("acks=0");
    unanswered.answered = false;
    EXPECT_TRUE(w.run(c->call(std::move(unanswered), w.world.now() + 5s)));
    w.pass(1s);
    ASSERT_TRUE(c->closed());
    EXPECT_EQ(*c->why_closed(), client_errc::unexpected_answer);
}

TEST(Scenario07, ARecordWhoseAcknowledgementBearsAWrongIdIsWrittenOnceAndSaidToBe) {
    proxied_cluster k(1, {.default_partitions = 1});
    for (const int bit : {0, 1, 7}) {
        const auto topic = "t" + std::to_string(bit);
        k.proxies[0]->next<produce_request>(direction::to_client, fault::flip_bit(7, static_cast<std::uint8_t>(bit)));
        const auto c = client::make(*k.env, quick_client(k.bootstrap())).value();
        const auto got = k.run(session(&c, topic, 3, 1));
        ASSERT_TRUE(got) << got.error().message();
        EXPECT_EQ(*got, expected_session(3, 1));
        EXPECT_EQ(k.brokers->log_end_offset(topic, 0), 3);
    }
}
}  // namespace kwire_test::scenario_03_07_test
