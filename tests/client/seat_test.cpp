// SPDX-License-Identifier: Apache-2.0
#include "../../client/src/seat.hpp"

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

namespace kwire::seat_test {
using namespace std::chrono_literals;

// The helper may be quicker when the machine is busy, but not again and again: after a caller it rests.
TEST(Seat, ACallerRunsTheLoopItself) {
    seat s(0us);
    int by_caller = 0;
    for (int i = 0; i < 10'000 && by_caller < 100; ++i) {
        std::atomic<bool> done{false};
        std::thread::id ran_on;
        asio::post(s.context(), [&] { ran_on = std::this_thread::get_id(), done = true; });
        s.drive_until([&] { return done.load(); });
        by_caller += ran_on == std::this_thread::get_id();
    }
    EXPECT_EQ(by_caller, 100);
}

TEST(Seat, TheHelperRunsTheLoopWhileNobodyWaits) {
    seat s(0us);
    std::atomic<bool> done{false};
    asio::post(s.context(), [&] { done = true; });
    for (int i = 0; i < 2000 && !done; ++i) std::this_thread::sleep_for(5ms);
    EXPECT_TRUE(done);
}

TEST(Seat, ManyCallersEachGetWhatTheyWaitFor) {
    for (const auto spin : {0us, 50us}) {
        seat s(spin);
        std::vector<std::thread> callers;
        std::atomic<int> finished{0};
        for (int c = 0; c < 4; ++c) {
            callers.emplace_back([&s, &finished, c] {
                for (int i = 0; i < 300; ++i) {
                    std::atomic<bool> done{false};
                    asio::steady_timer t(s.context());
                    asio::post(s.context(), [&] {
                        t.expires_after(std::chrono::microseconds((i * 7 + c * 13) % 50));
                        t.async_wait([&](std::error_code) { done = true; });
                    });
                    s.drive_until([&] { return done.load(); });
                }
                ++finished;
            });
        }
        for (auto& c : callers) c.join();
        EXPECT_EQ(finished, 4);
    }
}

// How often the other threads of this process went to sleep.
long sleeps_of_others() {
    long sum = 0;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        if (thread.path().filename() == std::to_string(gettid())) continue;
        std::ifstream status(thread.path() / "status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("voluntary_ctxt_switches:")) sum += std::stol(line.substr(24));
    }
    return sum;
}

TEST(Seat, TheHelperSleepsWhileACallerWaits) {
    seat s(0us);
    std::atomic<bool> done{false};
    asio::steady_timer t(s.context(), 1s);
    t.async_wait([&](std::error_code) { done = true; });
    const long before = sleeps_of_others();
    s.drive_until([&] { return done.load(); });
    EXPECT_LE(sleeps_of_others() - before, 20);
    done = false;
    asio::post(s.context(), [&] { done = true; });
    for (int i = 0; i < 2000 && !done; ++i) std::this_thread::sleep_for(5ms);
    EXPECT_TRUE(done) << "and comes back afterwards";
}

// The one that sits runs a great many handlers; those beside it sleep through them, and sit when their turn comes.
TEST(Seat, TheSeatIsHandedOn) {
    seat s(0us);
    std::atomic<int> finished{0};
    std::vector<std::thread> callers;
    for (int c = 0; c < 8; ++c) {
        callers.emplace_back([&s, &finished, c] {
            std::atomic<bool> done{false};
            asio::steady_timer t(s.context());
            asio::post(s.context(), [&] {
                t.expires_after(std::chrono::milliseconds(10 * c));
                t.async_wait([&](std::error_code) { done = true; });
            });
            s.drive_until([&] { return done.load(); });
            ++finished;
        });
    }
    for (auto& c : callers) c.join();
    EXPECT_EQ(finished, 8);
}

TEST(Seat, KnowsWhenTheLoopIsRunOnThisThread) {
    seat s(0us);
    std::atomic<bool> done{false}, mine{false};
    asio::post(s.context(), [&] { mine = s.mine(), done = true; });
    s.drive_until([&] { return done.load(); });
    EXPECT_TRUE(mine);
    EXPECT_FALSE(s.mine());
}
}  // namespace kwire::seat_test
