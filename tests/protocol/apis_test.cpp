// SPDX-License-Identifier: Apache-2.0
// The table of APIs against Kafka's own, the structures inside of bytes fields, and what decoding may cost.
#include "support/vectors.hpp"

#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/from_json.hpp>
#include <kwire/protocol/wire.hpp>

#include <functional>
#include <set>

namespace kwire::apis_test {
using namespace testing;
// Kafka writes -1 for "in no version".
int first_flexible(const shape& s, int min, int max) {
    const int first = std::max<int>(s.flexible_since, min);
    return first <= max ? first : -1;
}
void visit_all_shapes(const shape& s, std::set<const shape*>& seen, const std::function<void(const row&)>& visit) {
    if (!seen.insert(&s).second) return;
    for (const row& r : s.rows) {
        visit(r);
        if (r.inner) visit_all_shapes(*r.inner, seen, visit);
    }
}

TEST(ApiVectors, TheTableIsKafkasInEachRelease) {
    std::set<int> live, layouts;
    for_each_row("apis.tsv", [&](const std::vector<std::string_view>& c) {
        const int min = number(c[4]), max = number(c[5]);
        if (min < 0 || max < min) return;  // removed
        const api* a = find_api(static_cast<std::int16_t>(number(c[1])));
        ASSERT_TRUE(a) << "no layout of " << c[2];
        SCOPED_TRACE(std::string(c[0]) + " " + std::string(a->name));
        for (const shape* s : {&a->request(), &a->response()}) {
            EXPECT_LE(s->first, min);
            EXPECT_GE(s->last, max);
        }
        EXPECT_EQ(first_flexible(a->request(), min, max), number(c[7]));
        EXPECT_EQ(first_flexible(a->response(), min, max), number(c[8]));
        for (int v = min; v <= max; ++v) {
            const auto version = static_cast<std::int16_t>(v);
            EXPECT_EQ(a->request_header(version) == 2, number(c[9]) >= 0 && v >= number(c[9]));
            EXPECT_EQ(a->response_header(version) == 1, number(c[10]) >= 0 && v >= number(c[10]));
        }
        if (c[0] != "4.3.0") return;
        EXPECT_EQ(a->name, c[2]);
        EXPECT_EQ(a->request().last, max);
        live.insert(a->key);
    });
    EXPECT_GE(live.size(), 89u);
    for (const api& a : apis()) EXPECT_TRUE(layouts.insert(a.key).second) << a.name << " is there twice";
    EXPECT_EQ(find_api("fetch"), find_api(std::int16_t{1}));
    EXPECT_EQ(find_api("no such api"), nullptr);
}

TEST(EmbeddedVectors, DecodeToKafkasJsonAndEncodeToTheSameBytes) {
    std::set<std::string> names;
    for_each_row("embedded.tsv", [&](const std::vector<std::string_view>& c) {
        const data_message* d = find_data_message(c[1]);
        ASSERT_TRUE(d) << "no layout of " << c[1];
        names.emplace(c[1]);
        const auto version = static_cast<std::int16_t>(number(c[2]));
        SCOPED_TRACE(std::string(c[1]) + " v" + std::to_string(version) + " " + std::string(c[4]));
        EXPECT_EQ(version >= d->shape().flexible_since, c[3] == "1");
        const auto body = from_hex(c[5]), prefixed = from_hex(c[6]);
        ASSERT_EQ(load<std::int16_t>(as_bytes(prefixed).data()), version);
        EXPECT_EQ(prefixed.substr(2), body);
        auto m = d->make();
        const auto taken = interpreter::decode(m.shape(), m.object(), as_bytes(body), version);
        ASSERT_TRUE(taken) << taken.error().message();
        EXPECT_EQ(*taken, body.size());
        std::string json;
        interpreter::to_json(m.shape(), m.object(), version, json);
        EXPECT_EQ(json, c[7]);
        ASSERT_TRUE(interpreter::check(m.shape(), m.object(), version));
        std::string again(interpreter::measure(m.shape(), m.object(), version), '\0');
        interpreter::encode(m.shape(), m.object(), version, reinterpret_cast<std::byte*>(again.data()));
        EXPECT_EQ(to_hex(as_bytes(again)), c[5]);
        auto other = d->make();
        json_memory memory;
        json_reader in(c[7]);
        ASSERT_TRUE(interpreter::from_json(other.shape(), other.object(), version, in, memory));
        std::string from_text(interpreter::measure(other.shape(), other.object(), version), '\0');
        interpreter::encode(other.shape(), other.object(), version, reinterpret_cast<std::byte*>(from_text.data()));
        EXPECT_EQ(to_hex(as_bytes(from_text)), c[5]);
        for (std::size_t size = 0; size < body.size(); ++size) {
            auto cut = d->make();
            EXPECT_FALSE(interpreter::decode(cut.shape(), cut.object(), as_bytes(body.substr(0, size)), version)) << "cut at " << size;
        }
    });
    EXPECT_EQ(names.size(), data_messages().size());
}

// What makes "a frame takes at most 32 times its size" true: no element is larger in memory than 32 times its least size.
TEST(Layouts, NoElementIsLargerThan32TimesItsLeastSizeOnTheWire) {
    const auto check_all = [](const shape& message) {
        for (std::int16_t v = message.first; v <= message.last; ++v) {
            std::set<const shape*> seen;
            visit_all_shapes(message, seen, [&](const row& r) {
                if (r.type != kind::array || !r.present.contains(v)) return;
                const std::size_t least = r.inner ? least_size(*r.inner, v, v >= message.flexible_since) : fixed_size(r.element);
                EXPECT_LE(r.items->stride, 32 * std::max<std::size_t>(least, 1)) << message.name << " v" << v << " " << r.name;
            });
        }
    };
    for (const api& a : apis()) check_all(a.request()), check_all(a.response());
    for (const data_message& d : data_messages()) check_all(d.shape());
}

TEST(Layouts, EveryFieldOfAnOptionalKindCanBeNullSomewhere) {
    std::set<const shape*> seen;
    for (const api& a : apis())
        for (const shape* s : {&a.request(), &a.response()})
            visit_all_shapes(*s, seen, [&](const row& r) { EXPECT_EQ(r.optional, r.nullable != no_version) << s->name << " " << r.name; });
}
}  // namespace kwire::apis_test
