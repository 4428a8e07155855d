// SPDX-License-Identifier: Apache-2.0
// 34: connections made and gone by the thousand, descriptors that run out; and what a connection costs that does nothing.
#include "real.hpp"
#include "session.hpp"

#include <kwire/protocol/messages/api_versions.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

namespace kwire_test::scenario_34_test {
std::size_t open_files() {
    std::size_t n = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) n += !entry.path().empty();
    return n - 1;  // the one that looks
}
std::size_t heap_in_use() { return mallinfo2().uordblks; }

/// One connection from the attempt to its end, in one of the ways in which connections end.
void one_cycle(proxied_cluster& k, int i) {
    auto& proxy = *k.proxies[0];
    if (i % 5 == 1) proxy.next<api_versions_request>(direction::to_client, fault::reset(7));
    if (i % 5 == 2) proxy.next<metadata_request>(direction::to_client, fault::finish(30));
    auto o = quick_client(i % 5 == 3 ? std::vector<std::string>{"127.0.0.1:1"} : k.bootstrap());
    const auto c = client::make(*k.env, o).value();
    const auto got = k.run(c.cluster(i % 5 == 3 ? c.in(1ms) : c.in(20s)));
    EXPECT_EQ(got.has_value(), i % 5 != 3) << (got ? "" : got.error().message());
    if (i % 5 != 4) return;
    k.begin(closing(&c, c.in(5s)));
    k.until([&] { return proxy.connections() == 0; });
}

void churn(int warm_up, int cycles, std::size_t bytes_left) {
    proxied_cluster k(1, {.history_bytes = 0});
    for (int i = 0; i < warm_up; ++i) one_cycle(k, i);
    const auto settled = [&] { return k.until([&] { return k.proxies[0]->connections() == 0 && k.brokers->connections() == 0; }); };
    ASSERT_TRUE(settled());
    const auto files = open_files(), heap = heap_in_use();
    for (int i = 0; i < cycles; ++i) one_cycle(k, i);
    ASSERT_TRUE(settled());
    EXPECT_EQ(open_files(), files);
    EXPECT_LE(heap_in_use(), heap + bytes_left);
    std::printf("%d cycles: descriptors %zu before, %zu after; heap %zu before, %zu after\n", cycles, files, open_files(), heap, heap_in_use());
}

TEST(Scenario34, ConnectionsThatComeAndGoLeaveNothingBehind) { churn(100, 300, 64 * 1024); }
TEST(Scenario34Full, TenThousandConnectionsThatComeAndGoLeaveNothingBehind) { churn(500, 10'000, 64 * 1024); }

/// The number that the next file gets: all below it are taken.
std::size_t next_descriptor() {
    const int next = dup(STDIN_FILENO);
    EXPECT_GE(next, 0);
    close(next);
    return static_cast<std::size_t>(next);
}
/// No more than so many files may be open, until this goes.
class file_limit {
  public:
    explicit file_limit(std::size_t most) {
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit now = before_;
        now.rlim_cur = most;
        EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &now), 0);
    }
    ~file_limit() { setrlimit(RLIMIT_NOFILE, &before_); }
    file_limit(const file_limit&) = delete;
    file_limit& operator=(const file_limit&) = delete;

  private:
    rlimit before_{};
};

TEST(Scenario34, WithoutDescriptorsItSaysSoAndGoesOnWhenThereAreSome) {
    proxied_cluster k(1, {.default_partitions = 1});
    for (std::size_t spare = 0; spare < 8; ++spare) {
        SCOPED_TRACE(spare);
        const auto topic = "t" + std::to_string(spare);
        const auto c = client::make(*k.env, quick_client(k.bootstrap())).value();
        std::shared_ptr<std::optional<result<void>>> sent;
        {
            const file_limit few(next_descriptor() + spare);
            const auto got = k.run(c.cluster(c.in(150ms)));
            if (spare == 0) {
                ASSERT_FALSE(got);
                EXPECT_NE(got.error().message().find("this process has as many files open as it may"), std::string::npos) << got.error().message();
            }
            sent = k.begin(send_all(&c, topic, 3, 1));
            k.pass(100ms);
        }
        ASSERT_TRUE(k.until([&] { return sent->has_value(); }));
        EXPECT_TRUE(**sent) << (*sent)->error().message();
        EXPECT_EQ(k.brokers->log_end_offset(topic, 0), 3);
    }
}

double cpu_seconds() {
    rusage u{};
    getrusage(RUSAGE_SELF, &u);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
    return seconds(u.ru_utime) + seconds(u.ru_stime);
}

// In this figure is what broker and proxy do in the same thread.
TEST(BudgetsFull, AnIdleConnectionTakesLessThanAThousandthOfACore) {
    proxied_cluster k(1, {.topics = {{"t", 1}}});
    constexpr int clients = 50;
    std::vector<client> all;
    for (int i = 0; i < clients; ++i) {
        all.push_back(client::make(*k.env, {.bootstrap_servers = k.bootstrap()}).value());
        ASSERT_TRUE(k.run(all.back().cluster(all.back().in(20s))));
    }
    const auto idle = [&](const char* what, std::size_t connections) {
        const auto before = cpu_seconds();
        k.pass(10s);
        const auto each = (cpu_seconds() - before) / 10 / static_cast<double>(connections);
        std::printf("%s: %zu connections, %.4f %% of a core each\n", what, connections, each * 100);
        EXPECT_LT(each, 0.001) << what;
    };
    idle("connected, nothing asked", k.proxies[0]->connections());
    std::vector<consumer> readers;
    for (const auto& c : all) {
        readers.push_back(consumer::make(c, {}).value());
        ASSERT_TRUE(k.run(readers.back().assign("t", 0, offset_spec::newest())));
    }
    k.pass(1s);
    idle("consumers at the end of a partition", k.proxies[0]->connections());
}
}  // namespace kwire_test::scenario_34_test
