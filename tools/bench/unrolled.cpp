// SPDX-License-Identifier: Apache-2.0
#include "unrolled.hpp"

#include <kwire/protocol/varint.hpp>
#include <kwire/protocol/wire.hpp>

namespace kwire::bench {
namespace {
std::size_t text_size(std::string_view s) { return uvarint_size(static_cast<std::uint32_t>(s.size() + 1)) + s.size(); }
std::size_t text_size(const std::optional<std::string_view>& s) { return s ? text_size(*s) : 1; }
std::size_t ints_size(const std::vector<std::int32_t>& v) { return uvarint_size(static_cast<std::uint32_t>(v.size() + 1)) + v.size() * 4; }
template <class T> std::size_t count_size(const std::vector<T>& v) { return uvarint_size(static_cast<std::uint32_t>(v.size() + 1)); }

std::byte* put_count(std::byte* p, std::size_t n) { return put_uvarint(p, static_cast<std::uint32_t>(n + 1)); }
std::byte* put_raw(std::byte* p, const void* from, std::size_t n) { return std::memcpy(p, from, n), p + n; }
std::byte* put_text(std::byte* p, std::string_view s) { return put_raw(put_count(p, s.size()), s.data(), s.size()); }
std::byte* put_text(std::byte* p, const std::optional<std::string_view>& s) { return s ? put_text(p, *s) : put_uvarint(p, 0u); }
std::byte* put_ints(std::byte* p, const std::vector<std::int32_t>& v) {
    p = put_count(p, v.size());
    for (const auto i : v) p = store(p, i);
    return p;
}

// Reads on while nothing failed; `end` moves to the front on failure, so that every later read fails too.
struct cursor {
    const std::byte *p, *end;
    bool failed = false;

