// SPDX-License-Identifier: Apache-2.0
// kwire metadata, -L: brokers, topics, partitions and who leads them; in kcat's form.
#include "format.hpp"
#include "running.hpp"

#include <algorithm>

namespace kwire::tool {
namespace {
std::string list(const std::vector<std::int32_t>& ids) {
    std::string text;
    for (const auto id : ids) {
        if (!text.empty()) text += ',';
        text += std::to_string(id);
    }
    return text;
}

std::string name_of(errc code) {
    const auto* row = find_errc(code);
    return row ? std::string(row->name) : "error " + std::to_string(static_cast<int>(code));
}

void print_topic(const topic_metadata& t, std::string& text) {
    text += "  topic \"" + escaped(t.name) + "\" with " + std::to_string(t.partitions.size()) + " partitions:";
    if (t.why != errc::none) text += " " + name_of(t.why);
    text += '\n';
    for (const auto& p : t.partitions) {
        text += "    partition " + std::to_string(p.partition) + ", leader " + std::to_string(p.leader);
        text += ", replicas: " + list(p.replicas) + ", isrs: " + list(p.isr);
        if (!p.offline.empty()) text += ", offline: " + list(p.offline);
        if (p.why != errc::none) text += ", " + name_of(p.why);
        text += '\n';
    }
}

/// As kcat calls it: "127.0.0.1:9092/1", and /bootstrap where nobody said which broker that is.
std::string name_of(const broker_address& b) { return to_string(b.where) + (b.node_id < 0 ? "/bootstrap" : "/" + std::to_string(b.node_id)); }

std::string as_text(const cluster_metadata& m, const settings& s) {
    std::string text = "Metadata for ";
    text += s.topics.empty() ? "all topics" : escaped(s.topics.front());
    for (std::size_t i = 1; i < s.topics.size(); ++i) text += ", " + escaped(s.topics[i]);
    text += " (from broker " + std::to_string(m.told_by.node_id) + ": " + escaped(name_of(m.told_by));
    if (!m.cluster_id.empty()) text += ", cluster " + escaped(m.cluster_id);
    text += "):\n " + std::to_string(m.brokers.size()) + " brokers:\n";
    for (const auto& b : m.brokers) {
        text += "  broker " + std::to_string(b.node_id) + " at " + escaped(to_string(b.where));
        if (b.rack) text += ", rack " + escaped(*b.rack);
        if (b.node_id == m.controller_id) text += " (controller)";
        text += '\n';
    }
    text += " " + std::to_string(m.topics.size()) + " topics:\n";
    for (const auto& t : m.topics) print_topic(t, text);
    return text;
}

void put_ids(std::string_view name, const std::vector<std::int32_t>& ids, std::string& out) {
    out += ",\"", out += name, out += "\":[";
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0) out += ',';
        out += "{\"id\":" + std::to_string(ids[i]) + "}";
    }
    out += ']';
}

void put_error(errc code, std::string& out) {
    if (code == errc::none) return;
    out += ",\"error\":";
    put_json_string(name_of(code), out);
}

void put_topic(const topic_metadata& t, std::string& out) {
    out += "{\"topic\":";
    put_json_string(t.name, out);
    if (!t.id.is_zero()) out += ",\"topic_id\":\"" + to_string(t.id) + "\"";
    put_error(t.why, out);
    out += ",\"partitions\":[";
    for (const auto& p : t.partitions) {
        if (&p != &t.partitions.front()) out += ',';
        out += "{\"partition\":" + std::to_string(p.partition);
        put_error(p.why, out);
        out += ",\"leader\":" + std::to_string(p.leader) + ",\"leader_epoch\":" + std::to_string(p.leader_epoch);
        put_ids("replicas", p.replicas, out);
        put_ids("isrs", p.isr, out);
        if (!p.offline.empty()) put_ids("offline", p.offline, out);
        out += '}';
    }
    out += "]}";
}

std::string as_json(const cluster_metadata& m, const settings& s) {
    std::string out = "{\"originating_broker\":{\"id\":" + std::to_string(m.told_by.node_id) + ",\"name\":";
    put_json_string(name_of(m.told_by), out);
    out += "},\"query\":{\"topic\":";
    put_json_string(s.topics.empty() ? "*" : s.topics.front(), out);
    out += "},\"cluster_id\":";
    put_json_string(m.cluster_id, out);
    out += ",\"controllerid\":" + std::to_string(m.controller_id) + ",\"brokers\":[";
    for (const auto& b : m.brokers) {
        if (&b != &m.brokers.front()) out += ',';
        out += "{\"id\":" + std::to_string(b.node_id) + ",\"name\":";
        put_json_string(to_string(b.where), out);
        if (b.rack) out += ",\"rack\":", put_json_string(*b.rack, out);
        out += '}';
    }
    out += "],\"topics\":[";
    for (const auto& t : m.topics) {
        if (&t != &m.topics.front()) out += ',';
        put_topic(t, out);
    }
    return out += "]}\n";
}

task<int> ask_cluster(const context& c, const client& cluster, const interruption& signals) {
    std::optional<std::vector<std::string>> topics;
    if (!c.set.topics.empty()) topics = c.set.topics;
    const auto answer = co_await cluster.cluster(cluster.in(c.set.timeout), std::move(topics));
    if (!answer) co_return failed(c, signals, answer.error());
    c.out.put(c.set.json ? as_json(*answer, c.set) : as_text(*answer, c.set));
    if (c.set.topics.empty()) co_return exit_code::ok;
    c.out.flush();
    int status = exit_code::ok;
    for (const auto& t : answer->topics)
        if (t.why != errc::none) status = failed(c.say, error(t.why).within("topic " + t.name));
    co_return status;
}
}  // namespace

int run_metadata(const context& c) {
    return run_with_client(c, [&](const client& cluster, interruption& signals) { return ask_cluster(c, cluster, signals); });
}
}  // namespace kwire::tool
