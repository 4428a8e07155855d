// SPDX-License-Identifier: Apache-2.0
#include "support/vectors.hpp"

#include <kwire/protocol/visible_records.hpp>

namespace kwire::visible_records_vectors_test {
using namespace testing;
std::vector<aborted_transaction> aborted(std::string_view cell) {
    std::vector<aborted_transaction> all;
    while (!cell.empty() && cell != "-") {
        const auto end = std::min(cell.find(','), cell.size()), colon = cell.find(':');
        all.push_back({std::stoll(std::string(cell.substr(0, colon))), std::stoll(std::string(cell.substr(colon + 1, end - colon - 1)))});
        cell.remove_prefix(std::min(end + 1, cell.size()));
    }
    return all;
}

struct shown {
    std::string offsets;
    std::int64_t next_offset = 0;
    std::optional<kwire::error> fault;
};

// What an application sees that handles one record after the other.
shown show(bytes data, std::string_view isolation, std::int64_t from, std::string_view list) {
    visible_batches batches = isolation == "read_committed" ? visible_batches(data, from, aborted(list)) : visible_batches(data, from);
    shown out;
    decompressor expander;
    buffer room;
    record_reader records;
    std::int64_t position = from;
    for (;;) {
        auto more = batches.next(expander, room, records);
        if (!more) return out.fault = more.error(), out.next_offset = std::max(position, batches.next_offset()), out;
        if (!*more) return out.next_offset = std::max(position, batches.next_offset()), out;
        for (const record_view& r : records) {
            if (!out.offsets.empty()) out.offsets += ',';
            out.offsets += std::to_string(r.offset);
            position = r.offset + 1;
        }
        if (auto read = records.status(); !read) return out.fault = read.error(), out.next_offset = position, out;
    }
}

TEST(FetchVectors, ShowWhatKafkasConsumerShows) {
    const auto rows = for_each_row("fetches.tsv", [](const auto& c) {
        SCOPED_TRACE(std::string(c[0]) + " " + std::string(c[1]) + " from " + std::string(c[2]) + ", aborted " + std::string(c[3]));
        const std::string data = from_hex(c[4]);
        const auto seen = show(as_bytes(data), c[1], std::stoll(std::string(c[2])), c[3]);
        if (seen.fault && *seen.fault == client_errc::not_supported_by_build) return;
        EXPECT_EQ(seen.offsets, c[6] == "-" ? "" : c[6]);
        if (c[7] != "-") { EXPECT_EQ(std::to_string(seen.next_offset), c[7]); }
        // Kafka names an error only where it could hand out nothing before it.
        if (c[5] != "ok") {
            EXPECT_TRUE(seen.fault && seen.offsets.empty());
        } else if (seen.fault) {
            EXPECT_FALSE(seen.offsets.empty()) << seen.fault->message();
        }
    });
    EXPECT_GT(rows, 300U);
}

TEST(FetchVectors, AFaultIsNeverPassed) {
    for_each_row("fetches.tsv", [](const auto& c) {
        if (c[5] == "ok") return;
        const std::string data = from_hex(c[4]);
        visible_batches batches(as_bytes(data), 0);
        decompressor expander;
        buffer room;
        record_reader records;
        for (int i = 0; i < 3; ++i) {
            auto more = batches.next(expander, room, records);
            ASSERT_FALSE(more);
            EXPECT_EQ(more.error(), client_errc::corrupt_batch);
            EXPECT_EQ(batches.next_offset(), 0);
        }
    });
}
}  // namespace kwire::visible_records_vectors_test
