// SPDX-License-Identifier: Apache-2.0
#include "codec.hpp"

#include "checksum.hpp"
#include "measure.hpp"
#include "records.hpp"
#include "unrolled.hpp"

#include <kwire/protocol/codec.hpp>

#include <cstdio>
#include <deque>
#include <string>

namespace kwire::bench {
namespace {
std::deque<std::string> names;  // what the samples view into

metadata_response thousand_partitions() {
    metadata_response m;
    m.cluster_id = "MkU3OEVBNTcwNTJENDM2Qk";
    m.controller_id = 1;
    for (int i = 0; i < 10; ++i) {
        auto& b = m.brokers.emplace_back();
        b.node_id = i;
        b.host = names.emplace_back("broker-").append(std::to_string(i)).append(".kafka.internal");
        b.port = 9092;
        b.rack = "rack-a";
    }
    for (int t = 0; t < 100; ++t) {
        auto& topic = m.topics.emplace_back();
        topic.name = names.emplace_back("orders-topic-").append(std::to_string(t));
        for (int p = 0; p < 10; ++p) {
            auto& q = topic.partitions.emplace_back();
            q.partition_index = p;
            q.leader_id = p % 10;
            q.leader_epoch = 7;
            q.replica_nodes = {p % 10, (p + 1) % 10, (p + 2) % 10};
            q.isr_nodes = {p % 10, (p + 1) % 10};
        }
    }
    return m;
}

fetch_response two_hundred_partitions() {
    static const std::string content(100, 'r');
    fetch_response m;
    for (int t = 0; t < 20; ++t) {
        auto& topic = m.responses.emplace_back();
        topic.topic_id.raw.fill(static_cast<std::byte>(t));
        for (int p = 0; p < 10; ++p) {
            auto& q = topic.partitions.emplace_back();
            q.partition_index = p;
            q.high_watermark = q.last_stable_offset = 100'000 + p;
            q.log_start_offset = 0;
            q.aborted_transactions.reset();
            q.records = records{as_bytes(content)};
        }
    }
    return m;
}

void line(const char* message, const char* step, const std::vector<double>& ns) {
    std::printf("%-28s %-14s %9.0f %9.0f %5.2f %9.0f %5.1f\n", message, step, ns[0], ns[1], ns[1] / ns[0], ns[2], ns[2] / ns[1]);
}

template <class M> bool compare(const char* what, const M& m, std::int16_t version) {
    const shape& s = shape_of<M>();
    const std::size_t size = measure(m, version);
    std::vector<std::byte> by_hand(size), out(size);
    if (unrolled_size(m) != size) return false;
    unrolled_encode(m, by_hand.data());
    encode(m, version, out.data());
    M decoded;
    if (out != by_hand || !unrolled_decode(decoded, out)) return false;
    const int rounds = 61, calls = 50;
    line(
        what, "size",
        side_by_side(
            rounds, calls, [&] { keep(unrolled_size(m)); }, [&] { keep(measure(m, version)); }, [&] { keep(interpreter::measure(s, &m, version)); }));
    line(what, "encode",
         side_by_side(
             rounds, calls, [&] { keep(unrolled_encode(m, out.data())); }, [&] { keep(encode(m, version, out.data())); },
             [&] { keep(interpreter::encode(s, &m, version, out.data())); }));
    M a, b, c;  // once decoded into, they keep their memory
    line(what, "decode, reused",
         side_by_side(
             rounds, calls, [&] { keep(unrolled_decode(a, out)); }, [&] { keep(decode(b, out, version)); },
             [&] { keep(interpreter::decode(s, &c, out, version)); }));
    line(what, "decode, new",
         side_by_side(
             rounds, calls,
             [&] {
                 M fresh;
                 keep(unrolled_decode(fresh, out));
             },
             [&] {
                 M fresh;
                 keep(decode(fresh, out, version));
             },
             [&] {
                 M fresh;
                 keep(interpreter::decode(s, &fresh, out, version));
             }));
    return true;
}
}  // namespace

int codec() {
    std::printf("%-28s %-14s %9s %9s %5s %9s %5s\n", "message", "step", "unrolled", "compiled", "ratio", "interpr.", "ratio");
    std::printf("%-28s %-14s %9s %9s %5s %9s %5s\n", "", "", "ns", "ns", "to it", "ns", "to it");
    const bool same =
        compare("Metadata v12, 1000 parts", thousand_partitions(), 12) && compare("Fetch v16, 200 partitions", two_hundred_partitions(), 16);
    if (!same) std::fprintf(stderr, "kwire-bench: the unrolled code does not write the same bytes\n");
    const bool read = iteration();
    if (!read) std::fprintf(stderr, "kwire-bench: the loop over varints does not see the same records\n");
    const bool summed = checksums();
    if (!summed) std::fprintf(stderr, "kwire-bench: a loop that CRC-32C is compared with computes something else\n");
    return same && read && summed ? 0 : 1;
}
}  // namespace kwire::bench
