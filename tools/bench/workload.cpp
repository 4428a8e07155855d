// SPDX-License-Identifier: Apache-2.0
#include "workload.hpp"

#include <kwire/protocol/version.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <map>

namespace kwire::bench {
const meter::clock::time_point meter::process_start = meter::clock::now();

namespace {
template <class Number> bool to_number(std::string_view text, Number& into) {
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), into);
    return ec == std::errc() && end == text.data() + text.size();
}

struct cpu_times {
    double user, system;
    long max_rss_kb;
};
cpu_times used_so_far() {
    rusage u{};
    getrusage(RUSAGE_SELF, &u);
    const auto seconds = [](timeval t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
    return {seconds(u.ru_utime), seconds(u.ru_stime), u.ru_maxrss};
}
long resident_kb() {
    long size = 0, pages = 0;
    if (FILE* f = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(f, "%ld %ld", &size, &pages) != 2) pages = 0;
        std::fclose(f);
    }
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}
}  // namespace

std::string usage() {
    return "usage: kwire-bench --mode produce|consume|sync|latency [--brokers HOST:PORT] [--topic T] [--partitions 4] [--messages N]\n"
           "                   [--size BYTES] [--acks all|1|0] [--compression none|gzip|lz4] [--linger-ms 5] [--batch-bytes N]\n"
           "                   [--rate 10000] [--idempotent 0|1] [--queue N] [--level N] [--fetch-bytes N] [--spin-us 50]\n"
           "       kwire-bench codec\n"
           "Prints one line of JSON: what the work took. The flags are those of the comparison with other clients\n"
           "(docs/performance.md); --queue is taken and has no effect, kwire bounds bytes and not messages.\n";
}

std::optional<settings> parse(int argc, char** argv) {
    settings s;
    std::uint64_t linger = 5, idempotent = 0, spin = 50, queue = 0;
    int level = 0;
    const std::map<std::string_view, std::function<bool(std::string_view)>> flags{
        {"--brokers", [&](auto v) { return s.brokers = v, true; }},
        {"--topic", [&](auto v) { return s.topic = v, true; }},
        {"--acks", [&](auto v) { return s.acks = v, v == "all" || v == "1" || v == "0"; }},
        {"--compression", [&](auto v) { return s.compression = v, true; }},
        {"--mode", [&](auto v) { return s.mode = v, v == "produce" || v == "consume" || v == "sync" || v == "latency"; }},
        {"--partitions", [&](auto v) { return to_number(v, s.partitions) && s.partitions > 0; }},
        {"--messages", [&](auto v) { return to_number(v, s.messages); }},
        {"--size", [&](auto v) { return to_number(v, s.size) && s.size > 0; }},
        {"--linger-ms", [&](auto v) { return to_number(v, linger); }},
        {"--batch-bytes", [&](auto v) { return to_number(v, s.batch_bytes); }},
        {"--rate", [&](auto v) { return to_number(v, s.rate) && s.rate > 0; }},
        {"--idempotent", [&](auto v) { return to_number(v, idempotent); }},
        {"--queue", [&](auto v) { return to_number(v, queue); }},
        {"--level", [&](auto v) { return to_number(v, level) && (s.level = level, true); }},
        {"--fetch-bytes", [&](auto v) { return to_number(v, s.fetch_bytes); }},
        {"--spin-us", [&](auto v) { return to_number(v, spin); }},
    };
    for (int i = 1; i < argc; i += 2) {
        const auto flag = flags.find(argv[i]);
        if (flag == flags.end() || i + 1 == argc || !flag->second(argv[i + 1])) {
            std::fprintf(stderr, "kwire-bench: %s%s\n%s", argv[i], flag == flags.end() ? ": no such flag" : ": needs a value that it can take",
                         usage().c_str());
            return std::nullopt;
        }
    }
    s.linger = std::chrono::milliseconds(linger);
    s.spin = std::chrono::microseconds(spin);
    s.idempotent = idempotent != 0;
    return s;
}

value_pool::value_pool(std::size_t size) : size_(size), count_(size <= 256 ? 4096 : 1024) {
    static constexpr std::string_view words[32] = {"id",    "user",   "time",    "level",  "info",  "warn",   "error",   "host",
                                                   "path",  "query",  "status",  "bytes",  "agent", "region", "zone",    "trace",
                                                   "span",  "parent", "service", "method", "get",   "post",   "latency", "count",
                                                   "shard", "leader", "offset",  "topic",  "epoch", "batch",  "record",  "value"};
    std::uint64_t seed = 42;
    const auto next = [&] { return static_cast<std::uint32_t>((seed = seed * 6364136223846793005ull + 1442695040888963407ull) >> 33); };
    while (text_.size() < size_ * count_) {
        text_ += words[next() & 31];
        const std::uint32_t h = next();
        for (const char c : {'=', "0123456789abcdef"[(h >> 4) & 15], "0123456789abcdef"[h & 15], ';'}) text_ += c;
    }
    text_.resize(size_ * count_);
}

void meter::begin() {
    const auto t = used_so_far();
    user_ = t.user;
    system_ = t.system;
    begun_ = clock::now();
}

void meter::saw_first_message() {
    if (first_ms_ == 0) first_ms_ = std::chrono::duration<double, std::milli>(clock::now() - process_start).count();
}

void meter::end(std::string_view mode, std::uint64_t messages, std::uint64_t bytes, std::uint64_t errors, std::uint64_t check) {
    const double wall = std::chrono::duration<double>(clock::now() - begun_).count();
    const auto t = used_so_far();
    std::ranges::sort(latencies_);
    const auto percentile = [&](double p) {
        return latencies_.empty() ? 0u : latencies_[static_cast<std::size_t>(p * static_cast<double>(latencies_.size() - 1))];
    };
    std::printf(
        "{\"peer\":\"kwire-%s\",\"mode\":\"%.*s\",\"messages\":%llu,\"bytes\":%llu,\"errors\":%llu,\"wall_s\":%.6f,\"user_s\":%.6f,"
        "\"sys_s\":%.6f,\"max_rss_kb\":%ld,\"rss_kb\":%ld,\"first_ms\":%.3f,\"p50_us\":%u,\"p99_us\":%u,\"p999_us\":%u,\"check\":%llu}\n",
        std::string(version()).c_str(), static_cast<int>(mode.size()), mode.data(), static_cast<unsigned long long>(messages),
        static_cast<unsigned long long>(bytes), static_cast<unsigned long long>(errors), wall, t.user - user_, t.system - system_, t.max_rss_kb,
        resident_kb(), first_ms_, percentile(.5), percentile(.99), percentile(.999), static_cast<unsigned long long>(check));
    std::fflush(stdout);
}
}  // namespace kwire::bench
