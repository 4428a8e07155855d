// SPDX-License-Identifier: Apache-2.0
// How the embedded broker behaves on a connection, whatever the API: order, bounds, broken frames, clients that leave.
#include "requests.hpp"
#include "support/raw_peer.hpp"
#include "support/vectors.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/protocol/messages/api_versions.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <atomic>
#include <chrono>
#include <thread>

namespace kwire::testing::connection_test {
using namespace std::chrono_literals;

fetch_request long_poll(std::int32_t max_wait_ms, std::int32_t min_bytes = 1) {
    auto r = fetch_of("t", 0);
    r.max_wait_ms = max_wait_ms;
    r.min_bytes = min_bytes;
    return r;
}

class BrokerConnection : public ::testing::Test {
  protected:
    broker_thread broker{{.topics = {{"t", 1}}}};
    raw_peer peer{broker.bootstrap()};

    std::size_t connections() {
        return broker.run([](embedded_broker& b) { return b.connections(); });
    }
    /// Waits until so many connections are open.
    bool come_down_to(std::size_t n) {
        const auto give_up = std::chrono::steady_clock::now() + 30s;
        while (connections() != n && std::chrono::steady_clock::now() < give_up) std::this_thread::sleep_for(2ms);
        return connections() == n;
    }
    /// Waits until the broker has begun to carry out so many requests.
    void wait_for_requests(std::size_t n) {
        const auto give_up = std::chrono::steady_clock::now() + 30s;
        const auto came = [&] { return broker.run([](embedded_broker& b) { return b.history().size(); }); };
        while (came() < n && std::chrono::steady_clock::now() < give_up) std::this_thread::sleep_for(2ms);
        ASSERT_EQ(came(), n);
    }
};

TEST_F(BrokerConnection, AnswersApiVersionsByteForByte) {
    peer.send(
        from_hex("00000012"  // 18 bytes follow
                 "0012"
                 "0000"      // ApiVersions v0
                 "0000002a"  // correlation id 42
                 "0008"
                 "6b776972652d3031"));  // client id "kwire-01"
    const auto frame = peer.frame();
    ASSERT_TRUE(frame);
    EXPECT_EQ(to_hex(as_bytes(*frame).first(10)),
              "0000002a"    // correlation id
              "0000"        // no error
              "00000008");  // eight APIs
    EXPECT_EQ(to_hex(as_bytes(*frame).subspan(10, 6)),
              "0000"
              "0000"
              "000d");  // Produce 0 to 13
}

TEST_F(BrokerConnection, AnswersAnApiVersionsOfTheFutureInV0) {
    peer.send(
        from_hex("0000000c"
                 "0012"
                 "0063"
                 "00000007"
                 "0001"
                 "78"
                 "00"));  // ApiVersions v99, client "x"
    const auto frame = peer.frame();
    ASSERT_TRUE(frame);
    EXPECT_EQ(to_hex(as_bytes(*frame)),
              "00000007"  // correlation id; the header has no tags
              "0023"      // UNSUPPORTED_VERSION
              "00000001"
              "0012"
              "0000"
              "0004");  // ApiVersions 0 to 4
    EXPECT_TRUE(peer.ask(metadata_request{}, 1)) << "the connection goes on";
}

// As librdkafka 2.8.0 asks for all topics; Kafka 4.3.0 answers the same bytes.
TEST_F(BrokerConnection, PassesOverBytesBehindARequest) {
    peer.send(
        from_hex("00000019"
                 "0003"
                 "000c"
                 "00000003"
                 "0007"
                 "72646b61666b61"
                 "00"    // Metadata v12, client "rdkafka"
                 "00"    // null: all topics
                 "0000"  // neither made nor with what one may do
                 "00"    // no tags
                 "010000"));
    const auto frame = peer.frame();
    ASSERT_TRUE(frame) << "the connection was closed";
    EXPECT_EQ(to_hex(as_bytes(*frame).first(5)), "0000000300");
}

TEST_F(BrokerConnection, ClosesOnWhatItCannotUnderstand) {
    const char* broken[] = {
        "0000000b"
        "03e7"
        "0000"
        "00000001"
        "0001"
        "78",  // API 999
        "0000000b"
        "0003"
        "0063"
        "00000001"
        "0001"
        "78",  // Metadata v99
        "0000000f"
        "0003"
        "0001"
        "00000001"
        "0001"
        "78"
        "00000009",                          // Metadata v1 with nine topics, none of which is there
        "00000003000300",                    // a header that is cut off
        "00000000",                          // an empty frame
        "ffffffff",                          // a negative size
        "7fffffff",                          // more than socket.request.max.bytes
        "474554202f20485454502f312e310d0a",  // "GET / HTTP/1.1"
    };
    for (const char* bytes : broken) {
        raw_peer one(broker.bootstrap());
        one.send(from_hex(bytes));
        EXPECT_TRUE(one.is_closed()) << bytes;
    }
    EXPECT_TRUE(peer.ask(metadata_request{}, 1)) << "other connections go on";
}

TEST_F(BrokerConnection, AnswersPipelinedRequestsInTheirOrder) {
    std::string all;
    for (std::int32_t id = 0; id < 300; ++id) {
        const auto frame = id % 2 == 0 ? encode_request(metadata_request{}, 9, id, "raw") : encode_request(long_poll(0), 11, id, "raw");
        all += as_text(frame);
    }
    // In pieces that end anywhere.
    for (std::size_t at = 0; at < all.size(); at += 97) peer.send(std::string_view(all).substr(at, 97));
    for (std::int32_t id = 0; id < 300; ++id) {
        if (id % 2 == 0) EXPECT_TRUE(peer.answer<metadata_request>(9, id));
        else EXPECT_TRUE(peer.answer<fetch_request>(11, id));
    }
}

TEST_F(BrokerConnection, HoldsRequestsBehindALongPollBackUntilItEnds) {
    peer.send(long_poll(600'000), 11, 1);
    peer.send(metadata_request{}, 9, 2);
    wait_for_requests(1);
    raw_peer other(broker.bootstrap());
    EXPECT_TRUE(other.ask(metadata_request{}, 9)) << "others are not held up";
    broker.run([](embedded_broker& b) { b.move_leader("t", 0, -1); });
    const auto fetched = peer.answer<fetch_request>(11, 1);
    ASSERT_TRUE(fetched);
    EXPECT_EQ(fetched->responses.at(0).partitions.at(0).error_code, errc::not_leader_or_follower);
    EXPECT_TRUE(peer.answer<metadata_request>(9, 2));
}

TEST_F(BrokerConnection, EndsALongPollWhenTheClientIsGone) {
    peer.send(long_poll(2'000'000'000), 11);
    wait_for_requests(1);
    ASSERT_EQ(connections(), 1u);
    peer.close();
    EXPECT_TRUE(come_down_to(0));
}

TEST_F(BrokerConnection, EndsALongPollOfAClientThatSentMoreAndIsGone) {
    peer.send(long_poll(2'000'000'000), 11);
    peer.send(long_poll(2'000'000'000), 11);
    wait_for_requests(1);
    peer.close();
    EXPECT_TRUE(come_down_to(0));
}

TEST_F(BrokerConnection, AnswersAClientThatOnlySaysItSendsNothingMore) {
    peer.send(long_poll(2'000'000'000), 11, 1);
    peer.send(metadata_request{}, 9, 2);
    peer.end();
    EXPECT_TRUE(peer.answer<fetch_request>(11, 1));
    EXPECT_TRUE(peer.answer<metadata_request>(9, 2));
    EXPECT_TRUE(peer.is_closed());
}

TEST_F(BrokerConnection, ReadsNoFurtherThanItMust) {
    peer.send(long_poll(600'000), 11);
    wait_for_requests(1);
    std::atomic<int> sent{0};
    std::thread sends([&] {
        const auto one = encode_request(metadata_request{}, 9, 2, std::string(30'000, 'x'));
        for (; sent < 2000; ++sent) peer.send(bytes(one));
    });
    int before = -1;
    for (; sent != before; std::this_thread::sleep_for(300ms)) before = sent;
    EXPECT_LT(before, 2000) << "the broker took 60 MB, and nobody waits for the answers";
    broker.run([](embedded_broker& b) { b.move_leader("t", 0, -1); });
    EXPECT_TRUE(peer.answer<fetch_request>(11, 1));
    for (int i = 0; i < 2000; ++i) ASSERT_TRUE(peer.answer<metadata_request>(9, 2));
    sends.join();
}

TEST_F(BrokerConnection, IsSilentAndIsCutAsTold) {
    broker.run([](embedded_broker& b) { b.next<metadata_request>(reaction::hanging()); });
    peer.send(metadata_request{}, 9);
    wait_for_requests(1);
    peer.send(metadata_request{}, 9);
    peer.end();
    EXPECT_TRUE(peer.is_closed()) << "nothing was answered";
    raw_peer second(broker.bootstrap());
    broker.run([](embedded_broker& b) { b.next<metadata_request>(reaction::cutting(6)); });
    second.send(metadata_request{}, 9);
    EXPECT_FALSE(second.frame());
    EXPECT_TRUE(come_down_to(0));
}

TEST_F(BrokerConnection, AWaitForBytesEndsWithThemOrInTime) {
    EXPECT_TRUE(peer.ask(long_poll(0), 11)) << "nobody waits for nothing";
    EXPECT_TRUE(peer.ask(long_poll(20), 11)->responses.at(0).partitions.at(0).records->data.empty());
    EXPECT_TRUE(peer.ask(long_poll(600'000, 0), 11)) << "min_bytes 0";
}
}  // namespace kwire::testing::connection_test
