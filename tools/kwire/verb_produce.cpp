// SPDX-License-Identifier: Apache-2.0
// kwire produce, -P: sends what it reads, a record a line, from standard input or from files.
#include "input.hpp"
#include "record_splitter.hpp"
#include "running.hpp"
#include "stop_signals.hpp"
#include "watching.hpp"

#include <kwire/client/blocking.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace kwire::tool {
namespace {
/// Records out of a file descriptor, in the memory of one record, until its end or a signal.
class input {
  public:
    input(int fd, std::string delimiter, const context& c, const stop_signals& stop)
        : fd_(fd), longest_(c.set.kafka.producer.max_request_size), cut_(std::move(delimiter), longest_), out_(c.out), stop_(stop) {}

    /// Null at the end. The view is good until the next call.
    result<std::optional<std::string_view>> next() {
        while (!stop_.stopped()) {
            if (const auto piece = cut_.next()) return std::optional(*piece);
            if (cut_.too_long()) return too_long();
            if (at_end_) return cut_.rest();
            if (const auto more = read_some(); !more) return more.error();
        }
        return std::optional<std::string_view>();
    }

  private:
    error too_long() const {
        std::string text = "it has more than " + std::to_string(longest_);
        return error(client_errc::too_large, text += " bytes, the most that max.request.size allows");
    }
    result<void> read_some() {
        out_.flush();  // what -T copied, before anybody waits
        pollfd both[] = {{fd_, POLLIN, 0}, {stop_.descriptor(), POLLIN, 0}};
        if (::poll(both, 2, -1) < 0 && errno != EINTR) return system_error("wait for input");
        if (both[0].revents == 0 || stop_.stopped()) return {};
        const auto room = cut_.room();
        const auto count = ::read(fd_, room.data(), room.size());
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) return {};
        if (count < 0) return system_error("read");
        cut_.filled(static_cast<std::size_t>(count));
        at_end_ = count == 0;
        return {};
    }

    int fd_;
    std::size_t longest_;
    record_splitter cut_;
    output& out_;
    const stop_signals& stop_;
    bool at_end_ = false;
};

/// What the brokers have said so far; told from whichever thread runs the loop.
struct outcomes {
    std::atomic<std::uint64_t> acked{0}, failed{0};
};

class sender {
  public:
    sender(const context& c, const blocking::producer& to, const outcomes& told, const stop_signals& stop)
        : set_(c.set), c_(c), to_(to), told_(told), stop_(stop) {
        for (const auto& h : set_.headers) headers_.push_back({h.name, h.value ? std::optional(as_bytes(*h.value)) : std::nullopt});
    }

    /// All of the input. Stops at -c, at a signal, and where a record fails: what follows it must not be sent without it.
    result<void> send_all() {
        if (set_.rest.empty()) {
            if (::isatty(0) == 1 && !set_.quiet) c_.say.line("% each line is a record; Ctrl-D ends");
            return send_pieces(0, set_.delimiter, "standard input");
        }
        for (const auto& path : set_.rest) {
            auto sent = send_file(path);
            if (!sent || !complete_) return sent;
        }
        return {};
    }
    std::uint64_t sent() const { return sent_; }
    /// Nothing that was asked for is left out.
    bool complete() const { return complete_ || enough(); }

  private:
    bool in_lines() const { return set_.rest.empty() || set_.lines; }
    bool enough() const { return set_.count && sent_ >= *set_.count; }
    bool over() const { return enough() || stop_.stopped() || told_.failed > 0; }

