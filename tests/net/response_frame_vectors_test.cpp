// SPDX-License-Identifier: Apache-2.0
// Whole answers of which Kafka's own client says what it makes of them: tests/data/vectors/malformed.tsv, `response_frame`.
#include "connections.hpp"
#include "support/vectors.hpp"

#include <kwire/protocol/messages/metadata.hpp>

namespace kwire::response_frame_vectors_test {
using testing::for_each_row;
using testing::from_hex;

class ResponseFrameVectors : public Connection {
  protected:
    // The row's answer is for the fifth request: ApiVersions twice, and Metadata three times.
    void play_row(const std::string& frame, bool accepted) {
        play(
            [frame](std::shared_ptr<scripted_peer> p) -> task<void> {
                co_await p->say_hello();
                const std::string good = frame.substr(4);
                for (const std::int32_t id : {3, 4}) {
                    const auto asked = co_await p->read();
                    EXPECT_TRUE(asked && asked->correlation_id == id);
                    co_await p->answer(id, good);
                }
                const auto fifth = co_await p->read();
                EXPECT_TRUE(fifth && fifth->correlation_id == 5);
                co_await p->write(frame_of(frame));
                co_await p->ignore_all();
            },
            [this, accepted](std::shared_ptr<connection> c, endpoint at) -> task<void> {
                co_await must_open(c, at);
                for (int n = 3; n <= 5; ++n) {
                    metadata_request m;
                    const auto got = co_await c->call(m, in(10s), 1);
                    EXPECT_EQ(got.has_value(), n < 5 || accepted);
                    if (!got && n == 5) { EXPECT_EQ(got.error(), client_errc::connection_lost) << got.error().message(); }
                }
                EXPECT_NE(c->closed(), accepted);
            });
    }
    // The row's answer is for ApiVersions, in whichever version it was asked for: what comes next is a version that it names.
    void play_hello(const std::string& frame) {
        int next = -1;
        play(
            [&next, frame](std::shared_ptr<scripted_peer> p) -> task<void> {
                const auto asked = co_await p->read();
                EXPECT_TRUE(asked && asked->api_key == 18);
                co_await p->answer(asked->correlation_id, frame.substr(4));
                const auto again = co_await p->read();
                if (again) next = again->version;
            },
            [this](std::shared_ptr<connection> c, endpoint at) -> task<void> {
                const auto opened = co_await c->open(at, in(10s));
                EXPECT_FALSE(opened);  // the peer ends it
            });
        EXPECT_EQ(next, 3);
    }
};

TEST_P(ResponseFrameVectors, AreTakenWhereKafkaTakesThem) {
    std::size_t seen = 0;
    for_each_row("malformed.tsv", [&](const std::vector<std::string_view>& c) {
        if (c[0] != "response_frame") return;
        ++seen;
        SCOPED_TRACE(std::string(c[2]) + " v" + std::string(c[3]) + " " + std::string(c[4]) + " " + std::string(c[5]));
        if (c[2] == "ApiVersions") play_hello(from_hex(c[5]));
        else play_row(from_hex(c[5]), c[6] == "ok");
        if (GetParam()) w = std::make_unique<real_world>();
        else w = std::make_unique<simulated_world>();
    });
    EXPECT_EQ(seen, 8u);
}
INSTANTIATE_TEST_SUITE_P(Both, ResponseFrameVectors, ::testing::Bool(), world_name);
}  // namespace kwire::response_frame_vectors_test
