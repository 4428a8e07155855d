// SPDX-License-Identifier: Apache-2.0
// Runs a program as a user does, and tells what it wrote and how it ended.
#pragma once

#include "support/places.hpp"

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kwire::testing {
inline const std::string kwire_program = support::program("kwire").string();

struct ended {
    int status = -1;  // exit status; 128 + signal if one ended it
    std::string out, err;
};

/// A program on its way. Its environment is what is given, and a small fixed one.
class program {
  public:
    explicit program(std::vector<std::string> words, std::vector<std::string> environment = {}) {
        environment.insert(environment.end(), {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "TERM=xterm"});
        // With sanitizers that is what they listen to.
        for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
            if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
        int in[2], out[2], err[2];
        for (int* pair : {in, out, err})
            if (::pipe2(pair, O_CLOEXEC) != 0) return;
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
        ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        ::posix_spawn_file_actions_adddup2(&actions, err[1], 2);
        auto argv = pointers(words), envp = pointers(environment);
        if (::posix_spawnp(&pid_, words[0].c_str(), &actions, nullptr, argv.data(), envp.data()) != 0) pid_ = -1;
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(in[0]), ::close(out[1]), ::close(err[1]);
        in_ = in[1], out_ = out[0], err_ = err[0];
        std::signal(SIGPIPE, SIG_IGN);
    }
    ~program() {
        if (pid_ > 0) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
        for (const int fd : {in_, out_, err_})
            if (fd >= 0) ::close(fd);
    }
    program(const program&) = delete;
    program& operator=(const program&) = delete;

    void write(std::string_view text) {
        while (!text.empty()) {
            const auto count = ::write(in_, text.data(), text.size());
            if (count < 0) return;
            text.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    void close_input() { ::close(std::exchange(in_, -1)); }
    void close_output() { ::close(std::exchange(out_, -1)); }
    void signal(int number) { ::kill(pid_, number); }

    /// What stdout (1) or stderr (2) has held so far once it holds `text`; waits for that, half a minute at most.
    const std::string& wait_for(std::string_view text, int stream = 1) {
        const auto& seen = stream == 1 ? ended_.out : ended_.err;
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (seen.find(text) == seen.npos && std::chrono::steady_clock::now() < give_up && read_some(100)) {}
        return seen;
    }
    /// Nothing more can come from it, as far as wait_for() has seen.
    bool silent() const { return out_ < 0 && err_ < 0; }
    /// Waits for its end, a minute at most.
    ended wait() {
        if (in_ >= 0) close_input();
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (read_some(100) && std::chrono::steady_clock::now() < give_up) {}
        if (std::chrono::steady_clock::now() >= give_up) ::kill(pid_, SIGKILL);
        int status = 0;
        if (pid_ > 0) ::waitpid(pid_, &status, 0);
        pid_ = -1;
        ended_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return ended_;
    }

  private:
    static std::vector<char*> pointers(std::vector<std::string>& words) {
        std::vector<char*> all;
        for (auto& word : words) all.push_back(word.data());
        all.push_back(nullptr);
        return all;
    }
    /// False once both streams are at their end.
    bool read_some(int milliseconds) {
        pollfd both[] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
        if (out_ < 0 && err_ < 0) return false;
        if (::poll(both, 2, milliseconds) <= 0) return true;
        for (int i = 0; i < 2; ++i) {
            if (both[i].revents == 0) continue;
            char piece[65536];
            const auto count = ::read(both[i].fd, piece, sizeof piece);
            int& fd = i == 0 ? out_ : err_;
            if (count > 0) (i == 0 ? ended_.out : ended_.err).append(piece, static_cast<std::size_t>(count));
            else ::close(std::exchange(fd, -1));
        }
        return out_ >= 0 || err_ >= 0;
    }

    pid_t pid_ = -1;
    int in_ = -1, out_ = -1, err_ = -1;
    ended ended_;
};

inline ended run(std::vector<std::string> words, std::string_view input = {}, std::vector<std::string> environment = {}) {
    program p(std::move(words), std::move(environment));
    p.write(input);
    return p.wait();
}
/// kwire with these words.
inline ended kwire(std::vector<std::string> words, std::string_view input = {}, std::vector<std::string> environment = {}) {
    words.insert(words.begin(), kwire_program);
    return run(std::move(words), input, std::move(environment));
}
/// kwire with `words`, which a shell splits, and its input from a file: a pipe would fill up while nobody reads.
inline ended kwire_with_file(const std::string& words, std::string_view input) {
    const auto path = std::filesystem::temp_directory_path() / ("kwire-input-" + std::to_string(::getpid()));
    std::ofstream(path, std::ios::binary) << input;
    auto done = run({"/bin/sh", "-c", kwire_program + " " + words + " < " + path.string()});
    std::filesystem::remove(path);
    return done;
}
}  // namespace kwire::testing
