// SPDX-License-Identifier: Apache-2.0
// A partition that is asked and answered by hand, for the tests of fetch_partition.
#pragma once

#include <kwire/client/fetch_partition.hpp>

#include <gtest/gtest.h>

#include <array>

namespace kwire {
using namespace std::chrono_literals;

// Time passes only where a test says so.
struct reading {
    explicit reading(offset_spec from = offset_spec::at(100), fetch_partition_options options = {}) : p("orders", 3, from, options) {
        p.leader(1, 7, {});
    }
    fetch_partition::question ask() {
        EXPECT_TRUE(p.wants_fetch(now));
        const auto q = p.ask(256 * 1024);
        p.asked();
        return q;
    }
    fetch_partition::outcome answer(const fetch_partition::question& q, const fetch_response::partition& a, fetched_range got = {}) {
        return p.answered(q, a, got, now, 0);
    }
    fetch_partition::outcome fails(errc code) {
        fetch_response::partition a;
        a.error_code = code;
        return answer(ask(), a);
    }
    /// One answer with records up to `next`, behind which the log goes on up to `high`.
    fetch_partition::outcome records_to(std::int64_t next, std::int64_t high, std::int32_t epoch = 7) {
        return answer(ask(), up_to(high), {next, epoch, 0});
    }
    void read_to(std::int64_t next, std::int32_t epoch = 7) {
        p.taken(p.generation());
        p.delivered(p.generation(), next, epoch);
    }
    static fetch_response::partition up_to(std::int64_t high) {
        fetch_response::partition a;
        a.high_watermark = high;
        a.last_stable_offset = high;
        a.log_start_offset = 0;
        return a;
    }
    void wait_out_backoff() { now += 2s; }

    clock::time_point now{1000h};
    fetch_partition p;
};
}  // namespace kwire
