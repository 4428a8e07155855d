// SPDX-License-Identifier: Apache-2.0
// kwire consume, -C: prints the records of a topic, in kcat's form or in one of your own.
#include "format.hpp"
#include "running.hpp"

#include <kwire/client/consumer.hpp>
#include <kwire/client/start.hpp>

#include <set>

namespace kwire::tool {
namespace {
std::optional<std::string_view> text_of(const std::optional<bytes>& b) {
    if (!b) return std::nullopt;
    return as_text(*b);
}

offset_spec where_to_begin(const start_offset& from) {
    switch (from.what) {
        case start_offset::kind::beginning: return offset_spec::oldest();
        case start_offset::kind::end: return offset_spec::newest();
        case start_offset::kind::absolute: return offset_spec::at(from.value);
        case start_offset::kind::before_end: return offset_spec::before_end(from.value);
        case start_offset::kind::timestamp: break;
    }
    return offset_spec::since(std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(from.value)));
}

record_format format_of(const settings& s) {
    if (s.format) return std::move(record_format::parse(*s.format)).value();  // was parsed when it was given
    return record_format::plain(s.key_delimiter, s.print_offset, s.delimiter);
}

class printer {
  public:
    printer(const context& c, topic_metadata of) : c_(c), format_(format_of(c.set)), of_(std::move(of)) {
        if (!of_.id.is_zero()) topic_id_ = to_string(of_.id);
        how_.null_as_word = c.set.null;
        how_.escape = c.out.shows().is_terminal && !c.set.raw;
    }
    /// False once that was enough: -c, or nobody reads any more.
    bool print(const consumed_batch& b) {
        bool more = true;
        const auto whole = b.for_each([&](const record_view& r) { more = more && print(b, r); });
        (void)whole;  // the consumer knows, and its errors are printed
        if (c_.set.unbuffered || c_.out.shows().is_terminal) c_.out.flush();
        return more && c_.out.good();
    }

  private:
    bool print(const consumed_batch& b, const record_view& r) {
        if (c_.set.until && r.timestamp >= *c_.set.until) return true;
        if (c_.set.count && printed_ >= *c_.set.count) return false;
        shown_record shown;
        shown.topic = b.topic();
        shown.topic_id = topic_id_;
        shown.partition = b.partition();
        const auto at = static_cast<std::size_t>(b.partition());
        if (at < of_.partitions.size()) shown.broker = of_.partitions[at].leader;  // when reading began
        shown.offset = r.offset;
        shown.timestamp = r.timestamp;
        shown.timestamp_type = r.timestamp < 0 ? shown_record::timestamp_kind::unknown : shown_record::timestamp_kind::create;
        shown.key = text_of(r.key);
        shown.value = text_of(r.value);
        for (const auto& h : r.headers) shown.headers.push_back({h.key, text_of(h.value)});
        text_.clear();
        if (c_.set.json) {
            render_json(shown, text_);
            text_ += '\n';
        } else {
            format_.render(shown, how_, text_);
        }
        c_.out.put(text_);
        return !c_.set.count || ++printed_ < *c_.set.count;
    }

    const context& c_;
    record_format format_;
    print_options how_;
    const topic_metadata of_;
    std::string topic_id_;
    std::uint64_t printed_ = 0;
    std::string text_;
};

/// Errors by themselves: what stops a partition makes the exit status 1.
task<result<void>> print_errors(const context* c, const consumer* from, std::shared_ptr<int> status) {
    for (;;) {
        auto e = co_await from->next_error();
        if (!e) co_return result<void>();
        std::string place = e->topic;
        place += " [" + std::to_string(e->partition) + "]";
        if (e->from >= 0) place += " at offset " + std::to_string(e->from);
        c->say.fail(error(e->why).within(place));
        if (e->stopped) *status = exit_code::failed;
    }
}

task<result<void>> close_quietly(const consumer* from) {
    co_await from->close();
    co_return result<void>();
}

void tell_end(const context& c, const consumed_batch& b, bool last) {
    if (c.set.quiet) return;
    std::string text = "% Reached end of topic ";
    text += b.topic(), text += " [" + std::to_string(b.partition()) + "] at offset " + std::to_string(b.next_offset());
    c.say.line(last ? text += ": exiting" : text);
}

/// Prints until enough was printed, every partition has ended (-e), or a signal closes the consumer.
task<int> print_all(const context& c, const consumer& from, printer& p, interruption& signals, std::size_t partitions) {
    std::set<std::pair<std::string, std::int32_t>> ended;
    for (;;) {
        auto batch = co_await from.next_batch();
        if (signals.interrupted()) co_return c.set.count || c.set.exit_at_end ? exit_code::interrupted : exit_code::ok;
        if (!batch) {
            if (batch.error() == client_errc::closed) co_return exit_code::ok;
            if (from.assigned().size() <= 1) co_return exit_code::failed;  // its error is printed by print_errors
            continue;
        }
        if (batch->end_of_partition()) {
            ended.emplace(batch->topic(), batch->partition());
            const bool last = c.set.exit_at_end && ended.size() == partitions;
            c.out.flush();
            tell_end(c, *batch, last);
            if (last) co_return exit_code::ok;
            continue;
        }
        if (!p.print(*batch)) co_return exit_code::ok;
    }
}

task<int> consume(const context& c, const client& cluster, interruption& signals) {
    auto made = consumer::make(cluster, c.set.kafka.consumer);
    if (!made) co_return failed(c.say, made.error());
    const consumer from = *std::move(made);
    const std::string name = c.set.topics.front();
    const auto topic = co_await cluster.topic(name, cluster.in(c.set.timeout));
    if (!topic) co_return failed(c.say, error(topic.error()).within("failed to read " + name));
    std::vector<std::int32_t> partitions;
    if (c.set.partition) partitions.push_back(*c.set.partition);
    else
        for (const auto& p : topic->partitions) partitions.push_back(p.partition);
    for (const auto p : partitions) {
        const auto assigned = co_await from.assign(name, p, where_to_begin(c.set.from), true);
        if (!assigned) co_return failed(c.say, error(assigned.error()).within("failed to read " + name));
    }
    const auto broken = std::make_shared<int>(exit_code::ok);
    start(cluster.core()->strand(), print_errors(&c, &from, broken), [](result<void>) {});
    printer p(c, *topic);
    signals.on_interrupt([&from, &cluster] { start(cluster.core()->strand(), close_quietly(&from), [](result<void>) {}); });
    const int status = co_await print_all(c, from, p, signals, partitions.size());
    signals.on_interrupt([] {});
    co_await from.close();
    c.out.flush();
    if (const auto wrote = c.out.status(); !wrote) co_return failed(c.say, wrote.error());
    co_return status == exit_code::ok ? *broken : status;
}
}  // namespace

int run_consume(const context& c) {
    if (c.set.topics.size() != 1) return wrong_usage(c.say, "consume", "exactly one -t TOPIC is needed");
    if (c.set.count && *c.set.count == 0) return exit_code::ok;
    return run_with_client(c, [&](const client& cluster, interruption& signals) { return consume(c, cluster, signals); });
}
}  // namespace kwire::tool
