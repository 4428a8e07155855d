// SPDX-License-Identifier: Apache-2.0
#include "support/vectors.hpp"

#include <kwire/protocol/varint.hpp>

#include <charconv>

namespace kwire::varint_vectors_test {
using namespace testing;
template <class Number> Number parsed(std::string_view text) {
    Number v{};
    const auto end = std::from_chars(text.data(), text.data() + text.size(), v);
    EXPECT_EQ(end.ptr, text.data() + text.size()) << text;
    return v;
}

// The same three names for both families.
template <class Number> struct coder {
    static constexpr bool zigzagged = std::is_signed_v<Number>;
    static constexpr std::size_t longest = sizeof(Number) == 4 ? 5 : 10;
    static std::size_t size(Number v) {
        if constexpr (zigzagged) return varint_size(v);
        else return uvarint_size(v);
    }
    static std::byte* put(std::byte* p, Number v) {
        if constexpr (zigzagged) return put_varint(p, v);
        else return put_uvarint(p, v);
    }
    static const std::byte* get(bytes in, Number& v) {
        if constexpr (zigzagged) return get_varint(in.data(), in.data() + in.size(), v);
        else return get_uvarint(in.data(), in.data() + in.size(), v);
    }

    static void holds(std::string_view value, bytes wire) {
        const auto v = parsed<Number>(value);
        EXPECT_EQ(size(v), wire.size());
        std::byte room[longest];
        std::byte* const end = put(room, v);
        EXPECT_EQ(to_hex({room, end}), to_hex(wire));
        Number read{};
        EXPECT_EQ(get(wire, read), wire.data() + wire.size());
        EXPECT_EQ(read, v);
        for (std::size_t cut = 0; cut < wire.size(); ++cut) EXPECT_EQ(get(wire.first(cut), read), nullptr) << "cut at " << cut;
    }
    // What Kafka said of broken bytes: "value=7;consumed=2" or an exception.
    static void judged(bytes wire, std::string_view outcome, std::string_view detail) {
        Number read{};
        const std::byte* const end = get(wire, read);
        if (outcome != "ok") {
            EXPECT_EQ(end, nullptr);
        } else if (end != nullptr) {
            std::string said = "value=";
            said += std::to_string(read);
            said += ";consumed=";
            said += std::to_string(end - wire.data());
            EXPECT_EQ(said, detail);
        } else {
            // Kafka drops bits that do not fit; that is the one thing that kwire refuses and Kafka does not.
            EXPECT_EQ(wire.size(), longest);
            EXPECT_GT(wire.back(), sizeof(Number) == 4 ? std::byte{15} : std::byte{1});
        }
    }
};

TEST(VarintVectors, AreWrittenAndReadAsKafkaDoes) {
    const auto rows = for_each_row("varints.tsv", [](const auto& c) {
        SCOPED_TRACE(c[2]);
        const std::string wire = from_hex(c[2]);
        if (c[0] == "varint") coder<std::int32_t>::holds(c[1], as_bytes(wire));
        else if (c[0] == "varlong") coder<std::int64_t>::holds(c[1], as_bytes(wire));
        else if (c[0] == "uvarint") coder<std::uint32_t>::holds(c[1], as_bytes(wire));
        else if (c[0] == "uvarlong") coder<std::uint64_t>::holds(c[1], as_bytes(wire));
        else ADD_FAILURE() << "unknown kind " << c[0];
    });
    EXPECT_GT(rows, 1000U);
}

TEST(VarintVectors, BrokenOnesAreRefusedWhereKafkaRefuses) {
    std::size_t seen = 0;
    for_each_row("malformed.tsv", [&](const auto& c) {
        SCOPED_TRACE(c[5]);
        const bool mine = c[0] == "varint" || c[0] == "varlong" || c[0] == "uvarint";
        const std::string wire = mine ? from_hex(c[5]) : std::string();
        if (c[0] == "varint") coder<std::int32_t>::judged(as_bytes(wire), c[6], c[7]);
        if (c[0] == "varlong") coder<std::int64_t>::judged(as_bytes(wire), c[6], c[7]);
        if (c[0] == "uvarint") coder<std::uint32_t>::judged(as_bytes(wire), c[6], c[7]);
        seen += mine;
    });
    EXPECT_GT(seen, 80U);
}
}  // namespace kwire::varint_vectors_test
