// SPDX-License-Identifier: Apache-2.0
// kwire produce, -P: sends what it reads, a record a line, from standard input or from files.
#include "running.hpp"

#include <kwire/client/blocking.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace kwire::tool {
namespace {
// Set by the first SIGINT or SIGTERM: what was read is still sent, no more is read. A second one ends the program.
volatile std::sig_atomic_t stop_reading = 0;
void on_signal(int) {
    if (stop_reading) _exit(exit_code::interrupted);
    stop_reading = 1;
}
void watch_signals() {
    struct sigaction act {};
    act.sa_handler = on_signal;  // without SA_RESTART: a read that waits ends
    sigaction(SIGINT, &act, nullptr);
    sigaction(SIGTERM, &act, nullptr);
}

/// A file descriptor, cut at the delimiter.
class input {
  public:
    input(int fd, std::string delimiter) : fd_(fd), delimiter_(std::move(delimiter)) {}
    /// The next piece without its delimiter; null at the end, or when a signal asked to stop.
    result<std::optional<std::string>> next() {
        for (;;) {
            if (const auto found = buffer_.find(delimiter_, searched_); found != buffer_.npos) {
                std::string piece = buffer_.substr(0, found);
                buffer_.erase(0, found + delimiter_.size());
                searched_ = 0;
                return std::optional(std::move(piece));
            }
            searched_ = buffer_.size() - std::min(buffer_.size(), delimiter_.size() - 1);
            auto more = fill();
            if (!more) return std::move(more).error();
            if (*more) continue;
            if (buffer_.empty() || stop_reading) return std::optional<std::string>();
            return std::optional(std::exchange(buffer_, {}));  // the last line lacks its line feed
        }
    }
    /// All that is left, as one piece.
    result<std::string> all() {
        for (;;) {
            auto more = fill();
            if (!more) return std::move(more).error();
            if (!*more) return std::exchange(buffer_, {});
        }
    }

  private:
    result<bool> fill() {
        if (stop_reading) return false;
        char block[64 * 1024];
        const auto n = read(fd_, block, sizeof block);
        if (n < 0 && errno == EINTR) return fill();
        if (n < 0) return error(std::error_code(errno, std::system_category()), "read the input");
        buffer_.append(block, static_cast<std::size_t>(n));
        return n > 0;
    }
    int fd_;
    std::string delimiter_, buffer_;
    std::size_t searched_ = 0;
};

/// What the broker has said so far; told from whichever thread runs the loop.
struct outcomes {
    std::atomic<std::uint64_t> acked{0}, failed{0};
};

class sender {
  public:
    sender(const context& c, const blocking::producer& to, const blocking::client& cluster) : c_(c), to_(to), cluster_(cluster) {
        for (const auto& h : c.set.headers) headers_.push_back({h.name, h.value ? std::optional(as_bytes(*h.value)) : std::nullopt});
    }
    result<void> send(std::string_view line) {
        producer_record r;
        r.topic = c_.set.topics.front();
        r.headers = headers_;
        if (c_.set.key) r.key = as_bytes(*c_.set.key);
        std::string_view value = line;
        if (c_.set.key_delimiter && !c_.set.key) {
            if (const auto at = line.find(*c_.set.key_delimiter); at != line.npos) {
                const auto key = line.substr(0, at);
                if (!(key.empty() && c_.set.null)) r.key = as_bytes(key);
                value = line.substr(at + c_.set.key_delimiter->size());
            }
        }
        if (!(value.empty() && c_.set.null)) r.value = as_bytes(value);
        if (c_.set.partition) {
            auto chosen = partition();
            if (!chosen) return std::move(chosen).error();
            r.partition = *chosen;
        }
        auto under_way = to_.enqueue(r);
        if (!under_way) return std::move(under_way).error();
        ++sent_;
        if (c_.set.tee) c_.out.put(line), c_.out.put(c_.set.delimiter);
        return {};
    }
    bool enough() const { return c_.set.count && sent_ >= *c_.set.count; }
    std::uint64_t sent() const { return sent_; }