    std::size_t left() const { return static_cast<std::size_t>(end - p); }
    void fail() { failed = true, p = end; }
    template <class T> T number() {
        if (left() < sizeof(T)) [[unlikely]]
            return fail(), T{};
        return p += sizeof(T), load<T>(p - sizeof(T));
    }
    std::uint32_t uvarint() {
        std::uint32_t v = 0;
        const auto after = get_uvarint(p, end, v);
        if (!after) [[unlikely]]
            return fail(), 0u;
        return p = after, v;
    }
    bytes raw(std::size_t n) {
        if (left() < n) [[unlikely]]
            return fail(), bytes();
        return p += n, bytes(p - n, n);
    }
    std::string_view text() {
        const auto n = uvarint();
        if (n == 0) [[unlikely]]
            return fail(), std::string_view();
        return as_text(raw(n - 1));
    }
    std::optional<std::string_view> maybe_text() {
        const auto n = uvarint();
        if (n == 0) return std::nullopt;
        return as_text(raw(n - 1));
    }
    template <class T> bool count(std::vector<T>& v, std::size_t least) {
        const auto n = uvarint();
        if (n == 0 || left() / least < n - 1) [[unlikely]]
            return fail(), false;
        return v.resize(n - 1), true;
    }
    void ints(std::vector<std::int32_t>& v) {
        if (!count(v, 4)) return;
        for (auto& i : v) i = load<std::int32_t>(p), p += 4;
    }
    void id(uuid& u) {
        const auto b = raw(16);
        if (b.size() == 16) std::memcpy(u.raw.data(), b.data(), 16);
    }
    bool no_tags() { return uvarint() == 0 && !failed; }
};

// The tagged fields of a Fetch partition, which hardly ever travel; these encoders cannot write them.
bool has_tags(const fetch_response::partition& q) {
    return q.diverging_epoch.epoch != -1 || q.diverging_epoch.end_offset != -1 || q.current_leader.leader_id != -1 ||
           q.current_leader.leader_epoch != -1 || q.snapshot_id.end_offset != -1 || q.snapshot_id.epoch != -1 || !q.unknown_tagged_fields.empty();
}
void forget_tags(fetch_response::partition& q) {
    q.diverging_epoch.epoch = q.current_leader.leader_id = q.current_leader.leader_epoch = q.snapshot_id.epoch = -1;
    q.diverging_epoch.end_offset = q.snapshot_id.end_offset = -1;
    q.unknown_tagged_fields.clear();
}
}  // namespace

std::size_t unrolled_size(const metadata_response& m) {
    std::size_t n = 4 + count_size(m.brokers);
    for (const auto& b : m.brokers) n += 4 + text_size(b.host) + 4 + text_size(b.rack) + 1;
    n += text_size(m.cluster_id) + 4 + count_size(m.topics);
    for (const auto& t : m.topics) {
        n += 2 + text_size(t.name) + 16 + 1 + count_size(t.partitions);
        for (const auto& p : t.partitions) n += 14 + ints_size(p.replica_nodes) + ints_size(p.isr_nodes) + ints_size(p.offline_replicas) + 1;
        n += 4 + 1;
    }
    return n + 1;
}

std::byte* unrolled_encode(const metadata_response& m, std::byte* p) {
    p = put_count(store(p, m.throttle_time_ms), m.brokers.size());
    for (const auto& b : m.brokers) p = put_uvarint(put_text(store(put_text(store(p, b.node_id), b.host), b.port), b.rack), 0u);
    p = put_count(store(put_text(p, m.cluster_id), m.controller_id), m.topics.size());
    for (const auto& t : m.topics) {
        p = put_raw(put_text(store(p, t.error_code), t.name), t.topic_id.raw.data(), 16);
        p = put_count(store(p, static_cast<std::int8_t>(t.is_internal)), t.partitions.size());
        for (const auto& q : t.partitions) {
            p = store(store(store(store(p, q.error_code), q.partition_index), q.leader_id), q.leader_epoch);
            p = put_uvarint(put_ints(put_ints(put_ints(p, q.replica_nodes), q.isr_nodes), q.offline_replicas), 0u);
        }
        p = put_uvarint(store(p, t.topic_authorized_operations), 0u);
    }
    return put_uvarint(p, 0u);
}

bool unrolled_decode(metadata_response& m, bytes in) {
    cursor c{in.data(), in.data() + in.size()};
    m.throttle_time_ms = c.number<std::int32_t>();
    if (!c.count(m.brokers, 11)) return false;
    for (auto& b : m.brokers) {
        b.node_id = c.number<std::int32_t>();
        b.host = c.text();
        b.port = c.number<std::int32_t>();
        b.rack = c.maybe_text();
        if (!c.no_tags()) return false;
    }
    m.cluster_id = c.maybe_text();
    m.controller_id = c.number<std::int32_t>();
    if (!c.count(m.topics, 26)) return false;
    for (auto& t : m.topics) {
        t.error_code = c.number<errc>();
        t.name = c.maybe_text();
        c.id(t.topic_id);
        t.is_internal = c.number<std::int8_t>() != 0;
        if (!c.count(t.partitions, 18)) return false;
        for (auto& q : t.partitions) {
            q.error_code = c.number<errc>();
            q.partition_index = c.number<std::int32_t>();
            q.leader_id = c.number<std::int32_t>();
            q.leader_epoch = c.number<std::int32_t>();
            c.ints(q.replica_nodes);
            c.ints(q.isr_nodes);
            c.ints(q.offline_replicas);
            if (!c.no_tags()) return false;
        }
        t.topic_authorized_operations = c.number<std::int32_t>();
        if (!c.no_tags()) return false;
    }
    return c.no_tags();
}

std::size_t unrolled_size(const fetch_response& m) {
    std::size_t n = 4 + 2 + 4 + count_size(m.responses);
    for (const auto& t : m.responses) {
        n += 16 + count_size(t.partitions);
        for (const auto& p : t.partitions) {
            if (has_tags(p)) return 0;
            n += 4 + 2 + 8 + 8 + 8 + 4 + 1;
            n += p.aborted_transactions ? count_size(*p.aborted_transactions) + p.aborted_transactions->size() * 17 : 1;
            n += p.records ? uvarint_size(static_cast<std::uint32_t>(p.records->data.size() + 1)) + p.records->data.size() : 1;
        }
        n += 1;
    }
    return n + 1;
}

std::byte* unrolled_encode(const fetch_response& m, std::byte* p) {
    p = put_count(store(store(store(p, m.throttle_time_ms), m.error_code), m.session_id), m.responses.size());
    for (const auto& t : m.responses) {
        p = put_count(put_raw(p, t.topic_id.raw.data(), 16), t.partitions.size());
        for (const auto& q : t.partitions) {
            if (has_tags(q)) return nullptr;
            p = store(store(store(store(store(p, q.partition_index), q.error_code), q.high_watermark), q.last_stable_offset), q.log_start_offset);
            if (q.aborted_transactions) {
                p = put_count(p, q.aborted_transactions->size());
                for (const auto& a : *q.aborted_transactions) p = put_uvarint(store(store(p, a.producer_id), a.first_offset), 0u);
            } else {
                p = put_uvarint(p, 0u);
            }
            p = store(p, q.preferred_read_replica);
            p = q.records ? put_raw(put_count(p, q.records->data.size()), q.records->data.data(), q.records->data.size()) : put_uvarint(p, 0u);
            p = put_uvarint(p, 0u);
        }
        p = put_uvarint(p, 0u);
    }
    return put_uvarint(p, 0u);
}

bool unrolled_decode(fetch_response& m, bytes in) {
    cursor c{in.data(), in.data() + in.size()};
    m.throttle_time_ms = c.number<std::int32_t>();
    m.error_code = c.number<errc>();
    m.session_id = c.number<std::int32_t>();
    if (!c.count(m.responses, 18)) return false;
    for (auto& t : m.responses) {
        c.id(t.topic_id);
        if (!c.count(t.partitions, 37)) return false;
        for (auto& q : t.partitions) {
            q.partition_index = c.number<std::int32_t>();
            q.error_code = c.number<errc>();
            q.high_watermark = c.number<std::int64_t>();
            q.last_stable_offset = c.number<std::int64_t>();
            q.log_start_offset = c.number<std::int64_t>();
            if (c.p != c.end && *c.p == std::byte{0}) {
                ++c.p;
                q.aborted_transactions.reset();
            } else {
                if (!q.aborted_transactions) q.aborted_transactions.emplace();
                if (!c.count(*q.aborted_transactions, 17)) return false;
                for (auto& a : *q.aborted_transactions) {
                    a.producer_id = c.number<std::int64_t>();
                    a.first_offset = c.number<std::int64_t>();
                    if (!c.no_tags()) return false;
                }
            }
            q.preferred_read_replica = c.number<std::int32_t>();
            const auto n = c.uvarint();
            if (n == 0) q.records.reset();
            else q.records = records{c.raw(n - 1)};
            forget_tags(q);
            if (!c.no_tags()) return false;
        }
        if (!c.no_tags()) return false;
    }
    return c.no_tags();
}
}  // namespace kwire::bench
