// SPDX-License-Identifier: Apache-2.0
// kwire consume, -C: prints the records of a topic, in kcat's form or in one of your own.
#include "format.hpp"
#include "running.hpp"

#include <kwire/client/consumer.hpp>
#include <kwire/client/place.hpp>
#include <kwire/client/start.hpp>

#include <algorithm>
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

shown_record::timestamp_kind kind_of(timestamp_type t) {
    switch (t) {
        case timestamp_type::create_time: return shown_record::timestamp_kind::create;
        case timestamp_type::log_append_time: return shown_record::timestamp_kind::log_append;
        case timestamp_type::none: break;
    }
    return shown_record::timestamp_kind::unknown;
}

/// Which partitions are still to be read. Written by the reader and by the reader of errors, both on the client's loop.
struct progress {
    std::set<std::int32_t> reading;  // not stopped, and not beyond -o e@
    std::set<std::int32_t> at_end;   // have come to their end once
    bool exit_at_end = false, failed = false;
    bool over() const { return reading.empty() || (exit_at_end && std::ranges::includes(at_end, reading)); }
};

class record_printer {
  public:
    record_printer(const context& c, client_core& cluster, const topic_metadata& of) : c_(c), cluster_(cluster), format_(format_of(c.set)) {
        if (!of.id.is_zero()) topic_id_ = to_string(of.id);
        how_.null_as_word = c.set.null;
        how_.escape = c.out.shows().is_terminal && !c.set.raw;
    }
    enum class verdict : std::uint8_t { more, late, enough };
    /// late: a record is as young as -o e@ says, and was not printed. enough: -c, or nobody reads any more.
    verdict print(const consumed_batch& b) {
        verdict said = verdict::more;
        shown_record shown = facts_of(b);
        const auto whole = b.for_each([&](const record_view& r) {
            if (said == verdict::more) said = print(shown, r);
        });
        (void)whole;  // the consumer knows, and its errors are printed
        if (c_.set.unbuffered || c_.out.shows().is_terminal) c_.out.flush();
        return c_.out.good() ? said : verdict::enough;
    }

    /// The offset of the record that was late.
    std::int64_t late_at() const { return late_at_; }

  private:
    /// What all records of the batch have in common.
    shown_record facts_of(const consumed_batch& b) const {
        const batch_view& header = b.header();
        shown_record shown;
        shown.topic = b.topic();
        shown.topic_id = topic_id_;
        shown.partition = b.partition();
        const auto* leader = cluster_.metadata().partition(b.topic(), b.partition());
        if (leader) shown.broker = leader->leader;
        shown.timestamp_type = kind_of(header.timestamp_type());
        shown.crc = header.crc();
        shown.producer_id = header.producer_id();
        shown.producer_epoch = header.producer_epoch();
        shown.compression = header.compression();
        return shown;
    }
    verdict print(shown_record& shown, const record_view& r) {
        if (c_.set.until && r.timestamp >= *c_.set.until) {
            late_at_ = r.offset;
            return verdict::late;
        }
        shown.offset = r.offset;
        shown.timestamp = r.timestamp;
        shown.key = text_of(r.key);
        shown.value = text_of(r.value);
        shown.headers.clear();
        for (const auto& h : r.headers) shown.headers.push_back({h.key, text_of(h.value)});
        text_.clear();
        if (c_.set.json) {
            render_json(shown, text_);
            text_ += '\n';
        } else {
            format_.render(shown, how_, text_);
        }
        c_.out.put(text_);
        return c_.set.count && ++printed_ >= *c_.set.count ? verdict::enough : verdict::more;
    }

    const context& c_;
    client_core& cluster_;
    record_format format_;
    print_options how_;
    std::string topic_id_;
    std::uint64_t printed_ = 0;
    std::int64_t late_at_ = -1;
    std::string text_;
};

