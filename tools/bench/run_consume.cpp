// SPDX-License-Identifier: Apache-2.0
#include "runs.hpp"

#include <kwire/client/consumer.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <cstdio>

namespace kwire::bench {
namespace {
struct reading {
    const settings& s;
    meter taken;
    std::uint64_t count = 0, bytes = 0, check = 0;
    int status = 1;
};

int failed(const error& why) { return std::fprintf(stderr, "kwire-bench: %s\n", why.message().c_str()), 1; }

task<void> read_all(reading& r, const consumer& from) {
    for (std::int32_t p = 0; p < r.s.partitions; ++p) {
        const auto assigned = co_await from.assign(r.s.topic, p, offset_spec::oldest());
        if (!assigned) co_return void(failed(assigned.error()));
    }
    while (r.count < r.s.messages) {
        const auto batch = co_await from.next_batch();
        if (!batch) co_return void(failed(batch.error()));
        r.taken.saw_first_message();
        const auto whole = batch->for_each([&](const record_view& v) {
            ++r.count;
            r.bytes += v.value->size();
            r.check += v.value->empty() ? 0 : std::to_integer<std::uint64_t>(v.value->front());
        });
        if (!whole) co_return void(failed(whole.error()));
    }
    r.taken.end(r.s.mode, r.count, r.bytes, 0, r.check);
    r.status = 0;
}
}  // namespace

int consume(const settings& s) {
    reading r{s, {}};
    r.taken.begin();
    asio::io_context io(1);
    auto c = client::make(io, {.bootstrap_servers = {s.brokers}});
    if (!c) return failed(c.error());
    consumer_options options;
    if (s.fetch_bytes > 0) options.max_partition_fetch_bytes = s.fetch_bytes;
    auto from = consumer::make(*c, options);
    if (!from) return failed(from.error());
    asio::co_spawn(io, read_all(r, *from), [&io](std::exception_ptr bug) {
        io.stop();
        if (bug) std::rethrow_exception(bug);
    });
    io.run();
    return r.status;
}
}  // namespace kwire::bench