    /// Without -l a file is one record; with it, its lines are.
    result<void> send_file(const std::string& path) {
        const int fd = path == "-" ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) return system_error(path);
        const auto before = sent_;
        auto sent = send_pieces(fd, set_.lines ? set_.delimiter : std::string(), path);
        if (fd > 0) ::close(fd);
        if (sent && sent_ == before && complete_ && !set_.quiet) c_.say.line("% " + path + " is empty, nothing was sent");
        return sent;
    }

    result<void> send_pieces(int fd, std::string delimiter, std::string_view name) {
        input in(fd, std::move(delimiter), c_, stop_);
        complete_ = false;
        for (std::uint64_t line = 1; !over(); ++line) {
            auto piece = in.next();
            if (piece && !*piece) {
                complete_ = !stop_.stopped();
                break;
            }
            if (piece && (*piece)->empty()) continue;  // as kcat: an empty line is no record
            auto sent = piece ? send(**piece) : result<void>(std::move(piece).error());
            if (!sent) return std::move(sent).error().within(std::string(name) + (in_lines() ? ", line " + std::to_string(line) : ""));
        }
        return {};
    }

    result<void> send(std::string_view piece) {
        std::optional<std::string_view> key = set_.key, value = piece;
        const auto at = set_.key_delimiter && in_lines() ? piece.find(*set_.key_delimiter) : piece.npos;
        if (at != piece.npos) key = piece.substr(0, at), value = piece.substr(at + set_.key_delimiter->size());
        if (set_.null && key && key->empty()) key.reset();
        if (set_.null && value->empty()) value.reset();

        producer_record r{.topic = set_.topics.front(), .headers = headers_};
        if (key) r.key = as_bytes(*key);
        if (value) r.value = as_bytes(*value);
        if (set_.partition && *set_.partition >= 0) r.partition = *set_.partition;
        if (const auto under_way = to_.enqueue(r); !under_way) return under_way.error();
        ++sent_;
        if (set_.tee) c_.out.put(piece), c_.out.put(in_lines() ? set_.delimiter : "");
        return {};
    }

    const settings& set_;
    const context& c_;
    const blocking::producer& to_;
    const outcomes& told_;
    const stop_signals& stop_;
    std::vector<kwire::record_header> headers_;
    std::uint64_t sent_ = 0;
    bool complete_ = false;  // the input was read to its end
};

/// Before anything is read: a wrong address or topic is told at once, not with the first record.
result<void> look_up(const context& c, const blocking::client& cluster) {
    const auto& name = c.set.topics.front();
    const auto topic = cluster.topic(name, c.set.timeout);
    if (!topic) return error(topic.error()).within("failed to send to " + name);
    const auto count = static_cast<std::int32_t>(topic->partitions.size());
    if (c.set.partition.value_or(-1) < count) return {};
    std::string text = "failed to send to " + name + ": there is no partition " + std::to_string(*c.set.partition);
    return error(client_errc::unknown_topic_or_partition, text += ", the topic has " + std::to_string(count));
}

/// Tells how it went, and returns the exit status.
int conclude(const context& c, const sender& s, const outcomes& told, const result<void>& done, bool stopped) {
    const auto count = std::to_string(s.sent());
    const std::uint64_t missing = s.sent() - std::min<std::uint64_t>(s.sent(), told.acked);
    if (stopped && (!s.complete() || missing > 0)) {
        c.say.line("% interrupted: " + count + " records were read, " + std::to_string(told.acked) + " of them are acknowledged");
        return exit_code::interrupted;
    }
    int status = exit_code::ok;
    if (!done) status = failed(c.say, done.error());
    if (missing > 0) {
        c.say.line("% " + std::to_string(missing) + " of " + count + " records were not acknowledged");
        status = exit_code::failed;
    }
    const bool asked = c.set.kafka.producer.acks != acks::none;
    if (c.set.verbosity > 0 && missing == 0)
        c.say.line("% " + count + (s.sent() == 1 ? " record was sent" : " records were sent") +
                   (asked ? " and acknowledged" : "; with acks=0 nobody says whether they were written"));
    return status;
}
}  // namespace

int run_produce(const context& c) {
    if (c.set.topics.size() != 1) return wrong_usage(c.say, "produce", "exactly one -t TOPIC is needed");
    if (c.set.lines && c.set.rest.size() != 1) return wrong_usage(c.say, "produce", "-l goes with exactly one file");
    if (const auto usable = check(c.set.kafka); !usable) return failed(c.say, usable.error());
    auto options = c.set.kafka.producer;
    if (c.set.partition == -1) options.partitioner = partitioner_kind::random;
    const auto limit = options.delivery_timeout + std::chrono::seconds(1);

    const auto cluster = blocking::client::make(c.set.kafka.client, {}, make_watch(c.say, c.set));
    if (!cluster) return failed(c.say, cluster.error());
    outcomes told;
    const auto to = blocking::producer::make(*cluster, options, [&](const batch_delivery& d) {
        const auto count = static_cast<std::uint64_t>(d.count);
        if (!d.why) told.acked += count;
        else if (told.failed.fetch_add(count) == 0 && *d.why != client_errc::closed)
            c.say.fail(error(*d.why).within(std::string(to_string(d.outcome()))));
    });
    if (!to) return failed(c.say, to.error());
    const stop_signals stop(c.set.timeout, [&] {
        const auto ended = to->close(std::chrono::milliseconds(0));
        (void)ended;  // what is missing is counted
    });
    sender s(c, *to, told, stop);
    auto done = look_up(c, *cluster);
    if (done && (!c.set.count || *c.set.count > 0)) done = s.send_all();
    const auto closed = to->close(limit);
    if (done && !closed && told.failed == 0) done = closed.error();
    return conclude(c, s, told, done, stop.stopped());
}
}  // namespace kwire::tool