/// Errors by themselves. A partition that stops is not waited for any more, and makes the exit status 1.
task<result<void>> print_errors(const context* c, std::shared_ptr<const consumer> from, std::shared_ptr<progress> now) {
    for (;;) {
        auto e = co_await from->next_error();
        if (!e) co_return result<void>();
        c->out.flush();
        auto place = place_of(e->topic, e->partition);
        const bool told = e->why.context().find(place) != std::string::npos;
        if (e->from >= 0) place += " at offset " + std::to_string(e->from);
        c->say.fail(told ? e->why : error(e->why).within(place));
        if (!e->stopped) continue;
        now->failed = true;
        now->reading.erase(e->partition);
        if (now->over()) break;
    }
    co_await from->close();
    co_return result<void>();
}

/// In kcat's words. `what`: "end of", "stop timestamp for".
void tell_end(const context& c, std::string_view what, const consumed_batch& b, std::int64_t at, bool last) {
    c.out.flush();
    if (c.set.quiet) return;
    std::string text = "% Reached ";
    text += what, text += " topic ";
    text += b.topic(), text += " [" + std::to_string(b.partition()) + "] at offset " + std::to_string(at);
    c.say.line(last ? text += ": exiting" : text);
}

/// Prints until enough was printed, nothing is left to be read, or the consumer is closed.
task<void> print_all(const context& c, const consumer& from, record_printer& p, progress& now) {
    while (!now.over()) {
        const auto batch = co_await from.next_batch();
        if (!batch && batch.error() == client_errc::closed) break;
        if (!batch) continue;  // a partition stopped: print_errors knows which
        if (batch->end_of_partition()) {
            now.at_end.insert(batch->partition());
            tell_end(c, "end of", *batch, batch->next_offset(), now.over());
            continue;
        }
        const auto said = p.print(*batch);
        if (said == record_printer::verdict::enough) break;
        if (said == record_printer::verdict::more) continue;
        from.unassign(batch->topic(), batch->partition());
        now.reading.erase(batch->partition());
        tell_end(c, "stop timestamp for", *batch, p.late_at(), now.over());
    }
}

std::vector<std::int32_t> wanted_partitions(const context& c, const topic_metadata& t) {
    if (c.set.partition) return {*c.set.partition};
    std::vector<std::int32_t> all;
    for (const auto& p : t.partitions) all.push_back(p.partition);
    return all;
}

task<int> consume(const context& c, const client& cluster, interruption& signals) {
    const auto core = cluster.core();
    auto made = consumer::make(cluster, c.set.kafka.consumer);
    if (!made) co_return failed(c.say, made.error());
    const auto from = std::make_shared<const consumer>(*std::move(made));
    const std::string name = c.set.topics.front();
    const auto topic = co_await cluster.topic(name, cluster.in(c.set.timeout));
    if (signals.interrupted()) co_return exit_code::interrupted;
    if (!topic) co_return failed(c.say, error(topic.error()).within("failed to read " + name));
    const auto now = std::make_shared<progress>();
    now->exit_at_end = c.set.exit_at_end;
    for (const auto p : wanted_partitions(c, *topic)) {
        const auto assigned = co_await from->assign(name, p, where_to_begin(c.set.from), true);
        if (signals.interrupted()) co_return exit_code::interrupted;
        if (!assigned) co_return failed(c.say, error(assigned.error()).within("failed to read " + name));
        now->reading.insert(p);
    }
    start(core->strand(), print_errors(&c, from, now), [](result<void>) {});
    record_printer p(c, *core, *topic);
    co_await print_all(c, *from, p, *now);
    const bool asked_for_an_end = c.set.count || c.set.exit_at_end || c.set.until;
    const bool cut_short = signals.interrupted() && asked_for_an_end;
    co_await from->close();
    if (now->failed) co_return exit_code::failed;
    co_return cut_short ? exit_code::interrupted : exit_code::ok;
}
}  // namespace

int run_consume(const context& c) {
    if (c.set.topics.size() != 1) return wrong_usage(c.say, "consume", "exactly one -t TOPIC is needed");
    if (c.set.count && *c.set.count == 0) return exit_code::ok;
    return run_with_client(c, [&](const client& cluster, interruption& signals) { return consume(c, cluster, signals); });
}
}  // namespace kwire::tool
