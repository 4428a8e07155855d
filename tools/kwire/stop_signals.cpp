// SPDX-License-Identifier: Apache-2.0
#include "stop_signals.hpp"

#include "verb.hpp"

#include <atomic>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace kwire::tool {
namespace {
// What the handler may touch.
std::atomic<bool> asked = false;
std::atomic<int> tell = -1;

void on_signal(int) {
    if (asked) ::_exit(exit_code::interrupted);
    asked = true;
    const int before = errno;
    [[maybe_unused]] const auto written = ::write(tell, "!", 1);  // into an empty pipe
    errno = before;
}

void open_pipe(int (&ends)[2]) {
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
}

/// False if that time passed first.
bool readable(int a, int b, int milliseconds, int& which) {
    pollfd both[] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    for (;;) {
        const int count = ::poll(both, 2, milliseconds);
        if (count < 0 && errno == EINTR) continue;
        which = both[0].revents != 0 ? a : b;
        return count > 0;
    }
}
}  // namespace

stop_signals::stop_signals(std::chrono::milliseconds grace, std::function<void()> give_up) {
    open_pipe(told_);
    open_pipe(ended_);
    asked = false;
    tell = told_[1];
    struct sigaction act {};
    act.sa_handler = on_signal;
    act.sa_flags = SA_RESTART;  // whoever waits polls descriptor() as well
    ::sigaction(SIGINT, &act, &before_[0]);
    ::sigaction(SIGTERM, &act, &before_[1]);
    watching_ = std::thread([this, grace, act = std::move(give_up)] { wait(grace, act); });
}

stop_signals::~stop_signals() {
    ::sigaction(SIGINT, &before_[0], nullptr);
    ::sigaction(SIGTERM, &before_[1], nullptr);
    ::close(ended_[1]);
    watching_.join();
    for (const int fd : {told_[0], told_[1], ended_[0]}) ::close(fd);
}

bool stop_signals::stopped() const noexcept { return asked; }

void stop_signals::wait(std::chrono::milliseconds grace, const std::function<void()>& give_up) const {
    int which = -1;
    readable(ended_[0], told_[0], -1, which);
    if (which == ended_[0]) return;
    if (!readable(ended_[0], ended_[0], static_cast<int>(grace.count()), which)) give_up();
}
}  // namespace kwire::tool
