// SPDX-License-Identifier: Apache-2.0
// docs/errors.md, "Reaching a broker" and "Answers that are none".
#include "errors_doc.hpp"

namespace kwire::testing::errors_connecting_doc_test {
std::vector<std::string> metadata_of(const std::string& address) { return {"-L", "-b", address}; }

script says(std::string raw) {
    return [raw = std::move(raw)](std::shared_ptr<scripted_peer> p) -> task<void> {
        co_await p->read();
        co_await p->write(raw);
        co_await p->ignore_all();
    };
}

/// Says hello as a broker does, and then answers the first request with this, whatever it was.
std::string failure_when_answered(std::function<std::string(std::int32_t id)> frame) {
    simulated_kafka k;
    k.serve([frame = std::move(frame)](std::shared_ptr<scripted_peer> p) -> task<void> {
        const bool known = co_await p->say_hello();
        const auto asked = co_await p->read();
        if (!known || !asked) co_return;
        co_await p->write(frame(asked->correlation_id));
        co_await p->ignore_all();
    });
    return k.failure_of(k.kafka.cluster(k.kafka.in(5s)));
}

TEST(ErrorsDoc, WrongAddresses) {
    const auto nobody = closed_address();
    expect_documented("A closed port", on_the_console(metadata_of(nobody), {{nobody, "127.0.0.1:9092"}}));
    simulated_kafka wrong({}, {.bootstrap_servers = {"kafak-1:9092"}});
    expect_documented("A host name that nobody knows", wrong.failure_of(wrong.kafka.cluster(wrong.kafka.in(5s))));
    simulated_kafka dead({}, {.bootstrap_servers = {"kafka-1:9092"}});
    dead.sim.crash("kafka-1", true);
    expect_documented("A host that is down, or behind a firewall", dead.failure_of(dead.kafka.cluster(dead.kafka.in(20s))));
    simulated_kafka none({}, {.bootstrap_servers = {"kafka-1:9999", "kafka-2:9999"}});
    expect_documented("None of several brokers", none.failure_of(none.kafka.cluster(none.kafka.in(5s))));
}

TEST(ErrorsDoc, SomethingElseListens) {
    const peer_thread http(says("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
    expect_documented("A port that speaks HTTP", on_the_console(metadata_of(http.address()), http.as_in_the_page()));
    const peer_thread tls(says(std::string("\x15\x03\x03\x00\x02\x02\x50", 7)));
    expect_documented("A TLS listener, asked without TLS", on_the_console(metadata_of(tls.address()), tls.as_in_the_page()));
    const peer_thread ssh(says("SSH-2.0-OpenSSH_9.2p1\r\n"));
    expect_documented("A port of something else", on_the_console(metadata_of(ssh.address()), ssh.as_in_the_page()));
}

TEST(ErrorsDoc, ListenersThatDoNotAnswer) {
    const peer_thread rude([](std::shared_ptr<scripted_peer> p) -> task<void> { co_await p->read(); });
    expect_documented("A listener that hangs up at once", on_the_console(metadata_of(rude.address()), rude.as_in_the_page()));
    simulated_kafka silent;
    silent.serve([](std::shared_ptr<scripted_peer> p) -> task<void> { co_await p->ignore_all(); });
    expect_documented("A listener that stays silent", silent.failure_of(silent.kafka.cluster(silent.kafka.in(20s))));
}

TEST(ErrorsDoc, AnAdvertisedAddressThatCannotBeReached) {
    const auto nobody = closed_address();
    const broker_thread b({.topics = {{"orders", 1}}, .advertise = {parse_endpoint(nobody).value()}});
    const auto listens = "127.0.0.1:" + std::to_string(const_cast<broker_thread&>(b).run([](embedded_broker& e) { return e.address(1).port; }));
    expect_documented("A broker at an address that clients cannot reach",
                      on_the_console({"-Q", "-t", "orders:0:-1", "-b", listens}, {{listens, "127.0.0.1:9092"}, {nobody, "127.0.0.1:19092"}}));
}

TEST(ErrorsDoc, AnswersThatAreNone) {
    expect_documented("An answer to another question",
                      failure_when_answered([](std::int32_t id) { return frame_of(int32_bytes(id + 7) + "ten bytes…"); }));
    expect_documented("A frame that is too large", failure_when_answered([](std::int32_t) { return int32_bytes(2'000'000'000) + "and so on"; }));
    expect_documented("A frame that is too small", failure_when_answered([](std::int32_t) { return int32_bytes(-3) + "and so on"; }));
    expect_documented("An answer that is cut short",
                      failure_when_answered([](std::int32_t id) { return frame_of(int32_bytes(id) + std::string("\0\0\0\0\0\2\0\0\0\1\2h", 12)); }));
}

TEST(ErrorsDoc, ConnectionsThatEnd) {
    simulated_kafka ends;
    ends.brokers->on_request([](const received_request& r) { return r.api_key == 3 ? reaction::closing_before() : reaction{}; });
    expect_documented("A connection that ends", ends.failure_of(ends.kafka.cluster(ends.kafka.in(5s))));
    simulated_kafka cut;
    cut.brokers->on_request([](const received_request& r) { return r.api_key == 3 ? reaction::cutting(20) : reaction{}; });
    expect_documented("A connection that ends within an answer", cut.failure_of(cut.kafka.cluster(cut.kafka.in(5s))));
    simulated_kafka hangs;
    hangs.brokers->on_request([](const received_request& r) { return r.api_key == 3 ? reaction::hanging() : reaction{}; });
    expect_documented("A broker that does not answer in time", hangs.failure_of(hangs.kafka.cluster(hangs.kafka.in(5s))));
}

TEST(ErrorsDoc, ABrokerThatLacksAnApi) {
    simulated_kafka old;
    old.serve([](std::shared_ptr<scripted_peer> p) -> task<void> {
        const bool known = co_await p->say_hello();
        if (known) co_await p->ignore_all();
    });
    const auto k = old.run([](client& c) -> task<result<decoded<init_producer_id_response>>> {
        const auto way = co_await c.core()->connections()->connect_any(c.in(5s));
        if (!way) co_return error(way.error());
        auto got = co_await (*way)->call(init_producer_id_request{}, c.in(5s));
        co_return std::move(got);
    }(old.kafka));
    ASSERT_FALSE(k);
    expect_documented("A broker that lacks an API", k.error().message());
}
}  // namespace kwire::testing::errors_connecting_doc_test