  private:
    result<std::int32_t> partition() {
        if (*c_.set.partition >= 0) return *c_.set.partition;
        if (partitions_ == 0) {
            auto topic = cluster_.topic(c_.set.topics.front());
            if (!topic) return std::move(topic).error();
            partitions_ = static_cast<std::int32_t>(topic->partitions.size());
        }
        return static_cast<std::int32_t>(drawn_() % static_cast<std::uint32_t>(partitions_));
    }
    std::uint32_t drawn_() { return seed_ = seed_ * 1664525u + 1013904223u, seed_ >> 8; }

    const context& c_;
    const blocking::producer& to_;
    const blocking::client& cluster_;
    std::vector<kwire::record_header> headers_;
    std::int32_t partitions_ = 0;
    std::uint32_t seed_ = static_cast<std::uint32_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    std::uint64_t sent_ = 0;
};

result<void> send_lines(int fd, const context& c, sender& s) {
    input in(fd, c.set.delimiter);
    while (!s.enough() && !stop_reading) {
        auto line = in.next();
        if (!line) return std::move(line).error();
        if (!*line) break;
        if ((*line)->empty() && !c.set.null && !c.set.key_delimiter) continue;  // as kcat: an empty line is no record
        if (auto sent = s.send(**line); !sent) return sent;
    }
    return {};
}

/// Without -l a file is one record; with it, its lines are.
result<void> send_file(const std::string& path, const context& c, sender& s) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return error(std::error_code(errno, std::system_category()), path);
    result<void> sent;
    if (c.set.lines) {
        sent = send_lines(fd, c, s);
    } else {
        input in(fd, c.set.delimiter);
        auto whole = in.all();
        if (!whole) sent = std::move(whole).error();
        else sent = s.send(*whole);
    }
    close(fd);
    if (!sent) return std::move(sent).error().within(path);
    return sent;
}

result<void> send_all(const context& c, sender& s) {
    if (c.set.rest.empty()) return send_lines(0, c, s);
    for (const auto& path : c.set.rest) {
        if (s.enough() || stop_reading) break;
        if (auto sent = send_file(path, c, s); !sent) return sent;
    }
    return {};
}
}  // namespace

int run_produce(const context& c) {
    if (c.set.topics.size() != 1) return wrong_usage(c.say, "produce", "exactly one -t TOPIC is needed");
    if (c.set.lines && c.set.rest.size() != 1) return wrong_usage(c.say, "produce", "-l goes with exactly one file");
    if (const auto usable = check(c.set.kafka); !usable) return failed(c.say, usable.error());
    watch_signals();
    auto cluster = blocking::client::make(c.set.kafka.client, {}, make_tracer(c.say, c.set.verbosity));
    if (!cluster) return failed(c.say, cluster.error());
    outcomes told;
    auto to = blocking::producer::make(*cluster, c.set.kafka.producer, [&](const batch_delivery& d) {
        if (d.why && told.failed.fetch_add(static_cast<std::uint64_t>(d.count)) == 0)
            c.say.fail(error(*d.why).within(std::string(to_string(d.outcome()))));
        if (!d.why) told.acked += static_cast<std::uint64_t>(d.count);
    });
    if (!to) return failed(c.say, to.error());
    int status = exit_code::ok;
    sender s(c, *to, *cluster);
    if (auto sent = send_all(c, s); !sent) status = failed(c.say, sent.error());
    if (auto closed = to->close(c.set.kafka.producer.delivery_timeout + std::chrono::seconds(1)); !closed) status = failed(c.say, closed.error());
    c.out.flush();
    if (told.failed > 0) {
        c.say.line("% " + std::to_string(told.failed) + " of " + std::to_string(s.sent()) + " records were not acknowledged");
        status = exit_code::failed;
    }
    return status == exit_code::ok && stop_reading ? exit_code::interrupted : status;
}
}  // namespace kwire::tool
