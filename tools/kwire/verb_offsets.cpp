// SPDX-License-Identifier: Apache-2.0
// kwire offsets, -Q: where logs begin and end, or reach a point in time; in kcat's form.
#include "format.hpp"
#include "running.hpp"
#include "values.hpp"

#include <kwire/client/offsets.hpp>

#include <algorithm>
#include <limits>

namespace kwire::tool {
namespace {
/// TOPIC:PARTITION:MS, where MS may be one of the numbers that are no times.
result<offset_query> parse_query(std::string_view text) {
    const auto last = text.rfind(':');
    const auto first = last == text.npos || last == 0 ? text.npos : text.rfind(':', last - 1);
    if (first == text.npos || first == 0) return expected("TOPIC:PARTITION:MS", text);
    const auto partition = read_number(text.substr(first + 1, last - first - 1), 0, std::numeric_limits<std::int32_t>::max());
    if (!partition) return partition.error();
    const auto when = read_number(text.substr(last + 1), -3, std::numeric_limits<std::int64_t>::max());
    if (!when) return when.error();
    offset_query q{std::string(text.substr(0, first)), static_cast<std::int32_t>(*partition), {}};
    switch (*when) {
        case list_offsets_request::latest: q.what = offset_spec::newest(); break;
        case list_offsets_request::earliest: q.what = offset_spec::oldest(); break;
        case list_offsets_request::max_timestamp: q.what = offset_spec::max_timestamp(); break;
        default: q.what = offset_spec::since(std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(*when)));
    }
    return q;
}

/// As kcat: -1 where no record is as young as was asked for.
std::int64_t shown_offset(const offset_query& q, const located_offset& found) {
    const bool by_time = q.what.what == offset_spec::kind::timestamp || q.what.what == offset_spec::kind::max_timestamp;
    const bool none = by_time && found.at_end;
    return none ? -1 : found.offset;
}

std::string as_text(const std::vector<offset_query>& asked, const std::vector<result<located_offset>>& found) {
    std::string text;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (!found[i]) continue;
        text += escaped(asked[i].topic) + " [" + std::to_string(asked[i].partition) + "] offset ";
        text += std::to_string(shown_offset(asked[i], *found[i])) + "\n";
    }
    return text;
}

/// {"orders":{"topic":"orders","0":{"partition":0,"offset":5}}}
std::string as_json(const std::vector<offset_query>& asked, const std::vector<result<located_offset>>& found) {
    std::vector<std::string_view> topics;
    for (const auto& q : asked)
        if (std::ranges::find(topics, q.topic) == topics.end()) topics.push_back(q.topic);
    std::string out = "{";
    for (const auto topic : topics) {
        if (out.size() > 1) out += ',';
        put_json_string(topic, out);
        out += ":{\"topic\":";
        put_json_string(topic, out);
        for (std::size_t i = 0; i < asked.size(); ++i) {
            if (asked[i].topic != topic || !found[i]) continue;
            const auto number = std::to_string(asked[i].partition);
            out.append(",\"").append(number).append("\":{\"partition\":").append(number);
            out.append(",\"offset\":").append(std::to_string(shown_offset(asked[i], *found[i]))).append("}");
        }
        out += '}';
    }
    return out += "}\n";
}

task<int> find_offsets(const context& c, const client& cluster, const interruption& signals, std::vector<offset_query> queries) {
    const auto isolation = c.set.kafka.consumer.isolation_level;
    const auto found = co_await list_offsets(cluster, queries, cluster.in(c.set.timeout), isolation);
    if (signals.interrupted()) co_return exit_code::interrupted;
    c.out.put(c.set.json ? as_json(queries, found) : as_text(queries, found));
    c.out.flush();
    int status = exit_code::ok;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!found[i]) status = failed(c.say, found[i].error());
    }
    co_return status;
}
}  // namespace

int run_offsets(const context& c) {
    if (c.set.topics.empty()) return wrong_usage(c.say, "offsets", "-t TOPIC:PARTITION:MS is missing");
    std::vector<offset_query> queries;
    for (const auto& text : c.set.topics) {
        auto query = parse_query(text);
        if (!query) return wrong_usage(c.say, "offsets", std::move(query).error().within("-t").context());
        for (const auto& other : queries)
            if (other.topic == query->topic && other.partition == query->partition)
                return wrong_usage(c.say, "offsets", "-t: " + text + ": a partition can be asked for once only");
        queries.push_back(*std::move(query));
    }
    return run_with_client(c, [&](const client& cluster, interruption& signals) { return find_offsets(c, cluster, signals, queries); });
}
}  // namespace kwire::tool
