// SPDX-License-Identifier: Apache-2.0
// Every message of the vectors, both ways, through the interpreter and, where there is one, the compiled codec.
#include "support/allocations.hpp"
#include "support/vectors.hpp"

#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/frame.hpp>
#include <kwire/protocol/from_json.hpp>
#include <kwire/protocol/messages/api_versions.hpp>
#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/list_offsets.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/produce.hpp>

#include <functional>
#include <iostream>
#include <map>

namespace kwire::message_vectors_test {
using namespace testing;
any_message make(const api& a, bool request) { return request ? a.make_request() : a.make_response(); }

std::string encoded(const shape& s, const void* object, std::int16_t version) {
    std::string out(interpreter::measure(s, object, version), '\0');
    auto* begin = reinterpret_cast<std::byte*>(out.data());
    EXPECT_EQ(interpreter::encode(s, object, version, begin), begin + out.size()) << "measure and encode disagree";
    return out;
}

// Decodes and encodes again with the compiled codec.
using round_trip = std::function<result<std::string>(bytes, std::int16_t)>;
template <class M> std::pair<std::string_view, round_trip> compiled_one() {
    static M reused;  // what an earlier message left behind must not show
    return {M::name, [](bytes in, std::int16_t version) -> result<std::string> {
                auto taken = decode_front(reused, in, version);
                if (!taken) return std::move(taken).error();
                std::string out(measure(reused, version), '\0');
                encode(reused, version, reinterpret_cast<std::byte*>(out.data()));
                return out;
            }};
}
const std::map<std::string_view, round_trip>& compiled_codecs() {
    static const std::map<std::string_view, round_trip> all{compiled_one<produce_request>(),      compiled_one<produce_response>(),
                                                            compiled_one<fetch_request>(),        compiled_one<fetch_response>(),
                                                            compiled_one<metadata_request>(),     compiled_one<metadata_response>(),
                                                            compiled_one<list_offsets_request>(), compiled_one<list_offsets_response>(),
                                                            compiled_one<api_versions_request>(), compiled_one<api_versions_response>()};
    return all;
}

struct row_of_message {
    const api* of;
    bool request;
    std::int16_t version;
    std::string body;
    std::string_view json, what, release;
};
template <class Visit> std::size_t for_each_message(Visit visit) {
    std::size_t rows = 0;
    for_each_row("messages.tsv", [&](const std::vector<std::string_view>& c) {
        const api* a = find_api(static_cast<std::int16_t>(number(c[1])));
        if (!a) return void(ADD_FAILURE() << "no layout of " << c[2]);
        ++rows;
        visit(row_of_message{a, c[3] == "request", static_cast<std::int16_t>(number(c[4])), from_hex(c[7]), c[8], c[6], c[0]});
    });
    return rows;
}
std::string name_of(const row_of_message& r) {
    std::string name(r.of->name);
    return name.append(r.request ? " request v" : " response v").append(std::to_string(r.version)).append(" ").append(r.what);
}
// Counts rows of each API and version; one that has none is a failure.
void report(const std::map<std::tuple<std::int16_t, bool, std::int16_t>, std::size_t>& rows) {
    std::size_t versions = 0, flexible = 0, all = 0;
    for (const api& a : apis()) {
        for (const bool request : {true, false}) {
            const shape& s = request ? a.request() : a.response();
            std::cout << s.name << ":";
            for (std::int16_t v = s.first; v <= s.last; ++v) {
                const auto found = rows.find({a.key, request, v});
                EXPECT_NE(found, rows.end()) << s.name << " version " << v << " has no row";
                if (found == rows.end()) continue;
                std::cout << " v" << v << " " << found->second;
                all += found->second, ++versions, flexible += v >= s.flexible_since;
            }
            std::cout << "\n";
        }
    }
    std::cout << "vectors: " << all << " messages of " << apis().size() << " APIs in " << versions << " versions of requests and responses, "
              << flexible << " of them flexible\n";
}

TEST(MessageVectors, DecodeToKafkasJsonAndEncodeToTheSameBytes) {
    std::map<std::tuple<std::int16_t, bool, std::int16_t>, std::size_t> rows;
    for_each_message([&](const row_of_message& r) {
        ++rows[{r.of->key, r.request, r.version}];
        SCOPED_TRACE(name_of(r));
        auto m = make(*r.of, r.request);
        const auto taken = interpreter::decode(m.shape(), m.object(), as_bytes(r.body), r.version);
        ASSERT_TRUE(taken) << taken.error().message();
        ASSERT_EQ(*taken, r.body.size());
        std::string json;
        interpreter::to_json(m.shape(), m.object(), r.version, json);
        ASSERT_EQ(json, r.json);
        ASSERT_TRUE(interpreter::check(m.shape(), m.object(), r.version));
        ASSERT_EQ(to_hex(as_bytes(encoded(m.shape(), m.object(), r.version))), to_hex(as_bytes(r.body)));
    });
    report(rows);
}

TEST(MessageVectors, JsonBecomesKafkasBytes) {
    for_each_message([](const row_of_message& r) {
        SCOPED_TRACE(name_of(r));
        auto m = make(*r.of, r.request);
        json_memory memory;
        json_reader in(r.json);
        const auto done = interpreter::from_json(m.shape(), m.object(), r.version, in, memory);
        ASSERT_TRUE(done) << done.error().message();
        ASSERT_TRUE(in.finish());
        ASSERT_EQ(to_hex(as_bytes(encoded(m.shape(), m.object(), r.version))), to_hex(as_bytes(r.body)));
    });
}

TEST(FromJson, NamesTheFieldThatIsWrong) {
    const auto why = [](std::int16_t version, std::string_view text) {
        fetch_request m;
        json_memory memory;
        const auto done = from_json(m, version, text, memory);
        return done ? std::string("nothing") : done.error().context();
    };
    EXPECT_EQ(why(12, R"({"topics":[{"topic":"t","partitions":[{"partition":1}]}],"maxWaitMs":500})"), "nothing");
    EXPECT_EQ(why(12, R"({"topics":[{"topic":"t","partitions":[{"partition":"1"}]}]})"),
              "FetchRequest.topics[0].partitions[0].partition: expected a number at offset 51 of the JSON text");
    EXPECT_EQ(why(12, R"({"minBytes":2147483648})"),
              "FetchRequest.min_bytes: expected a whole number from -2147483648 to 2147483647 at offset 22 of the JSON text");
    EXPECT_EQ(why(12, R"({"min_bytes":1})"), "FetchRequest: has no field min_bytes at offset 13 of the JSON text");
    EXPECT_EQ(why(12, R"({"minBytes":1,"minBytes":1})"), "FetchRequest.min_bytes: is there twice at offset 25 of the JSON text");
    EXPECT_EQ(why(12, R"({"topics":null})"), "FetchRequest.topics: must not be null in version 12 at offset 14 of the JSON text");
    EXPECT_EQ(why(12, R"({"_unknownTaggedFields":[{"tag":0,"data":""}]})"),
              "FetchRequest.unknown_tagged_fields: a tag that a field has at offset 44 of the JSON text");
    EXPECT_EQ(why(18, R"({"replicaId":7})"), "FetchRequest.replica_id cannot be carried by version 18");
    EXPECT_EQ(why(12, "{} x"), "FetchRequest: text behind the value at offset 3 of the JSON text");
}

TEST(MessageVectors, NewMessagesHaveTheDefaultsOfKafkas) {
    for_each_message([](const row_of_message& r) {
        if (r.what != "default" || r.release != "4.3.0") return;  // older releases had other defaults in places
        SCOPED_TRACE(name_of(r));
        const auto m = make(*r.of, r.request);
        EXPECT_EQ(to_hex(as_bytes(encoded(m.shape(), m.object(), r.version))), to_hex(as_bytes(r.body)));
    });
}

TEST(MessageVectors, CompiledCodecsAgreeWithTheInterpreter) {
    std::size_t compared = 0;
    for_each_message([&](const row_of_message& r) {
        const auto m = make(*r.of, r.request);
        const auto found = compiled_codecs().find(m.shape().name);
        if (found == compiled_codecs().end()) return;
        ++compared;
        SCOPED_TRACE(name_of(r));
        const auto bytes_again = found->second(as_bytes(r.body), r.version);
        ASSERT_TRUE(bytes_again) << bytes_again.error().message();
        ASSERT_EQ(to_hex(as_bytes(*bytes_again)), to_hex(as_bytes(r.body)));
    });
    EXPECT_GE(compared, 400u);
}

// Both codecs refuse every proper prefix, at the same place and in the same words, within 32 times its size and 4 KiB.
TEST(MessageVectors, EveryTruncationIsRefusedWithPathAndOffset) {
    std::size_t cuts = 0;
    for_each_message([&](const row_of_message& r) {
        SCOPED_TRACE(name_of(r));
        for (std::size_t size = 0; size<r.body.size(); size += r.body.size()> 2048 ? 61 : 1) {
            const std::string cut = r.body.substr(0, size);  // of its own, so that a sanitizer sees the end
            auto m = make(*r.of, r.request);
            allocation_count counted;
            const auto taken = interpreter::decode(m.shape(), m.object(), as_bytes(cut), r.version);
            ASSERT_LE(counted.bytes(), 32 * size + 4096) << "cut at " << size;
            ++cuts;
            ASSERT_FALSE(taken) << "cut at " << size;
            ASSERT_EQ(taken.error().code(), make_error_code(client_errc::malformed));
            ASSERT_NE(taken.error().context().find(m.shape().name), std::string::npos);
            ASSERT_NE(taken.error().context().find("at offset "), std::string::npos) << taken.error().message();
            if (const auto found = compiled_codecs().find(m.shape().name); found != compiled_codecs().end()) {
                const auto other = found->second(as_bytes(cut), r.version);
                ASSERT_FALSE(other);
                ASSERT_EQ(other.error().message(), taken.error().message());
            }
        }
    });
    std::cout << "vectors: " << cuts << " truncated messages, all refused\n";
}

TEST(MessageVectors, MalformedBodiesAreRefusedWhereKafkaRefusesThem) {
    std::size_t seen = 0, stricter = 0;
    for_each_row("malformed.tsv", [&](const std::vector<std::string_view>& c) {
        if (c[0] != "request" && c[0] != "response") return;
        const api* a = find_api(static_cast<std::int16_t>(number(c[1])));
        ASSERT_TRUE(a) << "no layout of " << c[2];
        ++seen;
        SCOPED_TRACE(std::string(c[0]) + " " + std::string(c[2]) + " v" + std::string(c[3]) + " " + std::string(c[4]));
        const auto body = from_hex(c[5]);
        auto m = make(*a, c[0] == "request");
        allocation_count counted;
        const auto taken = interpreter::decode(m.shape(), m.object(), as_bytes(body), static_cast<std::int16_t>(number(c[3])));
        EXPECT_LE(counted.bytes(), 32 * body.size() + 4096);
        const bool kafka_accepts = c[6] == "ok";
        if (kafka_accepts && !taken) ++stricter;
        const bool tag_of_another_version = c[4].starts_with("tags:") && c[6] == "RuntimeException";  // to us an unknown one
        if (!kafka_accepts && !tag_of_another_version) { EXPECT_FALSE(taken) << "Kafka says " << c[6]; }
        if (const auto found = compiled_codecs().find(m.shape().name); found != compiled_codecs().end()) {
            const auto other = found->second(as_bytes(body), static_cast<std::int16_t>(number(c[3])));
            EXPECT_EQ(taken.has_value(), other.has_value());
        }
    });
    std::cout << "vectors: " << seen << " malformed bodies, " << stricter << " of them accepted by Kafka and refused here\n";
    EXPECT_GT(seen, 5000u);
}

TEST(HeaderVectors, HeadersAndFramesAreKafkas) {
    std::size_t frames = 0;
    for_each_row("headers.tsv", [&](const std::vector<std::string_view>& c) {
        const bool request = c[3] == "request";
        const auto version = static_cast<std::int16_t>(number(c[4])), header_version = static_cast<std::int16_t>(number(c[5]));
        SCOPED_TRACE(std::string(c[2]) + " " + std::string(c[3]) + " v" + std::string(c[4]));
        const auto head = from_hex(c[9]);
        request_header rq;
        response_header rs;
        const shape& s = request ? shape_of<request_header>() : shape_of<response_header>();
        void* object = request ? static_cast<void*>(&rq) : &rs;
        const auto taken = interpreter::decode(s, object, as_bytes(head), header_version);
        ASSERT_TRUE(taken) << taken.error().message();
        ASSERT_EQ(*taken, head.size());
        ASSERT_EQ(to_hex(as_bytes(encoded(s, object, header_version))), c[9]);
        EXPECT_EQ(request ? rq.correlation_id : rs.correlation_id, number(c[6]));
        const api* a = find_api(static_cast<std::int16_t>(number(c[1])));
        ASSERT_TRUE(a) << "no layout of " << c[2];
        EXPECT_EQ(request ? a->request_header(version) : a->response_header(version), header_version);
        if (c[11] == "-") return;
        ++frames;
        const auto frame = from_hex(c[11]);
        if (request) {
            const auto front = read_request_header(as_bytes(frame).subspan(4), is_flexible);
            ASSERT_TRUE(front) << front.error().message();
            EXPECT_EQ(to_hex(front->body), c[10]);
        } else {
            const auto body = read_response_header(as_bytes(frame).subspan(4), header_version, rs);
            ASSERT_TRUE(body) << body.error().message();
            EXPECT_EQ(to_hex(*body), c[10]);
        }
    });
    EXPECT_GT(frames, 50u);
}
}  // namespace kwire::message_vectors_test
